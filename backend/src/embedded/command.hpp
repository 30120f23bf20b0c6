#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <exception>
#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "domain/error.hpp"

/// Work handed from any thread to one of the engine's own, and its answer handed back.
namespace cinema::embedded {

/// Who does the engine's work: threads of its own, or, on one thread, whoever calls work_once() of
/// its parts and so decides what happens when (the simulator).
enum class Workers { threads, by_hand };

/// One piece of work. The engine's thread runs it and settles its answer; complete() then gives
/// the answer to whoever waits, on the waiter's executor.
template <class Context>
class Command {
  public:
    Command() = default;
    virtual ~Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;

    /// May run more than once when a batch is repeated: the last answer counts. May throw.
    virtual void execute(Context& context) = 0;
    /// Replaces the answer.
    virtual void reject(domain::Error error) = 0;
    virtual void reject(std::exception_ptr exception) = 0;
    /// Once, last.
    virtual void complete() = 0;
    /// Where complete() must run; empty when any thread will do.
    virtual boost::asio::any_io_executor executor() const = 0;
};

template <class Context>
using CommandPtr = std::unique_ptr<Command<Context>>;

/// The answer's half of a command: what `Work` (callable as Result<T>(Context&)) returned, or why
/// it did not run.
template <class Context, class T, class Work>
class AnsweringCommand : public Command<Context> {
  public:
    explicit AnsweringCommand(Work work) : work_(std::move(work)) {}

    void execute(Context& context) override {
        exception_ = nullptr;
        answer_ = work_(context);
    }
    void reject(domain::Error error) override {
        exception_ = nullptr;
        answer_ = std::unexpected(std::move(error));
    }
    void reject(std::exception_ptr exception) override { exception_ = std::move(exception); }

  protected:
    Work work_;
    domain::Result<T> answer_ = domain::fail(domain::Errc::unavailable, "Not run.");
    std::exception_ptr exception_;
};

/// For a coroutine: resumes it through its Asio completion handler.
template <class Context, class T, class Work, class Handler>
class AwaitedCommand final : public AnsweringCommand<Context, T, Work> {
  public:
    AwaitedCommand(Work work, Handler handler)
        : AnsweringCommand<Context, T, Work>(std::move(work)),
          // Tracked: the caller's io_context does not run out of work while it waits for us.
          executor_(boost::asio::prefer(boost::asio::get_associated_executor(handler),
                                        boost::asio::execution::outstanding_work.tracked)),
          handler_(std::move(handler)) {}

    void complete() override {
        Handler handler = std::move(handler_);
        std::move(handler)(std::move(this->exception_), std::move(this->answer_));
    }
    boost::asio::any_io_executor executor() const override { return executor_; }

  private:
    boost::asio::any_io_executor executor_;
    Handler handler_;
};

/// For a thread that blocks until the answer is there.
template <class Context, class T, class Work>
class BlockingCommand final : public AnsweringCommand<Context, T, Work> {
  public:
    using AnsweringCommand<Context, T, Work>::AnsweringCommand;

    std::future<domain::Result<T>> answer() { return promise_.get_future(); }
    void complete() override {
        if (this->exception_) {
            promise_.set_exception(this->exception_);
        } else {
            promise_.set_value(std::move(this->answer_));
        }
    }
    boost::asio::any_io_executor executor() const override { return {}; }

  private:
    std::promise<domain::Result<T>> promise_;
};

/// Completes a batch: one post for each executor and 32 commands, so that an I/O thread is woken
/// once for many answers and still gets to its sockets between them.
template <class Context>
void complete_all(std::vector<CommandPtr<Context>>& batch) {
    constexpr std::size_t kCommandsPerPost = 32;
    struct Group {
        boost::asio::any_io_executor executor;
        std::vector<CommandPtr<Context>> commands;
    };
    std::vector<Group> groups;
    const auto post = [](Group& group) {
        boost::asio::post(group.executor, [commands = std::move(group.commands)]() mutable {
            for (auto& command : commands) command->complete();
        });
        group.commands.clear();
    };
    for (auto& command : batch) {
        auto executor = command->executor();
        if (!executor) {
            command->complete();
            continue;
        }
        auto group = groups.begin();
        while (group != groups.end() && group->executor != executor) ++group;
        if (group == groups.end()) {
            groups.push_back({std::move(executor), {}});
            group = groups.end() - 1;
        }
        group->commands.push_back(std::move(command));
        if (group->commands.size() == kCommandsPerPost) post(*group);
    }
    for (auto& group : groups) {
        if (!group.commands.empty()) post(group);
    }
    batch.clear();
}

/// The answers that every queue of the engine gives when it does not take a command.
domain::Error overloaded_error();
domain::Error unavailable_error();

}  // namespace cinema::embedded
