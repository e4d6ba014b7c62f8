#define _GNU_SOURCE
#include "martlet_ring.h"

#include <errno.h>

#ifdef __linux__
#include <linux/io_uring.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#if defined(__linux__) && defined(IORING_RECV_MULTISHOT) && defined(IORING_SETUP_DEFER_TASKRUN)

// SENDS_TOLD_MS: how long the ends of sends may stay untold when nothing else comes.
enum { QUEUE_ENTRIES = 1024, COMPLETION_ENTRIES = 4096, GROUP = 1, SENDS_TOLD_MS = 20 };

struct martlet_ring {
    int fd;
    // The kernel's side of the queues; it writes `head` of requests and `tail` of completions, we the other two.
    _Atomic unsigned *request_head, *request_tail, *completion_head, *completion_tail;
    unsigned *slots;
    unsigned request_mask, completion_mask, request_entries;
    struct io_uring_sqe *requests;
    struct io_uring_cqe *completions;
    struct io_uring_buf_ring *free_buffers;
    unsigned char *buffers;
    unsigned buffer_count, buffer_bytes;
    uint16_t free_tail;
    /// Sends that are queued and not handed over: each completes while it is handed over, and is not what a wait is for.
    unsigned sends;
    size_t queues_bytes, requests_bytes;
    void *queues;
};

static int enter(martlet_ring *ring, unsigned count, unsigned least, unsigned flags, const void *argument, size_t size) {
    long done = syscall(SYS_io_uring_enter, ring->fd, count, least, flags, argument, size);
    return done < 0 ? -errno : (int)done;
}

static void *shared(int fd, size_t bytes, off_t what) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, what);
    return memory == MAP_FAILED ? NULL : memory;
}

static void *private_pages(size_t bytes) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static int map_queues(martlet_ring *ring, const struct io_uring_params *given) {
    size_t requests = given->sq_off.array + given->sq_entries * sizeof(unsigned);
    size_t completions = given->cq_off.cqes + given->cq_entries * sizeof(struct io_uring_cqe);
    ring->queues_bytes = requests > completions ? requests : completions;
    ring->requests_bytes = given->sq_entries * sizeof(struct io_uring_sqe);
    ring->queues = shared(ring->fd, ring->queues_bytes, IORING_OFF_SQ_RING);
    ring->requests = shared(ring->fd, ring->requests_bytes, IORING_OFF_SQES);
    if (ring->queues == NULL || ring->requests == NULL) return -ENOMEM;
    unsigned char *base = ring->queues;
    ring->request_head = (_Atomic unsigned *)(base + given->sq_off.head);
    ring->request_tail = (_Atomic unsigned *)(base + given->sq_off.tail);
    ring->request_mask = *(unsigned *)(base + given->sq_off.ring_mask);
    ring->slots = (unsigned *)(base + given->sq_off.array);
    ring->completion_head = (_Atomic unsigned *)(base + given->cq_off.head);
    ring->completion_tail = (_Atomic unsigned *)(base + given->cq_off.tail);
    ring->completion_mask = *(unsigned *)(base + given->cq_off.ring_mask);
    ring->completions = (struct io_uring_cqe *)(base + given->cq_off.cqes);
    ring->request_entries = given->sq_entries;
    for (unsigned index = 0; index < given->sq_entries; index++) ring->slots[index] = index;
    return 0;
}

static int provide_buffers(martlet_ring *ring) {
    ring->free_buffers = private_pages(ring->buffer_count * sizeof(struct io_uring_buf));
    ring->buffers = private_pages((size_t)ring->buffer_count * ring->buffer_bytes);
    if (ring->free_buffers == NULL || ring->buffers == NULL) return -ENOMEM;
    struct io_uring_buf_reg group = {
        .ring_addr = (uintptr_t)ring->free_buffers, .ring_entries = ring->buffer_count, .bgid = GROUP};
    if (syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_PBUF_RING, &group, 1) < 0) return -errno;
    for (unsigned number = 0; number < ring->buffer_count; number++) martlet_ring_give_back(ring, (int)number);
    return 0;
}

martlet_ring *martlet_ring_create(unsigned buffers, unsigned buffer_bytes, int *reason) {
    // Work is done when this thread asks for it, and never interrupts it (DEFER_TASKRUN); an error in one request does not keep
    // the others back (SUBMIT_ALL).
    struct io_uring_params given = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE
            | IORING_SETUP_CLAMP,
        .cq_entries = COMPLETION_ENTRIES};
    martlet_ring *ring = calloc(1, sizeof *ring);
    if (ring == NULL) {
        *reason = -ENOMEM;
        return NULL;
    }
    ring->buffer_count = buffers;
    ring->buffer_bytes = buffer_bytes;
    ring->fd = (int)syscall(SYS_io_uring_setup, QUEUE_ENTRIES, &given);
    const unsigned needed = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG | IORING_FEAT_CQE_SKIP;
    *reason = ring->fd < 0 ? -errno : (given.features & needed) == needed ? 0 : -ENOSYS;
    if (*reason == 0) *reason = map_queues(ring, &given);
    if (*reason == 0) *reason = provide_buffers(ring);
    if (*reason == 0) return ring;
    martlet_ring_destroy(ring);
    return NULL;
}

void martlet_ring_destroy(martlet_ring *ring) {
    if (ring == NULL) return;
    if (ring->fd >= 0) close(ring->fd);
    if (ring->queues != NULL) munmap(ring->queues, ring->queues_bytes);
    if (ring->requests != NULL) munmap(ring->requests, ring->requests_bytes);
    if (ring->free_buffers != NULL) munmap(ring->free_buffers, ring->buffer_count * sizeof(struct io_uring_buf));
    if (ring->buffers != NULL) munmap(ring->buffers, (size_t)ring->buffer_count * ring->buffer_bytes);
    free(ring);
}

void *martlet_ring_buffer(const martlet_ring *ring, int number) {
    return ring->buffers + (size_t)number * ring->buffer_bytes;
}

void martlet_ring_give_back(martlet_ring *ring, int number) {
    struct io_uring_buf *buffer = &ring->free_buffers->bufs[ring->free_tail & (ring->buffer_count - 1)];
    buffer->addr = (uintptr_t)martlet_ring_buffer(ring, number);
    buffer->len = ring->buffer_bytes;
    buffer->bid = (uint16_t)number;
    ring->free_tail++;
    atomic_store_explicit((_Atomic uint16_t *)&ring->free_buffers->tail, ring->free_tail, memory_order_release);
}

unsigned martlet_ring_queued(const martlet_ring *ring) {
    return atomic_load_explicit(ring->request_tail, memory_order_relaxed)
        - atomic_load_explicit(ring->request_head, memory_order_acquire);
}

int martlet_ring_submit(martlet_ring *ring) {
    unsigned queued = martlet_ring_queued(ring);
    if (queued == 0) return 0;
    ring->sends = 0;
    int done = enter(ring, queued, 0, 0, NULL, 0);
    return done < 0 ? done : 0;
}

/// An empty place in the queue, cleared; NULL, with the reason, when the kernel takes none of those that are waiting.
static struct io_uring_sqe *place(martlet_ring *ring, uint8_t operation, int fd, uint64_t token, int *reason) {
    *reason = 0;
    if (martlet_ring_queued(ring) >= ring->request_entries) *reason = martlet_ring_submit(ring);
    if (*reason == 0 && martlet_ring_queued(ring) >= ring->request_entries) *reason = -EBUSY;
    if (*reason < 0) return NULL;
    unsigned tail = atomic_load_explicit(ring->request_tail, memory_order_relaxed);
    struct io_uring_sqe *request = &ring->requests[tail & ring->request_mask];
    memset(request, 0, sizeof *request);
    request->opcode = operation;
    request->fd = fd;
    request->user_data = token;
    return request;
}

/// What was filled in may be seen.
static int queue(martlet_ring *ring) {
    atomic_fetch_add_explicit(ring->request_tail, 1, memory_order_release);
    return 0;
}

int martlet_ring_poll(martlet_ring *ring, int fd, uint64_t token) {
    int reason;
    struct io_uring_sqe *request = place(ring, IORING_OP_POLL_ADD, fd, token, &reason);
    if (request == NULL) return reason;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    request->poll32_events = POLLIN;
#else
    request->poll32_events = (uint32_t)POLLIN << 16;
#endif
    return queue(ring);
}

int martlet_ring_receive(martlet_ring *ring, int fd, uint64_t token) {
    int reason;
    struct io_uring_sqe *request = place(ring, IORING_OP_RECV, fd, token, &reason);
    if (request == NULL) return reason;
    request->ioprio = IORING_RECV_MULTISHOT;
    request->flags = IOSQE_BUFFER_SELECT;
    request->buf_group = GROUP;
    return queue(ring);
}

int martlet_ring_send(martlet_ring *ring, int fd, const void *bytes, size_t count, uint64_t token) {
    int reason;
    struct io_uring_sqe *request = place(ring, IORING_OP_SEND, fd, token, &reason);
    if (request == NULL) return reason;
    request->addr = (uintptr_t)bytes;
    request->len = (uint32_t)count;
    request->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    ring->sends++;
    return queue(ring);
}

int martlet_ring_cancel(martlet_ring *ring, uint64_t token) {
    int reason;
    struct io_uring_sqe *request = place(ring, IORING_OP_ASYNC_CANCEL, -1, MARTLET_RING_CANCEL, &reason);
    if (request == NULL) return reason;
    request->addr = token;
    request->flags = IOSQE_CQE_SKIP_SUCCESS;
    return queue(ring);
}

int martlet_ring_wait(martlet_ring *ring, int timeout_ms, int sends_count) {
    unsigned told = atomic_load_explicit(ring->completion_tail, memory_order_acquire)
        - atomic_load_explicit(ring->completion_head, memory_order_relaxed);
    // Nothing to wait for when there is something already.
    unsigned wanted = told > 0 || timeout_ms == 0 ? 0 : sends_count ? 1 : ring->sends + 1;
    // A send that did not take everything must be heard of though nothing else ever comes: until then nobody watches for room.
    // The kernel cannot wake us for such a one alone. A limit costs nothing where messages come all the time.
    if (wanted > 1 && (timeout_ms < 0 || timeout_ms > SENDS_TOLD_MS)) timeout_ms = SENDS_TOLD_MS;
    // Two 64-bit words, whatever the C library takes a time to be.
    struct { int64_t seconds, nanoseconds; } timeout = {timeout_ms / 1000, (timeout_ms % 1000) * 1000000ll};
    struct io_uring_getevents_arg argument = {.sigmask_sz = 8, .ts = timeout_ms < 0 ? 0 : (uintptr_t)&timeout};
    ring->sends = 0;
    int done = enter(
        ring, martlet_ring_queued(ring), wanted, IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, &argument, sizeof argument);
    // A full completion queue (EBUSY) and a want of memory (EAGAIN) pass when what there is has been taken.
    return done >= 0 || done == -ETIME || done == -EINTR || done == -EBUSY || done == -EAGAIN ? 0 : done;
}

int martlet_ring_take(martlet_ring *ring, martlet_completion *completions, int capacity) {
    unsigned head = atomic_load_explicit(ring->completion_head, memory_order_relaxed);
    unsigned tail = atomic_load_explicit(ring->completion_tail, memory_order_acquire);
    int count = 0;
    for (; head != tail && count < capacity; head++, count++) {
        const struct io_uring_cqe *told = &ring->completions[head & ring->completion_mask];
        completions[count] = (martlet_completion){
            .token = told->user_data, .result = told->res,
            .buffer = told->flags & IORING_CQE_F_BUFFER ? (int16_t)(told->flags >> IORING_CQE_BUFFER_SHIFT) : -1,
            .goes_on = (told->flags & IORING_CQE_F_MORE) != 0};
    }
    atomic_store_explicit(ring->completion_head, head, memory_order_release);
    return count;
}

#else
martlet_ring *martlet_ring_create(unsigned buffers, unsigned buffer_bytes, int *reason) {
    *reason = -ENOSYS;
    return NULL;
}
void martlet_ring_destroy(martlet_ring *ring) {}
void *martlet_ring_buffer(const martlet_ring *ring, int number) { return NULL; }
void martlet_ring_give_back(martlet_ring *ring, int number) {}
int martlet_ring_poll(martlet_ring *ring, int fd, uint64_t token) { return -ENOSYS; }
int martlet_ring_receive(martlet_ring *ring, int fd, uint64_t token) { return -ENOSYS; }
int martlet_ring_send(martlet_ring *ring, int fd, const void *bytes, size_t count, uint64_t token) { return -ENOSYS; }
int martlet_ring_cancel(martlet_ring *ring, uint64_t token) { return -ENOSYS; }
unsigned martlet_ring_queued(const martlet_ring *ring) { return 0; }
int martlet_ring_submit(martlet_ring *ring) { return -ENOSYS; }
int martlet_ring_wait(martlet_ring *ring, int timeout_ms, int sends_count) { return -ENOSYS; }
int martlet_ring_take(martlet_ring *ring, martlet_completion *completions, int capacity) { return 0; }
#endif
