#include "cluster/mongo/booking_search.hpp"

#include <algorithm>

#include "booking/booking_code.hpp"
#include "cluster/mongo/small_cinema.hpp"

namespace cinema::cluster::mongo {
namespace {

using domain::BookingStatus;
using Ids = std::vector<domain::BookingId>;

class BookingSearchTest : public SmallCinema {
  protected:
    std::vector<booking::BookingRow> rows(BookingSearch& with, const booking::BookingFilter& filter,
                                          const booking::PageRequest& page = {}) {
        auto found = with.run(filter, page);
        EXPECT_TRUE(found) << (found ? "" : found.error().detail);
        return found ? *found : std::vector<booking::BookingRow>{};
    }
    Ids find(const booking::BookingFilter& filter, const booking::PageRequest& page = {}) {
        Ids found;
        for (const auto& row : rows(search, filter, page)) found.push_back(row.booking.id);
        return found;
    }
    domain::BookingId booked_by(domain::UserId user) { return put(new_booking(user)).id; }

    BookingSearch search{mongo, catalogue};
};

TEST(SearchText, IsFoundAsItIsWritten) {
    EXPECT_EQ(regex_of("aB9 .*é"), "[aA][bB]9\\ \\.\\*é");
    EXPECT_EQ(regex_of(std::string_view("\n\0", 2)), "\\x0a\\x00");
    EXPECT_TRUE(contains_text("The Test: 100% Real", "tEST: 100%"));
    EXPECT_TRUE(contains_text("x", ""));
    EXPECT_FALSE(contains_text("Café", "CAFÉ"));
    EXPECT_FALSE(contains_text("ab", "abc"));
}

TEST_F(BookingSearchTest, SignsOfRegularExpressionsAreLetters) {
    const std::vector<std::string> names{
        "dot.dot",     "star*",     "a+b",     "what?",       "(paren)",   "[brack]", "{brace}",
        "pipe|pipe",   "car^et",    "dol$lar", "back\\slash", "hash#",     "da-sh",   "per%cent",
        "under_score", "quo\"te'd", "am&p",    "<tag>",       "new\nline", "\\Q\\E",  "(?i)x"};
    std::vector<domain::BookingId> of;
    for (const auto& name : names) of.push_back(booked_by(add_user("Zoe " + name + " Q")));
    booked_by(add_user("Zoe plain aab dotxdot stararar Q"));
    for (std::size_t i = 0; i < names.size(); ++i) {
        SCOPED_TRACE(names[i]);
        std::string shouted = "e " + names[i] + " q";
        std::ranges::transform(shouted, shouted.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        });
        EXPECT_EQ(find({.text = shouted}), Ids{of[i]});
    }
    for (const char* nothing :
         {".*", "Z.e", "^Zoe", "Q$", "Zoe|Bob", "[A-Z]", "\\w", "%", "(", "\\"}) {
        const auto found = find({.text = nothing}, {.limit = 100, .before = {}});
        EXPECT_LE(found.size(), 3u) << nothing;  // only those who have these very signs
    }
    EXPECT_EQ(find({.text = ".*"}), Ids{});
    EXPECT_EQ(find({.text = "Zo_"}), Ids{});
}

TEST_F(BookingSearchTest, OnlyAsciiLettersHaveNoCase) {
    const auto of_cafe = booked_by(add_user("Deadbeef Caf\u00e9 \u0e14"));
    EXPECT_EQ(find({.text = "CAF\u00e9 \u0e14"}), Ids{of_cafe});
    EXPECT_EQ(find({.text = "caf\u00c9"}), Ids{});
    EXPECT_EQ(find({.text = "\u212aafe"}), Ids{});  // the Kelvin sign is no k
    EXPECT_EQ(find({.text = "dEADBEEF"}), Ids{of_cafe});
    EXPECT_EQ(find({.text = "\xff\xfe"}), Ids{});  // no text at all
    EXPECT_EQ(find({.text = std::string("caf\0", 4)}), Ids{});
    EXPECT_EQ(find({.text = std::string(20'000, 'a')}), Ids{});
}

TEST_F(BookingSearchTest, ATextMayBeATitleACodeAnEmailOrAName) {
    const auto other_film = add_film("Second: 50%_off");
    const auto of_alice = booked_by(alice);
    auto second = new_booking(bob);
    second.showtime_id = other_film;
    const auto of_bob = put(second).id;
    EXPECT_EQ(find({.text = "the FILM"}), Ids{of_alice});
    EXPECT_EQ(find({.text = "50%_OFF"}), Ids{of_bob});
    EXPECT_EQ(find({.text = "5_%"}), Ids{});
    EXPECT_EQ(find({.text = "alice a"}), Ids{of_alice});
    EXPECT_EQ(find({.text = bob.to_hex() + "@EXAMPLE"}), Ids{of_bob});
    EXPECT_EQ(find({.text = "@example.com"}), (Ids{of_bob, of_alice}));
    const std::string code = booking::booking_code_of(of_bob);
    EXPECT_EQ(find({.text = code}), Ids{of_bob});
    EXPECT_EQ(find({.text = code.substr(0, 4) + " - " + code.substr(4)}), Ids{of_bob});
    EXPECT_EQ(find({.text = of_bob.to_hex().substr(16)}), Ids{of_bob});
    EXPECT_EQ(find({.text = code.substr(1)}), Ids{});
    EXPECT_EQ(find({.user_id = alice, .text = code}), Ids{});
    EXPECT_EQ(find({.user_id = bob, .text = "example"}), Ids{of_bob});
    EXPECT_EQ(find({.user_id = bob, .text = "film"}), Ids{});
}

TEST_F(BookingSearchTest, RestrictsByEveryMemberOfTheFilter) {
    const auto other_film = add_film("Second");
    const auto snapshot = catalogue.snapshot();
    const auto movie = snapshot->showtime(showtime)->movie_id;
    auto sold = new_booking(alice);
    sold.status = BookingStatus::BOOKED;
    put(sold);
    clock.advance(std::chrono::seconds{1});
    auto ended = new_booking(bob);
    ended.status = BookingStatus::EXPIRED;
    put(ended);
    const auto later = clock.now() + milliseconds{1};
    clock.advance(std::chrono::seconds{1});
    auto other = new_booking(alice);
    other.showtime_id = other_film;
    put(other);

    EXPECT_EQ(find({}), (Ids{other.id, ended.id, sold.id}));
    EXPECT_EQ(find({.status = BookingStatus::BOOKED}), Ids{sold.id});
    EXPECT_EQ(find({.status = BookingStatus::CANCELLED}), Ids{});
    EXPECT_EQ(find({.user_id = alice}), (Ids{other.id, sold.id}));
    EXPECT_EQ(find({.id = ended.id}), Ids{ended.id});
    EXPECT_EQ(find({.id = ids.next<domain::BookingId>()}), Ids{});
    EXPECT_EQ(find({.showtime_id = other_film}), Ids{other.id});
    EXPECT_EQ(find({.movie_id = movie}), (Ids{ended.id, sold.id}));
    EXPECT_EQ(find({.movie_id = ids.next<domain::MovieId>()}), Ids{});
    EXPECT_EQ(find({.showtime_id = showtime, .movie_id = movie}), (Ids{ended.id, sold.id}));
    EXPECT_EQ(find({.showtime_id = other_film, .movie_id = movie}), Ids{});
    EXPECT_EQ(find({.created_from = later}), Ids{other.id});
    EXPECT_EQ(find({.created_before = later}), (Ids{ended.id, sold.id}));
    EXPECT_EQ(find({.created_from = ended.created_at, .created_before = later}), Ids{ended.id});
    EXPECT_EQ(find({.status = BookingStatus::EXPIRED,
                    .user_id = bob,
                    .id = ended.id,
                    .showtime_id = showtime,
                    .movie_id = movie,
                    .created_from = ended.created_at,
                    .created_before = later,
                    .text = "berg"}),
              Ids{ended.id});
    EXPECT_EQ(find({}, {.limit = 1, .before = {}}), Ids{other.id});
    EXPECT_EQ(find({}, {.limit = 5, .before = ended.id.value}), Ids{sold.id});
    EXPECT_EQ(find({.id = ended.id}, {.limit = 5, .before = ended.id.value}), Ids{});
    EXPECT_EQ(find({}, {.limit = 0, .before = {}}), Ids{});
}

/// A text that fits more accounts than go into one query, a title and a code, page by page.
TEST_F(BookingSearchTest, PagesAreWholeHoweverManyAccountsATextFits) {
    BookingSearch in_parts(mongo, catalogue, 3);
    std::vector<domain::UserId> people;
    for (int i = 0; i < 20; ++i) people.push_back(add_user("The Many " + std::to_string(i)));
    const auto other_film = add_film("Nothing");
    Ids expected;
    for (int i = 0; i < 60; ++i) {
        auto one = new_booking(i % 7 ? people[static_cast<std::size_t>(i * 11 % 20)] : bob);
        if (i % 3) one.showtime_id = other_film;
        put(one);
        // By the name; or, of others, by the film's title, "The Film".
        if (one.user_id != bob || one.showtime_id == showtime) expected.push_back(one.id);
    }
    std::ranges::reverse(expected);
    ASSERT_GT(expected.size(), 50u);
    for (const std::size_t limit : {1u, 7u, 200u}) {
        Ids found;
        booking::PageRequest page{.limit = limit, .before = {}};
        while (true) {
            const auto part = rows(in_parts, {.text = "THE "}, page);
            for (const auto& row : part) found.push_back(row.booking.id);
            if (part.size() < limit) break;
            page.before = found.back().value;
        }
        EXPECT_EQ(found, expected) << limit;
    }
}

TEST_F(BookingSearchTest, TellsTheNamesStaffRead) {
    booked_by(alice);
    const auto found = rows(search, {});
    ASSERT_EQ(found.size(), 1u);
    const auto snapshot = catalogue.snapshot();
    const auto* shown = snapshot->showtime(showtime);
    EXPECT_EQ(found[0].user_name, "Alice Ames");
    EXPECT_EQ(found[0].user_email, alice.to_hex() + "@example.com");
    EXPECT_EQ(found[0].movie_id, shown->movie_id);
    EXPECT_EQ(found[0].movie_title, "The Film");
    EXPECT_EQ(found[0].showtime_start, shown->start_time);
    EXPECT_EQ(found[0].showtime_end, shown->end_time);
    EXPECT_EQ(found[0].auditorium_name, "Grand");
}

/// Another instance has imported a film and sold seats of it; this one has not looked yet.
TEST_F(BookingSearchTest, AShowtimeNewerThanTheSnapshotIsKnown) {
    MongoCatalogue other(mongo, ids, logger);
    const auto sold_there = [&](const std::string& title) {
        EXPECT_TRUE(other.refresh());
        auto sold = new_booking(alice);
        sold.showtime_id = add_film(title, other);
        EXPECT_FALSE(catalogue.snapshot()->showtime(sold.showtime_id));
        return put(sold);
    };
    const auto first = sold_there("Brand New");
    const auto found = rows(search, {.id = first.id});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].movie_title, "Brand New");

    const auto second = sold_there("Even Newer");
    EXPECT_EQ(find({.text = "even newer"}), Ids{second.id});
    const auto third = sold_there("Newest");
    const auto movie = other.snapshot()->showtime(third.showtime_id)->movie_id;
    EXPECT_EQ(find({.movie_id = movie}), Ids{third.id});

    auto lost = new_booking(alice);
    lost.showtime_id = ids.next<domain::ShowtimeId>();
    put(lost);
    EXPECT_THROW((void)search.run({}, {}), std::runtime_error);  // it cannot be told what was sold
}

TEST_F(BookingSearchTest, AListIsTwoRoundTrips) {
    for (int i = 0; i < 150; ++i) booked_by(i % 2 ? alice : bob);
    const auto all_calls = [&] {
        return calls("bookings.search") + calls("users.names") + calls("users.search") +
               calls("catalogue.read_state");
    };
    const double before = all_calls();
    EXPECT_EQ(rows(search, {}, {.limit = 120, .before = {}}).size(), 120u);
    EXPECT_EQ(all_calls(), before + 2);
    rows(search, {.text = "alice"});
    EXPECT_EQ(all_calls(), before + 6);
}

}  // namespace
}  // namespace cinema::cluster::mongo
