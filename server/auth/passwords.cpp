#include "server/auth/passwords.hpp"

#include "server/auth/limits.hpp"
#include "server/text/unicode.hpp"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>

namespace parley::server::auth {

namespace {

// The words behind most passwords in published lists, in small letters. The check below removes
// digits and signs around a word, reads digits as letters, and finds repetitions, so
// "P@ssw0rd2024!" and "dragon-dragon" need no lines of their own.
constexpr std::array kCommonWords = std::to_array<std::string_view>({
    "abc",        "abcabc",     "abcd",       "access",     "admin",      "administrator",
    "adobe",      "alexander",  "amanda",     "amigos",     "andrea",     "andrew",
    "angel",      "anthony",    "apple",      "arsenal",    "ashley",     "asshole",
    "austin",     "azerty",     "azertyuiop", "babygirl",   "badboy",     "bailey",
    "baseball",   "basketball", "batman",     "berlin",     "bismillah",  "blessed",
    "bonjour",    "brandon",    "butterfly",  "buster",     "changeme",   "charlie",
    "cheese",     "chelsea",    "chocolate",  "chouchou",   "computer",   "cookie",
    "corvette",   "daniel",     "default",    "demo",       "diamond",    "doudou",
    "dragon",     "einloggen",  "elizabeth",  "estrella",   "facebook",   "ferrari",
    "flower",     "football",   "freedom",    "freiheit",   "fuckyou",    "fussball",
    "geheim",     "geheimnis",  "george",     "ginger",     "google",     "guest",
    "hallo",      "halloween",  "hannah",     "harley",     "hello",      "helloworld",
    "hockey",     "hunter",     "iloveu",     "iloveyou",   "internet",   "jasmine",
    "jennifer",   "jessica",    "jesus",      "jordan",     "joshua",     "justin",
    "killer",     "klaster",    "kennwort",   "letmein",    "liverpool",  "login",
    "london",     "lovely",     "loveme",     "loveyou",    "maggie",     "marina",
    "marseille",  "martin",     "master",     "matthew",    "maverick",   "mercedes",
    "merlin",     "michael",    "michelle",   "microsoft",  "minecraft",  "money",
    "monkey",     "mustang",    "motdepasse", "mynoob",     "naruto",     "nicole",
    "ninja",      "nothing",    "oliver",     "opensesame", "orange",     "parley",
    "parola",     "pass",       "passer",     "passpass",   "password",   "passwort",
    "patrick",    "pepper",     "phoenix",    "player",     "pokemon",    "princess",
    "princesse",  "qazwsx",     "qwer",       "qwert",      "qwerty",     "qwertyuiop",
    "qwertz",     "qwertzuiop", "rangers",    "robert",     "root",       "samantha",
    "samsung",    "schalke",    "schatz",     "secret",     "senha",      "service",
    "shadow",     "slayer",     "snoopy",     "soccer",     "sommer",     "spiderman",
    "starwars",   "summer",     "sunshine",   "superman",   "superstar",  "support",
    "sweety",     "taylor",     "temp",       "tequiero",   "test",       "testing",
    "tester",     "thomas",     "thunder",    "tigger",     "tinkle",     "trustno",
    "user",       "vanessa",    "welcome",    "whatever",   "willkommen", "william",
    "winter",     "wordpass",   "yamaha",     "yankees",    "zaqxsw",     "zxcvbn",
    "zxcvbnm",    "contrasena", "contraseña", "parool",     "salasana",   "wachtwoord",
    "heslo",      "haslo",      "sifre",      "parol",      "пароль",     "йцукен",
    "йцукенгшщз", "كلمةالسر",   "密码",       "パスワード",
});

// Rows of keys, the alphabet and the digits; any part of one, in both directions, is weak.
constexpr std::array kRows = std::to_array<std::string_view>({
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "1a2b3c4d5e6f7g8h9i0j",
    "a1b2c3d4e5f6g7h8i9j0",
    "!@#$%^&*()_+",
    "147258369",
    "741852963",
    "11223344556677889900",
    "112233445566778899",
    "aabbccddeeffgghh",
    "qweasdzxc",
    "1234qwer",
    "asdfjkl;",
    "qwer1234",
    "abcd1234",
    "123321",
    "123123",
    "1q2w3e",
    "zaq12wsx",
    "zaq1zaq1",
});

/// Digits and signs that stand for letters.
char letter_for(char c) {
  switch (c) {
    case '0':
      return 'o';
    case '1':
    case '!':
    case '|':
      return 'i';
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '5':
    case '$':
      return 's';
    case '7':
      return 't';
    default:
      return c;
  }
}

bool is_ascii_letter(char c) { return c >= 'a' && c <= 'z'; }
/// Also letters of other scripts: their bytes are above ASCII.
bool belongs_to_word(char c) {
  return is_ascii_letter(c) || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

/// Removes digits, signs and spaces at both ends.
std::string_view core_of(std::string_view text) {
  while (!text.empty() && !belongs_to_word(text.front())) text.remove_prefix(1);
  while (!text.empty() && !belongs_to_word(text.back())) text.remove_suffix(1);
  return text;
}

/// The shortest text that `text` repeats.
std::string_view period_of(std::string_view text) {
  for (std::size_t size = 1; size <= text.size() / 2; ++size) {
    if (text.size() % size != 0) continue;
    if (text.substr(size) == text.substr(0, text.size() - size)) return text.substr(0, size);
  }
  return text;
}

bool is_listed(std::string_view word) {
  return std::ranges::find(kCommonWords, word) != kCommonWords.end();
}

bool is_part_of_a_row(std::string_view text) {
  const std::string backwards(text.rbegin(), text.rend());
  return std::ranges::any_of(
      kRows, [&](std::string_view row) { return row.contains(text) || row.contains(backwards); });
}

std::string with_letters(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), letter_for);
  return out;
}

std::string only_word_characters(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), belongs_to_word);
  return out;
}

/// A listed word, or a repetition of one.
bool is_built_on_a_listed_word(std::string_view folded) {
  const std::string core(core_of(folded));
  const std::string spelled = with_letters(folded);
  const std::string spelled_core = with_letters(core);
  for (const std::string& form : {core, spelled_core, spelled, std::string(core_of(spelled)),
                                  only_word_characters(folded), only_word_characters(spelled)}) {
    if (!form.empty() && is_listed(period_of(form))) return true;
  }
  return false;
}

}  // namespace

bool password_is_common(std::string_view password) {
  const std::string folded = text::folded(password);
  std::string dense;
  std::ranges::copy_if(folded, std::back_inserter(dense), [](char c) { return c != ' '; });
  if (dense.empty()) return true;  // spaces only
  const std::string_view period = period_of(dense);
  // "abababab" has a period of two, and "123123123" one of three; longer periods are looked up.
  constexpr std::size_t kShortPeriod = 3;
  if (text::count_code_points(period) <= kShortPeriod && period.size() < dense.size()) return true;
  if (is_part_of_a_row(dense) || is_part_of_a_row(period)) return true;
  return is_built_on_a_listed_word(dense);
}

std::string prepare_password(std::string_view password) {
  if (!text::is_valid(password)) return std::string(password);
  const auto text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(password.data(), static_cast<std::int32_t>(password.size())));
  icu::UnicodeString spaced;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 point = text.char32At(i);
    spaced.append(u_charType(point) == U_SPACE_SEPARATOR ? UChar32{' '} : point);
  }
  std::string out;
  spaced.toUTF8String(out);
  return text::composed(out);
}

std::optional<PasswordProblem> problem_with_password(std::string_view password,
                                                     std::string_view user,
                                                     std::string_view display_name) {
  if (!text::is_valid(password) || password.contains(text::kReplacement)) {
    return PasswordProblem::unreadable;
  }
  const std::size_t characters = text::count_code_points(password);
  if (characters < kMinPasswordCharacters || characters > kMaxPasswordCharacters) {
    return PasswordProblem::length;
  }
  const std::string folded = text::folded(password);
  const std::string_view core = core_of(folded);
  const bool is_own_name =
      folded == user || core == user || folded == text::folded(display_name) ||
      (core.size() >= kMinPasswordCharacters / 2 && core == text::folded(display_name));
  if (is_own_name || password_is_common(password)) return PasswordProblem::common;
  return std::nullopt;
}

}  // namespace parley::server::auth
