#include <mysql.h>
#include <ma_pvio.h>

/// libmariadb's non-blocking calls trust the socket not to block, and leave it blocking after a TLS handshake: SSL_read would
/// wait in the middle of a call. After this it does not.
static inline void martlet_mariadb_unblock(MYSQL *mysql) {
    MARIADB_PVIO *pvio = mysql->net.pvio;
    if (pvio && pvio->methods && pvio->methods->blocking) pvio->methods->blocking(pvio, 0, 0);
}

/// OpenSSL keeps a thread's errors until somebody takes them, and libmariadb leaves those of a failed handshake: for the next
/// connection on the same thread, "nothing to read yet" would look like one of them, SSL_get_error(3). To be called before
/// libmariadb is.
void ERR_clear_error(void);
static inline void martlet_mariadb_forget_errors(void) { ERR_clear_error(); }
