#include "cluster/redis/script.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace cinema::cluster {

RedisScript::RedisScript(std::string_view lua) : text(lua) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
        throw std::runtime_error("SHA-1 is not available");
    }
    for (unsigned int i = 0; i < size; ++i) {
        sha += kDigits[digest[i] >> 4];
        sha += kDigits[digest[i] & 0x0f];
    }
}

}  // namespace cinema::cluster
