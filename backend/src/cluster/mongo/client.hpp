#pragma once

#include <mongoc/mongoc.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/mongo/bson.hpp"
#include "cluster/mongo/health.hpp"
#include "cluster/mongo/uri.hpp"
#include "domain/error.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::cluster::mongo {

template <class T>
using Result = domain::Result<T>;

/// What a command is for: a constant name ("seats.lock") and its counter. Made once by
/// Mongo::operation, kept by the adapter.
struct Operation {
    std::string_view name;
    prometheus::Counter* calls;
};

/// The server understood a command and refused it: a defect of ours, or its state or our rights
/// are not as they should be. The text has no contents of documents.
class Refused : public std::runtime_error {
  public:
    Refused(std::uint32_t code, const std::string& message)
        : std::runtime_error(message), code_(code) {}
    std::uint32_t code() const { return code_; }

  private:
    std::uint32_t code_;
};

inline constexpr std::uint32_t kDuplicateKeyCode = 11000;
/// A good `batchSize` for answers of any length.
inline constexpr int kBatchDocuments = 1000;

/// A client of the pool for as long as this lives. One thread at a time.
class Lease {
  public:
    /// `client` may be null: the pool had none left.
    Lease(mongoc_client_pool_t* pool, mongoc_client_t* client) : client_(client, Push{pool}) {}
    explicit operator bool() const { return client_ != nullptr; }
    mongoc_client_t* get() const { return client_.get(); }

  private:
    struct Push {
        mongoc_client_pool_t* pool;
        void operator()(mongoc_client_t* client) const { mongoc_client_pool_push(pool, client); }
    };
    std::unique_ptr<mongoc_client_t, Push> client_;
};

/// What a write command says for certain.
struct Written {
    /// Documents inserted, deleted, or matched by an update; upserted ones count too.
    std::int64_t count = 0;
    /// A statement that a unique index refused.
    struct Duplicate {
        std::size_t statement;   ///< which of the command's, from 0
        std::string index_name;  ///< "_id_", "hold_key"
    };
    std::vector<Duplicate> duplicates;  ///< by statement
};

/// MongoDB: a bounded pool of connections, and commands on them. Any thread may call; each call
/// blocks its thread, for at most about four seconds with the time-outs that are the default (a
/// connection of the pool, a server, its answer).
///
/// Every call fails with `unavailable` (retry after 1 s) when the server was not reached, did not
/// answer in time, was not (or no longer) primary, or could not promise to keep a write: then a
/// write may or may not have taken effect. After a failure of the first three kinds calls fail at
/// once until the server has answered a ping. A refusal because of a unique index is a value where
/// the call says so; any other refusal throws Refused.
class Mongo {
  public:
    /// Does not wait for the server. Throws std::invalid_argument, without any secret, for a URI
    /// that cannot be used. `connections_max` (which maxPoolSize of the URI overrides) bounds how
    /// many calls run at once; further ones wait for up to a second. Logger and metrics must
    /// outlive it.
    Mongo(const std::string& uri, std::uint32_t connections_max, telemetry::Logger& logger,
          telemetry::Metrics& metrics);
    Mongo(const Mongo&) = delete;
    Mongo& operator=(const Mongo&) = delete;

    const std::string& database() const { return uri_.database; }
    /// Keep what it answers: it looks a counter up. `name` must be a constant.
    Operation operation(std::string_view name);

    /// Has the server answered lately? It is asked every two seconds at least.
    bool healthy() const { return health_.healthy(); }
    /// For people, without secrets: "MongoDB does not answer: …"; empty while healthy.
    std::string problem() const { return health_.problem(); }

    /// {name: collection}: how a command begins.
    static Document command(std::string_view name, std::string_view collection);

    // Each of these is one round trip. Those that take a Document& complete it with the read or
    // write concern, so a command serves once.

    /// find or aggregate whose whole answer fits one batch: a find with limit_to(), an aggregate
    /// with a `batchSize` above what can come. Read the answer with each_in().
    Result<Document> read(const Operation& operation, Document& command);
    /// insert, update, delete.
    Result<Written> write(const Operation& operation, Document& command);
    /// findAndModify; read the answer with value_of(). nullopt: a unique index refused it.
    Result<std::optional<Document>> find_and_modify(const Operation& operation, Document& command);
    /// Any command as it is. A duplicate key throws as every refusal does.
    Result<Document> run(const Operation& operation, const Document& command);

    /// find or aggregate with an answer of any length: `use` gets every document, in order, as it
    /// arrives; one round trip for each batch (the first has the command's `batchSize`, further
    /// ones kBatchDocuments). It may fail after some were used. What `use` throws comes out of
    /// here. The connection is kept while `use` runs.
    Result<void> each(const Operation& operation, std::string_view collection, Document& command,
                      const std::function<void(Fields&)>& use);

    /// A connection for what the above cannot do; null when none became free in time. Its use
    /// neither asks nor tells the health gate.
    Lease lease() { return {pool_.get(), mongoc_client_pool_pop(pool_.get())}; }

  private:
    struct Answer {
        Document reply;
        std::string duplicate;  ///< the server's words when it was refused for a unique index
    };

    Result<Lease> checked_lease(const Operation& operation);
    Result<Answer> run_on(const Lease& lease, const Operation& operation, const bson_t* command);
    Result<Document> run_plain(const Lease& lease, const Operation& operation,
                               const bson_t* command);
    Result<void> check_write_concern(const Operation& operation, const Document& reply);
    std::unexpected<domain::Error> driver_failed(const Operation& operation,
                                                 const bson_error_t& error);
    std::unexpected<domain::Error> server_refused(const Operation& operation, std::uint32_t code,
                                                  std::string_view message);
    std::unexpected<domain::Error> unavailable(const Operation& operation, std::string_view why);
    void kill_cursor(const Lease& lease, std::string_view collection, std::int64_t id);
    std::string ping();

    struct DestroyPool {
        void operator()(mongoc_client_pool_t* pool) const { mongoc_client_pool_destroy(pool); }
    };

    telemetry::Logger& logger_;
    telemetry::Metrics& metrics_;
    prometheus::Counter& errors_;
    const Uri uri_;
    std::unique_ptr<mongoc_client_pool_t, DestroyPool> pool_;
    Operation ping_operation_;
    Operation kill_operation_;
    std::atomic<std::int64_t> next_log_ms_{0};  ///< for failures that the gate does not log
    Lease prober_;                              ///< so that a ping never waits for a connection
    Health health_;                             ///< last: its thread uses everything above
};

/// Bounds a find, and lets all of its answer come in one batch (the server's own first batch has
/// 101 documents at most, even with a limit). Documents of a total above 16 MiB are left out.
void limit_to(Document& find, std::size_t documents);

/// Calls `use(Fields&)` for each document of an answer to find or aggregate.
template <class Use>
void each_in(const Document& reply, std::string_view collection, Use use) {
    Fields cursor = Fields("reply", reply.bson()).object("cursor");
    cursor.objects("firstBatch", [&](const Fields& document) {
        Fields fields = document.of(collection);
        use(fields);
    });
}

/// The document that findAndModify answered with, if there was one.
std::optional<Fields> value_of(const Document& reply, std::string_view collection);

}  // namespace cinema::cluster::mongo
