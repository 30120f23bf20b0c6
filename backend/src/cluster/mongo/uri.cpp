#include "cluster/mongo/uri.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace cinema::cluster::mongo {

namespace {

constexpr std::int32_t kSocketTimeoutMilliseconds = 2000;
constexpr std::int32_t kConnectTimeoutMilliseconds = 1000;
constexpr std::int32_t kSelectionTimeoutMilliseconds = 1000;
constexpr std::int32_t kPoolTimeoutMilliseconds = 1000;
/// Below the socket's time-out, so that the server's own word arrives.
constexpr std::int64_t kWriteTimeoutMilliseconds = 1500;

/// Where the driver's warnings go while this thread parses a URI.
thread_local std::string* warnings_of_parser = nullptr;

void take_log(mongoc_log_level_t level, const char*, const char* message, void*) {
    if (warnings_of_parser && level <= MONGOC_LOG_LEVEL_WARNING && warnings_of_parser->empty()) {
        *warnings_of_parser = message;
    }
}

struct Library {
    Library() {
        mongoc_init();
        mongoc_log_set_handler(take_log, nullptr);
    }
    ~Library() { mongoc_cleanup(); }
};

[[noreturn]] void refuse_uri(std::string_view what) {
    throw std::invalid_argument(fmt::format("MONGO_URI: {}", what));
}

using DriverUri = std::unique_ptr<mongoc_uri_t, Uri::Free>;

/// Null with `problem` set when the driver refuses it or does not understand a part of it.
DriverUri parse_quietly(const std::string& text, std::string& problem) {
    std::string warning;
    bson_error_t error{};
    warnings_of_parser = &warning;
    DriverUri uri(mongoc_uri_new_with_error(text.c_str(), &error));
    warnings_of_parser = nullptr;
    if (!uri || !warning.empty()) {
        problem = uri ? warning : std::string(error.message);
        uri.reset();
    }
    return uri;
}

/// The URI without user name and password. Cuts at the last '@' of all, so that no part of a
/// password that was written without percent-encoding is left either.
std::string without_credentials(const std::string& text) {
    const std::size_t scheme = text.find("://");
    const std::size_t at = text.rfind('@');
    if (scheme == std::string::npos || at == std::string::npos || at < scheme) return text;
    return text.substr(0, scheme + 3) + text.substr(at + 1);
}

void fill_time_out(mongoc_uri_t* uri, const char* option, std::int32_t milliseconds) {
    if (!mongoc_uri_has_option(uri, option)) {
        mongoc_uri_set_option_as_int32(uri, option, milliseconds);
    } else if (mongoc_uri_get_option_as_int32(uri, option, 0) <= 0) {
        refuse_uri(fmt::format("{} must be positive: no call may wait for ever", option));
    }
}

Document write_concern_of(const mongoc_uri_t* uri) {
    const mongoc_write_concern_t* told = mongoc_uri_get_write_concern(uri);
    const std::int32_t w = mongoc_write_concern_get_w(told);
    Document concern;
    if (w == MONGOC_WRITE_CONCERN_W_DEFAULT || w == MONGOC_WRITE_CONCERN_W_MAJORITY) {
        concern.add("w", "majority");
    } else if (w == MONGOC_WRITE_CONCERN_W_TAG) {
        concern.add("w", mongoc_write_concern_get_wtag(told));
    } else if (w > 0) {
        concern.add("w", w);
    } else {
        refuse_uri("w must ask for an acknowledgement, e.g. w=majority");
    }
    concern.add("j", mongoc_uri_has_option(uri, MONGOC_URI_JOURNAL)
                         ? mongoc_write_concern_get_journal(told)
                         : true);
    const std::int64_t wtimeout = mongoc_write_concern_get_wtimeout_int64(told);
    concern.add("wtimeout", wtimeout > 0 ? wtimeout : kWriteTimeoutMilliseconds);
    return concern;
}

Document read_concern_of(const mongoc_uri_t* uri) {
    const char* level = mongoc_read_concern_get_level(mongoc_uri_get_read_concern(uri));
    Document concern;
    concern.add("level", level ? level : "majority");
    return concern;
}

}  // namespace

void use_driver() {
    static const Library library;
}

Uri parse_uri(const std::string& text) {
    use_driver();
    // What the driver says of a URI may quote it, so it is only shown what it may quote.
    std::string problem;
    const std::string bare = without_credentials(text);
    if (!text.starts_with("mongodb://") && !text.starts_with("mongodb+srv://")) {
        refuse_uri("must begin with mongodb:// or mongodb+srv://");
    }
    DriverUri uri = parse_quietly(bare, problem);
    // Some mechanisms are refused without a name: only the whole URI can tell then.
    if (!uri && bare == text) refuse_uri(problem);
    uri = parse_quietly(text, problem);
    if (!uri) {
        if (parse_quietly(bare, problem)) {
            refuse_uri(
                "the user name or password cannot be read; characters other than letters, digits "
                "and -._~ must be percent-encoded");
        }
        refuse_uri(problem);
    }

    if (mongoc_read_prefs_get_mode(mongoc_uri_get_read_prefs_t(uri.get())) != MONGOC_READ_PRIMARY) {
        refuse_uri("readPreference must be primary: a secondary may not know a sale yet");
    }
    fill_time_out(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS, kSocketTimeoutMilliseconds);
    fill_time_out(uri.get(), MONGOC_URI_CONNECTTIMEOUTMS, kConnectTimeoutMilliseconds);
    fill_time_out(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, kSelectionTimeoutMilliseconds);
    fill_time_out(uri.get(), MONGOC_URI_WAITQUEUETIMEOUTMS, kPoolTimeoutMilliseconds);
    if (!mongoc_uri_get_appname(uri.get())) mongoc_uri_set_appname(uri.get(), "cinema");
    // Each write is a compare-and-set or guarded by a unique key, and whoever asked knows best
    // what to do about a lost answer.
    mongoc_uri_set_option_as_bool(uri.get(), MONGOC_URI_RETRYWRITES, false);
    mongoc_uri_set_option_as_bool(uri.get(), MONGOC_URI_RETRYREADS, false);

    const char* path = mongoc_uri_get_database(uri.get());
    std::string database = path && *path ? path : "cinema";
    Document writes = write_concern_of(uri.get());
    Document reads = read_concern_of(uri.get());
    return Uri{.driver = std::move(uri),
               .database = std::move(database),
               .write_concern = std::move(writes),
               .read_concern = std::move(reads)};
}

}  // namespace cinema::cluster::mongo
