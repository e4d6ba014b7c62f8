#define _GNU_SOURCE
#include "martlet_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/fs.h>
#include <sys/ioctl.h>
#endif

int martlet_clone_file(int target, int source) {
#if defined(__linux__) && defined(FICLONE)
    return ioctl(target, FICLONE, source);
#else
    (void)target;
    (void)source;
    errno = EOPNOTSUPP;
    return -1;
#endif
}

int martlet_sync_filesystem(int descriptor) {
#ifdef __linux__
    return syncfs(descriptor);
#else
    sync();
    return fsync(descriptor);
#endif
}

static uint32_t tables[8][256];
static pthread_once_t tables_made = PTHREAD_ONCE_INIT;

static void make_tables(void) {
    for (uint32_t index = 0; index < 256; index++) {
        uint32_t crc = index;
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0x82f63b78u : crc >> 1;
        tables[0][index] = crc;
    }
    for (int slice = 1; slice < 8; slice++)
        for (int index = 0; index < 256; index++)
            tables[slice][index] = tables[slice - 1][index] >> 8 ^ tables[0][tables[slice - 1][index] & 0xff];
}

/// Eight bytes at a time ("slicing by 8").
static uint32_t crc_by_tables(uint32_t crc, const unsigned char *bytes, size_t count) {
    pthread_once(&tables_made, make_tables);
    while (count >= 8) {
        uint32_t low, high;
        memcpy(&low, bytes, 4);
        memcpy(&high, bytes + 4, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        low = __builtin_bswap32(low);
        high = __builtin_bswap32(high);
#endif
        low ^= crc;
        crc = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^ tables[4][low >> 24] ^
              tables[3][high & 0xff] ^ tables[2][high >> 8 & 0xff] ^ tables[1][high >> 16 & 0xff] ^ tables[0][high >> 24];
        bytes += 8;
        count -= 8;
    }
    while (count-- > 0) crc = crc >> 8 ^ tables[0][(crc ^ *bytes++) & 0xff];
    return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc_by_processor(uint32_t crc, const unsigned char *bytes, size_t count) {
    unsigned long long wide = crc;
    while (count >= 8) {
        unsigned long long word;
        memcpy(&word, bytes, 8);
        wide = __builtin_ia32_crc32di(wide, word);
        bytes += 8;
        count -= 8;
    }
    crc = (uint32_t)wide;
    while (count-- > 0) crc = __builtin_ia32_crc32qi(crc, *bytes++);
    return crc;
}
static int has_instruction(void) { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
static uint32_t crc_by_processor(uint32_t crc, const unsigned char *bytes, size_t count) {
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        crc = __crc32cd(crc, word);
        bytes += 8;
        count -= 8;
    }
    while (count-- > 0) crc = __crc32cb(crc, *bytes++);
    return crc;
}
static int has_instruction(void) { return 1; }
#else
static uint32_t crc_by_processor(uint32_t crc, const unsigned char *bytes, size_t count) {
    return crc_by_tables(crc, bytes, count);
}
static int has_instruction(void) { return 0; }
#endif

uint32_t martlet_crc32c(uint32_t crc, const void *bytes, size_t count) {
    crc = ~crc;
    return ~(has_instruction() ? crc_by_processor(crc, bytes, count) : crc_by_tables(crc, bytes, count));
}

off_t martlet_next_data(int descriptor, off_t offset) {
#ifdef SEEK_DATA
    off_t found = lseek(descriptor, offset, SEEK_DATA);
    if (found >= 0) return found;
    if (errno == ENXIO) return -1;
#endif
    (void)descriptor;
    return offset;
}

off_t martlet_next_hole(int descriptor, off_t offset) {
#ifdef SEEK_HOLE
    off_t found = lseek(descriptor, offset, SEEK_HOLE);
    if (found >= 0) return found;
#endif
    (void)offset;
    return lseek(descriptor, 0, SEEK_END);
}

int martlet_bypass_cache(int descriptor, int bypass) {
#ifdef O_DIRECT
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0) return -1;
    return fcntl(descriptor, F_SETFL, bypass ? flags | O_DIRECT : flags & ~O_DIRECT);
#elif defined(F_NOCACHE)
    return fcntl(descriptor, F_NOCACHE, bypass) < 0 ? -1 : 0;
#else
    (void)descriptor;
    (void)bypass;
    errno = ENOSYS;
    return -1;
#endif
}

int martlet_is_zero(const void *bytes, size_t count) {
    const unsigned char *first = bytes;
    return count == 0 || (*first == 0 && memcmp(first, first + 1, count - 1) == 0);
}

int martlet_open_below(int directory, const char *path, int flags, mode_t mode) {
    char part[256];
    int current = directory;
    while (1) {
        size_t length = strcspn(path, "/");
        int last = path[length] == 0;
        int next = -1;
        if (length == 0 || length >= sizeof part) {
            errno = EINVAL;
        } else {
            memcpy(part, path, length);
            part[length] = 0;
            int how = O_NOFOLLOW | O_CLOEXEC | (last ? flags : O_RDONLY | O_DIRECTORY);
            if (strcmp(part, "..") == 0)
                errno = EINVAL;
            else
                next = openat(current, part, how, mode);
        }
        int code = errno;
        if (current != directory) close(current);
        errno = code;
        if (last || next < 0) return next;
        current = next;
        path += length + 1;
    }
}
