#!/usr/bin/env bash
# Makes the stack's passwords at the first start, and from them what each service reads. Runs before
# the others at every `up`. What is in kept/ is never changed; the rest is written anew.
# make-secrets.sh [FOLDER]: below another folder than /secrets, which has the same folders in it.
set -euo pipefail
shopt -s inherit_errexit
umask 077

root=${1:-/secrets}
kept=$root/kept
# The users of the images: mongo, redis and rabbitmq all have 999, the server 10001.
readonly IMAGES_USER=999 BACKEND_USER=10001

# value NAME BYTES: so many random bytes as hex digits, the same ones every time.
value() {
    if [ ! -s "$kept/$1" ]; then
        head -c "$2" /dev/urandom | od -An -v -tx1 | tr -d ' \n' > "$kept/$1.new"
        mv "$kept/$1.new" "$kept/$1"
    fi
    cat "$kept/$1"
}

# write USER FILE: standard input becomes a file that only this user can read.
write() {
    cat > "$2.new"
    # Only root can give files away; whoever tries this script out keeps them.
    [ "$(id -u)" != 0 ] || chown "$1:$1" "$2.new"
    chmod 0400 "$2.new"
    mv "$2.new" "$2"
}

bytes() { printf "$(sed 's/../\\x&/g' <<<"$1")"; }

# rabbitmq_hash PASSWORD SALT: base64 of salt and SHA-256 of salt and password.
rabbitmq_hash() {
    { bytes "$2"; bytes "$({ bytes "$2"; printf %s "$1"; } | sha256sum | cut -d ' ' -f 1)"; } | base64 -w 0
}

mongo_root=$(value mongo_root_password 24)
mongo_app=$(value mongo_app_password 24)
mongo_key=$(value mongo_keyfile 48)
redis=$(value redis_password 24)
rabbitmq_app=$(value rabbitmq_app_password 24)
rabbitmq_app_salt=$(value rabbitmq_app_salt 4)
rabbitmq_console=$(value rabbitmq_console_password 24)
rabbitmq_console_salt=$(value rabbitmq_console_salt 4)
jwt=$(value jwt_secret 32)

printf %s "$mongo_root" | write $IMAGES_USER "$root"/mongo/root_password
printf %s "$mongo_app" | write $IMAGES_USER "$root"/mongo/app_password
printf %s "$mongo_key" | write $IMAGES_USER "$root"/mongo/keyfile

printf %s "$redis" | write $IMAGES_USER "$root"/redis/password
printf 'requirepass %s\n' "$redis" | write $IMAGES_USER "$root"/redis/auth.conf

# The servers may use what is named booking.events… and nothing else; `admin` is for the console.
write $IMAGES_USER "$root"/rabbitmq/definitions.json <<EOF
{
  "vhosts": [{"name": "/"}],
  "users": [
    {"name": "cinema", "tags": "", "hashing_algorithm": "rabbit_password_hashing_sha256",
     "password_hash": "$(rabbitmq_hash "$rabbitmq_app" "$rabbitmq_app_salt")"},
    {"name": "admin", "tags": "administrator", "hashing_algorithm": "rabbit_password_hashing_sha256",
     "password_hash": "$(rabbitmq_hash "$rabbitmq_console" "$rabbitmq_console_salt")"}
  ],
  "permissions": [
    {"user": "cinema", "vhost": "/", "configure": "^booking[.]events",
     "write": "^(booking[.]events.*|amq[.]default)$", "read": "^booking[.]events"},
    {"user": "admin", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}
  ]
}
EOF
printf %s "$rabbitmq_console" | write $IMAGES_USER "$root"/rabbitmq/console_password

printf 'mongodb://cinema:%s@mongo:27017/cinema?replicaSet=rs0' "$mongo_app" |
    write $BACKEND_USER "$root"/backend/mongo_uri
printf 'redis://:%s@redis:6379' "$redis" | write $BACKEND_USER "$root"/backend/redis_addr
printf 'amqp://cinema:%s@rabbitmq:5672/' "$rabbitmq_app" | write $BACKEND_USER "$root"/backend/rabbitmq_url
printf %s "$jwt" | write $BACKEND_USER "$root"/backend/jwt_secret
