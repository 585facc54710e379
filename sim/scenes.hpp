// Short pieces of stories in which several actions must come together: chance alone hardly ever
// makes somebody block a caller, fill an account with devices while one of them is away from its
// call, or use an id again when it has been forgotten.
#pragma once

#include "core/base/random.hpp"
#include "sim/story.hpp"

namespace parley::sim {

/// Lets the story begin with one of the scenes. May add a device.
void add_scene(Story& story, Random& chance);

}  // namespace parley::sim
