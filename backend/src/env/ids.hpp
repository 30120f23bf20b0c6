#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "domain/id.hpp"
#include "env/clock.hpp"

namespace cinema::env {

/// Makes ids. Any thread. Made by one process, they sort by the time they were made.
class IdSource {
  public:
    virtual ~IdSource() = default;
    virtual domain::ObjectId object_id() = 0;
    virtual std::string uuid() = 0;  ///< version 7 (RFC 9562), lower case, 36 characters

    template <class IdType>
    IdType next() {
        return IdType{object_id()};
    }
};

/// Ids from the clock, five random bytes chosen at start and a counter that starts at random.
class SystemIds final : public IdSource {
  public:
    explicit SystemIds(const Clock& clock);
    domain::ObjectId object_id() override;
    std::string uuid() override;

  private:
    const Clock& clock_;
    std::uint64_t process_random_ = 0;
    std::atomic<std::uint32_t> counter_{0};
    std::atomic<std::uint64_t> uuid_counter_{0};
};

}  // namespace cinema::env
