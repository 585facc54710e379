#include "server/store/accounts.hpp"

#include "server/store/schema.hpp"
#include "server/store/test_folder.hpp"

#include <gtest/gtest.h>

namespace parley::server::store {
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
  TestFolder folder;
  Database database{folder.file("db"), Database::Access::read_write, 100};
};

TEST_F(Accounts, ANameIsTakenOnce) {
  EXPECT_FALSE(add_user(database, {{"alice"}, "Another"}, "other", 2));
  EXPECT_EQ(find_credentials(database, {"alice"})->password_hash, "hash");
}

TEST_F(Accounts, ATokenIsGoodUntilItExpires) {
  add_token(database, hash_of(1), {"alice"}, 100, 200);
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
  add_token(database, hash_of(1), {"alice"}, 0, 1000);
  EXPECT_TRUE(anybody_signed_in(database, 999));
  EXPECT_FALSE(anybody_signed_in(database, 1000));
}

TEST_F(Accounts, ANewTokenBeyondTheLimitReplacesTheOldest) {
  for (unsigned char i = 0; i <= kMaxTokensPerUser; ++i) {
    add_token(database, hash_of(i), {"alice"}, 100 + i, 1000);
  }
  EXPECT_FALSE(find_token(database, hash_of(0), 500));
  EXPECT_TRUE(find_token(database, hash_of(1), 500));
  EXPECT_TRUE(find_token(database, hash_of(kMaxTokensPerUser), 500));
}

TEST_F(Accounts, ANewPasswordWithdrawsAllTokens) {
  add_token(database, hash_of(1), {"alice"}, 100, 1000);
  EXPECT_TRUE(set_password(database, {"alice"}, "new"));
  EXPECT_FALSE(find_token(database, hash_of(1), 500));
  EXPECT_EQ(find_credentials(database, {"alice"})->password_hash, "new");
  EXPECT_FALSE(set_password(database, {"nobody"}, "new"));
}

TEST_F(Accounts, ADisabledUserIsNotLetInAndNotFound) {
  add_token(database, hash_of(1), {"alice"}, 100, 1000);
  EXPECT_TRUE(set_disabled(database, {"alice"}, true));
  EXPECT_FALSE(find_credentials(database, {"alice"}));
  EXPECT_FALSE(find_token(database, hash_of(1), 500));
  EXPECT_TRUE(find_people(database, {"bob"}, "", 10).empty());
  EXPECT_TRUE(set_disabled(database, {"alice"}, false));
  EXPECT_TRUE(find_credentials(database, {"alice"}));
}

TEST_F(Accounts, AnInvitationIsUsedUpOnce) {
  add_invitation(database, hash_of(1), 100, 200);
  EXPECT_TRUE(invitation_is_valid(database, hash_of(1), 150));
  EXPECT_FALSE(take_invitation(database, hash_of(1), 200)) << "expired";
  EXPECT_TRUE(take_invitation(database, hash_of(1), 150));
  EXPECT_FALSE(take_invitation(database, hash_of(1), 150));
}

TEST_F(Accounts, PeopleAreFoundByNameAndAccountButNeverOneself) {
  ASSERT_TRUE(add_user(database, {{"bob"}, "Robert"}, "x", 1));
  ASSERT_TRUE(add_user(database, {{"carol"}, "100% Carol_"}, "x", 1));
  const auto search = [&](const char* text) {
    std::string found;
    for (const Account& person : find_people(database, {"alice"}, text, 10)) {
      found += person.user.text + ' ';
    }
    return found;
  };
  EXPECT_EQ(search(""), "carol bob ") << "ordered by the name to show";
  EXPECT_EQ(search("BO"), "bob ");
  EXPECT_EQ(search("obert"), "bob ");
  EXPECT_EQ(search("%"), "carol ") << "a wildcard is a letter here";
  EXPECT_EQ(search("_"), "carol ");
  EXPECT_EQ(search("\\"), "");
  EXPECT_EQ(search("alice"), "");
  EXPECT_EQ(find_people(database, {"alice"}, "", 1).size(), 1U);
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
  add_token(database, hash_of(1), {"alice"}, 100, 200);
  add_token(database, hash_of(2), {"alice"}, 100, 300);
  prune_secrets(database, 250);
  Query count = database.query("SELECT count(*) FROM tokens");
  ASSERT_TRUE(count.step());
  EXPECT_EQ(count.integer(0), 1);
}

}  // namespace
}  // namespace parley::server::store
