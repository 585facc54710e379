#include "server/store/open.hpp"

#include "server/store/sqlite/admin_store.hpp"
#include "server/store/sqlite/store.hpp"

#include <utility>

namespace parley::server::store {

std::unique_ptr<Store> open_store(const Settings& settings, Hooks hooks, const loop::Clock& clock,
                                  log::Log& log) {
  return std::make_unique<sqlite::Store>(settings, sqlite::Timings(), std::move(hooks), clock, log);
}

std::unique_ptr<AdminStore> open_admin_store(const std::filesystem::path& file) {
  return std::make_unique<sqlite::AdminStore>(file, sqlite::Database::Access::read_write);
}

std::unique_ptr<AdminStore> open_admin_store_read_only(const std::filesystem::path& file) {
  return std::make_unique<sqlite::AdminStore>(file, sqlite::Database::Access::read_only);
}

}  // namespace parley::server::store
