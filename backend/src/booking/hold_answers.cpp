#include "booking/hold_answers.hpp"

namespace cinema::booking {

domain::Result<domain::Booking> replay(const HoldRequest& request, const domain::Booking& first) {
    if (first.showtime_id != request.showtime_id || first.seats != request.seats) {
        return domain::fail(domain::Errc::idempotency_mismatch,
                            "This Idempotency-Key was used with another request. Use a new key "
                            "for a new request.");
    }
    return first;
}

domain::Error seats_taken(std::vector<std::string> conflicts) {
    const auto* detail = conflicts.size() == 1
                             ? "This seat has just been taken. Choose another one."
                             : "These seats have just been taken. Choose other ones.";
    return {.code = domain::Errc::seats_taken, .detail = detail, .conflicts = std::move(conflicts)};
}

domain::Error no_such_showtime() {
    return {.code = domain::Errc::not_found, .detail = "There is no such showtime."};
}

domain::Error account_gone() {
    return {.code = domain::Errc::account_gone,
            .detail = "This account no longer exists. Log in again."};
}

}  // namespace cinema::booking
