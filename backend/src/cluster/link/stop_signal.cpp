#include "cluster/link/stop_signal.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace cinema::cluster {

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

StopSignal::~StopSignal() {
    ::close(event_);
}

void StopSignal::set() {
    set_.store(true, std::memory_order_relaxed);
    const std::uint64_t one = 1;
    // It can only fail when the counter is full: then it has been set before.
    [[maybe_unused]] const auto written = ::write(event_, &one, sizeof one);
}

bool StopSignal::wait_for(std::chrono::milliseconds time) const {
    pollfd waited{.fd = event_, .events = POLLIN, .revents = 0};
    ::poll(&waited, 1, static_cast<int>(time.count()));
    return is_set();
}

bool StopSignal::wait_readable(int descriptor, std::chrono::milliseconds time) const {
    pollfd waited[] = {{.fd = event_, .events = POLLIN, .revents = 0},
                       {.fd = descriptor, .events = POLLIN, .revents = 0}};
    ::poll(waited, 2, static_cast<int>(time.count()));
    return !is_set() && waited[1].revents != 0;
}

}  // namespace cinema::cluster
