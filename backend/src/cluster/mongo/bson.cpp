#include "cluster/mongo/bson.hpp"

#include <fmt/format.h>

#include <cstring>
#include <stdexcept>

namespace cinema::cluster::mongo {

void detail::throw_too_long() {
    throw std::length_error("a document is longer than BSON allows");
}

Fields::Fields(std::string_view where, const bson_t* document)
    : Fields(where, {}, bson_get_data(document), document->len) {}

Fields::Fields(std::string_view where, std::string_view inside, const std::uint8_t* data,
               std::uint32_t length)
    : where_(where), inside_(inside), data_(data), length_(length) {
    if (!bson_iter_init_from_data(&at_, data_, length_)) {
        throw std::runtime_error(fmt::format("{}: not a BSON document", where_));
    }
}

void Fields::fail(std::string_view name, std::string_view what) const {
    throw std::runtime_error(
        fmt::format("{}.{}{}{}: {}", where_, inside_, inside_.empty() ? "" : ".", name, what));
}

bool Fields::seek(std::string_view name) {
    const auto matches = [&] {
        return bson_iter_key_len(&at_) == name.size() &&
               std::memcmp(bson_iter_key_unsafe(&at_), name.data(), name.size()) == 0;
    };
    // Twice at most: from here to the end, then once more from the beginning.
    for (int pass = 0; pass < 2; ++pass) {
        while (standing_ || bson_iter_next(&at_)) {
            standing_ = true;
            if (matches()) return !BSON_ITER_HOLDS_NULL(&at_);
            standing_ = false;
        }
        bson_iter_init_from_data(&at_, data_, length_);
    }
    return false;
}

void Fields::expect(std::string_view name, bson_type_t type, std::string_view what) {
    if (!seek(name)) fail(name, fmt::format("missing; {} is expected", what));
    if (bson_iter_type(&at_) != type) fail(name, fmt::format("{} is expected", what));
}

domain::ObjectId Fields::object_id(std::string_view name) {
    expect(name, BSON_TYPE_OID, "an ObjectId");
    domain::ObjectId id;
    std::memcpy(id.bytes.data(), bson_iter_oid_unsafe(&at_)->bytes, id.bytes.size());
    return id;
}

domain::UtcTime Fields::time(std::string_view name) {
    expect(name, BSON_TYPE_DATE_TIME, "a Date");
    return domain::UtcTime{std::chrono::milliseconds{bson_iter_date_time(&at_)}};
}

std::int64_t Fields::integer(std::string_view name) {
    if (!seek(name)) fail(name, "missing; an integer is expected");
    if (!BSON_ITER_HOLDS_INT(&at_)) fail(name, "an integer is expected");
    return bson_iter_as_int64(&at_);
}

double Fields::number(std::string_view name) {
    if (!seek(name)) fail(name, "missing; a number is expected");
    if (!BSON_ITER_HOLDS_NUMBER(&at_)) fail(name, "a number is expected");
    return bson_iter_as_double(&at_);
}

bool Fields::boolean(std::string_view name) {
    expect(name, BSON_TYPE_BOOL, "a boolean");
    return bson_iter_bool(&at_);
}

std::string_view Fields::text(std::string_view name) {
    expect(name, BSON_TYPE_UTF8, "a text");
    std::uint32_t length = 0;
    const char* text = bson_iter_utf8(&at_, &length);
    return {text, length};
}

bson_iter_t Fields::array(std::string_view name) {
    expect(name, BSON_TYPE_ARRAY, "an array");
    bson_iter_t element;
    if (!bson_iter_recurse(&at_, &element)) fail(name, "a damaged array");
    return element;
}

std::vector<std::string> Fields::texts(std::string_view name) {
    std::vector<std::string> list;
    bson_iter_t element = array(name);
    while (bson_iter_next(&element)) {
        if (!BSON_ITER_HOLDS_UTF8(&element)) fail(name, "an array of texts is expected");
        std::uint32_t length = 0;
        const char* text = bson_iter_utf8(&element, &length);
        list.emplace_back(text, length);
    }
    return list;
}

std::vector<std::int64_t> Fields::integers(std::string_view name) {
    std::vector<std::int64_t> list;
    bson_iter_t element = array(name);
    while (bson_iter_next(&element)) {
        if (!BSON_ITER_HOLDS_INT(&element)) fail(name, "an array of integers is expected");
        list.push_back(bson_iter_as_int64(&element));
    }
    return list;
}

Fields Fields::object(std::string_view name) {
    expect(name, BSON_TYPE_DOCUMENT, "a document");
    return element_of(at_, name);
}

Fields Fields::element_of(const bson_iter_t& element, std::string_view name) const {
    if (!BSON_ITER_HOLDS_DOCUMENT(&element)) fail(name, "an array of documents is expected");
    std::uint32_t length = 0;
    const std::uint8_t* data = nullptr;
    bson_iter_document(&element, &length, &data);
    return Fields(where_, name, data, length);
}

}  // namespace cinema::cluster::mongo
