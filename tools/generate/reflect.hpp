// Turns C++ types into the model: walks `fields()`, `names()` and `kType` of core/json/codec.hpp.
#pragma once

#include "core/json/codec.hpp"
#include "tools/generate/comments.hpp"
#include "tools/generate/model.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace parley::generate {

/// The qualified name of a type, taken from the compiler's name of this function.
template <class T>
constexpr std::string_view qualified_name() {
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("T = ") + 4);
  return name.substr(0, name.find_first_of(";]"));
}

constexpr std::string_view unqualified(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

class Builder {
 public:
  Builder(Model& model, const Comments& comments) : model_(model), comments_(comments) {}

  /// From now on, types of the shared namespace belong to `home`.
  void set_home(Home home) { home_ = home; }

  /// A variant has no reflected name in C++, so its owner names it.
  template <class Variant>
  void add_union(std::string name, std::string description) {
    Union all;
    [&]<class... Ts>(std::type_identity<std::variant<Ts...>>) {
      (all.alternatives.push_back(refer<Ts>().type), ...);
    }(std::type_identity<Variant>{});
    add(std::string(qualified_name<Variant>()),
        {std::move(name), home_, std::move(description), std::move(all)});
  }

  template <json::Described T>
  void add_structure() {
    (void)refer<T>();
  }

  template <json::Named T>
  void add_enumeration(std::string name) {
    add_enumeration_as<T>(std::move(name));
  }

 private:
  template <class T>
  Shape shape_of() {
    if constexpr (std::same_as<T, bool>) {
      return Boolean{};
    } else if constexpr (std::integral<T>) {
      // Numbers beyond 2^53 are not exact in JavaScript, so no type may use them.
      constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;
      if constexpr (sizeof(T) == 8)
        return Integer{std::is_signed_v<T> ? -kExact : 0, kExact};
      else
        return Integer{std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
    } else if constexpr (std::same_as<T, std::string>) {
      return String{};
    } else if constexpr (std::same_as<T, json::Raw>) {
      return Anything{};
    } else if constexpr (requires { T::kMaxBytes; } && !std::same_as<T, UserId>) {
      return String{T::kMaxBytes};
    } else if constexpr (requires { typename T::Element; }) {
      return ListOf{T::kMaxSize, {shape_of<typename T::Element>()}};
    } else {
      return refer<T>();
    }
  }

  template <class T>
  struct Tagged : std::false_type {};
  template <class Tag>
  struct Tagged<Uuid<Tag>> : std::true_type {
    using Name = Tag;
    static constexpr IdentifierKind kKind = IdentifierKind::uuid;
  };
  template <class Tag>
  struct Tagged<Serial<Tag>> : std::true_type {
    using Name = Tag;
    static constexpr IdentifierKind kKind = IdentifierKind::serial;
  };

  /// Adds the type if it is missing, and returns its index.
  template <class T>
  Reference refer() {
    const std::string key(qualified_name<T>());
    if (const auto found = places_.find(key); found != places_.end()) return {found->second};
    if constexpr (Tagged<T>::value) {
      // Ids are aliases of templates; the tag of CallId is CallIdTag.
      std::string name(qualified_name<typename Tagged<T>::Name>());
      name.resize(name.size() - std::string_view("Tag").size());
      return add(key, {std::string(unqualified(name)), home_, comments_.about(name),
                       Identifier{Tagged<T>::kKind}});
    } else if constexpr (std::same_as<T, UserId>) {
      return add(key, {"UserId", home_, comments_.about(key), Identifier{IdentifierKind::user}});
    } else if constexpr (json::Named<T>) {
      return add_enumeration_as<T>(std::string(unqualified(key)));
    } else if constexpr (json::IsVariant<T>::value) {
      throw std::logic_error("a union is used before add_union: " + key);
    } else {
      static_assert(json::Described<T>, "a struct on the wire lists its fields()");
      Structure structure;
      if constexpr (requires { T::kType; }) structure.type = T::kType;
      std::apply([&](const auto&... field) { (structure.members.push_back(member(field)), ...); },
                 T::fields());
      return add(key, {std::string(unqualified(key)), home_of(key), comments_.about(key),
                       std::move(structure)});
    }
  }

  template <class AnyField>
  Member member(const AnyField& field) {
    using T = AnyField::Value;
    Member member{std::string(field.name), std::string(field.description), false, !field.required,
                  Boolean{}};
    if constexpr (json::IsOptional<T>::value) {
      member.optional = true;
      member.shape = shape_of<typename T::value_type>();
    } else {
      member.shape = shape_of<T>();
    }
    return member;
  }

  template <json::Named T>
  Reference add_enumeration_as(std::string name) {
    const std::string key(qualified_name<T>());
    const auto enumerators = comments_.enumerators(key);
    Enumeration enumeration;
    for (const std::string_view value : names(T{})) {
      const std::size_t i = enumeration.values.size();
      enumeration.values.push_back(
          {std::string(value), i < enumerators.size() ? enumerators[i].text : std::string()});
    }
    if (enumeration.values.size() != enumerators.size()) {
      throw std::runtime_error(key + ": names() and the enumerators differ in number");
    }
    return add(key, {std::move(name), home_of(key), comments_.about(key), std::move(enumeration)});
  }

  Reference add(const std::string& key, Type type) {
    const bool taken = std::ranges::any_of(model_.types, [&](const Type& other) {
      return other.home == type.home && other.name == type.name;
    });
    if (taken) throw std::runtime_error("two types would both be called " + type.name);
    places_[key] = model_.types.size();
    model_.types.push_back(std::move(type));
    return {model_.types.size() - 1};
  }

  [[nodiscard]] Home home_of(std::string_view key) const {
    return key.starts_with("parley::wire::") ? Home::wire : home_;
  }

  Model& model_;
  const Comments& comments_;
  Home home_ = Home::errors;
  std::map<std::string, std::size_t> places_;
};

}  // namespace parley::generate
