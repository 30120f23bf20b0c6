#include <fmt/format.h>

#include "catalog/catalogue_file.hpp"
#include "catalogue_fixture.hpp"

namespace cinema::catalog {
namespace {

using namespace testing;

/// One change to the example, and the one error that it must give.
struct Mistake {
    std::string from;
    std::string to;
    std::string field;
    std::string message;              ///< a part of it
    std::string line_at{};            ///< what stands on the error's line; `from` when empty
    std::vector<std::string> also{};  ///< further fields that are then wrong too
};

std::vector<Mistake> mistakes() {
    const std::string long_title(201, 'x');
    std::string genres = "[";
    for (int i = 0; i < 21; ++i) genres += fmt::format("{}\"g{}\"", i ? "," : "", i);
    const std::string key65(65, 'k');
    return {
        // The file.
        {R"("currency": "THB")", R"("currency": "Baht")", "currency", "three capitals"},
        {R"("+07:00")", R"("+7")", "utcOffset", "offset of local time"},
        {R"("+07:00")", R"("+14:01")", "utcOffset", "at most 14 hours"},
        {R"(  "utcOffset": "+07:00",)", "", "utcOffset", "missing", "{"},
        {R"("cleaningMin": 20)", R"("cleaningMin": -1)", "cleaningMin", "from 0 to 240"},
        {R"("movies": [)", R"("films": [], "movies": [)", "films", "means nothing here"},
        // Movies.
        {R"("key": "up")",
         R"("key": "Up!")",
         "movies[0].key",
         "a-z, 0-9 and '-'",
         "",
         {"showtimes[0].movie"}},
        {R"("key": "up")", R"("key": "up", "id": "x")", "movies[0].id", "24 hex digits"},
        {R"("key": "matrix")",
         R"("key": "up")",
         "movies[1].key",
         "already on line 8",
         "",
         {"schedule[0].movie"}},
        {R"("title": "Up")", R"("title": "")", "movies[0].title", "1 to 200 characters, not 0"},
        {R"("title": "Up")", R"("title": ")" + long_title + '"', "movies[0].title", "not 201"},
        {R"("title": "Up")", R"("title": " Up")", "movies[0].title", "Remove the space"},
        {R"("title": "Up")", R"("title": "U\np")", "movies[0].title", "control characters"},
        {R"("title": "Up")", R"("title": 7)", "movies[0].title", "Must be a string, not a whole"},
        {R"("title": "Up",)", "", "movies[0].title", "missing", R"("key": "up")"},
        {R"("title": "Up")", R"("titel": "Up", "title": "Up")", "movies[0].titel",
         "what can stand here is: id, key, title"},
        {R"("title": "Up")", R"("title": "Up", "title": "Up")", "movies[0].title", "already on"},
        {R"("durationMin": 96)", R"("durationMin": 0)", "movies[0].durationMin", "from 1 to 600"},
        {R"("durationMin": 96)", R"("durationMin": 601)", "movies[0].durationMin", "not 601"},
        {R"("durationMin": 96)", R"("durationMin": "96")", "movies[0].durationMin",
         "a whole number from 1 to 600, not a string"},
        {R"("durationMin": 96)", R"("durationMin": 96.5)", "movies[0].durationMin", "not a number"},
        {R"("rating": "PG")", R"("rating": null)", "movies[0].rating", "not null"},
        {R"(["Animation", "Family"])", R"({})", "movies[0].genres", "Must be an array"},
        {R"(["Animation", "Family"])", R"(["A", "A"])", "movies[0].genres[1]", "twice"},
        {R"(["Animation", "Family"])", R"(["A", ""])", "movies[0].genres[1]", "1 to 40"},
        {R"(["Animation", "Family"])", genres + "]", "movies[0].genres", "0 to 20 entries"},
        {R"("A house flies.")", '"' + std::string(2001, 'x') + '"', "movies[0].synopsis", "2000"},
        {R"("A house flies.")", R"("A\u0000")", "movies[0].synopsis", "control characters"},
        {R"("2009-05-29")", R"("2009-02-29")", "movies[0].releaseDate", "date of the calendar"},
        {R"("2009-05-29")", R"("29.5.2009")", "movies[0].releaseDate", "YYYY-MM-DD"},
        {R"("/posters/up.svg")", R"("posters/up.svg")", "movies[0].posterUrl", "one '/'"},
        {R"("/posters/up.svg")", R"("http://x.org/a")", "movies[0].posterUrl", "https://"},
        {R"("/posters/up.svg")", R"("https://")", "movies[0].posterUrl", "https://"},
        {R"("/posters/up.svg")", R"("//evil.org/a")", "movies[0].posterUrl", "one '/'"},
        {R"("/posters/up.svg")", R"("javascript:x")", "movies[0].posterUrl", "https://"},
        {R"("/posters/up.svg")", R"("/a b")", "movies[0].posterUrl", "without spaces"},
        // Auditoriums.
        {R"("key": "studio")",
         R"("key": ")" + key65 + R"(", "x": 1)",
         "auditoriums[0].key",
         "1 to 64",
         "",
         {"auditoriums[0].x", "showtimes[0].auditorium"}},
        {R"("key": "cellar")",
         R"("key": "studio")",
         "auditoriums[1].key",
         "already on line 29",
         "",
         {"schedule[0].auditorium"}},
        {R"("name": "Studio")", R"("name": "")", "auditoriums[0].name", "1 to 100"},
        {R"("curvePercent": 10)", R"("curvePercent": 101)", "auditoriums[0].curvePercent",
         "from 0 to 100"},
        {R"("label": "A",)", R"("label": "ABCD",)", "auditoriums[0].rows[0].label", "1 to 3"},
        {R"("label": "A",)", R"("label": "a",)", "auditoriums[0].rows[0].label", "A-Z"},
        {R"("label": "A",)", "", "auditoriums[0].rows[0].label", "missing"},
        {R"("ss_ss")", R"("ss ss")", "auditoriums[0].rows[0].plan", "Place 3 of the plan"},
        {R"("ss_ss")", R"("____")", "auditoriums[0].rows[0].plan", "no seat"},
        {R"("ss_ss")", '"' + std::string(81, 's') + '"', "auditoriums[0].rows[0].plan", "80"},
        {R"({ "walkway": true })", R"({ "walkway": false })", "auditoriums[0].rows[1].walkway",
         "Must be true"},
        {R"({ "walkway": true })", R"({ "walkway": 1 })", "auditoriums[0].rows[1].walkway",
         "true or false"},
        {R"({ "walkway": true })", R"({ "walkway": true, "plan": "ss" })",
         "auditoriums[0].rows[1].plan", "means nothing here"},
        {R"({ "walkway": true })", R"("")", "auditoriums[0].rows[1]", "Must be an object"},
        {R"({ "walkway": true })", R"({ "label": "A", "plan": "_s" })",
         "auditoriums[0].rows[1].plan", "Seat A1 is already in the row on line 33"},
        {R"("firstNumber": 11)", R"("firstNumber": 0)", "auditoriums[0].rows[2].firstNumber",
         "from 1 to 999"},
        {R"("firstNumber": 11)", R"("firstNumber": 998)", "auditoriums[0].rows[2].firstNumber",
         "go up to 1001"},
        {R"("rightToLeft": true)", R"("rightToLeft": "yes")", "auditoriums[0].rows[2].rightToLeft",
         "true or false"},
        {R"({ "label": "AA", "plan": "sss" })", "", "auditoriums[1].rows", "1 to 60 entries",
         R"("name": "Cellar")"},
        {R"("name": "Cellar",)",
         R"("name": "Cellar", "formerPlans": [{"rows": []}],)",
         "auditoriums[1].formerPlans[0].id",
         "missing",
         "",
         {"auditoriums[1].formerPlans[0].rows"}},
        {R"("name": "Cellar",)", R"("name": "Cellar", "row": 1,)", "auditoriums[1].row",
         "means nothing here"},
        {R"("name": "Cellar",)",
         R"("name": "Cellar", "formerPlans": [{"id": "0123456789abcdef01234567",
            "rows": [{ "label": "A", "plan": "s" }], "name": ""}],)",
         "auditoriums[1].formerPlans[0].name", "means nothing here", R"("rows": [
        { "label": "AA")"},
        // Showtimes.
        {R"("movie": "up")", R"("movie": "up", "endTime": "")", "showtimes[0].endTime",
         "means nothing here"},
        {R"("movie": "up")", R"("movie": "down")", "showtimes[0].movie", "no movie \"down\""},
        {R"("auditorium": "studio")", R"("auditorium": "attic")", "showtimes[0].auditorium",
         "no auditorium \"attic\""},
        {R"("2026-12-24T17:00:00+07:00")", R"("2026-12-24 17:00")", "showtimes[0].startTime",
         "with its offset"},
        {R"("2026-12-24T17:00:00+07:00")", R"("9999-12-31T23:00:00Z")", "showtimes[0].startTime",
         "date and time"},
        {R"("2026-12-24T17:00:00+07:00")", R"("2026-02-30T17:00:00Z")", "showtimes[0].startTime",
         "date and time"},
        {R"("standard": 22000,)", "", "showtimes[0].prices.standard", "has standard seats",
         R"("prices": {
        "standard")"},
        {R"("companion": 0)", R"("companion": 0, "loveseat": 5)", "showtimes[0].prices.loveseat",
         "no loveseat seats"},
        {R"("companion": 0)", R"("companion": 0, "vip": 5)", "showtimes[0].prices.vip",
         "means nothing here"},
        {R"("companion": 0)", R"("companion": -1)", "showtimes[0].prices.companion", "from 0"},
        {R"("companion": 0)", R"("companion": 100000001)", "showtimes[0].prices.companion",
         "to 100000000"},
        {R"("companion": 0)", R"("companion": 1.5)", "showtimes[0].prices.companion", "whole"},
        {R"("movie": "up")", R"("movie": "up", "seatmapId": "0123456789abcdef01234567")",
         "showtimes[0].seatmapId", "no seat map of this id"},
        // Schedule.
        {R"("movie": "matrix")", R"("movie": "matrix", "days": [1])", "schedule[0].days",
         "means nothing here"},
        {R"("daysFromToday": [1, 2])", R"("daysFromToday": [])", "schedule[0].daysFromToday",
         "1 to 8 entries"},
        {R"("daysFromToday": [1, 2])", R"("daysFromToday": [8])", "schedule[0].daysFromToday[0]",
         "from 0 to 7"},
        {R"("daysFromToday": [1, 2])", R"("daysFromToday": [1, 1])", "schedule[0].daysFromToday[1]",
         "twice"},
        {R"("daysFromToday": [1, 2])", R"("weekdays": ["mon", "Tue"])", "schedule[0].weekdays[1]",
         "one of sun, mon"},
        {R"("daysFromToday": [1, 2])", R"("weekdays": ["mon", "mon"])", "schedule[0].weekdays[1]",
         "twice"},
        {R"("daysFromToday": [1, 2])", R"("weekdays": ["mon"], "daysFromToday": [1])",
         "schedule[0]", "by one only", "\"schedule\": [\n    {"},
        {R"("daysFromToday": [1, 2],)", "", "schedule[0]", "Say the days",
         "\"schedule\": [\n    {"},
        {R"("19:30")", R"("24:00")", "schedule[0].startTimes[1]", "\"23:59\""},
        {R"("19:30")", R"("7:30 pm")", "schedule[0].startTimes[1]", "time of the day"},
        {R"("19:30")", R"("16:30")", "schedule[0].startTimes[1]", "overlaps"},
        {R"("movie": "matrix")", R"("movie": "matrx")", "schedule[0].movie", "no movie"},
        {R"({ "standard": 900 })", R"({ "standard": 900, "premium": 900 })",
         "schedule[0].prices.premium", "no premium seats"},
        {R"({ "standard": 900 })", R"([900])", "schedule[0].prices", "Must be an object"},
    };
}

TEST(CatalogueMistakesTest, NamesLineAndFieldOfEveryMistake) {
    for (const Mistake& mistake : mistakes()) {
        SCOPED_TRACE(mistake.from + " -> " + mistake.to.substr(0, 80));
        const std::string text = with(kExample, mistake.from, mistake.to);
        // The object's '{' is on the line before its first member, the array's '[' on its name's.
        std::string_view anchor = mistake.line_at.empty() ? mistake.from : mistake.line_at;
        int line = line_of(kExample, anchor);
        if (mistake.line_at == R"("key": "up")") --line;
        if (mistake.line_at == "\"schedule\": [\n    {") ++line;
        if (mistake.line_at == R"("name": "Cellar")") ++line;
        const auto errors = errors_of(empty_catalogue(), text, kNow);
        std::vector<FileError> first(errors.begin(), errors.begin() + !errors.empty());
        expect_only(first, line, mistake.field, mistake.message);
        std::vector<std::string> others;
        for (std::size_t i = 1; i < errors.size(); ++i) others.push_back(errors[i].field);
        EXPECT_EQ(others, mistake.also) << listing(errors);
    }
}

}  // namespace
}  // namespace cinema::catalog
