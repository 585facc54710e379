// Short pieces of stories in which several actions must come together: chance alone rarely
// makes a person block a caller, fills an account with devices while one of them is away from its
// call, or uses an id again after it was forgotten.
#pragma once

#include "core/base/random.hpp"
#include "sim/story.hpp"

namespace parley::sim {

/// Starts the story with one of the scenes. May add a device.
void add_scene(Story& story, Random& chance);

}  // namespace parley::sim
