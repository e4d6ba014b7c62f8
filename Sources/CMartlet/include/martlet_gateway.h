// The socket and event calls of the gateway. Each answers -errno on failure instead of setting errno, so that nothing that
// runs between the call and the check can spoil the reason.
#ifndef MARTLET_GATEWAY_H
#define MARTLET_GATEWAY_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifdef __linux__
#include <sys/epoll.h>
typedef struct epoll_event martlet_event;
#else
typedef struct { uint32_t events; union { uint64_t u64; } data; } martlet_event;
#endif

/// Readiness bits of `martlet_event.events`; the values of Linux's `<sys/epoll.h>`.
#define MARTLET_IN 0x001u
#define MARTLET_OUT 0x004u
#define MARTLET_ERR 0x008u
#define MARTLET_HUP 0x010u
#define MARTLET_RDHUP 0x2000u
#define MARTLET_EDGE 0x80000000u

/// A new epoll descriptor, close-on-exec.
int martlet_epoll_create(void);
/// Begins to watch `fd`. 0 or -errno.
int martlet_epoll_add(int epoll, int fd, uint32_t events, uint64_t token);
/// Changes what is watched, and reports at once what is ready already.
int martlet_epoll_change(int epoll, int fd, uint32_t events, uint64_t token);
/// Watches `fd` no more.
int martlet_epoll_remove(int epoll, int fd);
/// Waits at most `timeout_ms` (-1: for ever). The number of events, 0 on time-out or interruption, or -errno.
int martlet_epoll_wait(int epoll, martlet_event *events, int capacity, int timeout_ms);

/// A descriptor that `martlet_wake` makes readable, and `martlet_wake_clear` unreadable. Non-blocking, close-on-exec.
int martlet_wake_create(void);
void martlet_wake(int fd);
void martlet_wake_clear(int fd);

/// A non-blocking, close-on-exec pipe: `ends[0]` to read, `ends[1]` to write.
int martlet_wake_pipe(int ends[2]);
/// From now on SIGTERM, SIGINT and SIGHUP write their number as one byte to `fd` (-1: back to the default), in whichever thread
/// they arrive. SIGPIPE is ignored.
void martlet_signals_to(int fd);

/// Monotonic clock, nanoseconds.
uint64_t martlet_now_ns(void);
/// Raises the soft limit of open files to the hard one. The limit in force, or -errno.
long martlet_raise_open_files(void);

/// A listening, non-blocking TCP socket on a numeric address, IPv4 or IPv6. Accepted sockets inherit TCP_NODELAY and
/// SO_KEEPALIVE from it, which saves two calls for each connection.
int martlet_tcp_listen(const char *address, uint16_t port, int backlog);
/// The next connection, non-blocking and close-on-exec; -EAGAIN when there is none.
int martlet_accept(int fd);
/// Writes the 16 bytes of the peer's IPv6 address, or of its IPv4 address as IPv6 has it (`::ffff:127.0.0.1`); zeros when the
/// peer is gone.
void martlet_peer_source(int fd, void *bytes);
/// The peer's port, or -errno.
int martlet_peer_port(int fd);

/// A connection to the Unix socket at `path`, which may be longer than a socket address can hold. With `blocking` 0 it never
/// waits: -EAGAIN says that the server's queue is full.
int martlet_unix_connect(const char *path, int blocking);
/// A Unix socket, non-blocking, bound to `path` (of any length) with `mode`, and listening.
int martlet_unix_listen(const char *path, mode_t mode, int backlog);
/// Limits how long a blocking send or receive on `fd` may take.
int martlet_set_timeouts(int fd, int timeout_ms);

/// Bytes read, 0 at the end, or -errno.
ssize_t martlet_recv(int fd, void *bytes, size_t count);
/// Bytes taken, or -errno. Never raises SIGPIPE.
ssize_t martlet_send(int fd, const void *bytes, size_t count);
/// Ends the writing half.
int martlet_shutdown_write(int fd);
/// Ends both halves, which ends every call that waits for the socket.
void martlet_shutdown(int fd);
/// Closes without waiting.
void martlet_close(int fd);

/// Opens (creating it with mode 0600) and locks a file for this process. The descriptor, or -EWOULDBLOCK when another
/// process holds it.
int martlet_lock_file(const char *path);
/// Replaces what a locked file or a pid file holds.
int martlet_write_file(const char *path, const void *bytes, size_t count, mode_t mode);

#endif
