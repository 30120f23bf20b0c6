#pragma once

#include <boost/asio/awaitable.hpp>
#include <type_traits>

namespace cinema::cluster::mongo {

/// A coroutine that runs `work` when it is awaited, and blocks its thread meanwhile. BSON lives in
/// `work`, on the thread's own stack: g++ does not align coroutine frames as bson_t demands
/// (128 bytes). Capture by value.
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work&>> blocking(Work work) {
    co_return work();
}

}  // namespace cinema::cluster::mongo
