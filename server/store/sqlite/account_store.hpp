// The account store in SQLite.
#pragma once

#include "server/store/accounts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::server::store::sqlite {

class Store;

class AccountStore final : public store::AccountStore {
 public:
  explicit AccountStore(Store& store) : store_(store) {}

  std::vector<Account> take_initial_accounts() override;
  [[nodiscard]] bool anybody_signed_in() const override;
  std::int64_t plausible_now_ms() override;

  void has_accounts(Done<bool> done) override;
  void check_sign_up(const UserId& user, Admission admission,
                     const std::optional<SecretHash>& invitation,
                     Done<std::optional<Error>> done) override;
  void sign_up(NewAccount account, Done<SignUpResult> done) override;

  void add_invitation(const UserId& by, const Invitation& invitation, Done<bool> done) override;
  void note_origin(const std::string& origin) override;
  void list_invitations(const UserId& by, Done<std::vector<Invitation>> done) override;
  void withdraw_invitation(const UserId& by, const std::string& id, Done<bool> done) override;

  void find_credentials(const UserId& user, Done<std::optional<Credentials>> done) override;
  void replace_hash(const Credentials& old, const std::string& new_hash, Done<bool> done) override;
  void change_password(const Credentials& old, const std::string& new_hash, const SecretHash& kept,
                       Done<std::optional<Hashes>> done) override;

  void grant_token(const Credentials& checked, NewToken token, Hashes last_to_go,
                   Done<std::optional<Hashes>> done) override;
  void check_token(const SecretHash& hash, Done<std::optional<TokenOwner>> done) override;
  void touch_token(const SecretHash& hash) override;
  void remove_token(const SecretHash& hash, Done<std::optional<TokenOwner>> done) override;
  void list_tokens(const UserId& user, Done<std::vector<TokenDetails>> done) override;
  void end_token(const UserId& user, const std::string& id,
                 Done<std::optional<SecretHash>> done) override;
  void end_other_tokens(const UserId& user, const SecretHash& kept, Done<Hashes> done) override;

  void set_call_waiting(const UserId& user, bool call_waiting,
                        Done<std::optional<Account>> done) override;
  void set_who_may_call(const UserId& user, WhoMayCall who,
                        Done<std::optional<Account>> done) override;

 private:
  Store& store_;
};

}  // namespace parley::server::store::sqlite
