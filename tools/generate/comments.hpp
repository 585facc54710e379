// Reads the comments of the core's headers, so that the generated types and documents say what the
// source says. Only declarations at the left margin count, which is where ours stand; a header that
// is formatted otherwise loses its comments, not its types.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::generate {

/// One enumerator: `going_away = 1001,  // why`.
struct EnumeratorComment {
  std::string name;
  std::optional<std::int64_t> value;
  std::string text;
};

/// One `inline constexpr` constant.
struct Constant {
  std::string name;
  /// Absent when it is no product of whole numbers on one line.
  std::optional<std::int64_t> value;
  std::string text;
};

class Comments {
 public:
  /// Reads every header below `folder`.
  explicit Comments(const std::filesystem::path& folder);

  /// The comment above a struct, enum or alias, in one line; empty when there is none.
  [[nodiscard]] std::string about(std::string_view qualified_name) const;
  /// The enumerators of an enum in their order.
  [[nodiscard]] std::vector<EnumeratorComment> enumerators(std::string_view qualified_name) const;
  /// The constants of a namespace in their order.
  [[nodiscard]] std::vector<Constant> constants(std::string_view name_space) const;

 private:
  void read(const std::filesystem::path& header);

  std::map<std::string, std::string, std::less<>> about_;
  std::map<std::string, std::vector<EnumeratorComment>, std::less<>> enumerators_;
  std::map<std::string, std::vector<Constant>, std::less<>> constants_;
};

}  // namespace parley::generate
