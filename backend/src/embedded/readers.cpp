#include "embedded/readers.hpp"

namespace cinema::embedded {

Readers::Readers(const std::filesystem::path& file, ReaderLimits limits,
                 telemetry::Metrics& metrics, telemetry::Logger& logger, Workers workers)
    : limits_(limits), metrics_(metrics), logger_(logger), workers_(workers) {
    for (std::size_t i = 0; i < limits_.reader_threads; ++i) {
        connections_.push_back(std::make_unique<Connection>(
            file, ConnectionOptions{.read_only = true, .cache_kib = limits_.cache_kib}));
    }
    if (workers_ == Workers::by_hand) return;
    for (const auto& connection : connections_) {
        threads_.emplace_back([this, &connection] { loop(*connection); });
    }
}

Readers::~Readers() {
    stop();
}

void Readers::submit(CommandPtr<Connection> command) {
    std::unique_lock lock(mutex_);
    const bool stopping = stopping_;
    if (!stopping && queue_.size() < limits_.read_queue_commands_max) {
        queue_.push_back(std::move(command));
        lock.unlock();
        wake_.notify_one();
        return;
    }
    lock.unlock();
    if (!stopping) metrics_.overload_refusals.Increment();
    command->reject(stopping ? unavailable_error() : overloaded_error());
    std::vector<CommandPtr<Connection>> refused;
    refused.push_back(std::move(command));
    complete_all(refused);
}

void Readers::loop(Connection& connection) {
    for (;;) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return !queue_.empty() || stopping_; });
        if (queue_.empty()) return;
        answer_oldest(std::move(lock), connection);
    }
}

bool Readers::work_once() {
    std::unique_lock lock(mutex_);
    if (queue_.empty()) return false;
    answer_oldest(std::move(lock), *connections_[turn_++ % connections_.size()]);
    return true;
}

void Readers::answer_oldest(std::unique_lock<std::mutex> lock, Connection& connection) {
    std::vector<CommandPtr<Connection>> taken;
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
    lock.unlock();
    answer(connection, *taken.front());
    complete_all(taken);
}

void Readers::answer(Connection& connection, Command<Connection>& command) {
    try {
        command.execute(connection);
    } catch (const SqliteError& error) {
        connection.roll_back();
        if (!error.is_environmental()) {
            command.reject(std::current_exception());
            return;
        }
        logger_.error("read_failed", telemetry::LogField("error", error.what()));
        metrics_.dependency_errors("sqlite").Increment();
        command.reject(unavailable_error());
    } catch (...) {
        connection.roll_back();
        command.reject(std::current_exception());
    }
}

void Readers::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
    while (workers_ == Workers::by_hand && work_once()) {
    }
}

}  // namespace cinema::embedded
