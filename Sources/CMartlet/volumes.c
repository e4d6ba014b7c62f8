#define _GNU_SOURCE
#include "martlet_volumes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#ifdef __linux__
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/fscrypt.h>
#include <linux/loop.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#ifndef EXT4_IOC_RESIZE_FS
#define EXT4_IOC_RESIZE_FS _IOW('f', 16, uint64_t)
#endif
#ifndef LOOP_CONFIGURE
#define LOOP_CONFIGURE 0x4C0A
struct loop_config {
    uint32_t fd;
    uint32_t block_size;
    struct loop_info64 info;
    uint64_t reserved[8];
};
#endif

const unsigned long martlet_mount_bind = MS_BIND;
const unsigned long martlet_mount_guarded = MS_NODEV | MS_NOSUID | MS_NOEXEC | MS_NOATIME;

int martlet_use_files_as(unsigned user, unsigned group) {
    // The group first: without being root it cannot be changed.
    if (user != 0) setfsgid(group);
    int former = setfsuid(user);
    if (user == 0) setfsgid(group);
    return former;
}

static int outcome(int result) { return result < 0 ? -errno : result; }

// Without udev nobody makes the node of a new device.
static int open_loop(int number, char *device, size_t capacity) {
    snprintf(device, capacity, "/dev/loop%d", number);
    int fd = open(device, O_RDWR | O_CLOEXEC);
    for (int attempt = 0; fd < 0 && errno == ENOENT && attempt < 50; attempt++) {
        if (attempt == 25 && mknod(device, S_IFBLK | 0600, makedev(7, number)) != 0 && errno != EEXIST) return -errno;
        usleep(2000);
        fd = open(device, O_RDWR | O_CLOEXEC);
    }
    return outcome(fd);
}

static int configure(int loop, int image) {
    struct loop_config config;
    memset(&config, 0, sizeof config);
    config.fd = (uint32_t)image;
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO;
    if (ioctl(loop, LOOP_CONFIGURE, &config) == 0) return 0;
    // The file system below may not know direct access.
    if (errno != EINVAL) return -errno;
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
    return outcome(ioctl(loop, LOOP_CONFIGURE, &config));
}

int martlet_loop_attach(const char *image, char *device, size_t capacity) {
    int file = open(image, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOATIME);
    if (file < 0) return -errno;
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    int result = outcome(control);
    // Others take devices too: the next free one may be gone by the time we have opened it.
    for (int attempt = 0; control >= 0 && attempt < 64; attempt++) {
        result = outcome(ioctl(control, LOOP_CTL_GET_FREE));
        if (result < 0) break;
        int loop = open_loop(result, device, capacity);
        result = loop;
        if (loop < 0) break;
        result = configure(loop, file);
        if (result == 0) {
            result = loop;
            break;
        }
        close(loop);
        if (result != -EBUSY) break;
    }
    if (control >= 0) close(control);
    close(file);
    return result;
}

int martlet_loop_open(const char *device) { return outcome(open(device, O_RDWR | O_CLOEXEC)); }

int martlet_loop_backing(int fd, uint64_t *device, uint64_t *inode) {
    struct loop_info64 info;
    if (ioctl(fd, LOOP_GET_STATUS64, &info) != 0) return -errno;
    *device = info.lo_device;
    *inode = info.lo_inode;
    return 0;
}

int martlet_loop_refresh(int fd) { return outcome(ioctl(fd, LOOP_SET_CAPACITY, 0)); }

int martlet_loop_autoclear(int fd) {
    struct loop_info64 info;
    if (ioctl(fd, LOOP_GET_STATUS64, &info) != 0) return -errno;
    if (info.lo_flags & LO_FLAGS_AUTOCLEAR) return 0;
    info.lo_flags |= LO_FLAGS_AUTOCLEAR;
    return outcome(ioctl(fd, LOOP_SET_STATUS64, &info));
}

int martlet_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *options) {
    return outcome(mount(source, target, type, flags, options));
}

int martlet_unmount(const char *target, int lazily) {
    return outcome(umount2(target, UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0)));
}

int martlet_ext4_resize(int fd, uint64_t blocks) { return outcome(ioctl(fd, EXT4_IOC_RESIZE_FS, &blocks)); }

int martlet_fill(int fd, uint64_t bytes) {
    if (ftruncate(fd, (off_t)bytes) != 0) return -errno;
    return bytes == 0 ? 0 : outcome(fallocate(fd, 0, 0, (off_t)bytes));
}

static const char note[] = "trusted.martlet.volume";

long martlet_note_read(int fd, char *text, size_t capacity) {
    ssize_t count = fgetxattr(fd, note, text, capacity);
    return count < 0 ? -errno : count;
}

int martlet_note_write(int fd, const char *text) { return outcome(fsetxattr(fd, note, text, strlen(text), 0)); }

int martlet_fscrypt_add_key(int fd, const uint8_t *key, size_t count, uint8_t name[MARTLET_KEY_NAME_BYTES]) {
    struct fscrypt_add_key_arg *argument = calloc(1, sizeof *argument + count);
    if (!argument) return -ENOMEM;
    argument->key_spec.type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER;
    argument->raw_size = (uint32_t)count;
    memcpy(argument->raw, key, count);
    int result = outcome(ioctl(fd, FS_IOC_ADD_ENCRYPTION_KEY, argument));
    memcpy(name, argument->key_spec.u.identifier, MARTLET_KEY_NAME_BYTES);
    explicit_bzero(argument, sizeof *argument + count);
    free(argument);
    return result;
}

int martlet_fscrypt_encrypt(int fd, const uint8_t name[MARTLET_KEY_NAME_BYTES]) {
    struct fscrypt_policy_v2 policy;
    memset(&policy, 0, sizeof policy);
    policy.version = FSCRYPT_POLICY_V2;
    policy.contents_encryption_mode = FSCRYPT_MODE_AES_256_XTS;
    policy.filenames_encryption_mode = FSCRYPT_MODE_AES_256_CTS;
    policy.flags = FSCRYPT_POLICY_FLAGS_PAD_32;
    memcpy(policy.master_key_identifier, name, MARTLET_KEY_NAME_BYTES);
    return outcome(ioctl(fd, FS_IOC_SET_ENCRYPTION_POLICY, &policy));
}

int martlet_fscrypt_key_name(int fd, uint8_t name[MARTLET_KEY_NAME_BYTES]) {
    struct fscrypt_get_policy_ex_arg argument;
    memset(&argument, 0, sizeof argument);
    argument.policy_size = sizeof argument.policy;
    if (ioctl(fd, FS_IOC_GET_ENCRYPTION_POLICY_EX, &argument) != 0) return -errno;
    if (argument.policy.version != FSCRYPT_POLICY_V2) return -EINVAL;
    memcpy(name, argument.policy.v2.master_key_identifier, MARTLET_KEY_NAME_BYTES);
    return 0;
}

int martlet_fscrypt_has_key(int fd, const uint8_t name[MARTLET_KEY_NAME_BYTES]) {
    struct fscrypt_get_key_status_arg argument;
    memset(&argument, 0, sizeof argument);
    argument.key_spec.type = FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER;
    memcpy(argument.key_spec.u.identifier, name, MARTLET_KEY_NAME_BYTES);
    if (ioctl(fd, FS_IOC_GET_ENCRYPTION_KEY_STATUS, &argument) != 0) return -errno;
    return argument.status == FSCRYPT_KEY_STATUS_PRESENT;
}

static int copy_range(int from, int to, off_t offset, off_t end) {
    static const size_t room = 1 << 20;
    char *buffer = malloc(room);
    int result = buffer ? 0 : -ENOMEM;
    while (result == 0 && offset < end) {
        size_t wanted = (size_t)(end - offset) < room ? (size_t)(end - offset) : room;
        ssize_t count = pread(from, buffer, wanted, offset);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            if (count < 0) result = -errno;
            break;
        }
        for (ssize_t done = 0; done < count;) {
            ssize_t written = pwrite(to, buffer + done, (size_t)(count - done), offset + done);
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) {
                result = -errno;
                break;
            }
            done += written;
        }
        offset += count;
    }
    free(buffer);
    return result;
}

int martlet_copy_sparsely(int from, int to) {
    struct stat found;
    if (fstat(from, &found) != 0) return -errno;
    if (ftruncate(to, found.st_size) != 0) return -errno;
    off_t offset = 0;
    while (offset < found.st_size) {
        off_t data = lseek(from, offset, SEEK_DATA);
        if (data < 0) return errno == ENXIO ? 0 : -errno;
        off_t hole = lseek(from, data, SEEK_HOLE);
        if (hole < 0) return -errno;
        int result = copy_range(from, to, data, hole);
        if (result != 0) return result;
        offset = hole;
    }
    return 0;
}
#else
const unsigned long martlet_mount_bind = 0, martlet_mount_guarded = 0;
int martlet_loop_attach(const char *i, char *d, size_t c) { (void)i; (void)d; (void)c; return -ENOSYS; }
int martlet_loop_open(const char *d) { (void)d; return -ENOSYS; }
int martlet_loop_backing(int f, uint64_t *d, uint64_t *i) { (void)f; (void)d; (void)i; return -ENOSYS; }
int martlet_loop_refresh(int f) { (void)f; return -ENOSYS; }
int martlet_loop_autoclear(int f) { (void)f; return -ENOSYS; }
int martlet_mount(const char *s, const char *t, const char *y, unsigned long f, const char *o) {
    (void)s; (void)t; (void)y; (void)f; (void)o;
    return -ENOSYS;
}
int martlet_unmount(const char *t, int l) { (void)t; (void)l; return -ENOSYS; }
int martlet_ext4_resize(int f, uint64_t b) { (void)f; (void)b; return -ENOSYS; }
int martlet_fill(int f, uint64_t b) { (void)f; (void)b; return -ENOSYS; }
long martlet_note_read(int f, char *t, size_t c) { (void)f; (void)t; (void)c; return -ENOSYS; }
int martlet_note_write(int f, const char *t) { (void)f; (void)t; return -ENOSYS; }
int martlet_fscrypt_add_key(int f, const uint8_t *k, size_t c, uint8_t n[MARTLET_KEY_NAME_BYTES]) {
    (void)f; (void)k; (void)c; (void)n;
    return -ENOSYS;
}
int martlet_fscrypt_encrypt(int f, const uint8_t n[MARTLET_KEY_NAME_BYTES]) { (void)f; (void)n; return -ENOSYS; }
int martlet_fscrypt_key_name(int f, uint8_t n[MARTLET_KEY_NAME_BYTES]) { (void)f; (void)n; return -ENOSYS; }
int martlet_fscrypt_has_key(int f, const uint8_t n[MARTLET_KEY_NAME_BYTES]) { (void)f; (void)n; return -ENOSYS; }
int martlet_use_files_as(unsigned u, unsigned g) { (void)u; (void)g; return -1; }
int martlet_copy_sparsely(int f, int t) { (void)f; (void)t; return -ENOSYS; }
#endif
