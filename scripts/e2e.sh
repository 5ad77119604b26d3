#!/bin/sh
# Run the end-to-end tests: real workflows, with act, in real containers.
#
# Brings what they need where that can be brought: Docker from Debian's packages and its daemon (as root), and the
# image that the Dockerfile builds on, pulled, or made of Debian's packages where no registry can be reached. Where it
# cannot, says why and lets the tests be skipped. Arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
image=$(sed -n 's/^ARG BASE_IMAGE=//p' Dockerfile)
work=$(mktemp -d "${TMPDIR:-/tmp}/consumer-drift-e2e.XXXXXX")
daemon=

say() {
    printf 'e2e: %s\n' "$1" >&2
}

finish() {
    if [ -n "$daemon" ]; then
        kill "$daemon" 2>/dev/null || :
        wait "$daemon" 2>/dev/null || :
    fi
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

is_root() {
    [ "$(id -u)" -eq 0 ]
}

# install COMMAND PACKAGE...
install() {
    command -v "$1" >/dev/null 2>&1 && return 0
    wanted=$1
    shift
    if ! is_root || ! command -v apt-get >/dev/null 2>&1; then
        say "$wanted is not here, and only root on Debian gets it by itself"
        return 1
    fi
    say "installing $*"
    {
        apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
    } >"$work/apt.log" 2>&1 || {
        say "the packages could not be installed: $(tail -n 1 "$work/apt.log")"
        return 1
    }
}

docker_answers() {
    docker version >/dev/null 2>&1
}

start_docker() {
    install docker docker.io iptables || return 1
    docker_answers && return 0
    is_root || {
        say "no Docker daemon answers, and only root can start one"
        return 1
    }
    install dockerd docker.io iptables || return 1
    say "starting dockerd"
    dockerd --data-root "$work/docker" --pidfile "$work/dockerd.pid" >"$work/dockerd.log" 2>&1 &
    daemon=$!
    tries=0
    until docker_answers; do
        tries=$((tries + 1))
        if [ "$tries" -gt 60 ] || ! kill -0 "$daemon" 2>/dev/null; then
            say "dockerd does not start: $(tail -n 1 "$work/dockerd.log")"
            return 1
        fi
        sleep 1
    done
}

get_image() {
    docker image inspect "$image" >/dev/null 2>&1 && return 0
    say "getting $image"
    timeout 300 docker pull --quiet "$image" >"$work/pull.log" 2>&1 && return 0
    say "it cannot be pulled: $(tail -n 1 "$work/pull.log")"
    make_image
}

# A Debian with Python: with what this machine needs to reach a package index, and nothing that names it.
make_image() {
    install debootstrap debootstrap || return 1
    is_root || {
        say "only root can make an image of packages"
        return 1
    }
    say "making it of Debian's packages"
    root=$work/root
    debootstrap --variant=minbase --include=python3,python3-pip,python3-venv,ca-certificates,bash \
        bookworm "$root" >"$work/debootstrap.log" 2>&1 || {
        say "debootstrap failed: $(tail -n 1 "$work/debootstrap.log")"
        return 1
    }
    if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
        cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
    fi
    {
        printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n'
        "$python" -m pip config list | sed -n "s/^global\.\(index-url\|extra-index-url\|trusted-host\)='\(.*\)'$/\1 = \2/p"
    } >"$root/etc/pip.conf"
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
    tar -C "$root" -c . | docker import - "$image" >/dev/null
}

if ! start_docker || ! get_image; then
    say "so the tests will be skipped"
fi
"$python" -m pytest -rs tests/e2e "$@"
