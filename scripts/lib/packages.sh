# shellcheck shell=bash
# What the system must have, and how to get it there. Needs console.sh. Sourced, never run.

# Where tools of our own are kept; `rm -rf .build` removes them too.
TOOLS=${TOOLS:-$ROOT/.build/tools}

has() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" = 0 ]; }

# The directory of the newest installed PostgreSQL server's programs; nothing when there is none.
postgres_programs() {
    local directory newest=''
    for directory in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -V); do
        if [ -x "$directory/postgres" ]; then newest=$directory; fi
    done
    if [ -z "$newest" ] && has postgres; then newest=$(dirname "$(command -v postgres)"); fi
    if [ -n "$newest" ]; then printf '%s' "$newest"; fi
}

# MariaDB's server program; nothing when there is none.
mariadb_program() {
    local program
    for program in /usr/sbin/mariadbd /usr/libexec/mariadbd /usr/local/mysql/bin/mariadbd; do
        if [ -x "$program" ]; then printf '%s' "$program"; return; fi
    done
}

# The contributed extensions belong to that server.
has_contrib() {
    local programs=$1 share
    share=${programs/#\/usr\/lib\/postgresql\//\/usr\/share\/postgresql\/}
    [ -e "${share%/bin}/extension/pg_trgm.control" ] && return
    [ -x "$programs/pg_config" ] && [ -e "$("$programs/pg_config" --sharedir)/extension/pg_trgm.control" ]
}

# What the toolchain's archive does not bring along (swift.org lists it). Without, it does not start, or finds no C++.
missing_for_swift() {
    swift --version >/dev/null 2>&1 || echo libncurses6 libcurl4 libxml2 libsqlite3-0 libedit2 libpython3.11 libz3-4 tzdata
    has ld && has g++ || echo binutils gcc g++ libc6-dev
    [ -e /usr/include/zlib.h ] || echo zlib1g-dev
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
}

missing_for_build() {
    if ! has git; then echo git; fi
    if ! has pkg-config; then
        echo pkg-config libpq-dev libmariadb-dev libsqlite3-dev libssl-dev
    else
        pkg-config --exists libpq || echo libpq-dev
        pkg-config --exists libmariadb || echo libmariadb-dev
        pkg-config --exists sqlite3 || echo libsqlite3-dev
        pkg-config --exists openssl || echo libssl-dev
    fi
}

missing_for_databases() {
    local programs
    programs=$(postgres_programs)
    if [ -z "$programs" ]; then
        echo postgresql postgresql-contrib
    elif ! has_contrib "$programs"; then
        echo postgresql-contrib
    fi
    if ! has psql; then echo postgresql-client; fi
    if [ -z "$(mariadb_program)" ]; then echo mariadb-server; fi
    if ! has mariadb; then echo mariadb-client; fi
}

missing_for_python() {
    if ! has python3; then echo python3; fi
}

# Where Debian puts the PostgreSQL driver for Java.
JDBC_DRIVER=/usr/share/java/postgresql.jar

# What only the tests use: openssl as an authority and as a client; a file system that shares blocks; JDBC's driver where
# there is a JDK to try it with.
missing_for_tests() {
    if ! has openssl; then echo openssl; fi
    if is_root && ! has mkfs.xfs; then echo xfsprogs; fi
    if is_root && ! has gocryptfs; then echo gocryptfs; fi
    if is_root && ! has fusermount3; then echo fuse3; fi
    if has javac && has apt-get && [ ! -e "$JDBC_DRIVER" ]; then echo libpostgresql-jdbc-java; fi
}

# install_packages PACKAGE…: with apt, as root; for others it says what to type and ends the script.
install_packages() {
    local packages
    if [ $# = 0 ]; then return 0; fi
    packages=$(printf '%s\n' "$@" | sort -u | tr '\n' ' ')
    if ! has apt-get; then
        die "These Debian packages (or what your system calls them) are missing: $packages" \
            "Install them and run this again."
    fi
    if ! is_root; then
        # shellcheck disable=SC2086
        die "Some packages are missing, and only root can install them. Run this, then the script again:" \
            "" "    sudo apt-get update && sudo apt-get install -y $packages" \
            "$(if [[ $packages == *"postgresql "* ]]; then postgres_service_note; fi)" \
            "$(if [[ $packages == *"mariadb-server "* ]]; then mariadb_service_note; fi)"
    fi
    run apt-get update -qq || die "apt-get update failed: is this machine online?"
    case " $packages" in
        *" postgresql "*) prepare_for_postgres ;;
    esac
    case " $packages" in
        *" mariadb-server "*) prepare_for_mariadb ;;
    esac
    # shellcheck disable=SC2086
    run env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages \
        || { restore_settings; die "apt-get could not install: $packages"; }
    case " $packages" in
        *" mariadb-server "*) keep_mariadb_down ;;
    esac
    restore_settings
}

restore_settings() {
    restore_cluster_setting
    restore_service_policy
}

postgres_service_note() {
    printf '%s' "(Debian starts a server of its own on port 5432 then; Martlet does not need it:" \
        " sudo systemctl disable --now postgresql)"
}

mariadb_service_note() {
    printf '%s' "(Debian starts a MariaDB of its own on port 3306 then; Martlet does not need it:" \
        " sudo systemctl disable --now mariadb)"
}

CLUSTER_SETTINGS=/etc/postgresql-common/createcluster.conf

# Debian's package makes a cluster "15/main" and starts it on port 5432. Martlet makes its own, so for the time of this
# installation that is switched off. A cluster that was there before is left alone.
prepare_for_postgres() {
    run env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql-common \
        || die "apt-get could not install postgresql-common"
    [ -f "$CLUSTER_SETTINGS" ] || return 0
    cp -p "$CLUSTER_SETTINGS" "$CLUSTER_SETTINGS.before-martlet"
    sed -i -E 's/^#?create_main_cluster *=.*/create_main_cluster = false/' "$CLUSTER_SETTINGS"
}

restore_cluster_setting() {
    if [ -f "$CLUSTER_SETTINGS.before-martlet" ]; then
        mv "$CLUSTER_SETTINGS.before-martlet" "$CLUSTER_SETTINGS"
    fi
}

# What Debian's packages ask before they start a service (policy-rc.d(8)); 101 forbids it.
SERVICE_POLICY=/usr/sbin/policy-rc.d
SERVICE_POLICY_MARK='# Made by Martlet for the time of one installation.'

# Debian's package starts a server on port 3306. For the time of this installation that is forbidden. A policy that is
# there already is left alone, and so is a server that was there before: then nothing is installed.
prepare_for_mariadb() {
    [ -e "$SERVICE_POLICY" ] && return 0
    printf '#!/bin/sh\n%s\nexit 101\n' "$SERVICE_POLICY_MARK" >"$SERVICE_POLICY"
    chmod 755 "$SERVICE_POLICY"
    trap restore_service_policy EXIT
}

restore_service_policy() {
    if [ -f "$SERVICE_POLICY" ] && grep -qxF "$SERVICE_POLICY_MARK" "$SERVICE_POLICY"; then
        rm -f "$SERVICE_POLICY"
        trap - EXIT
    fi
}

# The server that was just installed would start with the machine.
keep_mariadb_down() {
    if [ -d /run/systemd/system ]; then
        run systemctl disable --now mariadb || warn "systemctl could not disable Debian's own MariaDB"
    elif has update-rc.d; then
        run update-rc.d mariadb disable || warn "update-rc.d could not disable Debian's own MariaDB"
    fi
}
