#include "accounts/password_worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "accounts/password.hpp"

namespace cinema::accounts {

namespace {

namespace asio = boost::asio;

/// A place in the queue, given back however the wait ends: also when the coroutine is destroyed
/// after the worker, at the end of the program.
class PlaceInQueue {
  public:
    explicit PlaceInQueue(std::shared_ptr<std::atomic<int>> waiting)
        : waiting_(std::move(waiting)), number_(++*waiting_) {}
    ~PlaceInQueue() { --*waiting_; }
    PlaceInQueue(const PlaceInQueue&) = delete;
    PlaceInQueue& operator=(const PlaceInQueue&) = delete;

    int number() const { return number_; }

  private:
    const std::shared_ptr<std::atomic<int>> waiting_;
    const int number_;
};

asio::awaitable<bool> verify_here(std::string hash, std::string password) {
    co_return hash.empty() ? verify_against_nothing(password) : verify_password(hash, password);
}

}  // namespace

PasswordWorker::~PasswordWorker() {
    pool_.stop();
    pool_.join();
}

asio::awaitable<domain::Result<bool>> PasswordWorker::verify(std::string hash,
                                                             std::string password) {
    const PlaceInQueue place(waiting_);
    if (place.number() > kWaitingMax) {
        co_return std::unexpected(
            domain::Error{.code = domain::Errc::overloaded,
                          .detail = "Too many people are logging in. Try again in a moment.",
                          .retry_after_seconds = 2});
    }
    auto check = verify_here(std::move(hash), std::move(password));
    const bool correct = co_await asio::co_spawn(pool_, std::move(check), asio::use_awaitable);
    co_return correct;
}

}  // namespace cinema::accounts
