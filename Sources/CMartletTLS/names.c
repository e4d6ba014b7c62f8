#include "martlet_tls.h"

#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 255

struct entry {
    char *name;
    SSL_CTX *context;
};

/// Certificates by server name, in ascending order of the names. Belongs to a context, and changes only before it is used.
struct names {
    struct entry *entries;
    size_t count;
    size_t capacity;
};

static void free_names(void *parent, void *pointer, CRYPTO_EX_DATA *data, int index, long number, void *argument) {
    (void)parent, (void)data, (void)index, (void)number, (void)argument;
    struct names *names = pointer;
    if (names == NULL) return;
    for (size_t n = 0; n < names->count; n++) {
        free(names->entries[n].name);
        SSL_CTX_free(names->entries[n].context);
    }
    free(names->entries);
    free(names);
}

static int place = -1;
static pthread_once_t place_once = PTHREAD_ONCE_INIT;

static void make_place(void) { place = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_names); }

static int compare(const void *wanted, const void *entry) { return strcmp(wanted, ((const struct entry *)entry)->name); }

/// Called by OpenSSL when it has read the client's first message, before it chooses a certificate.
static int choose_certificate(SSL *ssl, int *alert, void *argument) {
    (void)alert;
    const struct names *names = argument;
    const char *asked = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    char wanted[NAME_BYTES + 1];
    size_t length = asked != NULL ? strlen(asked) : 0;
    if (length == 0 || length > NAME_BYTES) return SSL_TLSEXT_ERR_NOACK;
    for (size_t n = 0; n <= length; n++) wanted[n] = asked[n] >= 'A' && asked[n] <= 'Z' ? (char)(asked[n] + 32) : asked[n];
    struct entry *found = bsearch(wanted, names->entries, names->count, sizeof *names->entries, compare);
    if (found == NULL) return SSL_TLSEXT_ERR_NOACK;
    return SSL_set_SSL_CTX(ssl, found->context) != NULL ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static struct names *names_of(SSL_CTX *context) {
    pthread_once(&place_once, make_place);
    if (place < 0) return NULL;
    struct names *names = SSL_CTX_get_ex_data(context, place);
    if (names != NULL) return names;
    names = calloc(1, sizeof *names);
    if (names == NULL || !SSL_CTX_set_ex_data(context, place, names)) {
        free(names);
        return NULL;
    }
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_tlsext_servername_callback(context, choose_certificate);
    SSL_CTX_set_tlsext_servername_arg(context, names);
    return names;
}

static int make_room(struct names *names) {
    if (names->count < names->capacity) return 1;
    size_t capacity = names->capacity == 0 ? 16 : names->capacity * 2;
    struct entry *entries = realloc(names->entries, capacity * sizeof *entries);
    if (entries == NULL) return 0;
    names->entries = entries;
    names->capacity = capacity;
    return 1;
}

int martlet_tls_context_add_name(martlet_tls_context *context, const char *name, martlet_tls_context *other) {
    struct names *names = names_of((SSL_CTX *)context);
    if (names == NULL || strlen(name) > NAME_BYTES || !make_room(names)) return -1;
    if (names->count > 0 && strcmp(names->entries[names->count - 1].name, name) >= 0) return -1;
    char *copy = strdup(name);
    if (copy == NULL || !SSL_CTX_up_ref((SSL_CTX *)other)) {
        free(copy);
        return -1;
    }
    names->entries[names->count++] = (struct entry){copy, (SSL_CTX *)other};
    return 0;
}
