#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>

#include "domain/error.hpp"

namespace cinema::accounts {

/// Verifies passwords on one thread of its own: each takes 19 MiB and tens of milliseconds, which
/// no I/O thread may spend, and one at a time keeps the memory bounded. Any thread.
class PasswordWorker {
  public:
    static constexpr int kWaitingMax = 64;

    PasswordWorker() = default;
    /// Drops what still waits; its callers are destroyed, not resumed.
    ~PasswordWorker();
    PasswordWorker(const PasswordWorker&) = delete;
    PasswordWorker& operator=(const PasswordWorker&) = delete;

    /// Whether the password is that of the hash. An empty hash stands for an account that does not
    /// exist or has no password: false, after the same time. Errors: overloaded. The caller resumes
    /// on its own executor.
    boost::asio::awaitable<domain::Result<bool>> verify(std::string hash, std::string password);

  private:
    std::shared_ptr<std::atomic<int>> waiting_ = std::make_shared<std::atomic<int>>(0);
    boost::asio::thread_pool pool_{1};
};

}  // namespace cinema::accounts
