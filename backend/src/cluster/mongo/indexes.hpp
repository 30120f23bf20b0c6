#pragma once

#include "cluster/mongo/client.hpp"

namespace cinema::cluster::mongo {

/// Makes the indexes that are not there yet; each has the name of its fields. May be called by
/// several instances at once and as often as one likes. Throws std::runtime_error with a sentence
/// for the operator when one cannot be made: documents that a unique index forbids, or another
/// index of the same name. On a large collection the first call may end with `unavailable` before
/// the server is done; a later one then succeeds.
Result<void> ensure_indexes(Mongo& mongo);

}  // namespace cinema::cluster::mongo
