#include "server/http/assets.hpp"

std::span<const parley::server::http::Asset> parley::server::http::embedded_assets() { return {}; }
