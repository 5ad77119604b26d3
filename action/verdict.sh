#!/bin/sh
# Set the outputs, clean the workspace, and end the step as the input fail-on says.
#
# Reads  FOLDER WAY PROBLEM MISTAKES (outputs of the plan), DOCKER and PYTHON (outcomes of those steps), FAIL_ON
#        IMAGE BASE_IMAGE (inputs of the same names).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=action/lib/say.sh
. "$here/lib/say.sh"

main() {
    code='' status='' fails=''
    results=${FOLDER:-/nonexistent}/out
    # The program writes this file last: without it the others are incomplete.
    [ ! -s "$results/verdict" ] || read -r code status fails <"$results/verdict" || fails=
    case $fails in
        true | false) hand_on ;;
        *) died ;;
    esac
    clean
    if [ -n "${lost:-}" ]; then
        say "the outputs cannot be written: the log above has the full report. status $status, exit code $code"
        exit "$code"
    fi
    if [ "$fails" = false ]; then
        case $code in
            0) say "status $status, exit code 0" ;;
            *) say "status $status, exit code $code: the step passes, because fail-on does not name it" ;;
        esac
        exit 0
    fi
    say "status $status, exit code $code: the step fails, as fail-on says"
    exit "$code"
}

hand_on() {
    cat "$results/outputs" >>"$GITHUB_OUTPUT" || lost=outputs
    [ -s "$results/summary.md" ] || return 0
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -w "$GITHUB_STEP_SUMMARY" ]; then
        cat "$results/summary.md" >>"$GITHUB_STEP_SUMMARY" ||
            say "the summary cannot be written: the log above has the full report"
    else
        say "this runner takes no job summary: the log above has the full report"
    fi
}

died() {
    code=2 status=error fails=false
    wanted=$(printf '%s' "${FAIL_ON:-drift,error}" | tr '\n\t ' ',,,' | tr '[:upper:]' '[:lower:]')
    case ",$wanted," in
        *,error,*) fails=true ;;
    esac
    if ! is_known "$wanted"; then
        # A misspelt word may have been meant for this.
        fails=true
        MISTAKES="${MISTAKES:+$MISTAKES; }the input fail-on is '$(plain "$FAIL_ON")': write drift, error or token-scope, \
with commas in between, or none"
    fi
    for line in exit-code=2 status=error drifted='[]' unlisted='[]' in-flight='[]' scope-warning=false \
        pull-requests='[]' landed='[]' changed='[]' on-change=false; do
        printf '%s\n' "$line" >>"$GITHUB_OUTPUT" || lost=outputs
    done
    [ -z "${MISTAKES:-}" ] || fault "$MISTAKES"
    fault "$(reason)"
}

# Gitea's and Forgejo's views show the command for an annotation as it is.
fault() {
    case ${GITEA_ACTIONS:-}${FORGEJO_ACTIONS:-} in
        *true*) say "error: $1" ;;
        *) printf '::error title=consumer-drift::%s\n' "$1" ;;
    esac
}

# Whether a list with commas is one that the input fail-on takes: some statuses, or none alone.
is_known() {
    rest=$1, words=0 none=0
    while [ -n "$rest" ]; do
        case ${rest%%,*} in
            '') ;;
            drift | error | token-scope) words=$((words + 1)) ;;
            none) words=$((words + 1)) none=1 ;;
            *) return 1 ;;
        esac
        rest=${rest#*,}
    done
    [ "$words" -gt 0 ] && [ $((words * none)) -le 1 ]
}

# Why there is no result, as far as this step can know.
reason() {
    if [ -n "${PROBLEM:-}" ]; then
        printf '%s' "$PROBLEM"
        return
    fi
    case ${WAY:-} in
        docker) ended=${DOCKER:-} what="the container" ;;
        python) ended=${PYTHON:-} what="the program" ;;
        *)
            printf 'the planning step failed: its log says why'
            return
            ;;
    esac
    if [ "$ended" = cancelled ]; then
        printf '%s was cancelled before it had a result' "$what"
    elif [ -s "$results/started" ]; then
        printf '%s started and was ended before it had a result: killed by hand, for want of memory, or at the time limit' "$what"
    else
        printf '%s: the log above says which. %s' "$(why_not_started)" "$(advice)"
        printf '. No process can be started either where an input has more than 131071 bytes'
    fi
}

# What can keep the program from its start, with what the user has set.
why_not_started() {
    if [ "$WAY" = python ]; then
        printf 'the Python environment could not be made: pip reaches no package index, or the disk is full'
    elif [ -n "${IMAGE:-}" ]; then
        printf 'the container could not be started: %s, the input image, cannot be pulled, or it is not an image' \
            "$(plain "$IMAGE")"
        printf ' of this action'
    elif [ -n "${BASE_IMAGE:-}" ]; then
        printf 'the container could not be built or started: %s, the input base-image, cannot be pulled' \
            "$(plain "$BASE_IMAGE")"
        printf ', it has no Python 3.11 or newer with pip, or pip reaches no package index'
    else
        printf 'the container could not be built or started: the registry of its image cannot be reached'
        printf ', or pip reaches no package index'
    fi
    if [ "$WAY" = docker ] && [ "${ACT:-}" = true ]; then
        printf '; or this is a reusable workflow, where act cannot start the container of an action in an action'
    fi
}

# What the user can set and has not set.
advice() {
    if [ "$WAY" = python ]; then
        printf 'Set PIP_INDEX_URL, or HTTPS_PROXY, for the job'
        return
    fi
    if [ -n "${IMAGE:-}" ]; then
        printf 'Correct the input image, or remove it to have one built'
    elif [ -n "${BASE_IMAGE:-}" ]; then
        printf 'Correct the input base-image, or set the input image to one that is built already'
    else
        printf 'Set the input base-image or image to an image that this runner can pull'
    fi
    printf ', or set the input runtime to python, which needs no container'
}

clean() {
    case ${FOLDER:-} in
        */.consumer-drift-action | */consumer-drift.*) rm -rf -- "$FOLDER" ;;
    esac
}

main
