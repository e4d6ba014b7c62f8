// What a MariaDB server expects of a shared library with an authentication plugin, as far as it is used here. Debian's headers
// for clients lack it, so the layout is declared anew.
//
// Source: MariaDB's include/mysql/plugin.h (st_maria_plugin, MYSQL_PLUGIN_VAR_HEADER), plugin_auth.h (st_mysql_auth,
// st_mysql_server_auth_info) and plugin_auth_common.h (st_plugin_vio, st_plugin_vio_info). A server takes plugins whose major
// versions are its own; they have been 1 and 2 since MariaDB 5.2 and 10.4.
#ifndef MARTLET_MARIADB_PLUGIN_H
#define MARTLET_MARIADB_PLUGIN_H

#include <stddef.h>

enum {
    MARIADB_PLUGIN_INTERFACE = 0x010c,
    MARIADB_AUTHENTICATION_INTERFACE = 0x0202,
    /// MYSQL_AUTHENTICATION_PLUGIN
    MARIADB_AUTHENTICATION = 7,
    /// PLUGIN_LICENSE_BSD: the nearest of its three to the Apache licence.
    MARIADB_LICENCE_BSD = 2,
    /// MariaDB_PLUGIN_MATURITY_STABLE; a server refuses what is less mature than itself.
    MARIADB_STABLE = 5,
    /// PLUGIN_VAR_STR | PLUGIN_VAR_READONLY
    MARIADB_READONLY_TEXT = 0x0205,
    /// MYSQL_USERNAME_LENGTH
    MARIADB_NAME_BYTES = 512,
    /// MYSQL_VIO_SOCKET: a Unix socket.
    MARIADB_UNIX_SOCKET = 2,
    /// CR_OK, CR_ERROR
    MARIADB_ADMITTED = -1,
    MARIADB_REFUSED = 0,
};

/// st_plugin_vio_info
struct mariadb_channel_info {
    int protocol;
    int socket;
};

/// st_plugin_vio
struct mariadb_channel {
    /// The next packet's bytes, and their number, or -1.
    int (*read_packet)(struct mariadb_channel *channel, unsigned char **bytes);
    /// 0 when sent.
    int (*write_packet)(struct mariadb_channel *channel, const unsigned char *bytes, int count);
    void (*info)(struct mariadb_channel *channel, struct mariadb_channel_info *info);
};

/// st_mysql_server_auth_info
struct mariadb_login {
    /// As the client sent it, in the server's character set. Not ended by a zero. NULL before the first packet was read.
    const char *user_name;
    unsigned int user_name_length;
    const char *auth_string;
    unsigned long auth_string_length;
    char authenticated_as[MARIADB_NAME_BYTES + 1];
    char external_user[MARIADB_NAME_BYTES + 1];
    /// What the text of a refusal says of a password: 1 is "YES".
    int password_used;
    const char *host_or_ip;
    unsigned int host_or_ip_length;
    void *thd;
};

/// st_mysql_auth
struct mariadb_authentication {
    int interface_version;
    const char *client_plugin;
    int (*authenticate_user)(struct mariadb_channel *channel, struct mariadb_login *login);
    int (*hash_password)(const char *password, size_t length, char *hash, size_t *hash_length);
    int (*preprocess_hash)(const char *hash, size_t length, unsigned char *out, size_t *out_length);
};

/// MYSQL_PLUGIN_VAR_HEADER, and a text.
struct mariadb_text_variable {
    int flags;
    const char *name;
    const char *comment;
    void *check;
    void *update;
    char **value;
    char *default_value;
};

/// st_maria_plugin
struct mariadb_plugin {
    int type;
    const void *info;
    const char *name;
    const char *author;
    const char *description;
    int licence;
    int (*start)(void *);
    int (*stop)(void *);
    unsigned int version;
    const void *status_variables;
    struct mariadb_text_variable **variables;
    const char *version_text;
    unsigned int maturity;
};

#endif
