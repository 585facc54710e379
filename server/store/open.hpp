// Opens a store. Only `open.cpp` includes the folder of a database.
#pragma once

#include "server/log/log.hpp"
#include "server/loop/clock.hpp"
#include "server/store/admin.hpp"
#include "server/store/store.hpp"

#include <filesystem>
#include <memory>

namespace parley::server::store {

/// Opens or creates the database, migrates it to the version of this program, and starts its
/// threads. Throws std::runtime_error.
[[nodiscard]] std::unique_ptr<Store> open_store(const Settings& settings, Hooks hooks,
                                                const loop::Clock& clock, log::Log& log);

/// Opens or creates the database and migrates it to the version of this program. Throws
/// std::runtime_error.
[[nodiscard]] std::unique_ptr<AdminStore> open_admin_store(const std::filesystem::path& file);
/// Opens the database read-only, without a migration. Throws std::runtime_error.
[[nodiscard]] std::unique_ptr<AdminStore> open_admin_store_read_only(
    const std::filesystem::path& file);

}  // namespace parley::server::store
