#include "catalog/positioned_json.hpp"

#include "catalogue_fixture.hpp"

namespace cinema::catalog {
namespace {

using testing::listing;

TEST(PositionedJson, KnowsLineAndPathOfEveryValue) {
    FileErrors errors;
    const auto document = parse_positioned(
        "{\n"
        "  \"a\": [1, -2,\n"
        "    3.5e2],\n"
        "  \"b\":\n"
        "    { \"c\": \"t\\u00e9xt\", \"odd name\": null },\r\n"
        "  \"d\": true\n"
        "}",
        errors);
    ASSERT_TRUE(document) << document.error().message;
    EXPECT_TRUE(errors.empty());
    const JsonValue& root = document->root();
    EXPECT_EQ(root.line, 1);
    EXPECT_EQ(root.path(), "");
    const JsonValue& a = *root.find("a");
    EXPECT_EQ(a.line, 2);
    const auto& items = a.get_if<JsonValue::Array>()->items;
    ASSERT_EQ(items.size(), 3u);
    EXPECT_EQ(*items[0]->get_if<std::int64_t>(), 1);
    EXPECT_EQ(*items[1]->get_if<std::int64_t>(), -2);
    EXPECT_EQ(items[1]->path(), "a[1]");
    EXPECT_EQ(items[1]->line, 2);
    EXPECT_EQ(*items[2]->get_if<double>(), 350.0);
    EXPECT_EQ(items[2]->line, 3);
    const JsonValue& b = *root.find("b");
    EXPECT_EQ(b.line, 5);
    EXPECT_EQ(b.find("c")->path(), "b.c");
    EXPECT_EQ(*b.find("c")->get_if<std::string>(), "téxt");
    EXPECT_EQ(b.find("odd name")->path(), "b[\"odd name\"]");
    EXPECT_EQ(b.find("odd name")->kind(), "null");
    EXPECT_EQ(root.find("d")->line, 6);
    EXPECT_TRUE(*root.find("d")->get_if<bool>());
    EXPECT_EQ(root.find("missing"), nullptr);
    EXPECT_EQ(a.find("a"), nullptr);
}

TEST(PositionedJson, ReadsAnyValueWithAndWithoutALineEnd) {
    for (const std::string_view text : {"17", "17\n", "\n\n17\r\n", "\xEF\xBB\xBF 17"}) {
        FileErrors errors;
        const auto document = parse_positioned(text, errors);
        ASSERT_TRUE(document) << text;
        EXPECT_EQ(*document->root().get_if<std::int64_t>(), 17);
    }
}

TEST(PositionedJson, NumbersBeyondInt64AreDoubles) {
    FileErrors errors;
    const auto document = parse_positioned("[9223372036854775807, 9223372036854775808]", errors);
    ASSERT_TRUE(document);
    const auto& items = document->root().get_if<JsonValue::Array>()->items;
    EXPECT_EQ(*items[0]->get_if<std::int64_t>(), INT64_MAX);
    EXPECT_NE(items[1]->get_if<double>(), nullptr);
}

TEST(PositionedJson, ReportsAMemberNamedTwiceAndKeepsTheFirst) {
    FileErrors errors;
    const auto document =
        parse_positioned("{\"x\": {\n\"n\": 1,\n\"m\": 2,\n\"n\": {\"deep\": [3]}}}", errors);
    ASSERT_TRUE(document);
    EXPECT_EQ(*document->root().find("x")->find("n")->get_if<std::int64_t>(), 1);
    const auto found = errors.take();
    testing::expect_only(found, 4, "x.n", "already on line 2");
}

struct SyntaxCase {
    std::string_view text;
    int line;
    std::string_view message;  ///< a part of it
};

TEST(PositionedJson, SaysWhereTextIsNotJsonAndWhatToDo) {
    const SyntaxCase cases[] = {
        {"", 1, "The file is empty"},
        {"   \n \n", 3, "The file ends"},
        {"{\n  \"a\": [1,\n 2\n", 4, "'[' of line 2 is not closed: add the ']'"},
        {"{\n  \"a\": 1", 2, "'{' of line 1 is not closed: add the '}'"},
        {"{\n  \"a\": 1,\n}", 3, "Column 1: '}' does not fit here. Remove the comma"},
        {"[1,\n2,\n]", 3, "Remove the comma"},
        {"{\"a\": 1\n \"b\": 2}", 2, "Column 2: '\"' does not fit here. Is there a ','"},
        {"[\"é\" \"b\"]", 1, "Column 6:"},
        {"{\"a\" 1}", 1, "':'"},
        {"{\n// no\n\"a\": 1}", 2, "JSON has no comments"},
        {"{'a': 1}", 1, "Strings are in double quotes"},
        {"[\"a\nb\"]", 1, "ends on the line where it begins"},
        {"[\"a\tb\"]", 1, "the byte 0x09 does not fit"},
        {"[\"caf\xE9\"]", 1, "save the file as UTF-8"},
        {"[\"\xC0\xAF\"]", 1, "save the file as UTF-8"},
        {"[\"\xED\xA0\x80\"]", 1, "save the file as UTF-8"},
        {"[é]", 1, "text outside of quotes"},
        {"[\"\\ud800\"]", 1, "half a character"},
        {"[\"\\uD83D!\"]", 1, "half a character"},
        {"[\"\\ud800\\u0041\"]", 1, "half a character"},
        {"[\"\\udc00\"]", 1, "half a character"},
        {"[\"\\u12g4\"]", 1, "four hex digits"},
        {"[1] [2]", 1, "remove the rest"},
        {"[1]\n\nx", 3, "Column 1: 'x' does not fit here. The file's one value ends"},
        {"[1e99999999999]", 1, "too large"},
        {"{\"a\": nul}", 1, "does not fit here"},
        {"[01]", 1, "does not fit here"},
        {"[NaN]", 1, "does not fit here"},
    };
    for (const SyntaxCase& c : cases) {
        FileErrors errors;
        const auto document = parse_positioned(c.text, errors);
        ASSERT_FALSE(document) << c.text;
        EXPECT_EQ(document.error().line, c.line) << c.text << ": " << document.error().message;
        EXPECT_NE(document.error().message.find(c.message), std::string::npos)
            << c.text << ": " << document.error().message;
    }
}

TEST(PositionedJson, StopsAtEveryLimit) {
    const auto message = [](std::string_view text) {
        FileErrors errors;
        const auto document = parse_positioned(text, errors);
        return document ? std::string("accepted") : document.error().message;
    };
    EXPECT_EQ(message(std::string(32, '[') + std::string(32, ']')), "accepted");
    EXPECT_NE(message(std::string(33, '[') + std::string(33, ']')).find("32 levels"),
              std::string::npos);
    EXPECT_NE(message(std::string(1'000'000, '[')).find("32 levels"), std::string::npos);
    EXPECT_NE(message(std::string(kJsonBytesMax + 1, ' ')).find("at most 16777216"),
              std::string::npos);
    EXPECT_EQ(message('"' + std::string(kJsonStringBytesMax, 'x') + '"'), "accepted");
    EXPECT_NE(message('"' + std::string(kJsonStringBytesMax + 1, 'x') + '"').find("A string has"),
              std::string::npos);
    EXPECT_NE(
        message("{\"" + std::string(kJsonNameBytesMax + 1, 'x') + "\": 1}").find("A name has"),
        std::string::npos);
    std::string wide = "{\"0\": 0";
    for (std::size_t i = 1; i <= kJsonMembersMax; ++i) wide += ",\"" + std::to_string(i) + "\": 0";
    EXPECT_NE(message(wide + "}").find("100 members"), std::string::npos);
    std::string many = "[0";
    for (std::size_t i = 0; i < kJsonValuesMax; ++i) many += ",0";
    EXPECT_NE(message(many + "]").find("500000 values"), std::string::npos);
}

TEST(InQuotes, ShowsTextSafely) {
    EXPECT_EQ(in_quotes("abc"), "\"abc\"");
    EXPECT_EQ(in_quotes("a\x1b[31m"), "\"a\\u001b[31m\"");
    std::string thai;
    for (int i = 0; i < 50; ++i) thai += "ก";
    EXPECT_EQ(in_quotes(thai), '"' + thai.substr(0, 40 * 3) + "…\"");
}

TEST(FileErrorList, KeepsAHundredInTheOrderOfLines) {
    FileErrors errors;
    for (int i = 0; i < 150; ++i) errors.add({1000 - i, "x"}, "wrong");
    EXPECT_EQ(errors.count(), 150u);
    const auto taken = errors.take();
    ASSERT_EQ(taken.size(), 100u);
    EXPECT_TRUE(std::is_sorted(taken.begin(), taken.end(),
                               [](const auto& a, const auto& b) { return a.line < b.line; }));
    EXPECT_TRUE(errors.empty());
}

}  // namespace
}  // namespace cinema::catalog
