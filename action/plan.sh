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
# The first line of the first file in that folder, by which a later run knows what a killed one has left.
MARK="# Made by consumer-drift-action for one job, and safe to remove."

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
    is_bundle || CA_BUNDLE=
    case $(printf '%s' "${RUNTIME:-auto}" | tr '[:upper:]' '[:lower:]') in
        docker)
            make_folder || problem "$obstacle: $advice, or set the input runtime to python"
            plan_docker "the input runtime requires it"
            ;;
        python) plan_python "the input runtime requires it" ;;
        auto) plan_auto ;;
        *)
            mistake "the input runtime is '$(plain "$RUNTIME")': write auto or docker or python"
            plan_auto
            ;;
    esac
}

plan_auto() {
    if ! has_docker; then
        plan_python "$reason"
    elif make_folder; then
        plan_docker "$reason"
    else
        plan_python "$obstacle"
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

is_bundle() {
    [ -n "${CA_BUNDLE:-}" ] || return 0
    if ! [ -f "$CA_BUNDLE" ]; then
        why="and there is no such file: name a PEM file"
    elif ! [ -r "$CA_BUNDLE" ]; then
        why="which this job may not read: check its permissions"
    elif ! grep -q -e '-----BEGIN [A-Z ]*CERTIFICATE-----' -- "$CA_BUNDLE"; then
        why="which contains no certificate: name a PEM file"
    else
        return 0
    fi
    mistake "the input ca-bundle is '$(plain "$CA_BUNDLE")', $why"
    return 1
}

# Makes $folder, or sets $obstacle and $advice. Nothing in it is ours but what a killed run has left.
make_folder() {
    folder=$GITHUB_WORKSPACE/$GENERATED
    advice="remove it"
    if ! [ -e "$folder" ] && ! [ -L "$folder" ]; then
        :
    elif ! is_leftover; then
        obstacle="the workspace already contains $GENERATED, which this action creates and removes by itself"
        return 1
    elif rm -rf -- "$folder" 2>/dev/null; then
        say "a run that was killed has left $GENERATED in the workspace: it is replaced"
    else
        obstacle="a run that was killed has left $GENERATED in the workspace, and this job may not remove it"
        return 1
    fi
    mkdir "$folder" 2>/dev/null && printf '%s\n*\n' "$MARK" >"$folder/.gitignore" && return 0
    obstacle="nothing can be written to the workspace $(plain "$GITHUB_WORKSPACE"), which has to describe the container"
    advice="make it writable"
    return 1
}

# A run that was killed at once has left the folder empty.
is_leftover() {
    [ -d "$folder" ] && ! [ -L "$folder" ] || return 1
    if [ -f "$folder/.gitignore" ] && ! [ -L "$folder/.gitignore" ]; then
        read -r first <"$folder/.gitignore" && [ "$first" = "$MARK" ]
    else
        rmdir -- "$folder" 2>/dev/null
    fi
}

plan_docker() {
    say "runtime: docker ($1)"
    output folder "$folder"
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

# A container sees the workspace and no other file of the runner, so the certificates go there. Messages name the
# user's own file.
give_certificates() {
    [ -n "${CA_BUNDLE:-}" ] || return 0
    cp -- "$CA_BUNDLE" "$1/ca-bundle.pem"
    printf '%s\n' "$CA_BUNDLE" >"$1/ca-bundle.name"
    output ca-bundle "$2/ca-bundle.pem"
}

main
