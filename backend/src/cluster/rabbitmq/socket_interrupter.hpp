#pragma once

#include <sys/socket.h>

#include <mutex>

namespace cinema::cluster {

/// Lets another thread end the waits of the thread that owns a connection: librabbitmq has no time
/// limit for some of them. Once used, it ends every later connection at once, too.
class SocketInterrupter {
  public:
    void watch(int descriptor) {
        const std::lock_guard lock(mutex_);
        descriptor_ = descriptor;
        if (used_) shut_down();
    }
    /// Before the descriptor is closed.
    void forget(int descriptor) {
        const std::lock_guard lock(mutex_);
        if (descriptor_ == descriptor) descriptor_ = -1;
    }

    /// Any thread.
    void interrupt() {
        const std::lock_guard lock(mutex_);
        used_ = true;
        shut_down();
    }

  private:
    void shut_down() const {
        if (descriptor_ >= 0) ::shutdown(descriptor_, SHUT_RDWR);
    }

    std::mutex mutex_;
    int descriptor_ = -1;
    bool used_ = false;
};

}  // namespace cinema::cluster
