// Everything that is generated, each as the text of one file.
#pragma once

#include "tools/generate/model.hpp"

#include <string>
#include <string_view>

namespace parley::generate {

/// protocol/schema.json: JSON Schema 2020-12.
std::string write_schema(const Model& model);

/// web/packages/client/src/generated/*.ts, formatted as prettier would.
std::string write_wire_types(const Model& model);
std::string write_phone_types(const Model& model);
std::string write_errors_module(const Model& model);

/// docs/errors.md.
std::string write_errors_document(const Model& model);

/// docs/protocol.md: replaces what stands between `<!-- generated:NAME -->` and
/// `<!-- /generated -->`, keeps the rest. Throws when a region is unknown, missing or not closed.
std::string write_protocol_document(const Model& model, std::string_view current);

}  // namespace parley::generate
