#!/bin/sh
# Install what DeepZine needs here: system libraries, .venv, the pinned packages. Safe to repeat.
set -eu
cd "$(dirname "$0")/.."

venv=.venv
stamp=$venv/deepzine-setup

say() { printf '%s\n' "$*" >&2; }

# What the set-up depends on; the stamp holds its checksum, so a finished one costs no time.
wanted() { cat requirements.lock pyproject.toml packaging/setup.sh packaging/libraries.txt | cksum; }

find_python() {
    for python in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$python"
            return
        fi
    done
    say "DeepZine needs Python 3.11 or newer: install it, or name it with PYTHON=/path/to/python3 make setup."
    exit 1
}

# Debian's names of the missing packages; a library is looked up by the name programs load it by.
missing_packages() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null || printf 'python3-venv '
    [ "$(uname -s)" = Linux ] || return 0
    known=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true)
    while read -r library package; do
        case $library in '' | '#'*) continue ;; esac
        case $known in *"$library"*) ;; *) printf '%s ' "$package" ;; esac
    done < packaging/libraries.txt
}

install_packages() {
    [ $# -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        say "These system libraries are missing (Debian's names), install them and try again: $*"
        exit 1
    fi
    as_root=
    if [ "$(id -u)" != 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            say "System libraries are missing. Type this line, then try again:"
            say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
            exit 1
        fi
        as_root="sudo -n"
    fi
    say "Installing system libraries: $*"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" >&2
}

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(wanted)" ]; then
    exit 0
fi

python=$(find_python)
# shellcheck disable=SC2046  # the names are words to be split
install_packages $(missing_packages "$python")

if ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "Making $venv"
    "$python" -m venv --clear "$venv"
fi
say "Installing the pinned packages into $venv (the first time, this takes some minutes)"
# A person at a terminal sees what is fetched; a log stays short.
quiet=--quiet
[ ! -t 2 ] || quiet=
"$venv/bin/python" -m pip install $quiet --disable-pip-version-check -r requirements.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --no-deps --no-build-isolation -e .
wanted > "$stamp"
say "DeepZine is set up."
