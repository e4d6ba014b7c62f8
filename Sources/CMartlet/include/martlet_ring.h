// The io_uring calls of the gateway, over the bare system calls. One ring belongs to one thread: the one that created it.
//
// Requests are queued and handed to the kernel together, by `martlet_ring_wait` or `martlet_ring_submit`. Facts about the
// interface: io_uring_setup(2), io_uring_enter(2), io_uring_register(2), io_uring_multishot(7), io_uring_provided_buffers(7).
#ifndef MARTLET_RING_H
#define MARTLET_RING_H

#include <stddef.h>
#include <stdint.h>

typedef struct martlet_ring martlet_ring;

/// The token of every `martlet_ring_cancel`.
#define MARTLET_RING_CANCEL UINT64_MAX

/// One thing that the kernel has to tell.
typedef struct {
    /// That of the request.
    uint64_t token;
    /// A count of bytes, or -errno.
    int32_t result;
    /// The number of the buffer that the bytes are in, for `martlet_ring_give_back`; -1 for none.
    int16_t buffer;
    /// The request goes on, and there will be more from it.
    uint8_t goes_on;
} martlet_completion;

/// A ring with `buffers` (a power of two, at most 32,768) buffers of `buffer_bytes` to receive into, shared by all sockets.
/// NULL, with `-errno` in `reason`, where the system has no io_uring, forbids it, or has one without what is needed here
/// (Linux 6.1).
martlet_ring *martlet_ring_create(unsigned buffers, unsigned buffer_bytes, int *reason);
/// Ends all requests. Call it in the thread that created the ring.
void martlet_ring_destroy(martlet_ring *ring);

void *martlet_ring_buffer(const martlet_ring *ring, int number);
/// The buffer may be received into again, from the next `martlet_ring_wait` on.
void martlet_ring_give_back(martlet_ring *ring, int number);

// Each queues a request, and answers 0 or -errno when there is no room for it even after a submission.

/// Tells once that `fd` is readable: at once, when it is already.
int martlet_ring_poll(martlet_ring *ring, int fd, uint64_t token);
/// Receives from a socket, into a buffer at a time, until it ends, fails or is cancelled.
int martlet_ring_receive(martlet_ring *ring, int fd, uint64_t token);
/// Sends what the socket takes without waiting. The bytes must stay where they are until that is told.
int martlet_ring_send(martlet_ring *ring, int fd, const void *bytes, size_t count, uint64_t token);
/// Ends the request with that token, whose end is then told (-ECANCELED). That there was none any more is told with
/// `MARTLET_RING_CANCEL`, success is not.
int martlet_ring_cancel(martlet_ring *ring, uint64_t token);

/// How many requests are queued and not handed over yet.
unsigned martlet_ring_queued(const martlet_ring *ring);
/// Hands over what is queued. 0 or -errno.
int martlet_ring_submit(martlet_ring *ring);
/// Hands over what is queued, and waits at most `timeout_ms` (-1: for ever) until there is something to take; unless
/// `sends_count`, something besides the ends of the queued sends, which are over when they have been handed over: those alone
/// are told after 20 ms. 0, also on time-out or interruption, or -errno.
int martlet_ring_wait(martlet_ring *ring, int timeout_ms, int sends_count);
/// Takes what the kernel has to tell; how many there were.
int martlet_ring_take(martlet_ring *ring, martlet_completion *completions, int capacity);

#endif
