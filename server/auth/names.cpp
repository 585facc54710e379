#include "server/auth/names.hpp"

#include "core/wire/limits.hpp"
#include "server/auth/limits.hpp"
#include "server/text/unicode.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::auth {

namespace {

using Points = std::vector<char32_t>;

UChar32 icu_point(char32_t c) { return static_cast<UChar32>(c); }

bool has(char32_t c, UProperty property) {
  return u_hasBinaryProperty(icu_point(c), property) != 0;
}

bool is_space(char32_t c) { return has(c, UCHAR_WHITE_SPACE); }

bool is_mark(char32_t c) {
  const auto type = u_charType(icu_point(c));
  return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK;
}

/// Control characters, line separators, the replacement character, and noncharacters.
bool is_unreadable(char32_t c) {
  return u_charType(icu_point(c)) == U_CONTROL_CHAR || c == 0x2028 || c == 0x2029 || c == 0xfffd ||
         has(c, UCHAR_NONCHARACTER_CODE_POINT) || u_charType(icu_point(c)) == U_SURROGATE;
}

/// Whether the character is always invisible; the blank of Braille is not in Unicode's own list.
bool is_invisible(char32_t c) {
  return has(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || c == 0x2800 || (c >= 0xfff9 && c <= 0xfffb);
}

constexpr char32_t kNonJoiner = 0x200c;
constexpr char32_t kJoiner = 0x200d;

bool is_emoji_variation(char32_t c) { return c == 0xfe0e || c == 0xfe0f; }

/// The joining types of Arabic and similar scripts: whether the letters around `at` join in
/// writing; a non-joiner prevents that (RFC 5892, A.1).
bool stands_between_joining_letters(const Points& name, std::size_t at) {
  const auto type = [&](std::size_t i) {
    return u_getIntPropertyValue(icu_point(name[i]), UCHAR_JOINING_TYPE);
  };
  std::size_t before = at;
  do {
    if (before == 0) return false;
    --before;
  } while (type(before) == U_JT_TRANSPARENT);
  std::size_t after = at + 1;
  while (after < name.size() && type(after) == U_JT_TRANSPARENT) ++after;
  if (after == name.size()) return false;
  const bool left = type(before) == U_JT_LEFT_JOINING || type(before) == U_JT_DUAL_JOINING;
  const bool right = type(after) == U_JT_RIGHT_JOINING || type(after) == U_JT_DUAL_JOINING;
  return left && right;
}

/// Whether an invisible character is needed in its place: to join emoji into one, to choose how
/// an emoji is drawn, or in the spelling of a script.
bool is_needed(const Points& name, std::size_t at) {
  if (at == 0) return false;
  const char32_t c = name[at];
  const char32_t before = name[at - 1];
  if (is_emoji_variation(c)) return has(before, UCHAR_EMOJI);
  if (c != kJoiner && c != kNonJoiner) return false;
  constexpr std::uint8_t kVirama = 9;
  if (u_getCombiningClass(icu_point(before)) == kVirama) return true;
  if (c == kNonJoiner) return stands_between_joining_letters(name, at);
  const bool after_emoji = has(before, UCHAR_EMOJI) || is_emoji_variation(before);
  return after_emoji && at + 1 < name.size() && has(name[at + 1], UCHAR_EXTENDED_PICTOGRAPHIC);
}

/// Looks up the shapes of letters (UTS 39, 4).
class LookAlikes {
 public:
  LookAlikes() {
    UErrorCode error = U_ZERO_ERROR;
    checker_.reset(uspoof_open(&error));
    if (U_FAILURE(error) != 0) checker_.reset();
  }

  /// Whether a letter of another script looks like Latin ones.
  [[nodiscard]] bool looks_latin(char32_t c) const {
    const icu::UnicodeString skeleton = skeleton_of(c);
    if (skeleton.isEmpty()) return false;
    UErrorCode error = U_ZERO_ERROR;
    for (std::int32_t i = 0; i < skeleton.length(); i = skeleton.moveIndex32(i, 1)) {
      const UChar32 point = skeleton.char32At(i);
      const UScriptCode script = uscript_getScript(point, &error);
      if (script != USCRIPT_LATIN && script != USCRIPT_INHERITED && point >= 0x80) return false;
    }
    return true;
  }

  /// Whether a rare Latin letter looks like a common one: ɑ, ᴀ.
  [[nodiscard]] bool is_odd_latin(char32_t c) const {
    UErrorCode error = U_ZERO_ERROR;
    const icu::UnicodeSet* usual = uspoof_getRecommendedUnicodeSet(&error);
    if (U_FAILURE(error) != 0 || usual->contains(icu_point(c))) return false;
    std::array<char, 128> name{};
    u_charName(icu_point(c), U_UNICODE_CHAR_NAME, name.data(), name.size(), &error);
    if (std::string_view(name.data()).contains("SMALL CAPITAL")) return true;
    const icu::UnicodeString skeleton = skeleton_of(c);
    if (skeleton.isEmpty()) return false;
    for (std::int32_t i = 0; i < skeleton.length(); ++i) {
      if (skeleton[i] >= 0x80 || u_isalpha(skeleton[i]) == 0) return false;
    }
    return true;
  }

 private:
  /// The characters that `c` looks like; empty if only itself.
  [[nodiscard]] icu::UnicodeString skeleton_of(char32_t c) const {
    if (!checker_) return {};
    UErrorCode error = U_ZERO_ERROR;
    const icu::UnicodeString letter(icu_point(c));
    icu::UnicodeString skeleton;
    uspoof_getSkeletonUnicodeString(checker_.get(), 0, letter, skeleton, &error);
    return U_FAILURE(error) != 0 || skeleton == letter ? icu::UnicodeString() : skeleton;
  }

  struct Close {
    void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
  };
  std::unique_ptr<USpoofChecker, Close> checker_;
};

/// Scripts that appear together with others in one word.
bool mixes_freely(UScriptCode script) {
  constexpr std::array kScripts{USCRIPT_COMMON,   USCRIPT_INHERITED, USCRIPT_HAN,
                                USCRIPT_HIRAGANA, USCRIPT_KATAKANA,  USCRIPT_HANGUL,
                                USCRIPT_BOPOMOFO};
  return std::ranges::find(kScripts, script) != kScripts.end();
}

/// The scripts of the letters of a name, or of a word in it.
struct Scripts {
  std::optional<UScriptCode> script;
  bool several = false;
  /// A letter, or each letter, is from another script than Latin and looks Latin.
  bool poses = false;
  bool only_poses = true;

  void add(UScriptCode of_letter, bool letter_poses) {
    several = several || (script && *script != of_letter);
    script = of_letter;
    poses = poses || letter_poses;
    only_poses = only_poses && letter_poses;
  }
};

/// Whether letters of several scripts are mixed so that some look Latin: within a word, or as a
/// word without a letter that looks foreign. ("Иван Ivan" is allowed: some of its letters look
/// foreign.)
bool mixes_scripts(const Points& name) {
  const LookAlikes look_alikes;
  Scripts whole;
  Scripts word;
  bool foreign_word = false;
  const auto end_word = [&] {
    foreign_word = foreign_word || (word.script && word.only_poses);
    word = {};
  };
  for (const char32_t c : name) {
    if (u_isalpha(icu_point(c)) == 0 && !is_mark(c) && u_isdigit(icu_point(c)) == 0) {
      end_word();
      continue;
    }
    UErrorCode error = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(icu_point(c), &error);
    if (U_FAILURE(error) != 0 || mixes_freely(script)) continue;
    const bool poses = script != USCRIPT_LATIN && look_alikes.looks_latin(c);
    whole.add(script, poses);
    word.add(script, poses);
    if (word.several && word.poses) return true;
  }
  end_word();
  return whole.several && foreign_word;
}

/// Letters of real names that Unicode maps to plainer ones: Spanish, Thai, Lao,
/// Armenian, then those of languages of West and South Africa.
bool is_in_names(char32_t c) {
  constexpr std::u32string_view kLetters =
      U"\u00aa\u00ba\u0e33\u0eb3\u0587\u0196\u0269\u0263\u028b\u01c0\u01c1";
  return kLetters.contains(c);
}

/// Whether a letter or digit is a variant of another one: wide, bold, raised, or a plain-looking
/// letter of a phonetic alphabet.
bool is_disguised(char32_t c, const LookAlikes& look_alikes) {
  if (!has(c, UCHAR_ALPHABETIC) && u_isdigit(icu_point(c)) == 0) return false;
  if (is_in_names(c)) return false;
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFKCInstance(error);
  if (U_FAILURE(error) == 0 && form->isNormalized(icu::UnicodeString(icu_point(c)), error) == 0) {
    return true;
  }
  return uscript_getScript(icu_point(c), &error) == USCRIPT_LATIN && look_alikes.is_odd_latin(c);
}

bool has_disguised_letter(const Points& name) {
  const LookAlikes look_alikes;
  return std::ranges::any_of(name, [&](char32_t c) { return is_disguised(c, look_alikes); });
}

/// Removes space at both ends, and makes inner space single and plain.
std::expected<Points, NameProblem> spaced(std::string_view text) {
  Points points;
  const auto length = static_cast<std::int32_t>(text.size());
  std::size_t end = 0;
  for (std::int32_t i = 0; i < length;) {
    UChar32 point = 0;
    U8_NEXT(text.data(), i, length, point);
    if (point < 0) return std::unexpected(NameProblem::unreadable);
    const auto c = static_cast<char32_t>(point);
    if (is_space(c) && points.empty()) continue;
    // A line break may be removed at the end, but is refused inside.
    const bool plain = is_space(c) && !is_unreadable(c);
    if (plain && points.back() == U' ') continue;
    points.push_back(plain ? U' ' : c);
    if (!is_space(c)) end = points.size();
  }
  points.resize(end);
  return points;
}

std::optional<NameProblem> problem_with(const Points& name) {
  bool visible = false;
  std::size_t marks = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char32_t c = name[i];
    if (is_unreadable(c)) return NameProblem::unreadable;
    if (is_invisible(c) && !is_needed(name, i)) return NameProblem::invisible;
    marks = is_mark(c) && !is_emoji_variation(c) ? marks + 1 : 0;
    if (marks > kMaxMarksInARow) return NameProblem::unreadable;
    visible = visible || !(is_space(c) || is_mark(c) || is_invisible(c));
  }
  if (!visible) return NameProblem::empty;
  if (has_disguised_letter(name)) return NameProblem::look_alike;
  if (mixes_scripts(name)) return NameProblem::mixed_scripts;
  return std::nullopt;
}

std::string utf8(const Points& points) {
  icu::UnicodeString text;
  for (const char32_t c : points) text.append(icu_point(c));
  std::string out;
  return text.toUTF8String(out);
}

}  // namespace

bool is_for_new_account(const UserId& user) {
  return user.text.find_first_not_of('.') != std::string::npos;
}

std::expected<std::string, NameProblem> parse_display_name(std::string_view text) {
  if (!text::is_valid(text)) return std::unexpected(NameProblem::unreadable);
  const auto points = spaced(text::composed(text));
  if (!points) return std::unexpected(points.error());
  if (points->size() > kMaxDisplayNameCharacters) return std::unexpected(NameProblem::too_long);
  std::string name = utf8(*points);
  if (name.size() > wire::kMaxDisplayNameBytes) return std::unexpected(NameProblem::too_long);
  if (const auto problem = problem_with(*points)) return std::unexpected(*problem);
  return name;
}

}  // namespace parley::server::auth
