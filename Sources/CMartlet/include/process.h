// Starting, watching and signalling processes: what Swift's Glibc overlay lacks or cannot express safely.
#ifndef CMARTLET_PROCESS_H
#define CMARTLET_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/// The descriptor that `martlet_spawn` hands to the new process as `kept`.
#define MARTLET_KEPT_DESCRIPTOR 3

/// Starts `path` as the leader of a new session, with default signal handlers and an empty signal mask, in `directory`.
/// Its descriptors are `input` as 0, `output` as 1 and 2, and `kept` as 3 unless that is -1; it inherits nothing else.
/// Returns 0, or an errno value.
int martlet_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *directory, int input,
                  int output, int kept);

/// A file that is only in memory and has no path, close-on-exec, or -1 with errno set.
int martlet_memory_file(const char *name);

/// Sends a signal to the very process that a descriptor of `martlet_pidfd_open` means. 0, or -1 with errno set.
int martlet_pidfd_send_signal(int pidfd, int signal);

/// A set of descriptors to wait on (epoll), close-on-exec, or -1 with errno set.
int martlet_wait_set(void);
/// Adds `fd` under `token`; reported once when it becomes readable. 0, or -1 with errno set.
int martlet_wait_set_add(int set, int fd, uint64_t token);
int martlet_wait_set_remove(int set, int fd);
/// Waits without limit for one member to become readable. 1 with its token, or -1 with errno set.
int martlet_wait_set_next(int set, uint64_t *token);

/// A pipe, both ends close-on-exec. 0, or -1 with errno set.
int martlet_pipe(int ends[2]);

#endif
