#include "cluster/mongo/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "domain/ensure.hpp"

namespace cinema::cluster::mongo {

namespace {

constexpr std::int64_t kLogIntervalMilliseconds = 5000;

// The server's error codes (MongoDB, src/mongo/base/error_codes.yml).

/// Not, or no longer, the one to ask; another, or the same later, is.
constexpr std::array<std::uint32_t, 12> kNotPrimary{
    6,      // HostUnreachable
    7,      // HostNotFound
    89,     // NetworkTimeout
    91,     // ShutdownInProgress
    189,    // PrimarySteppedDown
    9001,   // SocketException
    10058,  // LegacyNotPrimary
    10107,  // NotWritablePrimary
    11600,  // InterruptedAtShutdown
    11602,  // InterruptedDueToReplStateChange
    13435,  // NotPrimaryNoSecondaryOk
    13436,  // NotPrimaryOrSecondary
};

/// Not now; nothing is wrong with the command or the connection.
constexpr std::array<std::uint32_t, 11> kNotNow{
    24,    // LockTimeout
    43,    // CursorNotFound: the primary changed between two batches
    50,    // MaxTimeMSExpired
    64,    // WriteConcernFailed
    100,   // UnsatisfiableWriteConcern
    112,   // WriteConflict
    133,   // FailedToSatisfyReadPreference
    134,   // ReadConcernMajorityNotAvailableYet
    237,   // CursorKilled
    262,   // ExceededTimeLimit
    14031  // OutOfDiskSpace
};

template <class Codes>
bool is_one_of(const Codes& codes, std::uint32_t code) {
    return std::ranges::find(codes, code) != codes.end();
}

/// "… index: hold_key dup key: { … }" → "hold_key".
std::string index_named_in(std::string_view message) {
    constexpr std::string_view kBefore = "index: ";
    const std::size_t at = message.find(kBefore);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = message.substr(at + kBefore.size());
    return std::string(rest.substr(0, rest.find(' ')));
}

mongoc_client_pool_t* new_pool(const Uri& uri, std::uint32_t connections_max) {
    bson_error_t error{};
    mongoc_client_pool_t* pool = mongoc_client_pool_new_with_error(uri.driver.get(), &error);
    if (!pool) throw std::invalid_argument(fmt::format("MONGO_URI: {}", error.message));
    const std::int32_t told =
        mongoc_uri_get_option_as_int32(uri.driver.get(), MONGOC_URI_MAXPOOLSIZE, 0);
    // One more for the prober.
    mongoc_client_pool_max_size(
        pool, 1 + (told > 0 ? static_cast<std::uint32_t>(told) : connections_max));
    // Tells errors of the server from those of the driver.
    mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2);
    return pool;
}

}  // namespace

Mongo::Mongo(const std::string& uri, std::uint32_t connections_max, telemetry::Logger& logger,
             telemetry::Metrics& metrics)
    : logger_(logger),
      metrics_(metrics),
      errors_(metrics.dependency_errors("mongodb")),
      uri_(parse_uri(uri)),
      pool_(new_pool(uri_, connections_max)),
      ping_operation_(operation("ping")),
      kill_operation_(operation("cursors.kill")),
      prober_(lease()),
      health_([this] { return ping(); }, logger) {}

Operation Mongo::operation(std::string_view name) {
    return {.name = name, .calls = &metrics_.dependency_calls("mongodb", name)};
}

Document Mongo::command(std::string_view name, std::string_view collection) {
    Document command;
    command.add(name, collection);
    return command;
}

Result<Document> Mongo::read(const Operation& operation, Document& command) {
    command.add("readConcern", uri_.read_concern);
    return run(operation, command);
}

Result<Document> Mongo::run(const Operation& operation, const Document& command) {
    const auto lease = checked_lease(operation);
    if (!lease) return std::unexpected(lease.error());
    return run_plain(*lease, operation, command.bson());
}

Result<Written> Mongo::write(const Operation& operation, Document& command) {
    command.add("writeConcern", uri_.write_concern);
    const auto lease = checked_lease(operation);
    if (!lease) return std::unexpected(lease.error());
    const auto reply = run_plain(*lease, operation, command.bson());
    if (!reply) return std::unexpected(reply.error());
    if (auto kept = check_write_concern(operation, *reply); !kept) {
        return std::unexpected(std::move(kept.error()));
    }

    Fields fields("reply", reply->bson());
    Written written{.count = fields.integer("n"), .duplicates = {}};
    std::optional<domain::Error> failure;
    fields.optional_objects("writeErrors", [&](Fields& failed) {
        const auto statement = static_cast<std::size_t>(failed.integer("index"));
        const auto code = static_cast<std::uint32_t>(failed.integer("code"));
        const std::string_view message = failed.text("errmsg");
        if (code == kDuplicateKeyCode) {
            written.duplicates.push_back(
                {.statement = statement, .index_name = index_named_in(message)});
        } else if (!failure) {
            failure = server_refused(operation, code, message).error();
        }
    });
    if (failure) return std::unexpected(std::move(*failure));
    std::ranges::sort(written.duplicates, {}, &Written::Duplicate::statement);
    return written;
}

Result<std::optional<Document>> Mongo::find_and_modify(const Operation& operation,
                                                       Document& command) {
    command.add("writeConcern", uri_.write_concern);
    const auto lease = checked_lease(operation);
    if (!lease) return std::unexpected(lease.error());
    auto answer = run_on(*lease, operation, command.bson());
    if (!answer) return std::unexpected(std::move(answer.error()));
    if (!answer->duplicate.empty()) return std::nullopt;
    if (auto kept = check_write_concern(operation, answer->reply); !kept) {
        return std::unexpected(std::move(kept.error()));
    }
    return std::optional<Document>(std::move(answer->reply));
}

Result<void> Mongo::each(const Operation& operation, std::string_view collection, Document& command,
                         const std::function<void(Fields&)>& use) {
    command.add("readConcern", uri_.read_concern);
    const auto lease = checked_lease(operation);
    if (!lease) return std::unexpected(lease.error());
    std::int64_t id = 0;
    const auto use_batch = [&](const Document& reply, std::string_view name) {
        Fields cursor = Fields("reply", reply.bson()).object("cursor");
        id = cursor.integer("id");
        try {
            cursor.objects(name, [&](const Fields& document) {
                Fields fields = document.of(collection);
                use(fields);
            });
        } catch (...) {
            if (id != 0) kill_cursor(*lease, collection, id);
            throw;
        }
    };
    const auto first = run_plain(*lease, operation, command.bson());
    if (!first) return std::unexpected(first.error());
    use_batch(*first, "firstBatch");
    while (id != 0) {
        Document more;
        more.add("getMore", id).add("collection", collection).add("batchSize", kBatchDocuments);
        const auto next = run_plain(*lease, operation, more.bson());
        if (!next) return std::unexpected(next.error());
        use_batch(*next, "nextBatch");
    }
    return {};
}

Result<Lease> Mongo::checked_lease(const Operation& operation) {
    const auto fail = [](std::string_view what) {
        return std::unexpected(domain::Error{.code = domain::Errc::unavailable,
                                             .detail = std::string(what),
                                             .retry_after_seconds = 1});
    };
    if (!healthy()) return fail("The database does not answer at the moment; please try again.");
    Lease lease = this->lease();
    if (!lease) return unavailable(operation, "all connections of the pool are busy");
    return lease;
}

Result<Mongo::Answer> Mongo::run_on(const Lease& lease, const Operation& operation,
                                    const bson_t* command) {
    operation.calls->Increment();
    Answer answer;
    bson_error_t error{};
    if (mongoc_client_command_simple(lease.get(), uri_.database.c_str(), command, nullptr,
                                     answer.reply.for_driver(), &error)) {
        return answer;
    }
    if (error.domain != MONGOC_ERROR_SERVER) return driver_failed(operation, error);
    if (error.code == kDuplicateKeyCode) {
        answer.duplicate = error.message;
        return answer;
    }
    return server_refused(operation, error.code, error.message);
}

Result<Document> Mongo::run_plain(const Lease& lease, const Operation& operation,
                                  const bson_t* command) {
    auto answer = run_on(lease, operation, command);
    if (!answer) return std::unexpected(std::move(answer.error()));
    if (!answer->duplicate.empty()) {
        return server_refused(operation, kDuplicateKeyCode, answer->duplicate);
    }
    return std::move(answer->reply);
}

Result<void> Mongo::check_write_concern(const Operation& operation, const Document& reply) {
    Fields fields("reply", reply.bson());
    if (!fields.has("writeConcernError")) return {};
    Fields error = fields.object("writeConcernError");
    const auto code = static_cast<std::uint32_t>(error.integer("code"));
    const std::string_view message = error.text("errmsg");
    if (is_one_of(kNotPrimary, code)) health_.failed(std::string(message));
    return unavailable(operation, message);
}

std::unexpected<domain::Error> Mongo::driver_failed(const Operation& operation,
                                                    const bson_error_t& error) {
    switch (error.domain) {
        case MONGOC_ERROR_STREAM:
        case MONGOC_ERROR_SERVER_SELECTION:
        case MONGOC_ERROR_PROTOCOL:
        case MONGOC_ERROR_COMMAND:  // the server was given up on meanwhile
        case MONGOC_ERROR_CLIENT:   // could not authenticate, among others
        case MONGOC_ERROR_SASL:
        case MONGOC_ERROR_SCRAM:
            health_.failed(error.message);
            return unavailable(operation, error.message);
        default:
            throw Refused(error.code,
                          fmt::format("MongoDB's driver refused {} ({}.{}): {}", operation.name,
                                      error.domain, error.code, error.message));
    }
}

std::unexpected<domain::Error> Mongo::server_refused(const Operation& operation, std::uint32_t code,
                                                     std::string_view message) {
    if (is_one_of(kNotPrimary, code)) {
        health_.failed(std::string(message));
        return unavailable(operation, message);
    }
    if (is_one_of(kNotNow, code)) return unavailable(operation, message);
    // What the server quotes of a document stands in braces.
    throw Refused(code, fmt::format("MongoDB refused {} ({}): {}", operation.name, code,
                                    message.substr(0, message.find('{'))));
}

std::unexpected<domain::Error> Mongo::unavailable(const Operation& operation,
                                                  std::string_view why) {
    errors_.Increment();
    // The gate logs its closing once; the rest would be a line for each request.
    if (healthy()) {
        const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now().time_since_epoch())
                             .count();
        std::int64_t next = next_log_ms_.load(std::memory_order_relaxed);
        if (now >= next &&
            next_log_ms_.compare_exchange_strong(next, now + kLogIntervalMilliseconds)) {
            logger_.warn("mongodb.failed", telemetry::LogField("operation", operation.name),
                         telemetry::LogField("reason", why.substr(0, why.find('{'))));
        }
    }
    return std::unexpected(
        domain::Error{.code = domain::Errc::unavailable,
                      .detail = "The database did not answer in time; please try again.",
                      .retry_after_seconds = 1});
}

void Mongo::kill_cursor(const Lease& lease, std::string_view collection, std::int64_t id) {
    Document command = Mongo::command("killCursors", collection);
    command.array("cursors", [&](ArrayWriter& ids) { ids.add(id); });
    kill_operation_.calls->Increment();
    Document reply;
    // The server ends it by itself later, whatever it answers.
    mongoc_client_command_simple(lease.get(), uri_.database.c_str(), command.bson(), nullptr,
                                 reply.for_driver(), nullptr);
}

std::string Mongo::ping() {
    if (!prober_) return "no connection for the prober";
    Document command;
    command.add("ping", 1);
    Document reply;
    bson_error_t error{};
    ping_operation_.calls->Increment();
    if (mongoc_client_command_simple(prober_.get(), uri_.database.c_str(), command.bson(), nullptr,
                                     reply.for_driver(), &error)) {
        return {};
    }
    errors_.Increment();
    return error.message[0] ? error.message : "the ping failed";
}

void limit_to(Document& find, std::size_t documents) {
    domain::ensure(documents > 0, "a find has a limit");  // 0 would mean none
    find.add("limit", documents).add("batchSize", documents).add("singleBatch", true);
}

std::optional<Fields> value_of(const Document& reply, std::string_view collection) {
    Fields fields("reply", reply.bson());
    if (!fields.has("value")) return std::nullopt;
    return fields.object("value").of(collection);
}

}  // namespace cinema::cluster::mongo
