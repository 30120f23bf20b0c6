#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace cinema::cluster {

/// Runs the call to its end on this thread.
template <class T>
T wait_for(boost::asio::awaitable<T> call) {
    boost::asio::io_context io;
    auto done = boost::asio::co_spawn(io, std::move(call), boost::asio::use_future);
    io.run();
    return done.get();
}

}  // namespace cinema::cluster
