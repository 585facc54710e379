#include "core/errors/catalogue.hpp"

#include "core/json/codec.hpp"
#include "core/json/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace parley {

namespace {

TEST(ErrorCatalogue, CodesAreAFolderAndAName) {
  for (const ErrorInfo& row : kErrors) {
    const std::size_t slash = row.code.find('/');
    ASSERT_NE(slash, std::string_view::npos) << row.code;
    EXPECT_EQ(row.code.rfind('/'), slash) << row.code;
    EXPECT_GT(slash, 0U) << row.code;
    EXPECT_LT(slash + 1, row.code.size()) << row.code;
    EXPECT_TRUE(std::ranges::all_of(row.code, [](char c) {
      return (c >= 'a' && c <= 'z') || c == '-' || c == '/';
    })) << row.code;
  }
}

TEST(ErrorCatalogue, TextsAreSentences) {
  for (const ErrorInfo& row : kErrors) {
    for (const std::string_view text : {row.sentence, row.next_step}) {
      EXPECT_TRUE(text.front() >= 'A' && text.front() <= 'Z') << row.code;
      EXPECT_EQ(text.back(), '.') << row.code;
      // Two lines of a phone.
      EXPECT_LE(text.size(), 80U) << row.code;
    }
  }
}

TEST(ErrorCatalogue, EveryClassAndRetryHasAName) {
  for (const ErrorInfo& row : kErrors) {
    EXPECT_LT(static_cast<std::size_t>(row.error_class), names(ErrorClass{}).size()) << row.code;
    EXPECT_LT(static_cast<std::size_t>(row.retry), names(Retry{}).size()) << row.code;
  }
}

TEST(ErrorCatalogue, CodesTravelAsJson) {
  for (const ErrorInfo& row : kErrors) {
    const std::string text = json::to_json(row.error);
    EXPECT_EQ(text, '"' + std::string(row.code) + '"');
    json::Reader in(text);
    json::ReadError error;
    Error back{};
    ASSERT_TRUE(json::read(in, back, error)) << row.code;
    EXPECT_EQ(back, row.error);
    EXPECT_EQ(code_of(row.error), row.code);
  }
}

}  // namespace

}  // namespace parley
