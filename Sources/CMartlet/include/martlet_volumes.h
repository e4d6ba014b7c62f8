// Loop devices, mounts, growth and encryption of file systems. Each answers -errno on failure.
//
// Facts: loop(4), mount(2), Documentation/filesystems/fscrypt.rst and ext4 of the kernel.
#ifndef MARTLET_VOLUMES_H
#define MARTLET_VOLUMES_H

#include <stddef.h>
#include <stdint.h>

/// Attaches a file to a free loop device that goes free again with its last user. The open device, its name in `device`.
int martlet_loop_attach(const char *image, char *device, size_t capacity);
/// Opens a loop device.
int martlet_loop_open(const char *device);
/// Which file a loop device is attached to. 0 or -errno (-ENXIO: none).
int martlet_loop_backing(int fd, uint64_t *device, uint64_t *inode);
/// Takes over that the file has grown.
int martlet_loop_refresh(int fd);
/// Sees to it that the device goes free with its last user.
int martlet_loop_autoclear(int fd);

int martlet_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *options);
int martlet_unmount(const char *target, int lazily);
/// Flags of `martlet_mount`.
extern const unsigned long martlet_mount_bind, martlet_mount_guarded;

/// Grows a mounted ext4 to so many blocks; nothing happens when it has them.
int martlet_ext4_resize(int fd, uint64_t blocks);
/// Gives a file exactly so many bytes of blocks, written or not.
int martlet_fill(int fd, uint64_t bytes);
/// A note of ours on a file, for root's eyes. The number of bytes, or -errno (-ENODATA: none).
long martlet_note_read(int fd, char *text, size_t capacity);
int martlet_note_write(int fd, const char *text);

#define MARTLET_KEY_NAME_BYTES 16
/// Puts a key into the file system's keyring; its name into `name`.
int martlet_fscrypt_add_key(int fd, const uint8_t *key, size_t count, uint8_t name[MARTLET_KEY_NAME_BYTES]);
/// Has everything in an empty directory encrypted under that key.
int martlet_fscrypt_encrypt(int fd, const uint8_t name[MARTLET_KEY_NAME_BYTES]);
/// The key that a directory is encrypted under. 0, -ENODATA when it is not encrypted, or -errno.
int martlet_fscrypt_key_name(int fd, uint8_t name[MARTLET_KEY_NAME_BYTES]);
/// 1 while the key is there, 0 while it is not.
int martlet_fscrypt_has_key(int fd, const uint8_t name[MARTLET_KEY_NAME_BYTES]);

/// Has the calling thread use files as that user, and as itself again. The former user.
int martlet_use_files_as(unsigned user, unsigned group);

/// Copies a file's bytes, its holes left out. `to` must be empty.
int martlet_copy_sparsely(int from, int to);

#endif
