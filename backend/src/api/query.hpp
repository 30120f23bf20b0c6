#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "booking/booking_queries.hpp"
#include "domain/error.hpp"
#include "domain/time.hpp"
#include "domain/words.hpp"

namespace cinema::api {

/// The query string, read one parameter at a time. What is wrong is gathered, so that one answer
/// names everything. Parameters that nobody asks for are ignored; a repeated one is wrong.
class Query {
  public:
    explicit Query(std::string_view encoded);

    std::optional<std::string> text(std::string_view name, std::size_t bytes_max = 200);
    /// A date alone stands for the beginning of that UTC day, or for its end.
    enum class Day { its_beginning, its_end };
    std::optional<domain::UtcTime> time(std::string_view name, Day day = Day::its_beginning);
    std::optional<std::chrono::sys_days> date(std::string_view name);
    /// A whole number from 1 to `max`.
    std::size_t number(std::string_view name, std::size_t fallback, std::size_t max);

    template <class IdType>
    std::optional<IdType> id(std::string_view name) {
        const auto given = text(name);
        if (!given) return std::nullopt;
        const auto id = IdType::parse(*given);
        if (!id) wrong(name, "Must be an id: 24 hex digits.");
        return id;
    }

    template <class Enum>
    std::optional<Enum> one_of(std::string_view name) {
        const auto given = text(name);
        if (!given) return std::nullopt;
        const auto value = domain::from_word<Enum>(*given);
        if (!value) wrong(name, "Must be one of " + words_of<Enum>() + ".");
        return value;
    }

    void wrong(std::string_view name, std::string message);

    /// Everything was right.
    bool good() const { return errors_.empty(); }
    /// After !good().
    domain::Error error() const;

    /// A page of a newest-first list: `limit` and `cursor` (the last id of the page before).
    booking::PageRequest page(std::size_t fallback, std::size_t max);

    /// The Link value for the next page (RFC 8288): the parameters that were asked for, with
    /// another cursor.
    std::string next_link(std::string_view path, std::string_view cursor) const;

  private:
    template <class Enum>
    static std::string words_of() {
        std::string words;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto d) {
            if (!words.empty()) words += ", ";
            words += d.name;
        });
        return words;
    }

    std::vector<std::pair<std::string, std::string>> parameters_;
    std::vector<std::string> asked_for_;
    std::vector<domain::FieldError> errors_;
};

}  // namespace cinema::api
