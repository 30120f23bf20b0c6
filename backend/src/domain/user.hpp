#pragma once

#include <string>

#include "domain/id.hpp"
#include "domain/time.hpp"
#include "domain/words.hpp"

namespace cinema::domain {

/// A person who can log in. `password_hash` is an Argon2id PHC string; empty for an account that
/// only demo login can open. It never leaves accounts/.
struct User {
    UserId id;
    std::string email;  ///< lower case; unique
    std::string name;
    Role role = Role::USER;
    std::string password_hash;
    UtcTime created_at;
};

}  // namespace cinema::domain
