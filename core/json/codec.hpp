// Turns C++ structs into JSON and back from one description: each struct lists its members once, in
// `fields()`, and reading, writing, the JSON Schema, the TypeScript types and the protocol document
// all follow from that list.
//
//   struct Invite {
//     static constexpr std::string_view kType = "invite";   // only for members of a tagged union
//     CallId call;
//     static constexpr auto fields() { return std::tuple{field("call", &Invite::call, "...")}; }
//   };
//
// An enumeration provides `constexpr auto names(TheEnum)`: its JSON names in enumerator order.
// Unknown members are ignored, so that a newer peer can be understood. `std::optional` may be
// absent, and so may a member listed with `added_field`, for an older peer's sake: then it keeps
// its default.
#pragma once

#include "core/base/ids.hpp"
#include "core/json/reader.hpp"
#include "core/json/writer.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace parley::json {

/// Text of at most `N` bytes of UTF-8.
template <std::size_t N>
struct Text {
  static constexpr std::size_t kMaxBytes = N;
  std::string value;
  auto operator<=>(const Text&) const = default;
};

/// A list of at most `N` elements.
template <class T, std::size_t N>
struct List {
  static constexpr std::size_t kMaxSize = N;
  using Element = T;
  std::vector<T> items;
  bool operator==(const List&) const = default;
};

/// A JSON value that is stored but not parsed; contains its exact text.
struct Raw {
  std::string text = "null";
  bool operator==(const Raw&) const = default;
};

template <class Struct, class Member>
struct Field {
  using Value = Member;
  std::string_view name;
  Member Struct::* member;
  std::string_view description;
  bool required = true;

  /// The member of `whole`, which is a `Struct`.
  constexpr auto& of(auto& whole) const { return whole.*member; }
};

/// A field for a member of a member: in JSON it is a member of the outer object.
template <class Struct, class Group, class Member>
struct PartField {
  using Value = Member;
  std::string_view name;
  Group Struct::* group;
  Member Group::* member;
  std::string_view description;
  bool required = true;

  constexpr auto& of(auto& whole) const { return whole.*group.*member; }
};

template <class Struct, class Member>
constexpr Field<Struct, Member> field(std::string_view name, Member Struct::* member,
                                      std::string_view description) {
  return {name, member, description};
}

template <class Struct, class Group, class Member>
constexpr PartField<Struct, Group, Member> field(std::string_view name, Group Struct::* group,
                                                 Member Group::* member,
                                                 std::string_view description) {
  return {name, group, member, description};
}

/// A member that older peers do not send; it is always written.
template <class Struct, class Member>
constexpr Field<Struct, Member> added_field(std::string_view name, Member Struct::* member,
                                            std::string_view description) {
  return {name, member, description, false};
}

template <class Struct, class Group, class Member>
constexpr PartField<Struct, Group, Member> added_field(std::string_view name, Group Struct::* group,
                                                       Member Group::* member,
                                                       std::string_view description) {
  return {name, group, member, description, false};
}

template <class T>
concept Described = requires { T::fields(); };

template <class T>
concept Named = std::is_enum_v<T> && requires(T value) { names(value); };

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsVariant : std::false_type {};
template <class... Ts>
struct IsVariant<std::variant<Ts...>> : std::true_type {};

// ---- writing ----

template <Described T>
void write(Writer& out, const T& value);
template <class... Ts>
void write(Writer& out, const std::variant<Ts...>& value);

inline void write(Writer& out, bool value) { out.boolean(value); }
inline void write(Writer& out, const std::string& value) { out.string(value); }
inline void write(Writer& out, const Raw& value) { out.raw(value.text); }
inline void write(Writer& out, const UserId& value) { out.string(value.text); }

template <std::integral T>
  requires(!std::same_as<T, bool>)
void write(Writer& out, T value) {
  out.integer(static_cast<std::int64_t>(value));
}

template <std::size_t N>
void write(Writer& out, const Text<N>& value) {
  out.string(value.value);
}

template <class Tag>
void write(Writer& out, const Uuid<Tag>& value) {
  out.string(to_string(value));
}

template <class Tag>
void write(Writer& out, const Serial<Tag>& value) {
  out.integer(static_cast<std::int64_t>(value.value));
}

template <Named T>
void write(Writer& out, T value) {
  out.string(names(value)[static_cast<std::size_t>(value)]);
}

template <class T, std::size_t N>
void write(Writer& out, const List<T, N>& value) {
  out.begin_array();
  for (const T& item : value.items) write(out, item);
  out.end_array();
}

template <class Struct, class AnyField>
void write_field(Writer& out, const Struct& value, const AnyField& field) {
  const auto& member = field.of(value);
  if constexpr (IsOptional<typename AnyField::Value>::value) {
    if (!member) return;
    out.key(field.name);
    write(out, *member);
  } else {
    out.key(field.name);
    write(out, member);
  }
}

/// Writes the members of `value` into an object that is already open.
template <Described T>
void write_members(Writer& out, const T& value) {
  if constexpr (requires { T::kType; }) {
    out.key("type");
    out.string(T::kType);
  }
  std::apply([&](const auto&... field) { (write_field(out, value, field), ...); }, T::fields());
}

template <Described T>
void write(Writer& out, const T& value) {
  out.begin_object();
  write_members(out, value);
  out.end_object();
}

template <class... Ts>
void write(Writer& out, const std::variant<Ts...>& value) {
  std::visit([&out](const auto& alternative) { write(out, alternative); }, value);
}

template <class T>
std::string to_json(const T& value) {
  Writer out;
  write(out, value);
  return std::move(out).take();
}

// ---- reading ----

/// Why a text was refused.
struct ReadError {
  enum class Kind : std::uint8_t { malformed, unknown_type, invalid_field };
  Kind kind = Kind::malformed;
  /// The type or the field with the error; empty when the text is not JSON.
  std::string_view where;
  std::size_t offset = 0;
};

template <Described T>
bool read(Reader& in, T& out, ReadError& error);
template <class... Ts>
bool read(Reader& in, std::variant<Ts...>& out, ReadError& error);

inline bool read(Reader& in, bool& out, ReadError&) { return in.boolean(out); }

inline bool read(Reader& in, std::string& out, ReadError&) {
  return in.string(out, std::numeric_limits<std::size_t>::max());
}

inline bool read(Reader& in, Raw& out, ReadError&) {
  std::string_view text;
  if (!in.raw(text)) return false;
  out.text = text;
  return true;
}

inline bool read(Reader& in, UserId& out, ReadError&) {
  std::string text;
  if (!in.string(text, UserId::kMaxBytes)) return false;
  auto user = parse_user_id(text);
  if (!user) return false;
  out = std::move(*user);
  return true;
}

template <std::integral T>
  requires(!std::same_as<T, bool>)
bool read(Reader& in, T& out, ReadError&) {
  std::int64_t value = 0;
  if (!in.integer(value)) return false;
  if constexpr (std::same_as<T, std::uint64_t>) {
    if (value < 0) return false;
  } else if constexpr (!std::same_as<T, std::int64_t>) {
    if (value < static_cast<std::int64_t>(std::numeric_limits<T>::min()) ||
        value > static_cast<std::int64_t>(std::numeric_limits<T>::max())) {
      return false;
    }
  }
  out = static_cast<T>(value);
  return true;
}

template <std::size_t N>
bool read(Reader& in, Text<N>& out, ReadError&) {
  return in.string(out.value, N);
}

template <class Tag>
bool read(Reader& in, Uuid<Tag>& out, ReadError&) {
  std::string text;
  if (!in.string(text, 36)) return false;
  const auto id = parse_uuid(text);
  if (!id) return false;
  out = {id->high, id->low};
  return true;
}

template <class Tag>
bool read(Reader& in, Serial<Tag>& out, ReadError& error) {
  return read(in, out.value, error);
}

template <Named T>
bool read(Reader& in, T& out, ReadError&) {
  constexpr auto kNames = names(T{});
  std::string text;
  if (!in.string(text, 64)) return false;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) {
      out = static_cast<T>(i);
      return true;
    }
  }
  // A newer peer may know more names; an enumeration that allows this defines their meaning here.
  if constexpr (requires { meaning_of_unknown(T{}); }) {
    out = meaning_of_unknown(T{});
    return true;
  }
  return false;
}

template <class T, std::size_t N>
bool read(Reader& in, List<T, N>& out, ReadError& error) {
  out.items.clear();
  return in.array([&] {
    if (out.items.size() == N) return false;
    return read(in, out.items.emplace_back(), error);
  });
}

/// The result of offering a member to a struct.
enum class Outcome : std::uint8_t { not_ours, read, failed };

namespace detail {

template <class Struct, class AnyField>
Outcome read_if_named(Reader& in, std::string_view key, Struct& out, const AnyField& field,
                      ReadError& error) {
  if (key != field.name) return Outcome::not_ours;
  auto& member = field.of(out);
  bool good = false;
  if constexpr (IsOptional<typename AnyField::Value>::value) {
    if (in.peek() == Reader::Kind::null) {
      member.reset();
      good = in.null();
    } else {
      good = read(in, member.emplace(), error);
    }
  } else {
    good = read(in, member, error);
  }
  if (good) return Outcome::read;
  if (error.where.empty()) error = {ReadError::Kind::invalid_field, field.name, in.offset()};
  return Outcome::failed;
}

template <Described T>
constexpr std::uint64_t required_fields() {
  std::uint64_t mask = 0;
  std::uint64_t bit = 1;
  std::apply(
      [&]<class... Fields>(const Fields&... fields) {
        (([&]<class AnyField>(const AnyField& field) {
           if (field.required && !IsOptional<typename AnyField::Value>::value) mask |= bit;
           bit <<= 1U;
         })(fields),
         ...);
      },
      T::fields());
  return mask;
}

template <Described T>
std::string_view name_of_first_missing(std::uint64_t missing) {
  std::string_view name;
  std::uint64_t bit = 1;
  std::apply(
      [&](const auto&... field) {
        ((name = (missing & bit) != 0 && name.empty() ? field.name : name, bit <<= 1U), ...);
      },
      T::fields());
  return name;
}

}  // namespace detail

/// Reads the value of the member `key` if `T` has a field of that name, and sets its bit in `seen`.
template <Described T>
Outcome read_member(Reader& in, std::string_view key, T& out, ReadError& error,
                    std::uint64_t& seen) {
  Outcome outcome = Outcome::not_ours;
  std::uint64_t bit = 1;
  const auto attempt = [&](const auto& field) {
    if (outcome == Outcome::not_ours) {
      outcome = detail::read_if_named(in, key, out, field, error);
      if (outcome == Outcome::read) seen |= bit;
    }
    bit <<= 1U;
  };
  std::apply([&](const auto&... field) { (attempt(field), ...); }, T::fields());
  return outcome;
}

/// Reads one object into `out`; `on_other(key)` must consume members that are not fields of `T`.
template <Described T, class OnOther>
bool read_object(Reader& in, T& out, ReadError& error, OnOther&& on_other) {
  std::uint64_t seen = 0;
  const bool well_formed = in.object([&](std::string_view key) {
    const Outcome outcome = read_member(in, key, out, error, seen);
    return outcome == Outcome::not_ours ? on_other(key) : outcome == Outcome::read;
  });
  if (!well_formed) {
    if (error.where.empty()) error.offset = in.offset();
    return false;
  }
  const std::uint64_t missing = detail::required_fields<T>() & ~seen;
  if (missing != 0) {
    error = {ReadError::Kind::invalid_field, detail::name_of_first_missing<T>(missing),
             in.offset()};
    return false;
  }
  return true;
}

template <Described T>
bool read(Reader& in, T& out, ReadError& error) {
  return read_object(in, out, error, [&in](std::string_view) { return in.skip(); });
}

/// Finds the member "type" of the object at which `in` is, without moving `in`.
bool find_type(Reader in, std::string& type);

/// Reads the alternative whose `kType` is in the member "type".
template <class... Ts, class OnOther>
bool read_tagged(Reader& in, std::variant<Ts...>& out, ReadError& error, OnOther&& on_other) {
  std::string type;
  if (!find_type(in, type)) {
    error = {};
    return false;
  }
  bool known = false;
  bool good = false;
  const auto attempt = [&]<class T>(std::type_identity<T>) {
    if (known || type != T::kType) return;
    known = true;
    good = read_object(in, out.template emplace<T>(), error, on_other);
  };
  (attempt(std::type_identity<Ts>{}), ...);
  if (!known) error = {ReadError::Kind::unknown_type, "type", in.offset()};
  return good;
}

template <class... Ts>
bool read(Reader& in, std::variant<Ts...>& out, ReadError& error) {
  return read_tagged(in, out, error, [&in](std::string_view) { return in.skip(); });
}

}  // namespace parley::json
