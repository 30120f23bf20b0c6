#include "env/ids.hpp"

#include <fmt/format.h>

#include <random>

namespace cinema::env {

namespace {

std::uint64_t random_64() {
    // std::random_device reads the kernel's generator on Linux.
    static thread_local std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

SystemIds::SystemIds(const Clock& clock)
    : clock_(clock),
      process_random_(random_64()),
      counter_(static_cast<std::uint32_t>(random_64()) & 0x7fffff),
      uuid_counter_(random_64()) {}

domain::ObjectId SystemIds::object_id() {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
    const std::uint32_t count = counter_.fetch_add(1, std::memory_order_relaxed);
    domain::ObjectId id;
    for (int i = 0; i < 4; ++i) id.bytes[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
    for (int i = 0; i < 5; ++i)
        id.bytes[4 + i] = static_cast<std::uint8_t>(process_random_ >> (8 * i));
    for (int i = 0; i < 3; ++i) id.bytes[9 + i] = static_cast<std::uint8_t>(count >> (16 - 8 * i));
    return id;
}

std::string SystemIds::uuid() {
    const auto ms = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count());
    // 12 + 62 bits follow the time. They need to be unique rather than unguessable: a counter from
    // a random start, spread by a bijection, never repeats within a process.
    const std::uint64_t count = uuid_counter_.fetch_add(1, std::memory_order_relaxed);
    std::uint64_t tail = count * 0x9e3779b97f4a7c15ULL;
    tail ^= tail >> 29;
    const std::uint64_t variant = (tail & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
    const auto extra = static_cast<std::uint32_t>((process_random_ >> 40) & 0xfff);
    return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", ms >> 16, ms & 0xffff, extra,
                       variant >> 48, variant & 0xffffffffffffULL);
}

}  // namespace cinema::env
