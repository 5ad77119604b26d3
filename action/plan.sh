#!/bin/sh
# Decide how this job runs the program, and make everything ready for it.
#
# A slim host has no bash, no Python and no Node, so this is POSIX sh. It never fails: what is wrong becomes the
# output "problem", and the last step of the action tells it like any other error.
#
# Reads    RUNTIME IMAGE BASE_IMAGE CA_BUNDLE (inputs of the same names) and the runner's own variables.
# Outputs  way (docker, python or none), folder (to be removed), handover (where the program leaves its results),
#          ca-bundle, python, problem.
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
    output way none
    exit 0
}

main() {
    check_reference image "${IMAGE:-}"
    check_reference base-image "${BASE_IMAGE:-}"
    case ${RUNTIME:-auto} in
        docker) plan_docker "the input runtime asks for it" ;;
        python) plan_python "the input runtime asks for it" ;;
        auto)
            if has_docker; then
                plan_docker "$reason"
            else
                plan_python "$reason"
            fi
            ;;
        *) problem "the input runtime is $(plain "$RUNTIME"): write auto, docker or python" ;;
    esac
}

check_reference() {
    reference=${2#docker://}
    case $reference in
        *[!A-Za-z0-9._/:@-]* | [!A-Za-z0-9]*)
            problem "the input $1 is $(plain "$2"), which is no image: write it as registry.example.org/name@sha256:..."
            ;;
    esac
}

plan_docker() {
    say "runtime: docker ($1)"
    folder=$GITHUB_WORKSPACE/$GENERATED
    # Whatever stands there is not ours: it is neither used, nor written into, nor removed.
    if [ -e "$folder" ] || [ -L "$folder" ] || ! mkdir "$folder"; then
        problem "the workspace already holds $GENERATED, which this action makes and removes by itself: remove it"
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
}

# A container sees the workspace and no other file of the runner, so the certificates go there.
give_certificates() {
    [ -n "${CA_BUNDLE:-}" ] || return 0
    [ -f "$CA_BUNDLE" ] || problem "the input ca-bundle is $(plain "$CA_BUNDLE"), and there is no such file: give a PEM file"
    cp -- "$CA_BUNDLE" "$1/ca-bundle.pem" || problem "the input ca-bundle is $(plain "$CA_BUNDLE"), which cannot be read"
    output ca-bundle "$2/ca-bundle.pem"
}

main
