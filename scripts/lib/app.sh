# shellcheck shell=bash
# An app of Examples in the background: building it, starting it, ending it. Needs console.sh and server.sh, and OWN, where the
# quickstart keeps what is its own. Sourced, never run.

# own_settings: what both days keep beside the databases.
own_settings() {
    OWN=$DATA_DIR/quickstart
    # shellcheck disable=SC2034
    CA_BUNDLE=$OWN/rds-combined-ca-bundle.pem
    (umask 077 && mkdir -p "$OWN") || die "Cannot make $OWN."
}

# build_app NAME: leaves its program in APP.
build_app() {
    APP=${MARTLET_EXAMPLES:-$ROOT/.build/examples/debug}/$1
    if [ -n "${MARTLET_EXAMPLES:-}" ]; then
        [ -x "$APP" ] || die "There is no program $APP: MARTLET_EXAMPLES is $MARTLET_EXAMPLES."
        say "not needed for $1: MARTLET_EXAMPLES is $MARTLET_EXAMPLES"
        return
    fi
    run swift build --package-path "$ROOT/Examples" --scratch-path "$ROOT/.build/examples" --product "$1" \
        || die "The build of Examples/$1 failed; its messages are above."
}

# app_pid NAME DIRECTORY: the process id of the app that was started from this directory; status 1 when none runs.
app_pid() {
    local pid program
    { read -r pid <"$2/$1.pid"; } 2>/dev/null || return 1
    # The number may be another's by now.
    program=$(readlink "/proc/$pid/exe" 2>/dev/null) || return 1
    [ "$(basename "${program% (deleted)}")" = "$1" ] && [ "$(readlink "/proc/$pid/cwd")" -ef "$2" ] || return 1
    printf '%s' "$pid"
}

# stop_app NAME DIRECTORY: status 1 when there was none.
stop_app() {
    local pid
    pid=$(app_pid "$1" "$2") || { rm -f "$2/$1.pid"; return 1; }
    stop_server "$pid"
    rm -f "$2/$1.pid"
}

# start_app NAME PORT: starts APP detached, with this environment, on that port of 127.0.0.1 or, when somebody has it, on another.
# Waits until it answers /HEALTH, at most 60 s; leaves its address in APP_URL.
start_app() {
    local name=$1 port=$2 health=$3 log=$OWN/$1.log pid deadline
    stop_app "$name" "$OWN" || true
    if port_taken "127.0.0.1:$port"; then
        port=$(free_port)
        say "Something else has port $2: it gets $port."
    fi
    show_text "nohup $(quoted "$APP") --listen 127.0.0.1:$port >>$(quoted "$log") 2>&1 &"
    (umask 077 && : >>"$log") || die "Cannot write $log."
    (cd "$OWN" && exec nohup setsid "$APP" --listen "127.0.0.1:$port" >>"$log" 2>&1 </dev/null) &
    pid=$!
    disown
    printf '%s\n' "$pid" >"$OWN/$name.pid"
    deadline=$(($(clock_ms) + 60000))
    while [ "$(probe "127.0.0.1:$port" "$health")" != 200 ]; do
        sleep 0.1
        if [ ! -d "/proc/$pid" ] || [ "$(clock_ms)" -gt "$deadline" ]; then
            warn "" "$name does not answer. The end of $log:"
            tail -n 20 "$log" | sed 's/^/    /' >&2
            exit 1
        fi
    done
    APP_URL=http://127.0.0.1:$port/
    good "$name runs as process $pid and answers on $APP_URL"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# fetch URL: shows the command that a reader would type, and prints the answer.
fetch() {
    show_text "curl $1" >&2
    python3 -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=20).read().decode())' "$1"
}
