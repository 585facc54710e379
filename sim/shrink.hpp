// Makes a failing story small: leaves out actions and devices and simplifies the world for as long
// as the same invariant breaks (delta debugging, Zeller and Hildebrandt, 2002).
#pragma once

#include "sim/player.hpp"

namespace parley::sim {

/// The smallest story found within so many plays that still breaks `rule`.
Story shrink(const Story& story, const std::string& rule, unsigned plays = 4'000);

}  // namespace parley::sim
