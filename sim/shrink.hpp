// Makes a failing story smaller: it removes actions and devices and simplifies the world while the
// same invariant breaks (delta debugging, Zeller and Hildebrandt, 2002).
#pragma once

#include "sim/player.hpp"

namespace parley::sim {

/// The smallest story, found within this many plays, that still breaks `rule`.
Story shrink(const Story& story, const std::string& rule, unsigned plays = 4'000);

}  // namespace parley::sim
