// The callback with which a store answers. It runs later on the loop, never inside the function
// that was called.
#pragma once

#include <expected>
#include <functional>

namespace parley::server::store {

/// The database can't be used at the moment; the request may be repeated.
struct Unavailable {};

/// A change is answered once it is on the disk.
template <class Result>
using Done = std::function<void(std::expected<Result, Unavailable>)>;

}  // namespace parley::server::store
