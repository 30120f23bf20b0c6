#include "cluster/redis/address.hpp"

#include <gtest/gtest.h>

namespace cinema::cluster {

TEST(RedisAddress, Forms) {
    const auto plain = parse_redis_address("localhost:6380");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->host, "localhost");
    EXPECT_EQ(plain->port, 6380);
    EXPECT_FALSE(plain->tls);
    EXPECT_EQ(parse_redis_address("localhost")->port, 6379);

    const auto url = parse_redis_address("redis://:p%40ss@10.0.0.1/3");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->user, "");
    EXPECT_EQ(url->password, "p@ss");
    EXPECT_EQ(url->database, 3);
    EXPECT_EQ(url->port, 6379);

    const auto tls = parse_redis_address("rediss://app:secret@[2001:db8::1]:7000/");
    ASSERT_TRUE(tls);
    EXPECT_TRUE(tls->tls);
    EXPECT_EQ(tls->user, "app");
    EXPECT_EQ(tls->host, "2001:db8::1");
    EXPECT_EQ(tls->port, 7000);
    EXPECT_EQ(tls->database, 0);
}

TEST(RedisAddress, WhatIsWrongIsNamed) {
    const struct {
        const char* text;
        const char* words;
    } kCases[] = {
        {"http://:s3cret@h", "redis:// or rediss://"}, {"redis://s3cret@h", "needs a password"},
        {"redis://:s3cret@h/x", "number of a"},        {"redis://:s3cret@h/-1", "number of a"},
        {"redis://:s3cret@h/1/2", "number of a"},      {"redis://:s3cret@h/99999", "number of a"},
        {"redis://:s3cret@h:x", "port must be"},       {"", "host's name"},
    };
    for (const auto& wrong : kCases) {
        const auto address = parse_redis_address(wrong.text);
        ASSERT_FALSE(address) << wrong.text;
        EXPECT_NE(address.error().find(wrong.words), std::string::npos) << wrong.text << "\n"
                                                                        << address.error();
        EXPECT_EQ(address.error().find("s3cret"), std::string::npos) << address.error();
    }
}

}  // namespace cinema::cluster
