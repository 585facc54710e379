#include "bench/load/report.hpp"

#include "core/json/writer.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace parley::load {

namespace {

std::string number(const Figure& figure) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", figure.decimals, figure.value);
  return text.data();
}

}  // namespace

std::string as_table(const Section& section) {
  std::string out = "\n" + section.name + ": " + section.what + "\n";
  for (const Figure& figure : section.figures) {
    std::string name = figure.name;
    std::ranges::replace(name, '_', ' ');
    std::array<char, 160> line{};
    std::snprintf(line.data(), line.size(), "  %-38s %12s %-10s %s", name.c_str(),
                  number(figure).c_str(), figure.unit.c_str(),
                  figure.target.empty() ? "" : ("target " + figure.target).c_str());
    std::string text = line.data();
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
  for (const std::string& note : section.notes) out += "  " + note + "\n";
  return out;
}

std::string as_json(const std::vector<Section>& sections) {
  json::Writer out;
  out.begin_object();
  for (const Section& section : sections) {
    out.key(section.name);
    out.begin_object();
    out.key("good");
    out.boolean(section.good);
    for (const Figure& figure : section.figures) {
      out.key(figure.name);
      out.raw(number(figure));
    }
    out.key("notes");
    out.begin_array();
    for (const std::string& note : section.notes) out.string(note);
    out.end_array();
    out.end_object();
  }
  out.end_object();
  return std::move(out).take() + "\n";
}

}  // namespace parley::load
