// The commands of `parley`. Each takes the arguments behind its name and returns the exit status:
// 0 for done, 1 for "could not", 2 for "did not understand".
#pragma once

#include <string>
#include <vector>

namespace parley::server::cli {

struct Parsed;
using Arguments = std::vector<std::string>;

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kMisused = 2;

[[nodiscard]] int run(const Arguments& arguments);

[[nodiscard]] int serve(const Arguments& arguments);
[[nodiscard]] int config(const Arguments& arguments);
/// 1 also means that a TURN server of the configuration fails.
[[nodiscard]] int doctor(const Arguments& arguments);
[[nodiscard]] int user(const Parsed& arguments);
[[nodiscard]] int calls(const Parsed& arguments);
/// 1 means that a difference was found, 2 that the file can't be run.
[[nodiscard]] int replay(const Parsed& arguments);

}  // namespace parley::server::cli
