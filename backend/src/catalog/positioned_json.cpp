#include "catalog/positioned_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>

#include "catalog/json_syntax.hpp"
#include "json/write.hpp"

namespace cinema::catalog {

namespace {

/// Builds the tree from the parser's events. The text is fed line by line, so the line of every
/// event is known: neither a string nor a number can go on over a line's end.
class TreeBuilder {
  public:
    static constexpr std::size_t max_array_size = kJsonValuesMax;
    static constexpr std::size_t max_object_size = kJsonMembersMax;
    static constexpr std::size_t max_string_size = kJsonStringBytesMax;
    static constexpr std::size_t max_key_size = kJsonNameBytesMax;

    using Ec = boost::json::error_code;
    using View = boost::json::string_view;

    explicit TreeBuilder(FileErrors& errors) : errors_(errors) {}

    int line = 1;

    /// The line of the innermost array or object that is still open; 0 when there is none.
    int open_line() const { return open_.empty() ? 0 : open_.back()->line; }
    bool open_is_object() const {
        return !open_.empty() && open_.back()->get_if<JsonValue::Object>() != nullptr;
    }
    std::deque<JsonValue> take() { return std::move(values_); }

    bool on_document_begin(Ec&) { return true; }
    bool on_document_end(Ec&) { return true; }
    bool on_array_begin(Ec& ec) { return begin(JsonValue::Array{}, ec); }
    bool on_array_end(std::size_t, Ec&) { return end(); }
    bool on_object_begin(Ec& ec) { return begin(JsonValue::Object{}, ec); }
    bool on_object_end(std::size_t, Ec&) { return end(); }
    bool on_string_part(View part, std::size_t, Ec&) {
        text_ += std::string_view(part);
        return true;
    }
    bool on_string(View rest, std::size_t, Ec& ec) {
        text_ += std::string_view(rest);
        return add(std::exchange(text_, {}), ec) != nullptr;
    }
    bool on_key_part(View part, std::size_t, Ec&) {
        name_ += std::string_view(part);
        return true;
    }
    bool on_key(View rest, std::size_t, Ec&) {
        name_ += std::string_view(rest);
        return true;
    }
    bool on_number_part(View, Ec&) { return true; }
    bool on_int64(std::int64_t value, View, Ec& ec) { return add(value, ec) != nullptr; }
    bool on_uint64(std::uint64_t value, View, Ec& ec) {
        return add(static_cast<double>(value), ec) != nullptr;  // only above int64's maximum
    }
    bool on_double(double value, View, Ec& ec) { return add(value, ec) != nullptr; }
    bool on_bool(bool value, Ec& ec) { return add(value, ec) != nullptr; }
    bool on_null(Ec& ec) { return add(nullptr, ec) != nullptr; }
    bool on_comment_part(View, Ec&) { return true; }
    bool on_comment(View, Ec&) { return true; }

  private:
    JsonValue* add(JsonValue::Data data, Ec& ec) {
        if (values_.size() >= kJsonValuesMax) {
            ec = boost::json::error::array_too_large;
            return nullptr;
        }
        JsonValue& value = values_.emplace_back();
        value.data = std::move(data);
        value.line = line;
        if (open_.empty()) return &value;
        JsonValue& parent = *open_.back();
        value.parent = &parent;
        if (auto* array = std::get_if<JsonValue::Array>(&parent.data)) {
            value.index = array->items.size();
            array->items.push_back(&value);
            return &value;
        }
        value.name = std::exchange(name_, {});
        if (const JsonValue* first = parent.find(value.name)) {
            errors_.add(value.place(), fmt::format("{} is already on line {}: keep one of the two.",
                                                   in_quotes(value.name), first->line));
        } else {
            std::get<JsonValue::Object>(parent.data).members.push_back(&value);
        }
        return &value;
    }
    bool begin(JsonValue::Data container, Ec& ec) {
        JsonValue* value = add(std::move(container), ec);
        if (value) open_.push_back(value);
        return value != nullptr;
    }
    bool end() {
        open_.pop_back();
        return true;
    }

    FileErrors& errors_;
    std::deque<JsonValue> values_;
    std::vector<JsonValue*> open_;
    std::string text_;
    std::string name_;
};

bool is_plain_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view member_name) const {
    const auto* object = get_if<Object>();
    if (!object) return nullptr;
    for (const JsonValue* member : object->members) {
        if (member->name == member_name) return member;
    }
    return nullptr;
}

std::string JsonValue::path() const {
    if (!parent) return {};
    std::string out = parent->path();
    if (parent->get_if<Array>()) {
        out += fmt::format("[{}]", index);
    } else if (is_plain_name(name)) {
        if (!out.empty()) out += '.';
        out += name;
    } else {
        out += '[';
        json::write_string(out, name);
        out += ']';
    }
    return out;
}

std::string_view JsonValue::kind() const {
    static constexpr std::string_view kKinds[] = {
        "null", "true or false", "a whole number", "a number", "a string", "an array", "an object"};
    static_assert(std::size(kKinds) == std::variant_size_v<Data>);
    return kKinds[data.index()];
}

std::expected<JsonDocument, FileError> parse_positioned(std::string_view text, FileErrors& errors) {
    if (text.size() > kJsonBytesMax) {
        return std::unexpected(FileError{
            1, "",
            fmt::format("The file has {} bytes; at most {} are read. Split it into several files.",
                        text.size(), kJsonBytesMax)});
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);

    boost::json::parse_options options;
    options.max_depth = kJsonDepthMax;
    boost::json::basic_parser<TreeBuilder> parser(options, errors);
    TreeBuilder& builder = parser.handler();
    boost::json::error_code ec;
    std::size_t line_start = 0;
    const auto failure = [&](std::size_t at_in_line) {
        return std::unexpected(explain_syntax_error({.text = text,
                                                     .line_start = line_start,
                                                     .at = line_start + at_in_line,
                                                     .line = builder.line,
                                                     .open_line = builder.open_line(),
                                                     .open_is_object = builder.open_is_object()},
                                                    ec));
    };
    while (line_start < text.size()) {
        const std::size_t newline = text.find('\n', line_start);
        const std::size_t next = newline == text.npos ? text.size() : newline + 1;
        const std::size_t used =
            parser.write_some(true, text.data() + line_start, next - line_start, ec);
        if (!ec && used < next - line_start) ec = boost::json::error::extra_data;
        if (ec) return failure(used);
        if (newline == text.npos) break;
        line_start = next;
        ++builder.line;
    }
    parser.write_some(false, "", 0, ec);
    if (ec) {
        ec = boost::json::error::incomplete;
        return failure(text.size() - line_start);
    }
    return JsonDocument(builder.take());
}

}  // namespace cinema::catalog
