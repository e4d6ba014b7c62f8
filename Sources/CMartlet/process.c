#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#endif

// Far from 0 to 3, so that no dup2 in the new process overwrites a descriptor that is still to be duplicated.
static int lift(int fd) { return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 16); }

static int add_descriptors(posix_spawn_file_actions_t *actions, int input, int output, int kept) {
    int error = posix_spawn_file_actions_adddup2(actions, input, 0);
    if (!error) error = posix_spawn_file_actions_adddup2(actions, output, 1);
    if (!error) error = posix_spawn_file_actions_adddup2(actions, output, 2);
    if (!error && kept >= 0) error = posix_spawn_file_actions_adddup2(actions, kept, MARTLET_KEPT_DESCRIPTOR);
#ifdef __linux__
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(actions, kept >= 0 ? MARTLET_KEPT_DESCRIPTOR + 1 : 3);
#endif
    return error;
}

static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID;
#ifdef __APPLE__
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    int error = posix_spawnattr_setflags(attributes, flags);
    if (!error) error = posix_spawnattr_setsigmask(attributes, &none);
    if (!error) error = posix_spawnattr_setsigdefault(attributes, &all);
    return error;
}

int martlet_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *directory, int input,
                  int output, int kept) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int in = lift(input), out = lift(output), keep = lift(kept);
    int error = in < 0 || out < 0 || (kept >= 0 && keep < 0) ? errno : 0;
    if (!error) {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        error = add_descriptors(&actions, in, out, keep);
        if (!error) error = posix_spawn_file_actions_addchdir_np(&actions, directory);
        if (!error) error = set_attributes(&attributes);
        if (!error) error = posix_spawn(pid, path, &actions, &attributes, argv, envp);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
    }
    if (in >= 0) close(in);
    if (out >= 0) close(out);
    if (keep >= 0) close(keep);
    return error;
}

#ifdef __linux__
int martlet_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int martlet_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int martlet_wait_set(void) { return epoll_create1(EPOLL_CLOEXEC); }

int martlet_wait_set_add(int set, int fd, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.u64 = token};
    return epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
}

int martlet_wait_set_remove(int set, int fd) { return epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL); }

int martlet_wait_set_next(int set, uint64_t *token) {
    struct epoll_event event;
    int count;
    do count = epoll_wait(set, &event, 1, -1);
    while (count < 0 && errno == EINTR);
    if (count == 1) *token = event.data.u64;
    return count;
}

int martlet_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
#else
static int unsupported(void) { errno = ENOSYS; return -1; }
int martlet_memory_file(const char *name) { (void)name; return unsupported(); }
int martlet_pidfd_send_signal(int pidfd, int signal) { (void)pidfd; (void)signal; return unsupported(); }
int martlet_wait_set(void) { return unsupported(); }
int martlet_wait_set_add(int set, int fd, uint64_t token) { (void)set; (void)fd; (void)token; return unsupported(); }
int martlet_wait_set_remove(int set, int fd) { (void)set; (void)fd; return unsupported(); }
int martlet_wait_set_next(int set, uint64_t *token) { (void)set; (void)token; return unsupported(); }
int martlet_pipe(int ends[2]) {
    if (pipe(ends) != 0) return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    return fcntl(ends[1], F_SETFD, FD_CLOEXEC);
}
#endif
