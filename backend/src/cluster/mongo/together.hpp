#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "cluster/link/gathering.hpp"
#include "cluster/mongo/client.hpp"

/// From the outcome of one command to the answers of the calls that shared it (Gathering).
namespace cinema::cluster::mongo {

/// The answer of a call that says only that it was done.
struct Done {};

/// Every call gets the whole answer.
template <class Answer>
std::vector<Result<Answer>> answer_all(Result<Answer> outcome, std::size_t calls) {
    return std::vector<Result<Answer>>(calls, outcome);
}

/// Every call gets its own of the answers, or the failure.
template <class Answer>
std::vector<Result<Answer>> answer_each(Result<std::vector<Answer>> outcome, std::size_t calls) {
    if (!outcome) return answer_all<Answer>(std::unexpected(std::move(outcome.error())), calls);
    std::vector<Result<Answer>> answers;
    for (std::size_t i = 0; i < outcome->size(); ++i) answers.push_back(std::move((*outcome)[i]));
    return answers;
}

inline std::vector<Result<Done>> answer_done(const Result<Written>& outcome, std::size_t calls) {
    if (!outcome) return answer_all<Done>(std::unexpected(outcome.error()), calls);
    return answer_all<Done>(Done{}, calls);
}

}  // namespace cinema::cluster::mongo
