#include "core/json/codec.hpp"

#include "core/json/reader.hpp"

#include <string>
#include <string_view>

namespace parley::json {

bool find_type(Reader in, std::string& type) {
  bool found = false;
  // Our writers put "type" first, so the search nearly always ends at the first member.
  (void)!in.object([&](std::string_view key) {
    if (key != "type") return in.skip();
    found = in.string(type, 64);
    return false;
  });
  return found;
}

}  // namespace parley::json
