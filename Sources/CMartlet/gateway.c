#define _GNU_SOURCE
#include "martlet_gateway.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/eventfd.h>

int martlet_epoll_create(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int control(int epoll, int operation, int fd, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(epoll, operation, fd, &event) < 0 ? -errno : 0;
}

int martlet_epoll_add(int epoll, int fd, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, fd, events, token);
}

int martlet_epoll_change(int epoll, int fd, uint32_t events, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, fd, events, token);
}

int martlet_epoll_remove(int epoll, int fd) { return control(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

int martlet_epoll_wait(int epoll, martlet_event *events, int capacity, int timeout_ms) {
    int count = epoll_wait(epoll, events, capacity, timeout_ms);
    if (count >= 0) return count;
    return errno == EINTR ? 0 : -errno;
}

int martlet_wake_create(void) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

void martlet_wake(int fd) {
    uint64_t one = 1;
    // Fails only when the counter is full, and then the descriptor is readable already.
    (void)!write(fd, &one, sizeof one);
}

void martlet_wake_clear(int fd) {
    uint64_t count;
    (void)!read(fd, &count, sizeof count);
}

int martlet_wake_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0 ? -errno : 0; }

int martlet_accept(int fd) {
    for (;;) {
        int client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client >= 0) return client;
        // A connection that ended in the queue says nothing about the next one (accept(2), "Error handling").
        if (errno != EINTR && errno != ECONNABORTED && errno != EPROTO) return -errno;
    }
}
#else
int martlet_epoll_create(void) { return -ENOSYS; }
int martlet_epoll_add(int epoll, int fd, uint32_t events, uint64_t token) { return -ENOSYS; }
int martlet_epoll_change(int epoll, int fd, uint32_t events, uint64_t token) { return -ENOSYS; }
int martlet_epoll_remove(int epoll, int fd) { return -ENOSYS; }
int martlet_epoll_wait(int epoll, martlet_event *events, int capacity, int timeout_ms) { return -ENOSYS; }
int martlet_wake_create(void) { return -ENOSYS; }
void martlet_wake(int fd) {}
void martlet_wake_clear(int fd) {}
int martlet_wake_pipe(int ends[2]) { return -ENOSYS; }
int martlet_accept(int fd) { return -ENOSYS; }
#endif

static volatile int signal_fd = -1;

static void forward_signal(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    if (signal_fd >= 0) (void)!write(signal_fd, &byte, 1);
    errno = saved;
}

void martlet_signals_to(int fd) {
    const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = fd < 0 ? SIG_DFL : forward_signal;
    action.sa_flags = SA_RESTART;
    signal_fd = fd;
    for (size_t index = 0; index < 3; index++) sigaction(numbers[index], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

uint64_t martlet_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

long martlet_raise_open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
    return limit.rlim_cur > 1u << 30 ? 1 << 30 : (long)limit.rlim_cur;
}

static int close_failing(int fd) {
    int reason = errno;
    if (fd >= 0) close(fd);
    return -reason;
}

static int prepare(int fd) {
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) < 0) return -1;
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) return -1;
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) return -1;
    return fcntl(fd, F_SETFL, O_NONBLOCK);
}

int martlet_tcp_listen(const char *address, uint16_t port, int backlog) {
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    if (getaddrinfo(address, service, &hints, &found) != 0 || found == NULL) return -EINVAL;
    int fd = socket(found->ai_family, SOCK_STREAM, 0);
    int good = fd >= 0 && prepare(fd) == 0 && bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, backlog) == 0;
    int answer = good ? fd : close_failing(fd);
    freeaddrinfo(found);
    return answer;
}

void martlet_peer_source(int fd, void *bytes) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    unsigned char *source = bytes;
    memset(source, 0, 16);
    if (getpeername(fd, (struct sockaddr *)&address, &size) < 0) return;
    if (address.ss_family == AF_INET6) {
        memcpy(source, &((struct sockaddr_in6 *)&address)->sin6_addr, 16);
    } else if (address.ss_family == AF_INET) {
        source[10] = source[11] = 0xff;
        memcpy(source + 12, &((struct sockaddr_in *)&address)->sin_addr, 4);
    }
}

int martlet_peer_port(int fd) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getpeername(fd, (struct sockaddr *)&address, &size) < 0) return -errno;
    if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return address.ss_family == AF_INET ? ntohs(((struct sockaddr_in *)&address)->sin_port) : -EAFNOSUPPORT;
}

/// A Unix socket with its flags set in one call where the system can.
static int unix_socket(int blocking) {
#ifdef SOCK_CLOEXEC
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK), 0);
#else
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) return fd;
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && (blocking || fcntl(fd, F_SETFL, O_NONBLOCK) == 0)) return fd;
    return close_failing(fd);
#endif
}

/// The address of `path`. One that is too long is reached through a descriptor of its directory, which the caller closes:
/// `/proc/self/fd/N/NAME` names the same file in at most 107 bytes.
static int unix_address(const char *path, struct sockaddr_un *address, int *directory) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    *directory = -1;
    size_t length = strlen(path);
    if (length < sizeof address->sun_path) {
        memcpy(address->sun_path, path, length + 1);
        return 0;
    }
    const char *slash = strrchr(path, '/');
    char parent[4096];
    if (slash == NULL || slash == path || (size_t)(slash - path) >= sizeof parent) return -ENAMETOOLONG;
    memcpy(parent, path, (size_t)(slash - path));
    parent[slash - path] = 0;
#ifdef O_PATH
    *directory = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
#else
    *directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
#endif
    if (*directory < 0) return -errno;
    int written = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", *directory, slash + 1);
    if (written > 0 && (size_t)written < sizeof address->sun_path) return 0;
    close(*directory);
    return -ENAMETOOLONG;
}

int martlet_unix_connect(const char *path, int blocking) {
    struct sockaddr_un address;
    int directory;
    int failure = unix_address(path, &address, &directory);
    if (failure < 0) return failure;
    int fd = unix_socket(blocking);
    int good = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    int answer = good ? fd : close_failing(fd);
    if (directory >= 0) close(directory);
    return answer;
}

int martlet_unix_listen(const char *path, mode_t mode, int backlog) {
    struct sockaddr_un address;
    int directory;
    int failure = unix_address(path, &address, &directory);
    if (failure < 0) return failure;
    int fd = unix_socket(0);
    // The mode of an unbound socket is the one that bind gives to the file: there is no moment at which it is wider.
    int good = fd >= 0 && fchmod(fd, mode) == 0
        && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, backlog) == 0;
    int answer = good ? fd : close_failing(fd);
    if (directory >= 0) close(directory);
    return answer;
}

int martlet_set_timeouts(int fd, int timeout_ms) {
    struct timeval limit = {.tv_sec = timeout_ms / 1000, .tv_usec = (timeout_ms % 1000) * 1000};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0) return -errno;
    return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) < 0 ? -errno : 0;
}

ssize_t martlet_recv(int fd, void *bytes, size_t count) {
    for (;;) {
        ssize_t got = recv(fd, bytes, count, 0);
        if (got >= 0) return got;
        if (errno != EINTR) return -errno;
    }
}

ssize_t martlet_send(int fd, const void *bytes, size_t count) {
#ifdef MSG_NOSIGNAL
    const int flags = MSG_NOSIGNAL;
#else
    const int flags = 0;
#endif
    for (;;) {
        ssize_t taken = send(fd, bytes, count, flags);
        if (taken >= 0) return taken;
        if (errno != EINTR) return -errno;
    }
}

int martlet_shutdown_write(int fd) { return shutdown(fd, SHUT_WR) < 0 ? -errno : 0; }

void martlet_shutdown(int fd) { (void)shutdown(fd, SHUT_RDWR); }

void martlet_close(int fd) { close(fd); }

int martlet_lock_file(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return -errno;
    return flock(fd, LOCK_EX | LOCK_NB) < 0 ? close_failing(fd) : fd;
}

int martlet_write_file(const char *path, const void *bytes, size_t count, mode_t mode) {
    char temporary[4096];
    int length = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof temporary) return -ENAMETOOLONG;
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0) return -errno;
    ssize_t written = write(fd, bytes, count);
    if (written >= 0 && (size_t)written != count) errno = ENOSPC;
    if (written < 0 || (size_t)written != count) return close_failing(fd);
    close(fd);
    return rename(temporary, path) < 0 ? -errno : 0;
}
