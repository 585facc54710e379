// The data about C++ types that the writers need. Filled by reflect.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley::generate {

/// The generated TypeScript file of a type.
enum class Home : std::uint8_t { errors, wire, phone };

struct Boolean {};

struct Integer {
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
};

struct String {
  std::optional<std::size_t> max_bytes;
};

/// Any JSON value, not interpreted.
struct Anything {};

/// A named type, by its index in `Model::types`.
struct Reference {
  std::size_t type = 0;
};

struct ListOf;

using Shape = std::variant<Boolean, Integer, String, Anything, Reference, ListOf>;

struct ListOf {
  std::size_t max_size = 0;
  std::vector<Shape> element;  // exactly one; a vector because Shape is incomplete here
};

struct Member {
  std::string name;
  std::string description;
  bool optional = false;
  /// Always written, but absent in messages of an older peer.
  bool added = false;
  Shape shape;
};

enum class IdentifierKind : std::uint8_t { uuid, serial, user };

struct Identifier {
  IdentifierKind kind = IdentifierKind::uuid;
};

struct Value {
  std::string name;
  std::string description;
};

struct Enumeration {
  std::vector<Value> values;
};

struct Structure {
  /// The value of the member "type"; empty for a struct that is not in a union.
  std::string type;
  std::vector<Member> members;
};

struct Union {
  std::vector<std::size_t> alternatives;
};

struct Type {
  std::string name;
  Home home = Home::wire;
  std::string description;
  std::variant<Identifier, Enumeration, Structure, Union> what;
};

struct ErrorRow {
  std::string code;
  std::string error_class;
  std::string retry;
  std::string sentence;
  std::string next_step;
};

struct CloseCodeRow {
  std::string name;
  std::int64_t value = 0;
  std::string description;
};

struct Limit {
  std::string name;
  std::int64_t value = 0;
  std::string description;
};

struct Model {
  /// Each type comes after the types it refers to.
  std::vector<Type> types;
  std::vector<ErrorRow> errors;
  std::vector<CloseCodeRow> close_codes;
  std::vector<Limit> limits;

  [[nodiscard]] const Type& named(std::string_view name) const;
  [[nodiscard]] const Type& of(Reference reference) const { return types[reference.type]; }
};

}  // namespace parley::generate
