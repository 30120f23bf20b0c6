#include "cluster/mongo/json_payload.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace cinema::cluster::mongo {
namespace {

std::string there_and_back(std::string_view text) {
    Document document;
    add_json(document, "payload", text);
    return to_json_text(Fields("test", document.bson()).object("payload").view());
}

TEST(JsonPayload, ComesBackAsItWas) {
    for (const std::string_view text : {
             R"({})",
             R"({"amount":40000,"currency":"THB","lockExpiresAt":"2026-11-23T13:07:36.982Z"})",
             R"({"z":1,"a":2,"m":{"inner":[1,"two",[3,[]],{"four":4}],"none":null}})",
             R"({"big":9007199254740993,"least":-9223372036854775808,"yes":true,"no":false})",
             R"({"text":"\"quoted\" \\ รวมมิตร \u000a","":"no name"})",
             R"({"half":0.5})",
             R"({"$oid":"6b04396ab546c5003b20f0ac","$date":1,"a.b":2})",
         }) {
        EXPECT_EQ(there_and_back(text), text);
    }
}

TEST(JsonPayload, IsReadableInTheDatabase) {
    Document document;
    add_json(document, "payload", R"({"amount":40000,"who":{"name":"Alice"}})");
    Fields payload = Fields("test", document.bson()).object("payload");
    EXPECT_EQ(payload.integer("amount"), 40'000);
    EXPECT_EQ(payload.object("who").text("name"), "Alice");
}

TEST(JsonPayload, WhatIsNoObjectIsRefused) {
    for (const std::string_view text :
         {"", "[]", "1", "{", R"({"a":1} x)", R"({"a":1,})", R"({"a\u0000b":1})"}) {
        EXPECT_THROW(there_and_back(text), std::runtime_error) << text;
    }
}

TEST(JsonPayload, ATypeThatJsonHasNotIsDamage) {
    Document document;
    document.add("id", domain::ObjectId{});
    EXPECT_THROW(to_json_text(*document.bson()), std::runtime_error);
}

}  // namespace
}  // namespace cinema::cluster::mongo
