// AWSAuthenticationPlugin: users who log in with IAM tokens, as on RDS (CREATE USER … IDENTIFIED WITH AWSAuthenticationPlugin AS
// 'RDS'). Loaded by MariaDB; docs/mysql-iam.md tells how.
//
// The gateway verifies the token, because it knows the endpoint, the access keys and TLS. This side asks it to, and believes its
// word: a secret from a file that they share, said over a Unix socket by a process of the gateway's user. Clients cannot say it:
// they do not know it, neither while they log in nor in a COM_CHANGE_USER afterwards, which the gateway does not read.
#define _GNU_SOURCE
#include "mariadb_plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORD_BYTES 64

static char *word_file;

/// Whom to believe, and what: `UID WORD`, the word 64 hexadecimal digits. 0 when the file is good.
static int read_word(unsigned int *user, char word[WORD_BYTES + 1]) {
    if (word_file == NULL || *word_file == 0) return -1;
    int fd = open(word_file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -1;
    char text[256];
    struct stat status;
    ssize_t count = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077) == 0
        ? read(fd, text, sizeof text - 1) : -1;
    close(fd);
    if (count <= 0) return -1;
    text[count] = 0;
    char digits[WORD_BYTES + 2];
    if (sscanf(text, "%u %65[0-9a-f]", user, digits) != 2 || strlen(digits) != WORD_BYTES) return -1;
    memcpy(word, digits, WORD_BYTES + 1);
    return 0;
}

/// The process at the other end of the Unix socket belongs to that user.
static int is_peer(struct mariadb_channel *channel, unsigned int user) {
    struct mariadb_channel_info info = {0, -1};
    channel->info(channel, &info);
    if (info.protocol != MARIADB_UNIX_SOCKET) return 0;
#ifdef SO_PEERCRED
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(info.socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == user;
#else
    uid_t peer;
    gid_t group;
    return getpeereid(info.socket, &peer, &group) == 0 && peer == user;
#endif
}

/// Takes as long for any two texts of that length.
static int is_same(const unsigned char *a, const char *b) {
    unsigned char difference = 0;
    for (size_t n = 0; n < WORD_BYTES; n++) difference |= a[n] ^ (unsigned char)b[n];
    return difference == 0;
}

/// The plugin's name and a zero: by that the gateway knows who asks. The server does not say for whom before it has an answer.
static int ask(struct mariadb_channel *channel) {
    static const unsigned char mark[] = "AWSAuthenticationPlugin";
    return channel->write_packet(channel, mark, sizeof mark);
}

/// The gateway's answer: the word, the user whose token it has seen, and the zero byte that ends each password. The name must be
/// the one that the server has, whatever the character set in which the client sent it.
static int is_vouched(const unsigned char *answer, int count, const char *word, const struct mariadb_login *login) {
    if (answer == NULL || count < WORD_BYTES + 1 || answer[count - 1] != 0 || !is_same(answer, word)) return 0;
    size_t length = (size_t)count - WORD_BYTES - 1;
    return login->user_name != NULL && login->user_name_length == length
        && memcmp(answer + WORD_BYTES, login->user_name, length) == 0;
}

/// It asks before it reads, so that the server does not use what a client sent by itself.
static int authenticate(struct mariadb_channel *channel, struct mariadb_login *login) {
    unsigned int user;
    char word[WORD_BYTES + 1];
    login->password_used = 1;
    if (read_word(&user, word) != 0) {
        fprintf(stderr, "AWSAuthenticationPlugin: there is no word in the file %s\n", word_file != NULL ? word_file : "");
        return MARIADB_REFUSED;
    }
    int is_good = 0;
    if (is_peer(channel, user) && ask(channel) == 0) {
        unsigned char *answer = NULL;
        int count = channel->read_packet(channel, &answer);
        login->password_used = 1;
        is_good = is_vouched(answer, count, word, login);
    }
    explicit_bzero(word, sizeof word);
    return is_good ? MARIADB_ADMITTED : MARIADB_REFUSED;
}

/// There is no password to be set. `AS 'RDS'` is kept as it is.
static int hash_password(const char *password, size_t length, char *hash, size_t *hash_length) {
    (void)password, (void)hash;
    *hash_length = 0;
    return length == 0 ? 0 : 1;
}

static const struct mariadb_authentication authentication = {
    MARIADB_AUTHENTICATION_INTERFACE, "mysql_clear_password", authenticate, hash_password, NULL,
};

static struct mariadb_text_variable word_file_variable = {
    MARIADB_READONLY_TEXT, "word_file", "File of mode 0600: the gateway's user id and the word that it says for a token",
    NULL, NULL, &word_file, NULL,
};

static struct mariadb_text_variable *variables[] = {&word_file_variable, NULL};

// The three names that a server looks for (MARIA_DECLARE_PLUGIN__).
extern int _maria_plugin_interface_version_;
extern int _maria_sizeof_struct_st_plugin_;
extern struct mariadb_plugin _maria_plugin_declarations_[];

int _maria_plugin_interface_version_ = MARIADB_PLUGIN_INTERFACE;
int _maria_sizeof_struct_st_plugin_ = sizeof(struct mariadb_plugin);
struct mariadb_plugin _maria_plugin_declarations_[] = {
    {MARIADB_AUTHENTICATION, &authentication, "AWSAuthenticationPlugin", "Martlet", "IAM database authentication by the gateway",
     MARIADB_LICENCE_BSD, NULL, NULL, 0x0100, NULL, variables, "1.0", MARIADB_STABLE},
    {0, NULL, NULL, NULL, NULL, 0, NULL, NULL, 0, NULL, NULL, NULL, 0},
};
