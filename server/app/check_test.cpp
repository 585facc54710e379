#include "server/app/check.hpp"

#include "server/app/limits.hpp"
#include "server/http/test_certificate.hpp"
#include "server/relay/test_port.hpp"
#include "server/store/open.hpp"
#include "server/store/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace parley::server::app {
namespace {

using std::filesystem::perms;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

config::Settings settings_of(const store::TestFolder& folder) {
  config::Settings settings;
  settings.listen = {"127.0.0.1", 0};
  settings.data = folder.file("data");
  std::filesystem::create_directory(settings.data);
  std::filesystem::permissions(settings.data, perms::owner_all);
  return settings;
}

TEST(Check, ADatabaseIsOneOrNotYetThere) {
  const store::TestFolder folder;
  const config::Settings settings = settings_of(folder);
  EXPECT_THAT(check(settings).problems, IsEmpty());
  std::ofstream(settings.database()) << "";  // as a start leaves it that is stopped at once
  EXPECT_THAT(check(settings).problems, IsEmpty());
  std::ofstream(settings.database()) << "nothing that SQLite would read, and a while of it";
  EXPECT_THAT(check(settings).problems, Contains(HasSubstr("parley.sqlite3 is no database")));
  std::filesystem::remove(settings.database());
  std::filesystem::create_directory(settings.database());
  EXPECT_THAT(check(settings).problems, Contains(HasSubstr("parley.sqlite3 is a folder")));
  std::filesystem::remove(settings.database());
  const auto database = store::open_admin_store(settings.database());
  EXPECT_THAT(check(settings).problems, IsEmpty());
}

TEST(Check, AFolderThatAServerUsesIsTold) {
  const store::TestFolder folder;
  const config::Settings settings = settings_of(folder);
  EXPECT_THAT(check(settings).warnings, Not(Contains(HasSubstr("another server"))));
  const auto lock = DataLock::take(settings.data);
  EXPECT_THAT(
      check(settings).warnings,
      Contains(HasSubstr("another server uses this data folder, and this one would not start")));
}

TEST(Check, AFolderAndAKeyThatOthersCanReadAreTold) {
  const store::TestFolder folder;
  config::Settings settings = settings_of(folder);
  settings.tls_certificate = folder.file("chain.pem");
  settings.tls_key = folder.file("key.pem");
  const http::Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  http::write_certificate(settings.tls_certificate, key.get());
  http::write_key(settings.tls_key, key.get(), "");
  std::filesystem::permissions(settings.tls_key, perms::owner_read);
  EXPECT_THAT(check(settings).problems, IsEmpty());
  EXPECT_THAT(check(settings).warnings, Not(Contains(HasSubstr("others"))));
  std::filesystem::permissions(settings.tls_key, perms::owner_read | perms::others_read);
  EXPECT_THAT(check(settings).warnings, Contains(HasSubstr("key.pem: others")));
  std::filesystem::permissions(settings.data, perms::all);
  EXPECT_THAT(check(settings).warnings, Contains(HasSubstr("data: others")));
}

TEST(Check, ACertificateThatIsNotValidYetIsTold) {
  const store::TestFolder folder;
  config::Settings settings = settings_of(folder);
  settings.tls_certificate = folder.file("chain.pem");
  settings.tls_key = folder.file("key.pem");
  const http::Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  http::write_key(settings.tls_key, key.get(), "");
  http::write_certificate(settings.tls_certificate, key.get());
  EXPECT_THAT(check(settings).warnings, Not(Contains(HasSubstr("not valid yet"))));
  http::write_certificate(settings.tls_certificate, key.get(), 3600);
  EXPECT_THAT(check(settings).warnings, Contains(HasSubstr("not valid yet")));
}

TEST(Check, PortsAndAddressesOfTheRelayThatCanNotServeAreTold) {
  const store::TestFolder folder;
  config::Settings settings = settings_of(folder);
  settings.relay = {.mode = config::RelayMode::embedded,
                    .address = "127.0.0.1",
                    .port = 3478,
                    .tls_port = 5349,
                    .min_port = 49'160,
                    .max_port = 49'259,
                    .program = "sh",
                    .probe_interval = {}};
  EXPECT_THAT(check(settings).warnings, Not(Contains(HasSubstr("relay-ports"))));
  EXPECT_THAT(check(settings).warnings, Not(Contains(HasSubstr("relay-address"))));
  settings.relay.min_port = 5300;
  settings.relay.max_port = 5400;
  EXPECT_THAT(check(settings).warnings, Contains(HasSubstr("relay-ports: holds port 5349")));
  settings.relay.max_port = 5309;
  EXPECT_THAT(check(settings).warnings,
              Contains(HasSubstr("relay-ports: 10 ports may be too few")));

  relay::TakenPort port;
  settings.relay.port = port.number;
  EXPECT_THAT(check(settings).warnings, Contains(HasSubstr("until the port is free")));
  port.give_back();
  EXPECT_THAT(check(settings).warnings, Not(Contains(HasSubstr("until the port is free"))));
}

}  // namespace
}  // namespace parley::server::app
