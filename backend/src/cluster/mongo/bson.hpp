#pragma once

#include <bson/bson.h>

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "domain/id.hpp"
#include "domain/time.hpp"
#include "domain/words.hpp"

/// BSON as this project uses it: ids are ObjectId, times are Date (milliseconds), every integer is
/// int64, enumerators are their words. Nothing here is thread-safe.
namespace cinema::cluster::mongo {

class Writer;
class ArrayWriter;

namespace detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsId : std::false_type {};
template <class Tag>
struct IsId<domain::Id<Tag>> : std::true_type {};

inline const bson_oid_t* oid(const domain::ObjectId& id) {
    static_assert(sizeof(bson_oid_t) == sizeof id.bytes);
    return reinterpret_cast<const bson_oid_t*>(id.bytes.data());
}

/// Throws std::length_error: a document never comes near BSON's 2 GiB.
[[noreturn]] void throw_too_long();

inline void must_append(bool appended) {
    if (!appended) [[unlikely]]
        throw_too_long();
}

template <class T>
void append(bson_t* out, std::string_view name, const T& value);

}  // namespace detail

/// Appends fields, in order, to a document that another object owns.
class Writer {
  public:
    explicit Writer(bson_t* out) : out_(out) {}

    /// ObjectId and Id, UtcTime, bool, integers (int64), double, texts, enumerators (their word), a
    /// range of texts or of integers or of ids (an array), a Document (copied), std::nullptr_t
    /// (null). An empty optional is left out.
    template <class T>
    Writer& add(std::string_view name, const T& value) {
        if constexpr (detail::IsOptional<T>::value) {
            if (value) detail::append(out_, name, *value);
        } else {
            detail::append(out_, name, value);
        }
        return *this;
    }

    /// A subdocument: `build(Writer&)` fills it.
    template <std::invocable<Writer&> Build>
    Writer& object(std::string_view name, Build&& build);

    /// An array: `build(ArrayWriter&)` fills it.
    template <std::invocable<ArrayWriter&> Build>
    Writer& array(std::string_view name, Build&& build);

    bson_t* raw() { return out_; }

  protected:
    bson_t* out_;
};

/// Appends elements to an array.
class ArrayWriter {
  public:
    explicit ArrayWriter(bson_t* out) : out_(out) {}

    template <class T>
    ArrayWriter& add(const T& value) {
        next_key([&](std::string_view key) { detail::append(out_, key, value); });
        return *this;
    }
    template <std::invocable<Writer&> Build>
    ArrayWriter& object(Build&& build) {
        next_key([&](std::string_view key) { Writer(out_).object(key, build); });
        return *this;
    }

  private:
    template <class Use>
    void next_key(Use use) {
        char buffer[16];
        const char* key = nullptr;
        const std::size_t length = bson_uint32_to_string(count_++, &key, buffer, sizeof buffer);
        use(std::string_view(key, length));
    }

    bson_t* out_;
    std::uint32_t count_ = 0;
};

/// A document that is being built, or one that the server answered with.
class Document : public Writer {
  public:
    Document() : Writer(&bson_) { bson_init(&bson_); }
    /// Leaves the other empty.
    Document(Document&& other) noexcept : Writer(&bson_) {
        bson_steal(&bson_, &other.bson_);
        bson_init(&other.bson_);
    }
    ~Document() { bson_destroy(&bson_); }
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;
    Document& operator=(Document&&) = delete;

    const bson_t* bson() const { return &bson_; }
    /// Empties it and gives it to a function of the driver that will initialise it.
    bson_t* for_driver() {
        bson_destroy(&bson_);
        return &bson_;
    }

  private:
    bson_t bson_;
};

/// Reads a document strictly: a field that is missing or of another type throws std::runtime_error
/// naming it ("bookings.amount: …"), because only broken data has it so. For optional fields,
/// missing and null are the same. Fastest when fields are read in the order they are stored in.
/// The document must outlive it; so must texts and nested Fields' sources.
class Fields {
  public:
    /// `where` is the collection's name (a constant) for messages.
    Fields(std::string_view where, const bson_t* document);
    Fields(std::string_view where, std::string_view inside, const std::uint8_t* data,
           std::uint32_t length);

    /// The same document, told of as one of this collection.
    Fields of(std::string_view collection) const { return {collection, {}, data_, length_}; }
    /// The same as the driver's own type, for documents of any shape.
    bson_t view() const {
        bson_t document;
        bson_init_static(&document, data_, length_);
        return document;
    }

    bool has(std::string_view name) { return seek(name); }

    template <class IdType>
    IdType id(std::string_view name) {
        return IdType{object_id(name)};
    }
    template <class IdType>
    std::optional<IdType> optional_id(std::string_view name) {
        return seek(name) ? std::optional<IdType>(IdType{object_id(name)}) : std::nullopt;
    }
    domain::ObjectId object_id(std::string_view name);
    domain::UtcTime time(std::string_view name);
    std::optional<domain::UtcTime> optional_time(std::string_view name) {
        return seek(name) ? std::optional(time(name)) : std::nullopt;
    }
    /// int64 or int32.
    std::int64_t integer(std::string_view name);
    std::int64_t integer_or(std::string_view name, std::int64_t otherwise) {
        return seek(name) ? integer(name) : otherwise;
    }
    /// Any number; for what aggregations compute.
    double number(std::string_view name);
    bool boolean(std::string_view name);
    std::string_view text(std::string_view name);
    std::optional<std::string> optional_text(std::string_view name) {
        return seek(name) ? std::optional<std::string>(text(name)) : std::nullopt;
    }
    template <class E>
    E word(std::string_view name) {
        const auto value = domain::from_word<E>(text(name));
        if (!value) fail(name, "an unknown word");
        return *value;
    }
    template <class E>
    std::optional<E> optional_word(std::string_view name) {
        return seek(name) ? std::optional<E>(word<E>(name)) : std::nullopt;
    }
    std::vector<std::string> texts(std::string_view name);
    std::vector<std::int64_t> integers(std::string_view name);

    Fields object(std::string_view name);
    /// Calls `use(Fields&)` for each document of an array.
    template <class Use>
    void objects(std::string_view name, Use use) {
        bson_iter_t element = array(name);
        while (bson_iter_next(&element)) {
            Fields fields = element_of(element, name);
            use(fields);
        }
    }
    template <class Use>
    void optional_objects(std::string_view name, Use use) {
        if (seek(name)) objects(name, use);
    }

    /// Throws std::runtime_error naming the field.
    [[noreturn]] void fail(std::string_view name, std::string_view what) const;

  private:
    /// Stands on the field; false when it is missing or null.
    bool seek(std::string_view name);
    void expect(std::string_view name, bson_type_t type, std::string_view what);
    bson_iter_t array(std::string_view name);
    Fields element_of(const bson_iter_t& element, std::string_view name) const;

    std::string_view where_;
    std::string_view inside_;  ///< the field that this document is the value of; empty at the top
    const std::uint8_t* data_;
    std::uint32_t length_;
    bson_iter_t at_{};
    bool standing_ = false;  ///< at_ stands on a field
};

template <std::invocable<Writer&> Build>
Writer& Writer::object(std::string_view name, Build&& build) {
    bson_t child;
    detail::must_append(
        bson_append_document_begin(out_, name.data(), static_cast<int>(name.size()), &child));
    Writer writer(&child);
    build(writer);
    detail::must_append(bson_append_document_end(out_, &child));
    return *this;
}

template <std::invocable<ArrayWriter&> Build>
Writer& Writer::array(std::string_view name, Build&& build) {
    bson_t child;
    detail::must_append(
        bson_append_array_begin(out_, name.data(), static_cast<int>(name.size()), &child));
    ArrayWriter writer(&child);
    build(writer);
    detail::must_append(bson_append_array_end(out_, &child));
    return *this;
}

template <class T>
void detail::append(bson_t* out, std::string_view name, const T& value) {
    const char* const key = name.data();
    const int length = static_cast<int>(name.size());
    if constexpr (IsId<T>::value) {
        must_append(bson_append_oid(out, key, length, oid(value.value)));
    } else if constexpr (std::is_same_v<T, domain::ObjectId>) {
        must_append(bson_append_oid(out, key, length, oid(value)));
    } else if constexpr (std::is_same_v<T, domain::UtcTime>) {
        must_append(bson_append_date_time(out, key, length, value.time_since_epoch().count()));
    } else if constexpr (std::is_same_v<T, bool>) {
        must_append(bson_append_bool(out, key, length, value));
    } else if constexpr (std::is_integral_v<T>) {
        must_append(bson_append_int64(out, key, length, static_cast<std::int64_t>(value)));
    } else if constexpr (std::is_floating_point_v<T>) {
        must_append(bson_append_double(out, key, length, value));
    } else if constexpr (std::is_enum_v<T>) {
        const std::string_view text = domain::word(value);
        must_append(bson_append_utf8(out, key, length, text.data(), static_cast<int>(text.size())));
    } else if constexpr (std::is_same_v<T, std::nullptr_t>) {
        must_append(bson_append_null(out, key, length));
    } else if constexpr (std::is_same_v<T, Document>) {
        must_append(bson_append_document(out, key, length, value.bson()));
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        const std::string_view text(value);
        // A null pointer would append null instead of an empty text.
        must_append(bson_append_utf8(out, key, length, text.data() ? text.data() : "",
                                     static_cast<int>(text.size())));
    } else {
        Writer(out).array(name, [&](ArrayWriter& elements) {
            for (const auto& element : value) elements.add(element);
        });
    }
}

}  // namespace cinema::cluster::mongo
