#include "domain/uuid.hpp"

#include <gtest/gtest.h>

namespace cinema::domain {
namespace {

TEST(Uuid, IsReadInEitherCaseAndKeptInLowerCase) {
    EXPECT_EQ(normal_uuid("019389a4-0000-7000-8000-0123456789ab"),
              "019389a4-0000-7000-8000-0123456789ab");
    EXPECT_EQ(normal_uuid("4FD1B6C0-7b4e-4f6e-9a70-0D9D9D1C5A1F"),
              "4fd1b6c0-7b4e-4f6e-9a70-0d9d9d1c5a1f");
}

TEST(Uuid, RefusesWhatIsNone) {
    for (const auto* text :
         {"", "019389a4", "019389a400007000800000123456789ab",
          "019389a4-0000-7000-8000-0123456789a", "019389a4-0000-7000-8000-0123456789abc",
          "019389a4-0000-7000-8000-0123456789ag", "019389a4_0000-7000-8000-0123456789ab",
          "019389a-40000-7000-8000-0123456789ab", "{19389a4-0000-7000-8000-0123456789a}"}) {
        EXPECT_FALSE(normal_uuid(text)) << text;
    }
}

}  // namespace
}  // namespace cinema::domain
