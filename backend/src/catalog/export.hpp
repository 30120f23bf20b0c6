#pragma once

#include <string>

#include "catalog/catalog.hpp"

namespace cinema::catalog {

/// The catalogue as a file in the importer's format (docs/catalogue.md), with every id: importing
/// it into an empty catalogue gives the same one, importing it here changes nothing. Seat maps that
/// no auditorium and no showtime uses any more are left out. Every seat map must be one that can be
/// drawn (draw_plan). Thread-safe.
std::string export_catalogue(const CatalogSnapshot& snapshot);

}  // namespace cinema::catalog
