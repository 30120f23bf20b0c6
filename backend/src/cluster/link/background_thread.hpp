#pragma once

#include <pthread.h>
#include <signal.h>

#include <thread>
#include <utility>

namespace cinema::cluster {

/// A thread that no signal is delivered to: signals are the main thread's business, and a write to
/// a connection that has gone away is an error code here, never SIGPIPE.
template <class Run>
std::thread start_background_thread(Run run) {
    return std::thread([run = std::move(run)]() mutable {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        run();
    });
}

}  // namespace cinema::cluster
