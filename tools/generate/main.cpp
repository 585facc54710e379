// Writes the files that follow from the C++ sources: the JSON Schema, the TypeScript types, the
// error catalogue and the tables of the documents. With --check it writes nothing and fails when a
// file differs.
#include "core/bindings/phone_abi.hpp"
#include "core/shell/events.hpp"
#include "core/wire/frame.hpp"
#include "tools/generate/comments.hpp"
#include "tools/generate/reflect.hpp"
#include "tools/generate/text.hpp"
#include "tools/generate/writers.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace parley::generate {

namespace {

Model reflect(const Comments& comments) {
  Model model;
  Builder builder(model, comments);

  builder.set_home(Home::errors);
  builder.add_enumeration<Error>("ErrorCode");
  builder.add_enumeration<ErrorClass>("ErrorClass");
  builder.add_enumeration<Retry>("Retry");

  builder.set_home(Home::wire);
  builder.add_structure<wire::Envelope>();
  builder.add_union<wire::ClientMessage>("ClientMessage", "What a client says to the server.");
  builder.add_union<wire::ServerMessage>("ServerMessage", "What the server says to a client.");
  builder.add_union<wire::PeerMessage>("PeerMessage",
                                       "What two devices of a call say to each other in signals.");

  builder.set_home(Home::phone);
  builder.add_union<phone::Event>("PhoneEvent", "What a shell reports.");
  builder.add_union<phone::Effect>("PhoneEffect", "What a shell carries out.");
  builder.add_structure<bindings::PhoneOutput>();

  for (const ErrorInfo& error : kErrors) {
    model.errors.push_back(
        {std::string(error.code),
         std::string(names(error.error_class)[static_cast<std::size_t>(error.error_class)]),
         std::string(names(error.retry)[static_cast<std::size_t>(error.retry)]),
         std::string(error.sentence), std::string(error.next_step)});
  }
  for (EnumeratorComment& code : comments.enumerators(qualified_name<wire::CloseCode>())) {
    if (!code.value) throw std::runtime_error("the close code " + code.name + " has no value");
    model.close_codes.push_back({code.name, *code.value, code.text});
  }
  for (Constant& constant : comments.constants("core/wire/limits.hpp")) {
    if (!constant.value) throw std::runtime_error("no value could be read for " + constant.name);
    model.limits.push_back({constant.name, constant.value->number, constant.text});
  }
  return model;
}

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Every document that may contain tables of constants.
std::vector<std::string> documents(const std::filesystem::path& root) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") {
      names.push_back("docs/" + entry.path().filename().generic_string());
    }
  }
  std::ranges::sort(names);
  return names;
}

struct Output {
  std::string path;
  std::string text;
};

std::vector<Output> outputs(const std::filesystem::path& root) {
  const Comments comments(root, {"core", "server"});
  const Model model = reflect(comments);
  const std::string types = "web/packages/client/src/generated/";
  std::vector<Output> all{
      {"protocol/schema.json", write_schema(model)},
      {types + "wire.ts", write_wire_types(model)},
      {types + "phone.ts", write_phone_types(model)},
      {types + "errors.ts", write_errors_module(model)},
      {"docs/errors.md", write_errors_document(model)},
      {"docs/protocol.md", write_protocol_document(model, contents(root / "docs/protocol.md"))},
  };
  for (std::string& name : documents(root)) {
    const auto made = std::ranges::find(all, name, &Output::path);
    if (made != all.end()) {
      made->text = write_constants(comments, name, made->text);
    } else {
      std::string text = write_constants(comments, name, contents(root / name));
      all.push_back({std::move(name), std::move(text)});
    }
  }
  return all;
}

int run(const std::filesystem::path& root, bool check) {
  bool same = true;
  for (const Output& output : outputs(root)) {
    const std::filesystem::path file = root / output.path;
    if (contents(file) == output.text) continue;
    same = false;
    if (check) {
      std::cerr << output.path << " is not what the sources say; run parley-generate\n";
      continue;
    }
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    if (!(out << output.text).flush()) throw std::runtime_error("cannot write " + file.string());
    std::cout << "wrote " << output.path << '\n';
  }
  return check && !same ? 1 : 0;
}

}  // namespace

}  // namespace parley::generate

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool check = !arguments.empty() && arguments.front() == "--check";
  if (arguments.size() != (check ? 2U : 1U)) {
    std::cerr << "usage: parley-generate [--check] ROOT\n";
    return 2;
  }
  try {
    return parley::generate::run(arguments.back(), check);
  } catch (const std::exception& error) {
    std::cerr << "parley-generate: " << error.what() << '\n';
    return 1;
  }
}
