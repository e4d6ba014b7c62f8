# shellcheck shell=bash
# A server in the background: finding it, starting it, waiting for it. Needs console.sh. Sourced, never run.

# server_pid DIRECTORY: the process id of the `martlet serve` that runs on this data directory; status 1 when none does.
server_pid() {
    local pid argv
    { read -r pid <"$1/serve/lock"; } 2>/dev/null || return 1
    # The lock file outlives its process, and the number may be another's by now.
    { mapfile -d '' -t argv <"/proc/$pid/cmdline"; } 2>/dev/null || return 1
    if [ "${argv[0]##*/}" != martlet ] || [ "${argv[1]:-}" != serve ]; then return 1; fi
    printf '%s' "$pid"
}

# probe HOST:PORT PATH: the HTTP status that GET PATH answers; empty when nothing speaks HTTP there.
probe() {
    local host=${1%:*} port=${1##*:}
    host=${host#[} host=${host%]}
    case $host in 0.0.0.0) host=127.0.0.1 ;; ::) host=::1 ;; esac
    # shellcheck disable=SC2016
    timeout 2 bash -c '
        exec 3<>"/dev/tcp/$1/$2" || exit 1
        printf "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" "$3" "$1" >&3
        read -r -u 3 _ status _ && printf %s "$status"' probe "$host" "$port" "$2" 2>/dev/null || true
}

# port_taken HOST:PORT: something accepts connections there.
port_taken() {
    local host=${1%:*} port=${1##*:}
    host=${host#[} host=${host%]}
    case $host in 0.0.0.0) host=127.0.0.1 ;; ::) host=::1 ;; esac
    # shellcheck disable=SC2016
    timeout 2 bash -c 'exec 3<>"/dev/tcp/$1/$2"' probe "$host" "$port" 2>/dev/null
}

# start_server PROGRAM DIRECTORY HOST:PORT: starts it detached and waits until it answers, at most 60 s.
# Its log goes to DIRECTORY/serve.log; on failure the end of the log is shown.
start_server() {
    local program=$1 directory=$2 listen=$3 log=$2/serve.log started pid deadline
    show_text "nohup $(quoted "$program") serve --data-dir $(quoted "$directory") --listen $listen >>$(quoted "$log") 2>&1 &"
    (umask 077 && : >>"$log") || die "Cannot write $log."
    nohup setsid "$program" serve --data-dir "$directory" --listen "$listen" >>"$log" 2>&1 </dev/null &
    started=$!
    disown
    deadline=$(($(clock_ms) + 60000))
    while [ "$(probe "$listen" /health)" != 200 ]; do
        sleep 0.1
        if [ "$(clock_ms)" -gt "$deadline" ]; then server_failed "$log" "did not answer within 60 s"; fi
        if [ ! -d "/proc/$started" ] && ! server_pid "$directory" >/dev/null; then server_failed "$log" "ended"; fi
    done
    pid=$(server_pid "$directory") || server_failed "$log" "ended"
    good "Martlet runs as process $pid and answers on http://$listen."
}

server_failed() {
    warn "" "Martlet $2. The end of $1:"
    tail -n 20 "$1" | sed 's/^/    /' >&2
    exit 1
}

# stop_server PID: ends the control plane, not the databases, and waits for it.
stop_server() {
    kill -TERM "$1" 2>/dev/null || return 0
    for _ in {1..150}; do
        [ -d "/proc/$1" ] || return 0
        sleep 0.1
    done
    die "Process $1 does not end."
}

# is_outdated PID PROGRAM: the process runs another build than PROGRAM is now.
is_outdated() { [ ! "/proc/$1/exe" -ef "$2" ]; }
