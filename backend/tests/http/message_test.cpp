#include "http/message.hpp"

#include <gtest/gtest.h>

namespace cinema::http {
namespace {

TEST(Content, KnowsItselfByItsTag) {
    const Content content("text/plain", "hello", true, "Cache-Control: no-cache\r\n");
    const Content same("text/plain", "hello", true);
    const Content other("text/plain", "hellO", true);
    EXPECT_EQ(content.etag(), same.etag());
    EXPECT_NE(content.etag(), other.etag());
    EXPECT_TRUE(content.matches(content.etag()));
    EXPECT_TRUE(content.matches("*"));
    EXPECT_TRUE(content.matches("\"x\", W/" + content.etag()));
    EXPECT_FALSE(content.matches(other.etag()));
    EXPECT_FALSE(content.matches(""));
    EXPECT_EQ(content.head(), "Content-Type: text/plain\r\nContent-Length: 5\r\nETag: " +
                                  content.etag() + "\r\nCache-Control: no-cache\r\n");
    EXPECT_EQ(content.validators(), "ETag: " + content.etag() + "\r\nCache-Control: no-cache\r\n");
}

TEST(Content, WithoutATagNeverMatches) {
    const Content content("text/plain", "hello", false);
    EXPECT_FALSE(content.matches("*"));
    EXPECT_EQ(content.head(), "Content-Type: text/plain\r\nContent-Length: 5\r\n");
}

}  // namespace
}  // namespace cinema::http
