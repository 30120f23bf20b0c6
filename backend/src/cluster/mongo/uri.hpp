#pragma once

#include <mongoc/mongoc.h>

#include <memory>
#include <string>

#include "cluster/mongo/bson.hpp"

namespace cinema::cluster::mongo {

/// What MONGO_URI says, with what it leaves open filled in.
struct Uri {
    struct Free {
        void operator()(mongoc_uri_t* uri) const { mongoc_uri_destroy(uri); }
    };

    std::unique_ptr<mongoc_uri_t, Free> driver;
    std::string database;    ///< the path; `cinema` when there is none
    Document write_concern;  ///< {w: "majority", j: true, wtimeout: 1500} unless the URI says so
    Document read_concern;   ///< {level: "majority"} unless the URI says so
};

/// Throws std::invalid_argument with a sentence about what is wrong, which never shows any part of
/// the user name or password. Unknown options, unacknowledged writes (w=0) and reads from anywhere
/// but the primary are refused. Time-outs unless the URI says otherwise: socketTimeoutMS 2000,
/// connectTimeoutMS 1000, serverSelectionTimeoutMS 1000, waitQueueTimeoutMS 1000.
Uri parse_uri(const std::string& text);

/// Initialises the driver once for the process, and silences its own log: whatever matters comes
/// back as an error of a call. Called by parse_uri.
void use_driver();

}  // namespace cinema::cluster::mongo
