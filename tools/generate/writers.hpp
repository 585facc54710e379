// All generated files, each as a text.
#pragma once

#include "tools/generate/model.hpp"

#include <string>
#include <string_view>

namespace parley::generate {

class Comments;

/// protocol/schema.json: JSON Schema 2020-12.
std::string write_schema(const Model& model);

/// web/packages/client/src/generated/*.ts, in prettier's format.
std::string write_wire_types(const Model& model);
std::string write_phone_types(const Model& model);
std::string write_errors_module(const Model& model);

/// docs/errors.md.
std::string write_errors_document(const Model& model);

/// docs/protocol.md: replaces the text between `<!-- generated:NAME -->` and
/// `<!-- /generated -->`, keeps the rest. Throws when a region is unknown, missing or not closed.
std::string write_protocol_document(const Model& model, std::string_view current);

/// Any document: a region `<!-- generated:constants HEADER -->` becomes a table of the constants in
/// that header, with the comments above them as their reasons. Throws when a constant has no reason
/// or no readable value.
std::string write_constants(const Comments& comments, std::string_view document,
                            std::string_view current);

}  // namespace parley::generate
