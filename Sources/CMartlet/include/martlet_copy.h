// What copying whole clusters takes: shared blocks, checksums, files opened without following anybody's links.
#ifndef MARTLET_COPY_H
#define MARTLET_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Makes `target`, an empty file, share all blocks of `source` (FICLONE). 0, or -1 with errno: EOPNOTSUPP, EXDEV or EINVAL
/// where the file system cannot.
int martlet_clone_file(int target, int source);

/// Has everything of the file system that `descriptor` is on written to the disk. 0, or -1 with errno.
int martlet_sync_filesystem(int descriptor);

/// CRC-32C (Castagnoli) of `bytes` after what `crc` is the checksum of; 0 to begin with.
uint32_t martlet_crc32c(uint32_t crc, const void *bytes, size_t count);

/// Opens `path` below `directory`, following no symbolic link on the way. Close-on-exec. A descriptor, or -1 with errno.
int martlet_open_below(int directory, const char *path, int flags, mode_t mode);

/// Where the next bytes of a file at or after `offset` are that are no hole: `offset` itself where nobody can tell, -1 when
/// only a hole follows.
off_t martlet_next_data(int descriptor, off_t offset);

/// Where the next hole after `offset` begins, which is data: the end of the file where there is none, or nobody can tell.
off_t martlet_next_hole(int descriptor, off_t offset);

/// Has reads of a file go to the disk itself, past the page cache, or through it again. Offsets, lengths and buffers must be
/// multiples of the disk's blocks then. 0, or -1 with errno where that is not to be had.
int martlet_bypass_cache(int descriptor, int bypass);

/// True when all of `bytes` are 0.
int martlet_is_zero(const void *bytes, size_t count);

#endif
