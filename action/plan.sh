#!/bin/sh
# Decide how this job runs the program, and prepare everything for it.
#
# A slim host has no bash, no Python and no Node, so this is POSIX sh. It never fails: an obstacle becomes the output
# "problem", and the last step of the action reports it like any other error. A mistake in an input that is used here
# is passed on, so that the program can report it together with the mistakes in all others.
#
# Reads    RUNTIME IMAGE BASE_IMAGE CA_BUNDLE (inputs of the same names) and the runner's own variables.
# Outputs  way (docker, python or none), folder (to be removed), handover (the folder for the program's results),
#          ca-bundle, python, problem, mistakes.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=action/lib/say.sh
. "$here/lib/say.sh"
# shellcheck source=action/lib/runner.sh
. "$here/lib/runner.sh"
# shellcheck source=action/lib/generate.sh
. "$here/lib/generate.sh"

GENERATED=.consumer-drift-action

problem() {
    output problem "$1"
    output mistakes "$(printf '%s' "$mistakes" | paste_lines)"
    output way none
    exit 0
}

# The mistakes in inputs, one on a line.
mistakes=

mistake() {
    mistakes="$mistakes$1
"
}

paste_lines() {
    tr '\n' ';' | sed 's/;$//; s/;/; /g'
}

main() {
    is_image image "${IMAGE:-}" || IMAGE=
    is_image base-image "${BASE_IMAGE:-}" || BASE_IMAGE=
    if [ -n "${CA_BUNDLE:-}" ] && ! [ -f "$CA_BUNDLE" ]; then
        mistake "the input ca-bundle is '$(plain "$CA_BUNDLE")', and there is no such file: name a PEM file"
        CA_BUNDLE=
    fi
    case $(printf '%s' "${RUNTIME:-auto}" | tr '[:upper:]' '[:lower:]') in
        docker) plan_docker "the input runtime requires it" ;;
        python) plan_python "the input runtime requires it" ;;
        auto) plan_auto ;;
        *)
            mistake "the input runtime is '$(plain "$RUNTIME")': write auto or docker or python"
            plan_auto
            ;;
    esac
}

plan_auto() {
    if has_docker; then
        plan_docker "$reason"
    else
        plan_python "$reason"
    fi
}

is_image() {
    case ${2#docker://} in
        *[!A-Za-z0-9._/:@-]* | [!A-Za-z0-9]*) ;;
        *) return 0 ;;
    esac
    mistake "the input $1 is '$(plain "$2")': write the name of an image, as registry.example.org/name@sha256:..."
    return 1
}

plan_docker() {
    say "runtime: docker ($1)"
    folder=$GITHUB_WORKSPACE/$GENERATED
    # Anything that is already there is not ours: it is not used, changed or removed.
    if [ -e "$folder" ] || [ -L "$folder" ] || ! mkdir "$folder"; then
        problem "the workspace already contains $GENERATED, which this action creates and removes by itself: remove it"
    fi
    output folder "$folder"
    printf '*\n' >"$folder/.gitignore"
    make_handover "$folder/out"
    output handover "$GENERATED/out"
    give_certificates "$folder/out" "$GENERATED/out"
    generate "$folder" "$GENERATED"
    output way docker
}

plan_python() {
    say "runtime: python ($1)"
    python=$(find_python) || problem "$1, and there is no Python 3.11 or newer with venv and pip either:\
 install one (on Debian: python3-venv), for example with setup-python before this step, or use a runner with Docker"
    say "python: $(plain "$python")"
    folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/consumer-drift.XXXXXX")
    output folder "$folder"
    make_handover "$folder/out"
    output handover "$folder/out"
    give_certificates "$folder/out" "$folder/out"
    output python "$python"
    output way python
}

# The files are made here so that they belong to the runner's user: a container that writes as root leaves nothing
# behind that this user could not remove.
make_handover() {
    mkdir "$1"
    for name in started outputs summary.md verdict; do
        : >"$1/$name"
    done
    [ -z "$mistakes" ] || printf '%s' "$mistakes" >"$1/mistakes"
    output mistakes "$(printf '%s' "$mistakes" | paste_lines)"
}

# A container sees the workspace and no other file of the runner, so the certificates go there.
give_certificates() {
    [ -n "${CA_BUNDLE:-}" ] || return 0
    cp -- "$CA_BUNDLE" "$1/ca-bundle.pem" ||
        problem "the input ca-bundle is '$(plain "$CA_BUNDLE")', which cannot be read: check its permissions"
    output ca-bundle "$2/ca-bundle.pem"
}

main
