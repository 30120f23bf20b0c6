/* Loaded before libc (support/world.py): what the kernel would say on a bad day. The test writes the
   knobs while the program runs. Only what cinema uses is there: its clock and the calls that write. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct knobs {
    volatile long long clock_offset_seconds; /* of the wall clock alone */
    volatile long long write_error;          /* errno of every change in the folder; 0: none */
};

static struct knobs none;
static struct knobs *knobs = &none;
static char folder[4096];

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("WORLD_KNOBS"), *where = getenv("DATA_DIR");
    int descriptor = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (descriptor < 0) abort(); /* otherwise a test would try nothing */
    void *shared = mmap(NULL, sizeof *knobs, PROT_READ, MAP_SHARED, descriptor, 0);
    if (shared == MAP_FAILED) abort();
    knobs = shared;
    close(descriptor);
    if (where && !realpath(where, folder)) snprintf(folder, sizeof folder, "%s", where);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int clock_gettime(clockid_t clock, struct timespec *now) {
    int answer = REAL(clock_gettime)(clock, now);
    if (answer == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += knobs->clock_offset_seconds;
    return answer;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
    int answer = REAL(gettimeofday)(out, zone);
    if (answer == 0) out->tv_sec += knobs->clock_offset_seconds;
    return answer;
}

static int refused(int descriptor) {
    char link[64], path[4096];
    if (knobs->write_error == 0 || !folder[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder)) != 0) return 0;
    errno = (int)knobs->write_error;
    return 1;
}

ssize_t write(int d, const void *data, size_t size) {
    return refused(d) ? -1 : REAL(write)(d, data, size);
}
ssize_t pwrite(int d, const void *data, size_t size, off_t at) {
    return refused(d) ? -1 : REAL(pwrite)(d, data, size, at);
}
ssize_t pwrite64(int d, const void *data, size_t size, off64_t at) {
    return refused(d) ? -1 : REAL(pwrite64)(d, data, size, at);
}
int ftruncate(int d, off_t size) { return refused(d) ? -1 : REAL(ftruncate)(d, size); }
int ftruncate64(int d, off64_t size) { return refused(d) ? -1 : REAL(ftruncate64)(d, size); }
int fsync(int d) { return refused(d) ? -1 : REAL(fsync)(d); }
int fdatasync(int d) { return refused(d) ? -1 : REAL(fdatasync)(d); }

/* A read-only file system refuses to open for writing, too. */
static int refused_path(const char *path, int flags) {
    char whole[4096], parent[4096];
    if (knobs->write_error == 0 || !folder[0] || !(flags & (O_WRONLY | O_RDWR | O_CREAT))) return 0;
    if (!realpath(path, whole)) {
        snprintf(parent, sizeof parent, "%s", path);
        char *slash = strrchr(parent, '/');
        if (!slash) return 0;
        *slash = 0;
        if (!realpath(parent, whole)) return 0;
    }
    if (strncmp(whole, folder, strlen(folder)) != 0) return 0;
    errno = (int)knobs->write_error;
    return 1;
}

static mode_t mode_of(int flags, va_list more) { return flags & O_CREAT ? va_arg(more, mode_t) : 0; }

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    return refused_path(path, flags) ? -1 : REAL(open64)(path, flags, mode);
}
int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    return refused_path(path, flags) ? -1 : REAL(open)(path, flags, mode);
}
