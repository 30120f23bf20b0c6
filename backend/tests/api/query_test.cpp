#include "api/query.hpp"

#include <gtest/gtest.h>

namespace cinema::api {
namespace {

std::vector<std::string> fields(const Query& query) {
    std::vector<std::string> names;
    if (!query.good()) {
        for (const auto& error : query.error().errors) names.push_back(error.field);
    }
    return names;
}

TEST(Query, DecodesAndIgnoresWhatNobodyAsksFor) {
    Query query("q=caf%C3%A9+noir&unknown=%00&limit=7");
    EXPECT_EQ(query.text("q"), "café noir");
    EXPECT_EQ(query.number("limit", 50, 200), 7u);
    EXPECT_EQ(query.text("absent"), std::nullopt);
    EXPECT_TRUE(query.good());
}

TEST(Query, ReadsAViewIntoALongerText) {
    const std::string request = "limit=1&q=ab HTTP/1.1\r\nHost: x\r\nX: %zz&=&=%20";
    Query query(std::string_view(request).substr(0, 12));
    EXPECT_EQ(query.number("limit", 50, 200), 1u);
    EXPECT_EQ(query.text("q"), "ab");
    EXPECT_TRUE(query.good());
}

TEST(Query, GathersEverythingThatIsWrong) {
    Query query("movie_id=xyz&date=2026-02-30&limit=0&cursor=1&status=SOLD&a=1&a=2&q=%FF");
    query.id<domain::MovieId>("movie_id");
    query.date("date");
    query.page(50, 200);
    query.one_of<domain::BookingStatus>("status");
    query.text("a");
    query.text("q");
    EXPECT_EQ(fields(query), (std::vector<std::string>{"movie_id", "date", "limit", "cursor",
                                                       "status", "a", "q"}));
}

TEST(Query, RefusesBadEncodingAndTooMuch) {
    EXPECT_EQ(fields(Query("a=%zz")), std::vector<std::string>{"query"});
    std::string many;
    for (int i = 0; i < 40; ++i) many += "a=1&";
    EXPECT_EQ(fields(Query(many)), std::vector<std::string>{"query"});
}

TEST(Query, LimitsAreNumbersInRange) {
    for (const char* bad : {"limit=-1", "limit=201", "limit=1x", "limit=9999999999999999999999"}) {
        Query query(bad);
        query.number("limit", 50, 200);
        EXPECT_FALSE(query.good()) << bad;
    }
}

TEST(Query, LinksToTheNextPageWithTheSameFilters) {
    Query query("q=a%26b&unknown=1&cursor=old&limit=2");
    query.text("q");
    query.number("limit", 50, 200);
    EXPECT_EQ(query.next_link("/api/bookings", "abc"),
              "</api/bookings?q=a%26b&limit=2&cursor=abc>; rel=\"next\"");
}

TEST(Query, LinksKeepPlusSigns) {
    Query query("q=a%2Bb+c%24");
    query.text("q");
    const std::string link = query.next_link("/api/bookings", "x");
    Query next(
        std::string_view(link).substr(link.find('?') + 1, link.find('>') - link.find('?') - 1));
    EXPECT_EQ(next.text("q"), "a+b c$");
}

TEST(Query, ReadsTimesAndDates) {
    Query query("from=2026-11-24T19:30:00%2B07:00&to=2026-11-25");
    EXPECT_EQ(query.time("from"), domain::parse_rfc3339("2026-11-24T12:30:00Z"));
    EXPECT_EQ(query.time("to"), domain::parse_rfc3339("2026-11-25T00:00:00Z"));
    EXPECT_EQ(query.time("to", Query::Day::its_end), domain::parse_rfc3339("2026-11-26T00:00:00Z"));
    EXPECT_TRUE(query.good());
}

}  // namespace
}  // namespace cinema::api
