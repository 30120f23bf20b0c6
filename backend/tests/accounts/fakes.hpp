#pragma once

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "accounts/user_store.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"

namespace cinema::accounts::testing {

class FakeClock final : public env::Clock {
  public:
    domain::UtcTime now() const override {
        return domain::UtcTime{std::chrono::milliseconds{milliseconds_.load()}};
    }
    void advance(std::chrono::milliseconds by) { milliseconds_ += by.count(); }

  private:
    std::atomic<std::int64_t> milliseconds_{1'800'000'000'123};  // 2027-01-15T08:00:00.123Z
};

class FakeIds final : public env::IdSource {
  public:
    domain::ObjectId object_id() override {
        domain::ObjectId id;
        const int count = ++count_;
        id.bytes[10] = static_cast<std::uint8_t>(count >> 8);
        id.bytes[11] = static_cast<std::uint8_t>(count);
        return id;
    }
    std::string uuid() override { return fmt::format("00000000-0000-7000-8000-{:012x}", ++count_); }

  private:
    std::atomic<int> count_{0};
};

/// Accounts in memory. Resumes its callers by way of their executor, as a real store does.
class MemoryUsers final : public UserStore {
  public:
    using Found = domain::Result<std::optional<domain::User>>;

    /// When set, every call fails with it.
    std::optional<domain::Error> broken;
    int calls = 0;

    boost::asio::awaitable<Found> find(domain::UserId id) override {
        co_await take_turn();
        if (broken) co_return std::unexpected(*broken);
        for (const auto& [email, user] : by_email_) {
            if (user.id == id) co_return user;
        }
        co_return std::nullopt;
    }

    boost::asio::awaitable<Found> find_by_email(std::string email) override {
        co_await take_turn();
        if (broken) co_return std::unexpected(*broken);
        co_return get(email);
    }

    boost::asio::awaitable<domain::Result<domain::User>> find_or_create(
        domain::User user) override {
        co_await take_turn();
        if (broken) co_return std::unexpected(*broken);
        const std::lock_guard lock(mutex_);
        co_return by_email_.try_emplace(user.email, user).first->second;
    }

    boost::asio::awaitable<domain::Result<domain::User>> put(domain::User user) override {
        co_await take_turn();
        if (broken) co_return std::unexpected(*broken);
        set(user);
        co_return user;
    }

    void set(const domain::User& user) {
        const std::lock_guard lock(mutex_);
        by_email_[user.email] = user;
    }
    std::optional<domain::User> get(const std::string& email) const {
        const std::lock_guard lock(mutex_);
        const auto found = by_email_.find(email);
        return found == by_email_.end() ? std::nullopt : std::optional(found->second);
    }
    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return by_email_.size();
    }

  private:
    boost::asio::awaitable<void> take_turn() {
        ++calls;
        co_await boost::asio::post(boost::asio::use_awaitable);
    }

    mutable std::mutex mutex_;
    std::map<std::string, domain::User> by_email_;
};

}  // namespace cinema::accounts::testing
