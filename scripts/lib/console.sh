# shellcheck shell=bash
# What a person sees: numbered steps, the commands that do them, how long they took. Sourced, never run.

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    BOLD=$'\033[1m' DIM=$'\033[2m' CYAN=$'\033[36m' GREEN=$'\033[32m' RED=$'\033[31m' PLAIN=$'\033[0m'
else
    BOLD='' DIM='' CYAN='' GREEN='' RED='' PLAIN=''
fi

STEP_NUMBER=0
# Set by the caller to have steps counted: [3/9].
STEP_TOTAL=''

# Milliseconds since the epoch, without starting a program.
clock_ms() { local now=${EPOCHREALTIME/[.,]/}; printf '%s' "${now%???}"; }

# spoken_ms MS: "340 ms", "2.4 s", "3 min 12 s".
spoken_ms() {
    local ms=$1
    if [ "$ms" -lt 1000 ]; then
        printf '%d ms' "$ms"
    elif [ "$ms" -lt 120000 ]; then
        printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
    else
        printf '%d min %d s' $((ms / 60000)) $((ms / 1000 % 60))
    fi
}

# step TEXT: announces the next step.
step() {
    STEP_NUMBER=$((STEP_NUMBER + 1))
    printf '\n%s[%s%s] %s%s\n' "$BOLD" "$STEP_NUMBER" "${STEP_TOTAL:+/$STEP_TOTAL}" "$*" "$PLAIN"
}

say() { printf '      %s\n' "$*"; }
good() { printf '      %s%s%s\n' "$GREEN" "$*" "$PLAIN"; }
took() { printf '      %s(%s)%s\n' "$DIM" "$(spoken_ms "$1")" "$PLAIN"; }
warn() { printf '%s%s%s\n' "$RED" "$*" "$PLAIN" >&2; }

# die TEXT…: each argument a line; ends the script.
die() {
    printf '\n' >&2
    local line
    for line in "$@"; do warn "$line"; done
    exit 1
}

# quoted WORD: WORD as one would type it in a shell.
quoted() {
    local single="'"
    if [[ $1 =~ ^[A-Za-z0-9_./:=@%+,-]+$ ]]; then
        printf '%s' "$1"
    else
        printf "'%s'" "${1//$single/$single\\$single$single}"
    fi
}

# show COMMAND…: prints a command so that it can be pasted; a long one has one option per line.
show() {
    local word words='' broken='' separator=''
    for word in "$@"; do
        words+="$separator$(quoted "$word")"
        if [[ $word == --* && -n $broken ]]; then
            broken+=$' \\\n          '"$(quoted "$word")"
        else
            broken+="$separator$(quoted "$word")"
        fi
        separator=' '
    done
    if [ "${#words}" -le 110 ]; then broken=$words; fi
    printf '    %s$ %s%s\n' "$CYAN" "$broken" "$PLAIN"
}

# show_text LINE: prints a command line as it is, for what `show` cannot say (pipes, exports).
show_text() { printf '    %s$ %s%s\n' "$CYAN" "$1" "$PLAIN"; }

# run COMMAND…: shows it, runs it, says how long it took. Its status is the command's.
run() {
    local began status=0
    show "$@"
    began=$(clock_ms)
    "$@" || status=$?
    took $(($(clock_ms) - began))
    return "$status"
}
