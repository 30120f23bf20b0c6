#include "telemetry/logger.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <chrono>
#include <cstdio>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "telemetry/descriptor_sink.hpp"
#include "telemetry/json_line.hpp"
#include "telemetry/pipe.hpp"

namespace cinema::telemetry {

namespace {

using testing::lines_of;
using testing::Pipe;
using SteadyClock = std::chrono::steady_clock;

/// The line without its time, whose form is checked here.
std::string without_time(const std::string& line) {
    // {"time":"2026-11-24T19:30:00.000Z",
    const std::string start = "{\"time\":\"";
    EXPECT_EQ(line.substr(0, start.size()), start) << line;
    const std::string time = line.substr(start.size(), 24);
    const std::string form = "dddd-dd-ddTdd:dd:dd.dddZ";
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool fits = form[i] == 'd' ? std::isdigit(time[i]) != 0 : time[i] == form[i];
        EXPECT_TRUE(fits) << time;
    }
    EXPECT_EQ(line.substr(start.size() + 24, 2), "\",") << line;
    return "{" + line.substr(start.size() + 26);
}

std::vector<std::string> logged(const std::function<void(Logger&)>& act,
                                LogLevel level = LogLevel::debug) {
    Pipe pipe;
    Logger logger(level, pipe.write_end());
    act(logger);
    logger.flush();
    auto lines = lines_of(pipe.read_available(20));
    for (auto& line : lines) line = without_time(line);
    return lines;
}

std::string logged_text(std::string_view text) {
    const auto lines = logged([&](Logger& log) { log.info("e", LogField("t", text)); });
    const std::string start = R"({"level":"info","event":"e","t":)";
    if (lines.size() != 1 || !lines[0].starts_with(start)) return "not one line";
    return lines[0].substr(start.size(), lines[0].size() - start.size() - 1);
}

TEST(Logger, WritesEveryTypeOfField) {
    const auto lines = logged([](Logger& log) {
        log.info("request", LogField("route", "/api/movies"), LogField("status", 200),
                 LogField("micros", std::uint64_t{123}), LogField("low", -5),
                 LogField("ratio", 0.25), LogField("cached", true), LogField("late", false),
                 LogField("user", std::string("abc")));
        log.warn("alone");
    });
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0], R"({"level":"info","event":"request","route":"/api/movies","status":200,)"
                        R"("micros":123,"low":-5,"ratio":0.25,"cached":true,"late":false,)"
                        R"("user":"abc"})");
    EXPECT_EQ(lines[1], R"({"level":"warn","event":"alone"})");
}

TEST(Logger, WritesNumbersThatJsonHasNoWordForAsNull) {
    const auto lines = logged([](Logger& log) {
        log.info("e", LogField("a", std::numeric_limits<double>::infinity()),
                 LogField("b", std::numeric_limits<double>::quiet_NaN()));
    });
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0], R"({"level":"info","event":"e","a":null,"b":null})");
}

TEST(Logger, LeavesOutWhatIsBelowItsLevel) {
    const auto act = [](Logger& log) {
        log.debug("d");
        log.info("i");
        log.warn("w");
        log.error("e");
    };
    EXPECT_EQ(logged(act, LogLevel::debug).size(), 4u);
    EXPECT_EQ(logged(act, LogLevel::info).size(), 3u);
    EXPECT_EQ(logged(act, LogLevel::warn).size(), 2u);
    EXPECT_EQ(logged(act, LogLevel::error).size(), 1u);
    EXPECT_EQ(logged(act, LogLevel::off).size(), 0u);
}

TEST(Logger, EscapesText) {
    struct Row {
        std::string_view text;
        std::string json;
    };
    using namespace std::string_view_literals;
    const std::vector<Row> rows = {
        {"", R"("")"},
        {"plain ascii ~ longer than eight bytes", R"("plain ascii ~ longer than eight bytes")"},
        {"say \"hi\"", R"("say \"hi\"")"},
        {"back\\slash", R"("back\\slash")"},
        {"a\nb\rc\td", R"("a\nb\rc\td")"},
        {"nul\0mid"sv, R"("nul\u0000mid")"},
        {"\x01\x1f", R"("\u0001\u001f")"},
        {"12345678\x02", R"("12345678\u0002")"},
        {"\x7f", "\"\x7f\""},
        {"สวัสดี €", "\"สวัสดี €\""},
        {"\xF0\x9F\x8E\xAC", "\"\xF0\x9F\x8E\xAC\""},
        {"lone \x80 byte", "\"lone \uFFFD byte\""},
        {"\xC0\xAF overlong", "\"\uFFFD\uFFFD overlong\""},
        {"\xED\xA0\x80 surrogate", "\"\uFFFD\uFFFD\uFFFD surrogate\""},
        {"\xF4\x90\x80\x80 too high", "\"\uFFFD\uFFFD\uFFFD\uFFFD too high\""},
        {"cut \xE0\xB8", "\"cut \uFFFD\uFFFD\""},
    };
    for (const Row& row : rows) EXPECT_EQ(logged_text(row.text), row.json) << row.json;
}

TEST(Logger, EscapesEveryAsciiByteAtEveryPlaceOfAWord) {
    for (int place = 0; place < 16; ++place) {
        for (int byte = 0; byte < 128; ++byte) {
            std::string text(16, 'x');
            text[static_cast<std::size_t>(place)] = static_cast<char>(byte);
            const bool special = byte < 0x20 || byte == '"' || byte == '\\';
            std::string json;
            append_json_text(json, text);
            EXPECT_EQ(json == '"' + text + '"', !special) << place << " " << byte;
        }
    }
}

TEST(Logger, CutsLongTextBetweenCharacters) {
    const std::string ascii(20000, 'x');
    EXPECT_EQ(logged_text(ascii), '"' + ascii.substr(0, kTextBytesMax) + "…\"");
    std::string thai = "x";
    while (thai.size() < 20000) thai += "ก";  // three bytes, so the limit falls into one
    const std::string json = logged_text(thai);
    EXPECT_EQ(json.find("\uFFFD"), std::string::npos);
    EXPECT_EQ(json.substr(json.size() - 7), "ก…\"");
    EXPECT_LE(json.size(), kTextBytesMax + 5);
}

TEST(Logger, WritesTheFirstLineOfAQuietServerAtOnceAndGathersTheNext) {
    Pipe pipe;
    Logger logger(LogLevel::info, pipe.write_end());
    logger.info("first");
    EXPECT_EQ(lines_of(pipe.read_available(100)).size(), 1u);
    logger.info("second");
    EXPECT_EQ(pipe.read_available(50), "") << "gathered for a second";
    EXPECT_EQ(lines_of(pipe.read_available(1500)).size(), 1u);
}

TEST(Logger, WritesWarningsAtOnce) {
    Pipe pipe;
    Logger logger(LogLevel::info, pipe.write_end());
    logger.info("first");
    pipe.read_available(100);
    logger.info("second");
    logger.warn("third");
    EXPECT_EQ(lines_of(pipe.read_available(300)).size(), 2u);
}

TEST(Logger, WritesEverythingWhenDestroyed) {
    Pipe pipe;
    {
        Logger logger(LogLevel::info, pipe.write_end());
        for (int i = 0; i < 100; ++i) logger.info("line", LogField("i", i));
    }
    EXPECT_EQ(lines_of(pipe.read_available(20)).size(), 100u);
}

TEST(Logger, KeepsLinesOfManyThreadsWhole) {
    constexpr int kThreads = 4;
    constexpr int kLines = 2000;
    Pipe pipe;
    std::string text;
    {
        Logger logger(LogLevel::info, pipe.write_end());
        std::vector<std::thread> threads;
        for (int t = 0; t < kThreads; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < kLines; ++i) {
                    logger.info("line", LogField("thread", t), LogField("i", i));
                }
            });
        }
        std::thread reader([&] { text = pipe.read_available(1500); });
        for (auto& thread : threads) thread.join();
        logger.flush();
        reader.join();
        EXPECT_EQ(logger.dropped_lines(), 0u);
    }
    const auto lines = lines_of(text);
    ASSERT_EQ(lines.size(), static_cast<std::size_t>(kThreads * kLines));
    std::vector<int> next(kThreads, 0);
    for (const auto& line : lines) {
        int thread = -1;
        int i = -1;
        ASSERT_EQ(std::sscanf(without_time(line).c_str(),
                              R"({"level":"info","event":"line","thread":%d,"i":%d})", &thread, &i),
                  2)
            << line;
        ASSERT_EQ(i, next[static_cast<std::size_t>(thread)]++) << "each thread's lines in order";
    }
}

TEST(Logger, DropsAndCountsInsteadOfWaitingForAStuckReader) {
    const std::string filler(1000, 'x');
    Pipe pipe;
    Logger logger(LogLevel::info, pipe.write_end());
    const auto start = SteadyClock::now();
    // Nobody reads: the pipe takes 64 KiB, the sink two buffers of kPendingBytesMax.
    constexpr int kLines = 12000;
    for (int i = 0; i < kLines; ++i) logger.info("line", LogField("filler", filler));
    EXPECT_LT(SteadyClock::now() - start, std::chrono::seconds(2));
    const std::uint64_t dropped = logger.dropped_lines();
    EXPECT_GT(dropped, 1000u);

    std::string text;
    std::thread reader([&] { text = pipe.read_available(1500); });
    logger.flush();
    logger.warn("after");
    logger.flush();
    reader.join();
    std::uint64_t reported = 0;
    std::uint64_t whole = 0;
    for (const auto& line : lines_of(text)) {
        unsigned long long count = 0;
        const std::string rest = without_time(line);
        if (std::sscanf(rest.c_str(),
                        R"({"level":"warn","event":"log_lines_dropped","count":%llu})",
                        &count) == 1) {
            reported += count;
        } else {
            ++whole;
        }
    }
    EXPECT_EQ(reported, logger.dropped_lines());
    EXPECT_EQ(whole + reported, static_cast<std::uint64_t>(kLines) + 1);
}

TEST(Logger, EndsInTimeAlthoughTheReaderIsStuck) {
    const std::string filler(1000, 'x');
    Pipe pipe;
    const auto start = SteadyClock::now();
    {
        Logger logger(LogLevel::info, pipe.write_end());
        for (int i = 0; i < 500; ++i) logger.info("line", LogField("filler", filler));
    }
    const auto took = SteadyClock::now() - start;
    EXPECT_LT(took, std::chrono::milliseconds(DescriptorSink::kDrainMilliseconds + 1000));
}

TEST(Logger, OutlivesAReaderThatHasGone) {
    Pipe pipe;
    Logger logger(LogLevel::info, pipe.write_end());
    pipe.close_read_end();
    // Without the blocked SIGPIPE this would end the process.
    logger.error("nobody reads this");
    logger.flush();
    logger.error("nor this");
    logger.flush();
    EXPECT_GE(logger.dropped_lines(), 2u);
}

TEST(Logger, WritesToANonBlockingDescriptor) {
    const std::string filler(1000, 'x');
    Pipe pipe;
    ASSERT_EQ(::fcntl(pipe.write_end(), F_SETFL, O_NONBLOCK), 0);
    std::string text;
    {
        Logger logger(LogLevel::info, pipe.write_end());
        for (int i = 0; i < 500; ++i) logger.info("line", LogField("filler", filler));
        std::thread reader([&] { text = pipe.read_available(500); });
        logger.flush();
        reader.join();
        EXPECT_EQ(logger.dropped_lines(), 0u);
    }
    EXPECT_EQ(lines_of(text).size(), 500u);
}

}  // namespace

}  // namespace cinema::telemetry
