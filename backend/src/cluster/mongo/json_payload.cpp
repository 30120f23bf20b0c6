#include "cluster/mongo/json_payload.hpp"

#include <boost/json.hpp>
#include <stdexcept>

#include "json/read.hpp"
#include "json/write.hpp"

namespace cinema::cluster::mongo {

namespace {

namespace bj = boost::json;

void add_json_value(Writer& out, std::string_view name, const bj::value& value) {
    switch (value.kind()) {
        case bj::kind::null:
            out.add(name, nullptr);
            return;
        case bj::kind::bool_:
            out.add(name, value.get_bool());
            return;
        case bj::kind::int64:
            out.add(name, value.get_int64());
            return;
        case bj::kind::uint64:  // beyond int64
        case bj::kind::double_:
            out.add(name, value.to_number<double>());
            return;
        case bj::kind::string:
            out.add(name, std::string_view(value.get_string().data(), value.get_string().size()));
            return;
        case bj::kind::object:
            out.object(name, [&](Writer& members) {
                for (const auto& [key, member] : value.get_object()) {
                    if (key.find('\0') != key.npos) {
                        throw std::runtime_error("a payload has a name that BSON cannot have");
                    }
                    add_json_value(members, std::string_view(key.data(), key.size()), member);
                }
            });
            return;
        case bj::kind::array: {
            // BSON's arrays are documents whose names are the numbers.
            bson_t elements;
            detail::must_append(bson_append_array_begin(out.raw(), name.data(),
                                                        static_cast<int>(name.size()), &elements));
            Writer writer(&elements);
            std::size_t index = 0;
            for (const bj::value& element : value.get_array()) {
                add_json_value(writer, std::to_string(index++), element);
            }
            detail::must_append(bson_append_array_end(out.raw(), &elements));
            return;
        }
    }
}

void write_json_value(std::string& out, const bson_iter_t& value);

void write_json_members(std::string& out, bson_iter_t at, bool named) {
    const std::size_t start = out.size();
    while (bson_iter_next(&at)) {
        if (out.size() != start) out += ',';
        if (named) {
            json::write_string(out, {bson_iter_key(&at), bson_iter_key_len(&at)});
            out += ':';
        }
        write_json_value(out, at);
    }
}

void write_json_value(std::string& out, const bson_iter_t& value) {
    switch (bson_iter_type(&value)) {
        case BSON_TYPE_NULL:
            out += "null";
            return;
        case BSON_TYPE_BOOL:
            out += bson_iter_bool(&value) ? "true" : "false";
            return;
        case BSON_TYPE_INT32:
        case BSON_TYPE_INT64:
            out += std::to_string(bson_iter_as_int64(&value));
            return;
        case BSON_TYPE_DOUBLE:
            fmt::format_to(std::back_inserter(out), "{}", bson_iter_double(&value));
            return;
        case BSON_TYPE_UTF8: {
            std::uint32_t length = 0;
            const char* const text = bson_iter_utf8(&value, &length);
            json::write_string(out, {text, length});
            return;
        }
        case BSON_TYPE_DOCUMENT:
        case BSON_TYPE_ARRAY: {
            const bool named = bson_iter_type(&value) == BSON_TYPE_DOCUMENT;
            bson_iter_t inside;
            if (!bson_iter_recurse(&value, &inside)) break;
            out += named ? '{' : '[';
            write_json_members(out, inside, named);
            out += named ? '}' : ']';
            return;
        }
        default:
            break;
    }
    throw std::runtime_error("a payload holds what JSON has not");
}

}  // namespace

void add_json(Writer& out, std::string_view name, std::string_view text) {
    const auto parsed = json::parse(text);
    if (!parsed || !parsed->is_object()) {
        throw std::runtime_error("a payload is not a JSON object");
    }
    add_json_value(out, name, *parsed);
}

std::string to_json_text(const bson_t& document) {
    bson_iter_t members;
    if (!bson_iter_init(&members, &document)) throw std::runtime_error("a damaged payload");
    std::string out = "{";
    write_json_members(out, members, true);
    out += '}';
    return out;
}

}  // namespace cinema::cluster::mongo
