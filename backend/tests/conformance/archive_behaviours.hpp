#pragma once

#include "archive/archive_file.hpp"
#include "conformance/scene.hpp"

// A house moves: what one engine hands over, another one of the same kind takes, and it is the
// same house. From one kind to the other: tests/cluster/test_move.py.
namespace cinema::conformance {

/// Every record as its line, sorted: the order of reading is the engine's own.
inline std::vector<std::string> lines_of(EngineUnderTest& engine) {
    std::vector<std::string> lines;
    const auto read = engine.ports().archive().read(
        [&](const archive::Record& record) { lines.push_back(archive::record_line(record)); });
    EXPECT_TRUE(read) << read.error().detail;
    return lines;
}

inline catalog::CatalogChange everything(const catalog::CatalogSnapshot& snapshot) {
    return {.movies = snapshot.movies(),
            .auditoriums = snapshot.auditoriums(),
            .seat_maps = snapshot.seat_maps(),
            .showtimes = snapshot.showtimes()};
}

inline domain::Result<void> load(EngineUnderTest& engine, const std::vector<std::string>& lines) {
    std::string text = archive::header_line("", engine.clock().now());
    for (const auto& line : lines) text += line;
    text += archive::end_line(static_cast<std::int64_t>(lines.size()));
    std::istringstream in(text);
    archive::ArchiveReader reader(in);
    EXPECT_TRUE(reader.header());
    return engine.ports().archive().load([&] { return reader.next(); });
}

TEST_P(Conformance, AHouseMovesWithAllItsBookings) {
    bought(alice, {"A1", "A2"});
    const auto live = hold(bob, {"B1"}, "key-1");
    ASSERT_TRUE(live);
    ASSERT_TRUE(pay(live->id, bob));
    const auto ended = held(carol, {"C1"});
    ASSERT_TRUE(cancel(ended.id, carol));
    ASSERT_FALSE(trail().empty());
    held(carol, {"C2"});  // its event is still to be delivered

    const auto lines = lines_of(*engine);
    const auto other = GetParam().make();
    other->clock().set(engine->clock().now());
    ASSERT_TRUE(other->ports().catalog().apply(everything(*engine->ports().catalog().snapshot()),
                                               other->ports().catalog().snapshot()->revision()));
    const auto loaded = load(*other, lines);
    ASSERT_TRUE(loaded) << loaded.error().detail;
    auto before = lines;
    auto after = lines_of(*other);
    std::sort(before.begin(), before.end());
    std::sort(after.begin(), after.end());
    EXPECT_EQ(after, before);

    // The house is open: everybody goes on where they were.
    auto& bookings = other->ports().bookings();
    const auto again = wait_for(bookings.hold(
        {.showtime_id = tonight, .actor = bob, .seats = {"B1"}, .idempotency_key = "key-1"}));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->id, live->id);
    EXPECT_TRUE(wait_for(bookings.confirm(live->id, bob)));
    EXPECT_EQ(error_of(wait_for(
                  bookings.hold({.showtime_id = tonight, .actor = carol, .seats = {"A2", "C1"}}))),
              Errc::seats_taken);
    EXPECT_TRUE(wait_for(bookings.hold({.showtime_id = tonight, .actor = carol, .seats = {"C1"}})));
    const auto counts = wait_for(other->ports().queries().seats_taken({tonight}));
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->at(0), 5);
}

TEST_P(Conformance, OnlyAnEmptyHouseTakesAnother) {
    held(alice, {"A1"});
    const auto refused = load(*engine, lines_of(*engine));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::validation);
    EXPECT_NE(refused.error().detail.find("not empty"), std::string::npos);
}

TEST_P(Conformance, AnArchiveWhoseSeatsBelongToNobodyIsRefused) {
    const auto booking = held(alice, {"A1"});
    auto lines = lines_of(*engine);
    std::erase_if(lines, [&](const std::string& line) {
        return line.starts_with(R"({"kind":"booking")") || line.starts_with(R"({"kind":"log")");
    });
    const auto other = GetParam().make();
    ASSERT_TRUE(other->ports().catalog().apply(everything(*engine->ports().catalog().snapshot()),
                                               other->ports().catalog().snapshot()->revision()));
    EXPECT_EQ(error_of(load(*other, lines)), Errc::validation);
}

}  // namespace cinema::conformance
