#include "http/request_parser.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cinema::http {
namespace {

struct Parsed {
    RequestParser::Status status = RequestParser::Status::need_more;
    int failure = 0;
    std::size_t consumed = 0;
};

/// The request's views point into the text: it must outlive them.
Parsed parse(RequestParser& parser, std::string&& text, std::size_t step) = delete;

/// Feeds the text in pieces of `step` bytes, as a connection does: nothing moves.
Parsed parse(RequestParser& parser, const std::string& text, std::size_t step) {
    Parsed result;
    for (std::size_t end = std::min(step, text.size());; end = std::min(end + step, text.size())) {
        do {
            std::size_t used = 0;
            result.status = parser.put(
                std::string_view(text).substr(result.consumed, end - result.consumed), used);
            result.consumed += used;
        } while (result.status == RequestParser::Status::header_done);
        if (result.status != RequestParser::Status::need_more) break;
        if (end == text.size()) break;
    }
    if (result.status == RequestParser::Status::failed) result.failure = parser.failure().status;
    return result;
}

const std::string kGet = "GET /api/movies?x=1 HTTP/1.1\r\nHost: cinema\r\n";

TEST(RequestParser, GivesTheSameRequestWhateverThePieces) {
    const std::string text =
        "POST /api/showtimes/1/seats/lock?a=b HTTP/1.1\r\nHost: cinema\r\n"
        "Authorization: Bearer abc\r\nContent-Type: application/json\r\nIdempotency-Key: k 1\r\n"
        "Content-Length: 16\r\n\r\n{\"seats\":[\"A1\"]}NEXT";
    for (std::size_t step = 1; step <= text.size(); ++step) {
        RequestParser parser;
        const Parsed result = parse(parser, text, step);
        ASSERT_EQ(result.status, RequestParser::Status::complete) << step;
        const Request& request = parser.request();
        EXPECT_EQ(request.method, Method::post);
        EXPECT_EQ(request.path, "/api/showtimes/1/seats/lock");
        EXPECT_EQ(request.query, "a=b");
        EXPECT_EQ(request.header(Header::authorization), "Bearer abc");
        EXPECT_EQ(request.header(Header::idempotency_key), "k 1");
        EXPECT_EQ(request.body, "{\"seats\":[\"A1\"]}");
        EXPECT_TRUE(request.keep_alive);
        EXPECT_EQ(result.consumed, text.size() - 4) << "what follows is the next request";
    }
}

TEST(RequestParser, ReadsChunkedBodiesAndIgnoresTrailers) {
    const std::string text =
        "POST / HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nAuthorization: Bearer evil\r\n\r\n";
    RequestParser parser;
    const Parsed result = parse(parser, text, 7);
    ASSERT_EQ(result.status, RequestParser::Status::complete);
    EXPECT_EQ(parser.request().body, "abcde");
    EXPECT_FALSE(parser.request().has(Header::authorization));
}

TEST(RequestParser, SurvivesALastChunkInPieces) {
    const std::string text =
        "POST / HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nab]c\r\n5\r\n\r\n";
    for (std::size_t step = 1; step <= 12; ++step) {
        RequestParser parser;
        EXPECT_EQ(parse(parser, text, step).failure, 400) << step;
    }
    const std::string good =
        "POST / HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for (std::size_t step = 1; step <= 12; ++step) {
        RequestParser parser;
        EXPECT_EQ(parse(parser, good, step).status, RequestParser::Status::complete) << step;
    }
}

TEST(RequestParser, CanBeUsedAgain) {
    const std::string text = kGet + "\r\n";
    RequestParser parser;
    for (int i = 0; i < 3; ++i) {
        parser.reset();
        EXPECT_EQ(parse(parser, text, 1000).status, RequestParser::Status::complete);
        EXPECT_EQ(parser.request().path, "/api/movies");
    }
}

TEST(RequestParser, SkipsEmptyLinesBeforeTheRequestLine) {
    const std::string text = "\r\n\r\n" + kGet + "\r\n";
    RequestParser parser;
    EXPECT_EQ(parse(parser, text, 1).status, RequestParser::Status::complete);
}

TEST(RequestParser, TakesTheAbsoluteForm) {
    const std::string text = "GET http://cinema:80/a?b HTTP/1.1\r\nHost: cinema\r\n\r\n";
    RequestParser parser;
    ASSERT_EQ(parse(parser, text, 9).status, RequestParser::Status::complete);
    EXPECT_EQ(parser.request().path, "/a");
    EXPECT_EQ(parser.request().query, "b");
}

TEST(RequestParser, KnowsWhenTheConnectionEnds) {
    const std::string closing = "GET / HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n";
    const std::string old = "GET / HTTP/1.0\r\n\r\n";
    RequestParser parser;
    parse(parser, closing, 99);
    EXPECT_FALSE(parser.request().keep_alive);
    parser.reset();
    parse(parser, old, 99);
    EXPECT_FALSE(parser.request().keep_alive);
}

struct Refused {
    const char* name;
    std::string text;
    int status;
};

TEST(RequestParser, RefusesWhatIsNotOneClearRequest) {
    const std::string post = "POST / HTTP/1.1\r\nHost: c\r\n";
    const Refused table[] = {
        {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"CL and TE", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"TE and CL", post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400},
        {"two CL", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
        {"CL list", post + "Content-Length: 3, 3\r\n\r\nabc", 400},
        {"CL negative", post + "Content-Length: -1\r\n\r\n", 400},
        {"CL plus", post + "Content-Length: +3\r\n\r\nabc", 400},
        {"CL hex", post + "Content-Length: 0x3\r\n\r\nabc", 400},
        {"CL overflow", post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
        {"TE gzip", post + "Transfer-Encoding: gzip\r\n\r\n", 501},
        {"TE gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
        {"TE identity", post + "Transfer-Encoding: identity\r\n\r\n", 501},
        {"TE in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"fold", "GET / HTTP/1.1\r\nHost: c\r\nX: a\r\n b\r\n\r\n", 400},
        {"space before colon", "GET / HTTP/1.1\r\nHost : c\r\n\r\n", 400},
        {"bare CR", "GET / HTTP/1.1\r\nHost: c\rX: d\r\n\r\n", 400},
        {"NUL in header", std::string("GET / HTTP/1.1\r\nHost: c\0d\r\n\r\n", 29), 400},
        {"no target", "GET HTTP/1.1\r\nHost: c\r\n\r\n", 400},
        {"relative target", "GET a HTTP/1.1\r\nHost: c\r\n\r\n", 400},
        {"fragment", "GET /a#b HTTP/1.1\r\nHost: c\r\n\r\n", 400},
        {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: c\r\n\r\n", 505},
        {"lower-case version", "GET / http/1.1\r\nHost: c\r\n\r\n", 400},
        {"no version", "GET / HTTP/one\r\nHost: c\r\n\r\n", 400},
        {"space in target", "GET /li vez HTTP/1.1\r\nHost: c\r\n\r\n", 400},
        {"space in host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"path in host", "GET / HTTP/1.1\r\nHost: a/admin\r\n\r\n", 400},
        {"user in host", "GET / HTTP/1.1\r\nHost: me@a\r\n\r\n", 400},
        {"two tokens", kGet + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", 400},
        {"bad chunk", post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n", 400},
        {"long target", "GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: c\r\n\r\n", 414},
        {"long header", kGet + "X: " + std::string(17000, 'a') + "\r\n\r\n", 431},
        {"many headers",
         [] {
             std::string text = kGet;
             for (int i = 0; i < 3000; ++i) text += "X-A: b\r\n";
             return text + "\r\n";
         }(),
         431},
        {"long body", post + "Content-Length: 65537\r\n\r\n", 413},
        {"long chunks",
         [&] {
             std::string text = post + "Transfer-Encoding: chunked\r\n\r\n";
             for (int i = 0; i < 17; ++i) text += "1000\r\n" + std::string(4096, 'x') + "\r\n";
             return text + "0\r\n\r\n";
         }(),
         413},
    };
    for (const Refused& row : table) {
        for (const std::size_t step : {std::size_t{1}, row.text.size()}) {
            RequestParser parser;
            const Parsed result = parse(parser, row.text, step);
            EXPECT_EQ(result.status, RequestParser::Status::failed) << row.name;
            EXPECT_EQ(result.failure, row.status) << row.name << " in steps of " << step;
        }
    }
}

TEST(RequestParser, NeverTakesABareLineFeedForALineEnd) {
    const std::string text = "GET / HTTP/1.1\nHost: c\n\n";
    RequestParser parser;
    EXPECT_EQ(parse(parser, text, text.size()).failure, 400);
    RequestParser piecewise;  // waits for a line end that does not come, until the time-out
    EXPECT_EQ(parse(piecewise, text, 1).status, RequestParser::Status::need_more);
}

}  // namespace
}  // namespace cinema::http
