#include "cluster/link/service_url.hpp"

#include <gtest/gtest.h>

namespace cinema::cluster {

TEST(ServiceUrl, HostAndPort) {
    const auto url = parse_service_url("redis.local:6380");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, "");
    EXPECT_EQ(url->host, "redis.local");
    EXPECT_EQ(url->port, 6380);
    EXPECT_EQ(parse_service_url("localhost")->port, 0);
}

TEST(ServiceUrl, EveryPart) {
    const auto url = parse_service_url("AMQPS://us%3aer:p%40ss%2F%25@[::1]:5671/my%2fhost");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, "amqps");
    EXPECT_EQ(url->user, "us:er");
    EXPECT_EQ(url->password, "p@ss/%");
    EXPECT_EQ(url->host, "::1");
    EXPECT_EQ(url->port, 5671);
    EXPECT_EQ(url->path, "my/host");
}

TEST(ServiceUrl, APasswordAloneAndOneWithColons) {
    EXPECT_EQ(parse_service_url("redis://:secret@h")->password, "secret");
    EXPECT_EQ(parse_service_url("redis://:secret@h")->user, "");
    EXPECT_EQ(parse_service_url("redis://u:a:b@h")->password, "a:b");
    EXPECT_EQ(parse_service_url("redis://u:a@b@h")->password, "a@b");
}

TEST(ServiceUrl, WhatIsWrongIsNamedButNothingRepeated) {
    const struct {
        const char* text;
        const char* words;
    } kCases[] = {
        {"", "host's name is missing"},
        {"redis://", "host's name is missing"},
        {"redis://:s3cret@", "host's name is missing"},
        {"redis://:s3cret@host:0", "port must be"},
        {"redis://:s3cret@host:65536", "port must be"},
        {"redis://:s3cret@host:", "port must be"},
        {"redis://:s3cret@host:12x", "port must be"},
        {"redis://:s3cret/x@host", "host's name is missing"},
        {"redis://user:s3cret/x@host", "port must be"},
        {"redis://:s3cret?x@host", "options"},
        {"redis://:s3cret#x@host", "options"},
        {"redis://:s3cret%zz@host", "in the password, a %"},
        {"redis://:s3cret%4@host", "in the password, a %"},
        {"redis://:s3cret%00@host", "in the password, a %"},
        {"redis://us%er:s3cret@host", "in the user's name, a %"},
        {"redis://:s3cret@ho$st", "host must be"},
        {"redis://:s3cret@[::1", "must end with ]"},
        {"redis://:s3cret@[::1]6379", "only :port"},
        {"redis://:s3cret@::1", "host's name is missing"},
        {"redis://:s3 cret@host", "spaces"},
        {"redis://:s3cret@host\n", "spaces"},
        {"re-dis://:s3cret@host", "scheme"},
        {"://:s3cret@host", "scheme"},
        {"redis://:s3cret@host/%x", "in the path"},
    };
    for (const auto& wrong : kCases) {
        const auto url = parse_service_url(wrong.text);
        ASSERT_FALSE(url) << wrong.text;
        EXPECT_NE(url.error().find(wrong.words), std::string::npos) << wrong.text << "\n"
                                                                    << url.error();
        EXPECT_EQ(url.error().find("s3cret"), std::string::npos) << url.error();
    }
}

}  // namespace cinema::cluster
