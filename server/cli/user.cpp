// Accounts, from the command line. A running server notices the changes within seconds.
#include "core/errors/catalogue.hpp"
#include "core/json/writer.hpp"
#include "server/app/server.hpp"
#include "server/auth/accounts.hpp"
#include "server/auth/names.hpp"
#include "server/auth/passwords.hpp"
#include "server/auth/secrets.hpp"
#include "server/cli/cli.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/data_folder.hpp"
#include "server/cli/output.hpp"
#include "server/cli/password_input.hpp"
#include "server/loop/clock.hpp"
#include "server/store/open.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <utility>

namespace parley::server::cli {

namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::int64_t kDefaultInvitationDays = auth::kInvitationLifetime.count();

std::unique_ptr<store::AdminStore> open_database(const config::Settings& settings) {
  app::prepare_data_folder(settings.data);  // what SQLite makes beside the database is private, too
  return store::open_admin_store(settings.database());
}

int failed(Error error) {
  const ErrorInfo& info = kErrors[static_cast<std::size_t>(error)];
  return cli::failed(std::string(info.sentence) + ' ' + std::string(info.next_step));
}

/// A new password as a hash, or nothing after saying what is wrong.
std::optional<std::string> read_password_hash(const config::Settings& settings, const UserId& user,
                                              std::string_view display_name) {
  const std::string password = auth::prepare_password(read_password().value_or(""));
  if (const auto problem = auth::problem_with_password(password, user.text, display_name)) {
    if (*problem == auth::PasswordProblem::length) {
      failed(Error::weak_password);
    } else {
      cli::failed("that password can't be used: it is " + std::string(auth::name_of(*problem)));
    }
    return std::nullopt;
  }
  std::string hash = auth::hash_password(password, settings.accounts.password_cost);
  if (hash.empty()) {
    failed(Error::internal);
    return std::nullopt;
  }
  return hash;
}

int add(const config::Settings& settings, const UserId& user, const Parsed& arguments) {
  if (!auth::is_for_new_account(user)) return failed(Error::invalid_name);
  const auto name = auth::parse_display_name(arguments.value("display-name").value_or(user.text));
  if (!name) {
    return cli::failed("that display name can't be used: it is " +
                       std::string(auth::name_of(name.error())));
  }
  const auto hash = read_password_hash(settings, user, *name);
  if (!hash) return kFailed;
  if (!open_database(settings)->add_account({user, *name}, *hash, loop::Clock().now_ms())) {
    return failed(Error::name_taken);
  }
  std::printf("added %s\n", user.text.c_str());
  return kDone;
}

int change_password(const config::Settings& settings, const UserId& user) {
  const auto hash = read_password_hash(settings, user, user.text);
  if (!hash) return kFailed;
  if (!open_database(settings)->set_password(user, *hash, loop::Clock().now_ms()))
    return failed(Error::unknown_user);
  std::printf("changed the password of %s, who is signed out everywhere\n", user.text.c_str());
  return kDone;
}

int disable(const config::Settings& settings, const UserId& user, bool disabled) {
  if (!open_database(settings)->set_disabled(user, disabled, loop::Clock().now_ms()))
    return failed(Error::unknown_user);
  std::printf("%s %s\n", disabled ? "disabled" : "enabled", user.text.c_str());
  return kDone;
}

int list(const config::Settings& settings, const Parsed& arguments) {
  for (const store::AccountDetails& user : open_database(settings)->list_accounts()) {
    if (arguments.has("json")) {
      json::Writer line;
      line.begin_object();
      line.key("user");
      line.string(user.account.user.text);
      line.key("name");
      line.string(user.account.name);
      line.key("created_at_ms");
      line.integer(user.created_at_ms);
      line.key("disabled");
      line.boolean(user.account.disabled);
      line.key("call_waiting");
      line.boolean(user.account.call_waiting);
      line.end_object();
      std::printf("%s\n", line.text().c_str());
    } else {
      std::printf("%-24s %s%s\n", user.account.user.text.c_str(), user.account.name.c_str(),
                  user.account.disabled ? "  (disabled)" : "");
    }
  }
  return kDone;
}

int invite(const config::Settings& settings, const Parsed& arguments) {
  std::int64_t days = kDefaultInvitationDays;
  if (const auto text = arguments.value("days")) {
    const char* end = text->data() + text->size();
    const auto [stopped, error] = std::from_chars(text->data(), end, days);
    if (error != std::errc{} || stopped != end || days < 1 || days > 365) {
      return misused("--days must be from 1 to 365");
    }
  }
  const std::string code = auth::make_invitation_code();
  const std::int64_t now_ms = loop::Clock().now_ms();
  const auto store = open_database(settings);
  store->add_invitation(auth::hash_secret(auth::normalise_invitation_code(code)), now_ms,
                        now_ms + days * kDayMs);
  const std::string known = store->origin();
  const std::string origin = known.empty() ? settings.origin(settings.listen.port) : known;
  std::printf("%s/#/sign-up/%s\n", origin.c_str(), code.c_str());
  return kDone;
}

}  // namespace

int user(const Parsed& arguments) {
  const auto settings = settings_for(arguments);
  if (!settings) return kFailed;
  if (!auth::prepare_secrets()) return failed(Error::internal);

  // The wrong folder is more likely than a first account before the first start: nothing is made.
  if (!has_database(*settings)) return kFailed;
  const std::string& command = arguments.command;
  if (command == "user list") return list(*settings, arguments);
  if (command == "user invite") return invite(*settings, arguments);
  const auto user = parse_user_id(arguments.operands.front());
  if (!user) return failed(Error::invalid_name);
  if (command == "user add") return add(*settings, *user, arguments);
  if (command == "user passwd") return change_password(*settings, *user);
  if (command == "user disable") return disable(*settings, *user, true);
  if (command == "user enable") return disable(*settings, *user, false);
  return misused("nothing carries out " + command);
}

}  // namespace parley::server::cli
