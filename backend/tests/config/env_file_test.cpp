#include "config/env_file.hpp"

#include <gtest/gtest.h>

#include "config/temp_folder.hpp"

namespace cinema::config {

namespace {

TEST(EnvFile, ReadsValues) {
    struct Row {
        std::string_view line;
        std::string_view value;
    };
    const std::vector<Row> rows = {
        {"KEY=value", "value"},
        {"  KEY = value  ", "value"},
        {"export KEY=value", "value"},
        {"KEY=", ""},
        {"KEY=a=b", "a=b"},
        {"KEY=value # comment", "value"},
        {"KEY=pass#word", "pass#word"},
        {"KEY=# only a comment", ""},
        {"KEY=two words", "two words"},
        {"KEY='as $it \\n is # here'", "as $it \\n is # here"},
        {R"(KEY="a \"b\" \\ \$c\td")", "a \"b\" \\ $c\td"},
        {R"(KEY="line\nline")", "line\nline"},
        {"KEY=\" kept \"  # comment", " kept "},
        {"KEY=''", ""},
        {"KEY=it's", "it's"},
        {"KEY=value\r", "value"},
        {"\xEF\xBB\xBFKEY=value", "value"},
        {"# comment\n\n   \nKEY=value\n", "value"},
    };
    for (const Row& row : rows) {
        const EnvFile file = parse_env_file(row.line, ".env");
        EXPECT_TRUE(file.problems.empty()) << row.line << ": " << file.problems[0];
        ASSERT_EQ(file.values.size(), 1u) << row.line;
        EXPECT_EQ(file.values.at("KEY"), row.value) << row.line;
    }
}

TEST(EnvFile, NamesTheLineOfEachProblemAndReadsTheRest) {
    const EnvFile file = parse_env_file(
        "GOOD=1\n"
        "no equals sign\n"
        "=value\n"
        "9KEY=value\n"
        "SP ACE=value\n"
        "OPEN='never closed\n"
        "OPEN2=\"never closed\\\"\n"
        "BEHIND='a' b\n"
        "ESCAPE=\"\\x\"\n"
        "GOOD=2\n"
        "LAST=3",
        "my.env");
    EXPECT_EQ(file.values, (Environment{{"GOOD", "1"}, {"LAST", "3"}}));
    EXPECT_EQ(file.problems,
              (std::vector<std::string>{
                  "my.env line 2 must be NAME=value, a # comment or blank.",
                  "my.env line 3 must be NAME=value, a # comment or blank.",
                  "my.env line 4 must be NAME=value, a # comment or blank.",
                  "my.env line 5 must be NAME=value, a # comment or blank.",
                  "my.env line 6 has no closing '.", "my.env line 7 has no closing \".",
                  "my.env line 8 has something behind the closing quote.",
                  R"(my.env line 9 has a \ in double quotes that is not \n, \t, \", \\ or \$.)",
                  "my.env line 10 gives GOOD a second time."}));
}

TEST(EnvFile, NeedsNotExistButMustBeReadable) {
    testing::TempFolder folder;
    const EnvFile absent = read_env_file(folder.path() / "absent");
    EXPECT_TRUE(absent.values.empty());
    EXPECT_TRUE(absent.problems.empty());

    const EnvFile is_folder = read_env_file(folder.path());
    ASSERT_EQ(is_folder.problems.size(), 1u);
    EXPECT_EQ(is_folder.problems[0], folder.path().string() + " cannot be read.");

    const auto large = folder.write("large", std::string(70000, '#'));
    ASSERT_EQ(read_env_file(large).problems.size(), 1u);

    const EnvFile good = read_env_file(folder.write("good", "A=1\n"));
    EXPECT_EQ(good.values, (Environment{{"A", "1"}}));
}

}  // namespace

}  // namespace cinema::config
