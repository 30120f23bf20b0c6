#include "simulation/command/subject.hpp"

#include <boost/describe/enum_from_string.hpp>

#include "simulation/cluster/run.hpp"
#include "simulation/embedded/run.hpp"

namespace cinema::simulation {

namespace {

template <class Outcome>
Result result_of(Outcome outcome) {
    return {.violations = std::move(outcome.violations),
            .simulated = outcome.simulated,
            .steps = outcome.actions,
            .bookings = outcome.bookings,
            .sold = outcome.sold};
}

template <class Guard, class Texts>
Subject subject(std::string_view name, std::uint64_t share, const Texts& texts,
                std::function<Result(std::uint64_t, Guard, Trace)> run) {
    Subject made{.name = name, .share = share, .guards = {}, .knows = {}, .run = {}};
    for (const auto& [guard, what] : texts) made.guards.push_back({word(guard), what});
    made.knows = [](const std::string& guard) {
        Guard found{};
        return boost::describe::enum_from_string(guard.c_str(), found);
    };
    made.run = [run = std::move(run)](std::uint64_t seed, const std::string& guard, Trace trace) {
        Guard removed = Guard::none;
        boost::describe::enum_from_string(guard.c_str(), removed);
        return run(seed, removed, std::move(trace));
    };
    return made;
}

}  // namespace

const std::vector<Subject>& subjects() {
    static const std::vector<Subject> all = [] {
        std::vector<Subject> made;
        made.push_back(subject<Guard>(
            "cluster", 4, guards(), [](std::uint64_t seed, Guard removed, Trace trace) {
                return result_of(run(plan_of(seed, removed), std::move(trace)));
            }));
        made.push_back(subject<machine::Guard>(
            "embedded", 1, machine::guards(),
            [](std::uint64_t seed, machine::Guard removed, Trace trace) {
                return result_of(machine::run(machine::plan_of(seed, removed), std::move(trace)));
            }));
        return made;
    }();
    return all;
}

}  // namespace cinema::simulation
