#pragma once

#include <string>
#include <string_view>

namespace cinema::cluster {

/// A Lua script and the name (SHA-1 of its text) under which Redis keeps it once it has seen it.
struct RedisScript {
    explicit RedisScript(std::string_view lua);

    std::string text;
    std::string sha;
};

}  // namespace cinema::cluster
