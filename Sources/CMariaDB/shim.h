#include <mysql.h>
#include <ma_pvio.h>

/// libmariadb's non-blocking calls trust the socket not to block, and leave it blocking after a TLS handshake: SSL_read would
/// wait in the middle of a call. After this it does not.
static inline void martlet_mariadb_unblock(MYSQL *mysql) {
    MARIADB_PVIO *pvio = mysql->net.pvio;
    if (pvio && pvio->methods && pvio->methods->blocking) pvio->methods->blocking(pvio, 0, 0);
}
