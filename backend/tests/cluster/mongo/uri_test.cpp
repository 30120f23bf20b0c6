#include "cluster/mongo/uri.hpp"

#include <gtest/gtest.h>

namespace cinema::cluster::mongo {
namespace {

std::string complaint_about(const std::string& uri) {
    try {
        parse_uri(uri);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

struct BadUri {
    const char* uri;
    const char* says;
};

class BadUris : public testing::TestWithParam<BadUri> {};

TEST_P(BadUris, AreRefusedWithAReasonAndWithoutThePassword) {
    const std::string said = complaint_about(GetParam().uri);
    EXPECT_NE(said.find(GetParam().says), std::string::npos) << said;
    EXPECT_TRUE(said.starts_with("MONGO_URI: ")) << said;
    for (const char* secret : {"hunter2", "hun", "ter2", "bob"}) {
        EXPECT_EQ(said.find(secret), std::string::npos) << said;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Uri, BadUris,
    testing::Values(BadUri{"", "must begin with mongodb://"},
                    BadUri{"localhost:27017", "must begin with"},
                    BadUri{"http://bob:hunter2@host/", "must begin with mongodb://"},
                    BadUri{"mongodb://", "Invalid host"},
                    BadUri{"mongodb://bob:hunter2@/cinema", "Invalid host"},
                    BadUri{"mongodb://bob:hunter2@host:99999/", "Invalid host"},
                    BadUri{"mongodb://bob:hun:ter2@host/", "percent-encoded"},
                    BadUri{"mongodb://bob:hun/ter2@host/", "percent-encoded"},
                    BadUri{"mongodb://bob:hunter2%zz@host/", "percent-encoded"},
                    BadUri{"mongodb://bob:hunter2@host/a b", "Invalid database name"},
                    BadUri{"mongodb://bob:hunter2@host/?socketTimeutMS=1", "\"sockettimeutms\""},
                    BadUri{"mongodb://bob:hunter2@host/?socketTimeoutMS=soon", "\"soon\""},
                    BadUri{"mongodb://bob:hunter2@host/?socketTimeoutMS=0", "must be positive"},
                    BadUri{"mongodb://bob:hunter2@host/?w=0", "acknowledgement"},
                    BadUri{"mongodb://bob:hunter2@host/?readPreference=nearest", "must be primary"},
                    BadUri{"mongodb://bob:hunter2@host/?tls=perhaps", "\"perhaps\""},
                    BadUri{"mongodb://bob:hunter2@a,b/?directConnection=true",
                           "directConnection"}));

std::string json_of(const Document& document) {
    char* text = bson_as_relaxed_extended_json(document.bson(), nullptr);
    std::string json = text;
    bson_free(text);
    return json;
}

TEST(Uri, HasTheDefaultsOfAStoreThatMustNotLoseAnything) {
    const Uri uri = parse_uri("mongodb://host");
    EXPECT_EQ(uri.database, "cinema");
    EXPECT_EQ(json_of(uri.write_concern), R"({ "w" : "majority", "j" : true, "wtimeout" : 1500 })");
    EXPECT_EQ(json_of(uri.read_concern), R"({ "level" : "majority" })");
    const auto milliseconds = [&](const char* option) {
        return mongoc_uri_get_option_as_int32(uri.driver.get(), option, -1);
    };
    EXPECT_EQ(milliseconds(MONGOC_URI_SOCKETTIMEOUTMS), 2000);
    EXPECT_EQ(milliseconds(MONGOC_URI_CONNECTTIMEOUTMS), 1000);
    EXPECT_EQ(milliseconds(MONGOC_URI_SERVERSELECTIONTIMEOUTMS), 1000);
    EXPECT_EQ(milliseconds(MONGOC_URI_WAITQUEUETIMEOUTMS), 1000);
    EXPECT_FALSE(mongoc_uri_get_option_as_bool(uri.driver.get(), MONGOC_URI_RETRYWRITES, true));
    EXPECT_STREQ(mongoc_uri_get_appname(uri.driver.get()), "cinema");
}

TEST(Uri, SaysOtherwiseWhereItSays) {
    const Uri uri = parse_uri(
        "mongodb://bob:p%40ss@a,b:27018/house?w=2&journal=false&wtimeoutMS=700&socketTimeoutMS=900"
        "&readConcernLevel=local&appname=box&replicaSet=rs0");
    EXPECT_EQ(uri.database, "house");
    EXPECT_EQ(json_of(uri.write_concern), R"({ "w" : 2, "j" : false, "wtimeout" : 700 })");
    EXPECT_EQ(json_of(uri.read_concern), R"({ "level" : "local" })");
    EXPECT_EQ(mongoc_uri_get_option_as_int32(uri.driver.get(), MONGOC_URI_SOCKETTIMEOUTMS, 0), 900);
    EXPECT_STREQ(mongoc_uri_get_password(uri.driver.get()), "p@ss");
    EXPECT_STREQ(mongoc_uri_get_appname(uri.driver.get()), "box");
}

}  // namespace
}  // namespace cinema::cluster::mongo
