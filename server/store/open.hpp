// Opens a store. `open.cpp` is the one file outside of their folders that knows which databases
// there are.
#pragma once

#include "server/log/log.hpp"
#include "server/loop/clock.hpp"
#include "server/store/admin.hpp"
#include "server/store/store.hpp"

#include <filesystem>
#include <memory>

namespace parley::server::store {

/// Opens or creates the database, brings it to the version of this program, and starts its threads.
/// Throws std::runtime_error.
[[nodiscard]] std::unique_ptr<Store> open_store(const Settings& settings, Hooks hooks,
                                                const loop::Clock& clock, log::Log& log);

/// Opens or creates the database and brings it to the version of this program. Throws
/// std::runtime_error.
[[nodiscard]] std::unique_ptr<AdminStore> open_admin_store(const std::filesystem::path& file);
/// Opens the database as it is, for questions only. Throws std::runtime_error.
[[nodiscard]] std::unique_ptr<AdminStore> open_admin_store_read_only(
    const std::filesystem::path& file);

}  // namespace parley::server::store
