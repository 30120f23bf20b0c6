#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace cinema {

/// Runs one call to its end on this thread; answers what it answered, throws what it threw.
template <class T>
T wait_for(boost::asio::awaitable<T> call) {
    boost::asio::io_context context(1);
    auto done = boost::asio::co_spawn(context, std::move(call), boost::asio::use_future);
    context.run();
    return done.get();
}

}  // namespace cinema
