#pragma once

#include <boost/asio/co_spawn.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "simulation/cluster/process.hpp"

namespace cinema::simulation {

/// The instances, which die and come back, and the way to them.
class Cluster {
  public:
    explicit Cluster(Stage& stage);
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    std::size_t size() const { return instances_.size(); }
    /// Null while it is down.
    Process* process(std::size_t index) { return instances_[index].process.get(); }
    /// At once; it is back after `downtime`.
    void crash(std::size_t index, Moment downtime);
    void pause(std::size_t index, Moment length);
    void start_all();
    std::vector<std::shared_ptr<Rooms>> rooms();

    /// One request of a customer to one instance: the saga runs there, and the answer comes back,
    /// or none within the customer's patience (`unavailable`).
    template <class T>
    Awaitable<Result<T>> ask(std::size_t index,
                             std::function<Awaitable<Result<T>>(cluster::Saga&)> operation);
    Parking& customers() { return customers_; }

  private:
    struct Instance {
        Moment skew{};
        std::uint64_t starts = 0;
        std::unique_ptr<Process> process;
    };
    void start(std::size_t index);
    void crash_soon(std::size_t index);
    void deliver(Queue::Tag tag);
    void deliver_now(Queue::Tag tag);
    void tell_failure(const std::exception_ptr& failure);

    Stage& stage_;
    Parking customers_;
    std::vector<Instance> instances_;
};

template <class T>
Awaitable<Result<T>> Cluster::ask(std::size_t index,
                                  std::function<Awaitable<Result<T>>(cluster::Saga&)> operation) {
    constexpr Moment kPatience = std::chrono::seconds(5);
    struct Pending {
        std::optional<Result<T>> answer;
    };
    const auto pending = std::make_shared<Pending>();
    const auto ticket = customers_.take_ticket();
    customers_.wake_after(kPatience, ticket);
    stage_.scheduler.after(stage_.network.little(), [this, index, ticket, pending,
                                                     operation = std::move(operation)] {
        Process* process = instances_[index].process.get();
        if (!process) {
            customers_.wake_after(stage_.network.little(), ticket);
            return;
        }
        auto answered = [this, ticket, pending](std::exception_ptr failure, Result<T> answer) {
            if (failure) {
                tell_failure(failure);
                return;
            }
            stage_.scheduler.after(stage_.network.little(),
                                   [this, ticket, pending, answer = std::move(answer)]() mutable {
                                       pending->answer = std::move(answer);
                                       customers_.wake_after(Moment{}, ticket);
                                   });
        };
        boost::asio::co_spawn(stage_.scheduler.context(), operation(process->saga()),
                              std::move(answered));
    });
    co_await customers_.wait(ticket);
    if (pending->answer) co_return std::move(*pending->answer);
    co_return std::unexpected(not_answered());
}

}  // namespace cinema::simulation
