// How a store answers: later, on the loop, never within the call that asked.
#pragma once

#include <expected>
#include <functional>

namespace parley::server::store {

/// The store could not be used just now.
struct Unavailable {};

/// What changes something is answered once the change is on the disk.
template <class Result>
using Done = std::function<void(std::expected<Result, Unavailable>)>;

}  // namespace parley::server::store
