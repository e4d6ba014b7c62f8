#include "martlet_tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The connection, and the buffers of the call in progress: between calls there are none.
struct martlet_tls {
    SSL *ssl;
    const unsigned char *in;
    size_t in_left;
    unsigned char *out;
    size_t out_count;
    unsigned long failure;
};

static int bio_write(BIO *bio, const char *bytes, int count) {
    struct martlet_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (tls == NULL || tls->out == NULL || count <= 0) return -1;
    if ((size_t)count > MARTLET_TLS_OUTPUT_BYTES - tls->out_count) return -1;
    memcpy(tls->out + tls->out_count, bytes, (size_t)count);
    tls->out_count += (size_t)count;
    return count;
}

static int bio_read(BIO *bio, char *bytes, int capacity) {
    struct martlet_tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (tls == NULL || capacity <= 0) return -1;
    if (tls->in_left == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t count = (size_t)capacity < tls->in_left ? (size_t)capacity : tls->in_left;
    memcpy(bytes, tls->in, count);
    tls->in += count;
    tls->in_left -= count;
    return (int)count;
}

static long bio_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
}

static int bio_create(BIO *bio) {
    BIO_set_init(bio, 1);
    return 1;
}

static BIO_METHOD *method;
static pthread_once_t method_once = PTHREAD_ONCE_INIT;

static void make_method(void) {
    BIO_METHOD *made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "martlet");
    if (made == NULL) return;
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    BIO_meth_set_create(made, bio_create);
    method = made;
}

/// The protocol's name in ALPN: RFC 7301's registry, and `PG_ALPN_PROTOCOL` in PostgreSQL's src/include/libpq/pqcomm.h.
static const unsigned char alpn[] = "\x0apostgresql";

/// A client that offers other protocols only does not mean us: PostgreSQL too ends such a handshake.
static int choose_alpn(
    SSL *ssl, const unsigned char **chosen, unsigned char *length, const unsigned char *offered, unsigned int count, void *none) {
    (void)ssl, (void)none;
    int answer = SSL_select_next_proto((unsigned char **)chosen, length, alpn, sizeof alpn - 1, offered, count);
    return answer == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int configure(SSL_CTX *context, const char *certificate_file, const char *key_file) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // Nothing of a connection that is idle but the keys: buffers are taken when there is something to put in.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    // Sessions live in the client's tickets; the server remembers none.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(context, choose_alpn, NULL);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION)
        && SSL_CTX_set_num_tickets(context, 1)
        && SSL_CTX_set_session_id_context(context, (const unsigned char *)"martlet", 7)
        && SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20")
        && SSL_CTX_set_ciphersuites(
            context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256")
        && SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384")
        && SSL_CTX_use_certificate_chain_file(context, certificate_file) == 1
        && SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) == 1
        && SSL_CTX_check_private_key(context) == 1;
}

martlet_tls_context *martlet_tls_context_create(
    const char *certificate_file, const char *key_file, char *reason, size_t capacity) {
    pthread_once(&method_once, make_method);
    ERR_clear_error();
    SSL_CTX *context = method != NULL ? SSL_CTX_new(TLS_server_method()) : NULL;
    if (context != NULL && configure(context, certificate_file, key_file)) return (martlet_tls_context *)context;
    const char *words = ERR_reason_error_string(ERR_peek_error());
    snprintf(reason, capacity, "%s", words != NULL ? words : "OpenSSL gives no reason");
    SSL_CTX_free(context);
    ERR_clear_error();
    return NULL;
}

void martlet_tls_context_free(martlet_tls_context *context) { SSL_CTX_free((SSL_CTX *)context); }

martlet_tls *martlet_tls_create(martlet_tls_context *context) {
    struct martlet_tls *tls = calloc(1, sizeof *tls);
    if (tls == NULL) return NULL;
    BIO *bio = BIO_new(method);
    tls->ssl = bio != NULL ? SSL_new((SSL_CTX *)context) : NULL;
    if (tls->ssl == NULL) {
        BIO_free(bio);
        free(tls);
        return NULL;
    }
    BIO_set_data(bio, tls);
    SSL_set_bio(tls->ssl, bio, bio);
    SSL_set_accept_state(tls->ssl);
    return tls;
}

void martlet_tls_free(martlet_tls *tls) {
    if (tls == NULL) return;
    SSL_free(tls->ssl);
    free(tls);
}

static void begin(martlet_tls *tls, const void *in, size_t count, void *out) {
    ERR_clear_error();
    tls->in = in;
    tls->in_left = count;
    tls->out = out;
    tls->out_count = 0;
}

/// Nothing may point to the caller's memory when the call is over.
static size_t finish(martlet_tls *tls) {
    size_t made = tls->out_count;
    begin(tls, NULL, 0, NULL);
    return made;
}

/// What an OpenSSL call that did not succeed means.
static int outcome(martlet_tls *tls, int answer) {
    switch (SSL_get_error(tls->ssl, answer)) {
    case SSL_ERROR_WANT_READ: return MARTLET_TLS_OPEN;
    case SSL_ERROR_ZERO_RETURN: return MARTLET_TLS_ENDED;
    default:
        tls->failure = ERR_peek_error();
        return MARTLET_TLS_FAILED;
    }
}

int martlet_tls_open(
    martlet_tls *tls, const void *cipher, size_t count, void *plain, size_t *plain_count, void *out, size_t *out_count) {
    begin(tls, cipher, count, out);
    size_t taken = 0;
    int state = MARTLET_TLS_OPEN;
    int answer = SSL_is_init_finished(tls->ssl) ? 1 : SSL_do_handshake(tls->ssl);
    if (answer > 0) {
        size_t got = 0;
        while (taken < MARTLET_TLS_PLAIN_BYTES
            && (answer = SSL_read_ex(tls->ssl, (char *)plain + taken, MARTLET_TLS_PLAIN_BYTES - taken, &got)) > 0) taken += got;
    }
    if (answer <= 0) state = outcome(tls, answer);
    // Only after a close_notify may there be bytes that nobody wants.
    if (state == MARTLET_TLS_OPEN && tls->in_left > 0) state = MARTLET_TLS_FAILED;
    *plain_count = taken;
    *out_count = finish(tls);
    return state;
}

ssize_t martlet_tls_seal(martlet_tls *tls, const void *plain, size_t count, void *out) {
    if (count == 0) return 0;
    begin(tls, NULL, 0, out);
    size_t written = 0;
    int good = SSL_write_ex(tls->ssl, plain, count, &written) > 0 && written == count;
    size_t made = finish(tls);
    return good ? (ssize_t)made : -1;
}

size_t martlet_tls_end(martlet_tls *tls, void *out) {
    if (!SSL_is_init_finished(tls->ssl) || (SSL_get_shutdown(tls->ssl) & SSL_SENT_SHUTDOWN)) return 0;
    begin(tls, NULL, 0, out);
    SSL_shutdown(tls->ssl);
    return finish(tls);
}

int martlet_tls_is_established(const martlet_tls *tls) { return SSL_is_init_finished(tls->ssl); }

int martlet_tls_has_ended(const martlet_tls *tls) { return (SSL_get_shutdown(tls->ssl) & SSL_RECEIVED_SHUTDOWN) != 0; }

int martlet_tls_has_alpn(const martlet_tls *tls) {
    const unsigned char *name = NULL;
    unsigned int length = 0;
    SSL_get0_alpn_selected(tls->ssl, &name, &length);
    return length > 0;
}

const char *martlet_tls_server_name(const martlet_tls *tls) {
    return SSL_get_servername(tls->ssl, TLSEXT_NAMETYPE_host_name);
}

int martlet_tls_is_resumed(const martlet_tls *tls) { return SSL_session_reused(tls->ssl); }

const char *martlet_tls_version(const martlet_tls *tls) { return SSL_get_version(tls->ssl); }

void martlet_tls_reason(const martlet_tls *tls, char *text, size_t capacity) {
    const char *words = tls->failure != 0 ? ERR_reason_error_string(tls->failure) : NULL;
    snprintf(text, capacity, "%s", words != NULL ? words : "protocol error");
}
