#include "accounts/secret.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace cinema::accounts {

namespace {

constexpr std::size_t kSecretFileBytesMax = 4096;
using Secret = std::expected<std::string, std::string>;

/// Owns a file descriptor.
class OwnedDescriptor {
  public:
    explicit OwnedDescriptor(int descriptor) : descriptor_(descriptor) {}
    ~OwnedDescriptor() {
        if (is_open()) ::close(descriptor_);
    }
    OwnedDescriptor(const OwnedDescriptor&) = delete;
    OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;

    bool is_open() const { return descriptor_ >= 0; }
    int get() const { return descriptor_; }

  private:
    int descriptor_;
};

std::unexpected<std::string> cannot(std::string_view what, const std::filesystem::path& file) {
    const std::string reason = std::generic_category().message(errno);
    return std::unexpected(
        fmt::format("The token secret {} cannot be {}: {}.", file.string(), what, reason));
}

Secret read_secret(const OwnedDescriptor& opened, const std::filesystem::path& file) {
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0) return cannot("read", file);
    if (!S_ISREG(status.st_mode)) {
        return std::unexpected(fmt::format("The token secret {} is not a file.", file.string()));
    }
    if ((status.st_mode & 0077) != 0) {
        return std::unexpected(fmt::format(
            "The token secret {} can be read or changed by other users of this machine. If nobody "
            "has had it, run: chmod 600 {}; otherwise delete it, and everyone logs in again.",
            file.string(), file.string()));
    }
    std::string text(kSecretFileBytesMax + 1, '\0');
    std::size_t length = 0;
    while (length < text.size()) {
        const ssize_t got = ::read(opened.get(), text.data() + length, text.size() - length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return cannot("read", file);
        if (got == 0) break;
        length += static_cast<std::size_t>(got);
    }
    text.resize(length);
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (text.size() < kTokenSecretBytesMin || text.size() > kSecretFileBytesMax) {
        return std::unexpected(fmt::format(
            "The token secret {} must hold {} to {} bytes; delete it to have a new one made.",
            file.string(), kTokenSecretBytesMin, kSecretFileBytesMax));
    }
    return text;
}

/// nullopt when there is no such file.
std::optional<Secret> load_secret(const std::filesystem::path& file) {
    // No symbolic link: whoever can put one here must not choose what is read. O_NONBLOCK so that
    // a pipe in its place is refused instead of waited for.
    const OwnedDescriptor opened(
        ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (opened.is_open()) return read_secret(opened, file);
    if (errno == ENOENT) return std::nullopt;
    return Secret(cannot("opened", file));
}

std::string random_hex(std::size_t bytes) {
    std::string random(bytes, '\0');
    ::randombytes_buf(random.data(), random.size());
    std::string hex(bytes * 2 + 1, '\0');
    ::sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(random.data()),
                     random.size());
    hex.pop_back();  // the terminating NUL
    return hex;
}

bool write_whole(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t wrote = ::write(descriptor, text.data(), text.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

/// Writes a new secret under a name of its own and gives it the real one only when it is complete
/// and on disk; link() fails when another process was faster, whose secret then counts.
std::expected<void, std::string> create_secret(const std::filesystem::path& file) {
    const std::filesystem::path draft = fmt::format("{}.{}", file.string(), random_hex(8));
    bool linked = false;
    {
        const OwnedDescriptor created(
            ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!created.is_open()) return cannot("made", file);
        linked = write_whole(created.get(), random_hex(kTokenSecretBytesMin) + "\n") &&
                 ::fsync(created.get()) == 0 && ::link(draft.c_str(), file.c_str()) == 0;
    }
    const int problem = linked ? 0 : errno;
    ::unlink(draft.c_str());
    if (!linked && problem != EEXIST) {
        errno = problem;
        return cannot("made", file);
    }
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    const OwnedDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open() || ::fsync(opened.get()) != 0) return cannot("put on disk", file);
    return {};
}

}  // namespace

std::expected<std::string, std::string> load_or_create_secret(const std::filesystem::path& file) {
    if (auto existing = load_secret(file)) return std::move(*existing);
    if (auto created = create_secret(file); !created) return std::unexpected(created.error());
    if (auto made = load_secret(file)) return std::move(*made);
    return std::unexpected(
        fmt::format("The token secret {} vanished while it was being made.", file.string()));
}

}  // namespace cinema::accounts
