#include "server/store/sqlite/accounts.hpp"

#include "server/store/sqlite/invitations.hpp"
#include "server/store/sqlite/schema.hpp"
#include "server/store/test_folder.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace parley::server::store::sqlite {
namespace {

SecretHash hash_of(unsigned char byte) {
  SecretHash hash{};
  hash[0] = std::byte{byte};
  return hash;
}

class Accounts : public testing::Test {
 protected:
  Accounts() {
    migrate(database);
    EXPECT_TRUE(add_user(database, {{"alice"}, "Alice"}, "hash", 1));
  }
  std::vector<SecretHash> add(const SecretHash& hash, std::int64_t now_ms,
                              std::int64_t expires_at_ms,
                              std::span<const SecretHash> last_to_go = {}) {
    return add_token(database, {hash, {"alice"}, now_ms, expires_at_ms, {}}, last_to_go);
  }
  TestFolder folder;
  Database database{folder.file("db"), Database::Access::read_write, 100};
};

TEST_F(Accounts, ANameIsTakenOnce) {
  EXPECT_FALSE(add_user(database, {{"alice"}, "Another"}, "other", 2));
  EXPECT_EQ(find_credentials(database, {"alice"})->password_hash, "hash");
}

TEST_F(Accounts, ATokenIsGoodUntilItExpires) {
  (void)add(hash_of(1), 100, 200);
  const auto owner = find_token(database, hash_of(1), 199);
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->account.user.text, "alice");
  EXPECT_EQ(owner->expires_at_ms, 200);
  EXPECT_FALSE(owner->last_used_at_ms);
  touch_token(database, hash_of(1), 150);
  EXPECT_EQ(find_token(database, hash_of(1), 199)->last_used_at_ms, 150);
  EXPECT_FALSE(find_token(database, hash_of(1), 200));
  EXPECT_FALSE(find_token(database, hash_of(2), 100));
}

TEST_F(Accounts, SomebodyIsSignedInWhileAnyTokenIsGood) {
  EXPECT_FALSE(anybody_signed_in(database, 0));
  (void)add(hash_of(1), 0, 1000);
  EXPECT_TRUE(anybody_signed_in(database, 999));
  EXPECT_FALSE(anybody_signed_in(database, 1000));
}

TEST_F(Accounts, ANewTokenBeyondTheLimitReplacesTheOneThatWasUsedLongestAgo) {
  for (unsigned char i = 0; i < kMaxTokensPerUser; ++i) {
    EXPECT_TRUE(add(hash_of(i), 100 + i, 1000).empty());
  }
  touch_token(database, hash_of(0), 400);
  EXPECT_EQ(add(hash_of(200), 500, 1000), std::vector{hash_of(1)});
  EXPECT_TRUE(find_token(database, hash_of(0), 500));
  EXPECT_FALSE(find_token(database, hash_of(1), 500));
  EXPECT_TRUE(find_token(database, hash_of(200), 500));
}

TEST_F(Accounts, TokensInUseGoAfterAllOthersAndInTheirOrder) {
  std::vector<SecretHash> all;
  for (unsigned char i = 0; i < kMaxTokensPerUser; ++i) {
    (void)add(hash_of(i), 100 + i, 1000);
    all.push_back(hash_of(i));
  }
  const std::vector in_use{hash_of(0), hash_of(1)};
  EXPECT_EQ(add(hash_of(200), 500, 1000, in_use), std::vector{hash_of(2)});
  std::swap(all[0], all[5]);
  EXPECT_EQ(add(hash_of(201), 500, 1000, all), std::vector{hash_of(200)});
  all.push_back(hash_of(201));
  EXPECT_EQ(add(hash_of(202), 500, 1000, all), std::vector{hash_of(5)}) << "the first of them";
}

TEST_F(Accounts, AUserSeesTheirTokensAndWhatTheySignedInWith) {
  (void)add_token(database, {hash_of(1), {"alice"}, 100, 1000, {"Firefox", "Linux"}});
  (void)add_token(database, {hash_of(2), {"alice"}, 110, 1000, {}});
  (void)add_token(database, {hash_of(3), {"alice"}, 90, 150, {}});
  const auto tokens = tokens_of(database, {"alice"}, 200);
  ASSERT_EQ(tokens.size(), 2U) << "one has expired";
  EXPECT_EQ(tokens[0].hash, hash_of(2));
  EXPECT_EQ(tokens[0].device.software, "");
  EXPECT_EQ(tokens[1].device.software, "Firefox");
  EXPECT_EQ(tokens[1].device.system, "Linux");
  EXPECT_EQ(tokens[1].last_used_at_ms, 100);
  EXPECT_EQ(remove_other_tokens(database, {"alice"}, hash_of(2)).size(), 2U);
  EXPECT_EQ(tokens_of(database, {"alice"}, 0).size(), 1U);
}

TEST_F(Accounts, APasswordIsReplacedOnlyWhileItIsTheOneThatWasLookedAt) {
  (void)add(hash_of(1), 100, 1000);
  EXPECT_FALSE(replace_password(database, {"alice"}, "another hash", "new"));
  EXPECT_TRUE(replace_password(database, {"alice"}, "hash", "new"));
  EXPECT_EQ(find_credentials(database, {"alice"})->password_hash, "new");
  EXPECT_TRUE(find_token(database, hash_of(1), 500)) << "tokens stay";
}

TEST_F(Accounts, WhatComesOutIsTextWhateverWasPutIn) {
  database.execute("UPDATE users SET name = cast(x'41eda08042' AS TEXT)");
  EXPECT_EQ(find_credentials(database, {"alice"})->account.name, "A\ufffd\ufffd\ufffdB");
  database.execute("UPDATE users SET name = cast(x'411b0a42' AS TEXT)");
  EXPECT_EQ(find_credentials(database, {"alice"})->account.name, "A\ufffd\ufffdB");
  database.execute("UPDATE users SET name = ''");
  EXPECT_EQ(find_credentials(database, {"alice"})->account.name, "alice");
  std::string wide;
  for (int i = 0; i < 2500; ++i) wide += "é";
  database.execute("UPDATE users SET name = 'x" + wide + "'");
  const std::string name = find_credentials(database, {"alice"})->account.name;
  EXPECT_EQ(name, "x" + wide.substr(0, 126)) << "cut between two characters";
}

TEST_F(Accounts, ANewPasswordWithdrawsAllTokens) {
  (void)add(hash_of(1), 100, 1000);
  EXPECT_TRUE(set_password(database, {"alice"}, "new"));
  EXPECT_FALSE(find_token(database, hash_of(1), 500));
  EXPECT_EQ(find_credentials(database, {"alice"})->password_hash, "new");
  EXPECT_FALSE(set_password(database, {"nobody"}, "new"));
}

TEST_F(Accounts, ADisabledUserIsNotLetInAndNotFound) {
  (void)add(hash_of(1), 100, 1000);
  EXPECT_TRUE(set_disabled(database, {"alice"}, true));
  EXPECT_FALSE(find_credentials(database, {"alice"}));
  EXPECT_FALSE(find_token(database, hash_of(1), 500));
  EXPECT_TRUE(list_users(database)[0].account.disabled);
  EXPECT_TRUE(set_disabled(database, {"alice"}, false));
  EXPECT_TRUE(find_credentials(database, {"alice"}));
}

TEST_F(Accounts, AnInvitationIsFoundUntilItExpiresOrIsRemoved) {
  add_invitation(database, std::nullopt, {hash_of(1), 100, 200});
  EXPECT_EQ(find_invitation(database, hash_of(1), 150), Inviter());
  EXPECT_FALSE(find_invitation(database, hash_of(1), 200)) << "expired";
  remove_invitation(database, hash_of(1));
  EXPECT_FALSE(find_invitation(database, hash_of(1), 150));
}

TEST_F(Accounts, AnInvitationByADisabledUserIsNotValid) {
  ASSERT_TRUE(add_user(database, {{"dora"}, "Dora"}, "x", 1));
  add_invitation(database, UserId{"dora"}, {hash_of(1), 100, 200});
  EXPECT_EQ(find_invitation(database, hash_of(1), 150), Inviter{UserId{"dora"}});
  ASSERT_TRUE(set_disabled(database, {"dora"}, true));
  EXPECT_FALSE(find_invitation(database, hash_of(1), 150));
}

TEST_F(Accounts, AUsersInvitationsAreListedTheNewestFirst) {
  ASSERT_TRUE(add_user(database, {{"dora"}, "Dora"}, "x", 1));
  add_invitation(database, UserId{"dora"}, {hash_of(1), 100, 200});
  add_invitation(database, UserId{"dora"}, {hash_of(2), 110, 300});
  add_invitation(database, std::nullopt, {hash_of(3), 120, 300});
  const auto open = invitations_by(database, {"dora"}, 150);
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(open[0].hash, hash_of(2));
  EXPECT_EQ(invitations_by(database, {"dora"}, 250).size(), 1U) << "the other has expired";
}

TEST_F(Accounts, ChangesTellWhatIsNewAndWhoIsSignedOut) {
  const std::int64_t before = last_account_change(database);
  ASSERT_TRUE(add_user(database, {{"bob"}, "Bob"}, "x", 1));
  ASSERT_TRUE(set_password(database, {"alice"}, "new"));
  const auto changes = account_changes_since(database, before);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].account.user.text, "bob");
  EXPECT_FALSE(changes[0].signed_out);
  EXPECT_EQ(changes[1].account.user.text, "alice");
  EXPECT_TRUE(changes[1].signed_out);
  EXPECT_TRUE(account_changes_since(database, changes[1].account.change).empty());
}

TEST_F(Accounts, CallWaitingIsOnUntilItIsTurnedOff) {
  EXPECT_TRUE(find_credentials(database, {"alice"})->account.call_waiting);
  const std::int64_t before = last_account_change(database);
  const auto changed = set_call_waiting(database, {"alice"}, false);
  ASSERT_TRUE(changed);
  EXPECT_FALSE(changed->call_waiting);
  EXPECT_GT(changed->change, before) << "other readings are older";
  EXPECT_FALSE(find_credentials(database, {"alice"})->account.call_waiting);
  const auto changes = account_changes_since(database, before);
  ASSERT_EQ(changes.size(), 1U) << "another process finds it";
  EXPECT_FALSE(changes[0].account.call_waiting);
  EXPECT_FALSE(changes[0].signed_out);
  EXPECT_FALSE(set_call_waiting(database, {"nobody"}, false));
}

TEST_F(Accounts, ExpiredSecretsArePruned) {
  (void)add(hash_of(1), 100, 200);
  (void)add(hash_of(2), 100, 300);
  (void)add(hash_of(3), 100, 200);
  EXPECT_EQ(prune_secrets(database, 250, 1), 1) << "a share at a time";
  EXPECT_EQ(prune_secrets(database, 250, 100), 1);
  Query count = database.query("SELECT count(*) FROM tokens");
  ASSERT_TRUE(count.step());
  EXPECT_EQ(count.integer(0), 1);
}

}  // namespace
}  // namespace parley::server::store::sqlite
