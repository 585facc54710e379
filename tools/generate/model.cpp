#include "tools/generate/model.hpp"

#include <algorithm>
#include <stdexcept>

namespace parley::generate {

const Type& Model::named(std::string_view name) const {
  const auto found =
      std::ranges::find_if(types, [&](const Type& type) { return type.name == name; });
  if (found == types.end()) throw std::out_of_range("no type called " + std::string(name));
  return *found;
}

}  // namespace parley::generate
