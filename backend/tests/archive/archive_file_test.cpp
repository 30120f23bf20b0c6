#include "archive/archive_file.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cinema::archive {
namespace {

template <class IdType>
IdType id_of(char digit) {
    return *IdType::parse(std::string(24, digit));
}

domain::UtcTime at(std::int64_t ms) {
    return domain::UtcTime{std::chrono::milliseconds{1'790'000'000'000 + ms}};
}

BookingRecord paid_booking() {
    BookingRecord record;
    record.booking = {.id = id_of<domain::BookingId>('b'),
                      .user_id = id_of<domain::UserId>('a'),
                      .showtime_id = id_of<domain::ShowtimeId>('c'),
                      .seats = {"A1", "A2"},
                      .status = domain::BookingStatus::BOOKED,
                      .amount = 44'000,
                      .currency = "THB",
                      .lock_expires_at = at(300'000),
                      .payment_id = id_of<domain::PaymentId>('d'),
                      .payment_status = domain::PaymentStatus::SUCCESS,
                      .created_at = at(1),
                      .updated_at = at(3)};
    record.payment = domain::Payment{.id = id_of<domain::PaymentId>('d'),
                                     .booking_id = record.booking.id,
                                     .status = domain::PaymentStatus::SUCCESS,
                                     .amount = 44'000,
                                     .currency = "THB",
                                     .created_at = at(2),
                                     .updated_at = at(2)};
    record.idempotency_key = "key \"one\"";
    return record;
}

std::vector<Record> some_of_each() {
    return {
        domain::User{.id = id_of<domain::UserId>('a'),
                     .email = "ann@example.org",
                     .name = "Ann \"Ä\" ไทย",
                     .role = domain::Role::ADMIN,
                     .password_hash = "$argon2id$x",
                     .created_at = at(0)},
        SeatRecord{.showtime_id = id_of<domain::ShowtimeId>('c'),
                   .seat_code = "A1",
                   .state = domain::SeatState::BOOKED,
                   .booking_id = id_of<domain::BookingId>('b'),
                   .version = 2},
        SeatRecord{.showtime_id = id_of<domain::ShowtimeId>('c'),
                   .seat_code = "A9",
                   .state = domain::SeatState::AVAILABLE,
                   .booking_id = {},
                   .version = 4},
        paid_booking(),
        domain::AuditLog{.id = id_of<domain::AuditLogId>('e'),
                         .event_id = "0192f0c4-0000-7000-8000-000000000001",
                         .event_type = "BookingConfirmed",
                         .user_id = id_of<domain::UserId>('a'),
                         .showtime_id = id_of<domain::ShowtimeId>('c'),
                         .booking_id = id_of<domain::BookingId>('b'),
                         .seats = {"A1", "A2"},
                         .payload = R"({"amount":44000,"currency":"THB"})",
                         .created_at = at(3)},
    };
}

std::string file_of(const std::vector<Record>& records) {
    std::string text = header_line("{\n \"movies\": []\n}\n", at(9));
    for (const Record& record : records) text += record_line(record);
    return text + end_line(static_cast<std::int64_t>(records.size()));
}

/// Reads the whole file; the first error's text, or what its lines are when written again.
std::string read_again(const std::string& text) {
    std::istringstream in(text);
    ArchiveReader reader(in);
    const auto header = reader.header();
    if (!header) return header.error().detail;
    std::string again = header_line(*header, at(9));
    for (;;) {
        const auto record = reader.next();
        if (!record) return record.error().detail;
        if (!*record) return again + end_line(reader.records());
        again += record_line(**record);
    }
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
}

TEST(ArchiveFile, WhatIsWrittenIsRead) {
    const std::string text = file_of(some_of_each());
    EXPECT_TRUE(is_archive(text));
    EXPECT_EQ(read_again(text), text);
    std::istringstream in(text);
    ArchiveReader reader(in);
    EXPECT_EQ(reader.header(), "{\n \"movies\": []\n}\n");
}

TEST(ArchiveFile, ACatalogueIsNoArchive) {
    EXPECT_FALSE(is_archive("{\"movies\": []}"));
    EXPECT_EQ(read_again("{\"movies\": []}\n"), "line 1: format is missing");
}

TEST(ArchiveFile, AFileThatWasCutShortIsNoticed) {
    const std::string text = file_of(some_of_each());
    const auto last_line = text.rfind('\n', text.size() - 2) + 1;
    EXPECT_EQ(read_again(text.substr(0, last_line)),
              "line 7: the file ends here, before its last line; it was cut short");
    EXPECT_NE(read_again(text.substr(0, last_line - 20)).find("line 6: "), std::string::npos);
    auto records = some_of_each();
    records.pop_back();
    std::string fewer = file_of(records);
    fewer = replaced(fewer, R"("records":4)", R"("records":5)");
    EXPECT_EQ(read_again(fewer), "line 6: records are missing");
}

TEST(ArchiveFile, EveryMistakeNamesItsLine) {
    const std::string text = file_of(some_of_each());
    const std::string b(24, 'b');
    EXPECT_EQ(read_again(replaced(text, R"("role":"ADMIN")", R"("role":"KING")")),
              "line 2: role is no word that is known");
    EXPECT_EQ(read_again(replaced(text, R"("state":"BOOKED")", R"("state":"AVAILABLE")")),
              "line 3: a seat has a bookingId unless it is AVAILABLE");
    EXPECT_EQ(read_again(replaced(text, R"("id":")" + b, R"("id":"x)" + b)),
              "line 5: id must be 24 hex digits");
    EXPECT_EQ(read_again(replaced(text, R"("amount":44000,)", "")), "line 5: amount is missing");
    EXPECT_EQ(read_again(replaced(text, R"("amount":44000,)", R"("amount":-1,)")),
              "line 5: amount must be an integer, at least 0");
    EXPECT_EQ(read_again(replaced(text, R"("version":2)", R"("version":0)")),
              "line 3: version must be an integer, at least 1");
    EXPECT_EQ(read_again(replaced(text, R"("eventId":"0)", R"("eventId":"x)")),
              "line 6: eventId must be a UUID");
    EXPECT_EQ(read_again(replaced(text, R"({\"amount\":44000,)", "{amount:44000,")),
              "line 6: payload must be a JSON object as a text");
    EXPECT_EQ(read_again(replaced(text, R"("seats":["A1","A2"])", R"("seats":"A1")")),
              "line 5: seats must be an array");
    EXPECT_EQ(read_again(replaced(text, R"("kind":"log")", R"("kind":"lag")")),
              "line 6: kind must be user, seat, booking, log or end");
    EXPECT_EQ(read_again(replaced(text, R"("version":1,)", R"("version":2,)")),
              "line 1: the archive is of another version of this program");
}

}  // namespace
}  // namespace cinema::archive
