// Reads the comments of headers, so that the generated types and documents contain the text of the
// source. Only declarations without indentation count, as in this project's format; a header with
// another format loses its comments, but not its types.
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

/// A number and its unit: "s" for `4s` and `std::chrono::seconds(4)`, empty for `4`.
struct Quantity {
  std::int64_t number = 0;
  std::string unit;
};

/// One `inline constexpr` constant.
struct Constant {
  std::string name;
  /// Absent if it is not a product of whole numbers, durations and constants above it.
  std::optional<Quantity> value;
  std::string text;
};

class Comments {
 public:
  /// Reads every header below these folders of `root`.
  Comments(const std::filesystem::path& root, const std::vector<std::string>& folders);

  /// The comment above a struct, enum or alias, as one line; empty without one.
  [[nodiscard]] std::string about(std::string_view qualified_name) const;
  /// The enumerators of an enum in order.
  [[nodiscard]] std::vector<EnumeratorComment> enumerators(std::string_view qualified_name) const;
  /// The constants of a header in order; `header` is relative to the root.
  [[nodiscard]] std::vector<Constant> constants(std::string_view header) const;

 private:
  void read(const std::filesystem::path& header, const std::string& path);

  std::map<std::string, std::string, std::less<>> about_;
  std::map<std::string, std::vector<EnumeratorComment>, std::less<>> enumerators_;
  std::map<std::string, std::vector<Constant>, std::less<>> constants_;
};

}  // namespace parley::generate
