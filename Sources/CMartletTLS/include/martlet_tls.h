// A server's side of TLS as a filter between buffers, over OpenSSL 3: it reads no socket and writes none. Whoever has the
// sockets gives it what arrived, and sends what it made.
#ifndef MARTLET_TLS_H
#define MARTLET_TLS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A certificate with its key and the rules of the conversation. Shared by connections, each of which keeps it alive.
typedef struct martlet_tls_context martlet_tls_context;
/// One connection.
typedef struct martlet_tls martlet_tls;

/// Ciphertext that may be given to `martlet_tls_open` at once.
#define MARTLET_TLS_INPUT_BYTES 32768
/// Room that `martlet_tls_open` needs for plaintext: what was given, and a record that an earlier call had begun.
#define MARTLET_TLS_PLAIN_BYTES 50176
/// Room for what must be sent. Enough to seal 64 KiB, and for a handshake with a long chain.
#define MARTLET_TLS_OUTPUT_BYTES 131072

/// Reads the PEM files (chain, leaf first; key) and checks that they belong together. NULL, with the reason as text, when not.
/// TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only; tickets, no renegotiation, no compression.
martlet_tls_context *martlet_tls_context_create(
    const char *certificate_file, const char *key_file, char *reason, size_t capacity);
void martlet_tls_context_free(martlet_tls_context *context);

/// Before its first connection: makes the context one for an address that several endpoints share. A client that asks for `name`
/// (RFC 6066, 3; at most 255 bytes of lower-case ASCII) is shown the certificate of `other`, any other client the context's own.
/// Names must come in ascending order. `other` is kept alive. 0 when done, -1 for want of memory or a name out of order.
///
/// Such a context gives no tickets: in TLS 1.2 a resumed session brings the name of the session before it.
int martlet_tls_context_add_name(martlet_tls_context *context, const char *name, martlet_tls_context *other);

/// A new connection; NULL for want of memory.
martlet_tls *martlet_tls_create(martlet_tls_context *context);
void martlet_tls_free(martlet_tls *tls);

/// Outcomes of `martlet_tls_open`. All input was taken; there may be plaintext.
#define MARTLET_TLS_OPEN 0
/// As above, and the peer has said that no more will come (close_notify).
#define MARTLET_TLS_ENDED 1
/// The conversation is broken; `out` may hold an alert that is to be sent before closing.
#define MARTLET_TLS_FAILED (-1)

/// Takes `count` (at most MARTLET_TLS_INPUT_BYTES) bytes of ciphertext. Writes plaintext to `plain`, and what must be sent to
/// the peer to `out`; their sizes are the constants above.
int martlet_tls_open(
    martlet_tls *tls, const void *cipher, size_t count, void *plain, size_t *plain_count, void *out, size_t *out_count);
/// Seals `count` (at most 64 KiB) bytes of plaintext into `out`. The number of bytes to be sent, or -1.
ssize_t martlet_tls_seal(martlet_tls *tls, const void *plain, size_t count, void *out);
/// Makes the close_notify, once: 0 when there is none to be sent.
size_t martlet_tls_end(martlet_tls *tls, void *out);

/// 1 after the handshake.
int martlet_tls_is_established(const martlet_tls *tls);
/// 1 when the client has ended its half with a close_notify.
int martlet_tls_has_ended(const martlet_tls *tls);
/// 1 when the client has chosen the protocol `postgresql` by ALPN (RFC 7301).
int martlet_tls_has_alpn(const martlet_tls *tls);
/// The server name that the client asked for, as it wrote it; NULL for none. Lives as long as the connection.
const char *martlet_tls_server_name(const martlet_tls *tls);
/// 1 when an earlier session was resumed.
int martlet_tls_is_resumed(const martlet_tls *tls);
/// `TLSv1.3`
const char *martlet_tls_version(const martlet_tls *tls);
/// Why the last `martlet_tls_open` failed, in OpenSSL's words.
void martlet_tls_reason(const martlet_tls *tls, char *text, size_t capacity);

#endif
