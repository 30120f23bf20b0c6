#pragma once

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/defer.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "domain/ensure.hpp"
#include "domain/error.hpp"

namespace cinema::cluster {

/// Calls of one kind that come while others are on their way to a server go there together: group
/// commit over a network. The first call sets out at once; whatever comes while `kTripsMax` trips
/// are under way waits for one to end and shares the next. So a quiet server loses nothing, and a
/// busy one pays one round trip, two system calls and a sleeping thread, for many calls.
///
/// Coroutines of any thread may call. A trip runs on, and blocks a thread of, the executor of one
/// of those who wait for it, and each caller is resumed on its own. Bounded by who calls: a call
/// waits for as long as the trips take. Must outlive its calls.
template <class Request, class Answer>
class Gathering {
  public:
    /// Makes the trip: an answer for each request, in their order. What it throws, all who share
    /// the trip get.
    using Trip = std::function<std::vector<domain::Result<Answer>>(const std::vector<Request>&)>;

    explicit Gathering(Trip trip) : trip_(std::move(trip)) {}
    Gathering(const Gathering&) = delete;
    Gathering& operator=(const Gathering&) = delete;

    boost::asio::awaitable<domain::Result<Answer>> operator()(Request request) {
        auto initiate = [this](auto handler, Request what) {
            const auto executor = boost::asio::get_associated_executor(handler);
            // The caller's context has work until whoever resumes it has let go of it.
            auto home =
                boost::asio::prefer(executor, boost::asio::execution::outstanding_work.tracked);
            auto resume = [handler = std::move(handler), home = std::move(home)](
                              std::exception_ptr failure, domain::Result<Answer> answer) mutable {
                boost::asio::defer(home, [handler = std::move(handler), failure,
                                          answer = std::move(answer)]() mutable {
                    std::move(handler)(failure, std::move(answer));
                });
            };
            add(Call{std::move(what), std::move(resume)}, executor);
        };
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, Signature>(
            std::move(initiate), boost::asio::use_awaitable, std::move(request));
    }

  private:
    /// One trip on its way while the next one fills.
    static constexpr std::size_t kTripsMax = 2;
    static constexpr std::size_t kTogetherMax = 64;

    using Signature = void(std::exception_ptr, domain::Result<Answer>);
    struct Call {
        Request request;
        std::move_only_function<Signature> resume;
    };

    template <class Executor>
    void add(Call call, const Executor& executor) {
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(call));
            if (trips_ == kTripsMax) return;
            ++trips_;
        }
        set_out(executor);
    }

    template <class Executor>
    void set_out(const Executor& executor) {
        boost::asio::defer(executor, [this, executor] {
            make_trip();
            {
                const std::lock_guard lock(mutex_);
                if (waiting_.empty()) {
                    --trips_;
                    return;
                }
            }
            set_out(executor);
        });
    }

    void make_trip() {
        std::vector<Request> requests;
        std::vector<Call> calls;
        {
            const std::lock_guard lock(mutex_);
            const std::size_t count = std::min(waiting_.size(), kTogetherMax);
            for (std::size_t i = 0; i < count; ++i) {
                requests.push_back(std::move(waiting_.front().request));
                calls.push_back(std::move(waiting_.front()));
                waiting_.pop_front();
            }
        }
        if (requests.empty()) return;
        std::vector<domain::Result<Answer>> answers;
        std::exception_ptr failure;
        try {
            answers = trip_(requests);
            domain::ensure(answers.size() == requests.size(), "every call gets its answer");
        } catch (...) {
            failure = std::current_exception();
        }
        for (std::size_t i = 0; i < calls.size(); ++i) {
            if (failure) {
                calls[i].resume(failure, std::unexpected(domain::Error{}));
            } else {
                calls[i].resume(nullptr, std::move(answers[i]));
            }
        }
    }

    const Trip trip_;
    std::mutex mutex_;
    std::deque<Call> waiting_;
    std::size_t trips_ = 0;
};

}  // namespace cinema::cluster
