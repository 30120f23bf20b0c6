#include "api/csv.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace cinema::api {
namespace {

std::string record(const std::vector<std::string_view>& cells) {
    std::string out;
    append_csv_record(out, cells);
    return out;
}

TEST(Csv, RecordsEndWithCrlf) {
    EXPECT_EQ(record({"a", "b c", "", "Amélie"}), "a,b c,,Amélie\r\n");
    EXPECT_EQ(record({""}), "\r\n");
}

TEST(Csv, QuotesWhatWouldBreakTheTable) {
    EXPECT_EQ(record({"a,b", "say \"hi\"", "two\r\nlines", "{\"x\":\"y\"}"}),
              "\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",\"{\"\"x\"\":\"\"y\"\"}\"\r\n");
}

TEST(Csv, DefusesFormulas) {
    EXPECT_EQ(record({"=1+1"}), "\"'=1+1\"\r\n");
    EXPECT_EQ(record({"a", "=HYPERLINK(\"//evil\",\"x\")"}),
              "a,\"'=HYPERLINK(\"\"//evil\"\",\"\"x\"\")\"\r\n");
    for (const std::string cell :
         {"+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A"}) {
        EXPECT_EQ(record({cell}), "\"'" + cell + "\"\r\n");
    }
    EXPECT_EQ(record({"A-1", "a=b", "1+1", "x@y.z"}), "A-1,a=b,1+1,x@y.z\r\n");
}

}  // namespace
}  // namespace cinema::api
