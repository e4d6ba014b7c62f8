# shellcheck shell=bash
# The Swift toolchain, the AWS CLI and Python environments. Needs console.sh and packages.sh. Sourced, never run.

SWIFT_WANTED=6.1
# The first versions that honour AWS_ENDPOINT_URL.
AWS_WANTED_V1=1.29
AWS_WANTED_V2=2.13

# at_least FOUND WANTED: compares dotted versions.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

require_swift() {
    local text found
    if ! has swift; then
        die "No Swift toolchain is in PATH; Martlet needs $SWIFT_WANTED or later." \
            "Get one from https://www.swift.org/install/linux/ and run this again."
    fi
    # shellcheck disable=SC2046
    if has apt-get; then install_packages $(missing_for_swift); fi
    text=$(swift --version 2>&1) || die "\`swift --version\` fails:" "$text"
    if [[ $text =~ Swift\ version\ ([0-9]+(\.[0-9]+)*) ]]; then found=${BASH_REMATCH[1]}; else found=0; fi
    at_least "$found" "$SWIFT_WANTED" \
        || die "Swift $found is in PATH ($(command -v swift)); Martlet needs $SWIFT_WANTED or later." \
            "Get it from https://www.swift.org/install/linux/ and run this again."
    say "Swift $found"
}

# aws_is_new_enough PROGRAM
aws_is_new_enough() {
    local text found
    text=$("$1" --version 2>&1) || return 1
    [[ $text =~ aws-cli/([0-9]+\.[0-9]+(\.[0-9]+)?) ]] || return 1
    found=${BASH_REMATCH[1]}
    case $found in
        1.*) at_least "$found" "$AWS_WANTED_V1" ;;
        *) at_least "$found" "$AWS_WANTED_V2" ;;
    esac
}

# Puts an AWS CLI that honours AWS_ENDPOINT_URL into PATH: the one that is there, or one of our own.
require_aws() {
    local own=$TOOLS/venv/bin
    if [ -x "$own/aws" ] && "$own/aws" --version >/dev/null 2>&1; then
        PATH=$own:$PATH
    elif has aws && aws_is_new_enough aws; then
        say "AWS CLI: $(command -v aws)"
        return
    else
        if has aws; then
            say "$(command -v aws) does not run, or is too old for AWS_ENDPOINT_URL; one from PyPI goes into ${own%/bin}."
        else
            say "There is no AWS CLI; one from PyPI goes into ${own%/bin}."
        fi
        make_environment "$TOOLS/venv" 'awscli>=1.32,<2'
        PATH=$own:$PATH
    fi
    # shellcheck disable=SC2034
    AWS_IS_OURS=1
    say "AWS CLI: $own/aws"
}

# make_environment DIRECTORY REQUIREMENT…: a Python environment with these packages. (Debian's own Python takes none
# without one: PEP 668.) An unfinished one from a killed run is made again.
make_environment() {
    local directory=$1
    shift
    if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then install_packages python3-venv; fi
    mkdir -p "$(dirname "$directory")" || die "This user cannot write below $ROOT; use a clone of your own."
    if [ ! -x "$directory/bin/pip" ]; then
        rm -rf "$directory"
        run python3 -m venv "$directory" || die "Python cannot make an environment in $directory."
    fi
    run "$directory/bin/pip" install --quiet --disable-pip-version-check --upgrade "$@" \
        || die "pip could not install: $*"
}

# build_release: the program, and the library that MariaDB loads, with the compiler's progress visible.
build_release() {
    run swift build -c release --package-path "$ROOT" --product martlet \
        && run swift build -c release --package-path "$ROOT" --product AWSAuthenticationPlugin
}
