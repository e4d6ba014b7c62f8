# shellcheck shell=bash
# What the scenarios of the AWS CLI share. Sourced, never run.

# What a student types; it brings more than variables (see `martlet env`).
eval "$("$MARTLET_BINARY" env --data-dir "$MARTLET_DATA_DIR")"

fail() { echo "FAILED: $*" >&2; exit 1; }
# ask WANTED COMMAND…: the answer has WANTED in it
ask() {
    local wanted=$1 answer
    shift
    echo "aws $*"
    answer=$(aws "$@" --output json 2>&1) || fail "aws $*: $answer"
    [[ $answer == *"$wanted"* ]] || fail "aws $*: expected '$wanted' in: $answer"
}
# refuse CODE COMMAND…: the command fails with that code
refuse() {
    local code=$1 answer
    shift
    if answer=$(aws "$@" --output json 2>&1); then fail "aws $*: accepted: $answer"; fi
    [[ $answer == *"($code)"* ]] || fail "aws $*: expected $code in: $answer"
}
