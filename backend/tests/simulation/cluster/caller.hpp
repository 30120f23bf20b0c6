#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "cluster/saga/ports.hpp"
#include "simulation/cluster/stage.hpp"
#include "simulation/kernel/parking.hpp"

namespace cinema::simulation {

template <class T>
using Result = domain::Result<T>;

inline domain::Error not_answered() {
    return {.code = domain::Errc::unavailable, .detail = "no answer", .retry_after_seconds = 1};
}

/// How a process calls what it depends on. What is under way goes on without the process.
struct Caller {
    Stage& stage;
    std::size_t instance;
    Parking& parking;
    std::function<void()> crash;  ///< some time soon

    template <class... Args>
    std::string about(fmt::format_string<Args...> format, Args&&... args) const {
        if (!stage.journal.tracing()) return {};
        return fmt::format(format, std::forward<Args>(args)...);
    }

    /// `effect(answer, part)` is what happens to the dependency, `parts` atomic pieces of it. It
    /// may outlive the process: it uses nothing but the stage.
    template <class T, class Effect>
    Awaitable<Result<T>> call(Dependency dependency, std::string what, std::size_t parts,
                              Effect effect) {
        using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
        struct Request {
            Value answer;
            Effect effect;
            std::string what;
        };
        const auto request =
            std::make_shared<Request>(Request{Value{}, std::move(effect), std::move(what)});
        Fate fate = stage.network.fate(instance, dependency);
        Journal& journal = stage.journal;
        journal.trace("#{} ask     {}", instance, request->what);
        for (std::size_t part = 0; fate.done && part < parts; ++part) {
            const Moment delay = stage.network.part_delay(fate, part);
            if (delay < Moment{}) continue;  // never
            if (fate.answered) fate.answer = std::max(fate.answer, delay);
            stage.scheduler.after(delay, [request, part, &journal, from = instance] {
                journal.trace("#{} does    {} [{}]", from, request->what, part);
                request->effect(request->answer, part);
            });
        }
        if (fate.crash) crash();
        co_await parking.sleep(fate.answer);
        journal.trace("#{} {} {}", instance, fate.answered ? "answer " : "SILENCE", request->what);
        if (!fate.answered) co_return std::unexpected(not_answered());
        if constexpr (std::is_void_v<T>) {
            co_return Result<void>{};
        } else {
            co_return std::move(request->answer);
        }
    }
};

}  // namespace cinema::simulation
