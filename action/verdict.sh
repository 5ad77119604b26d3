#!/bin/sh
# Hand the results on, leave the workspace as it was, and end the step as the input fail-on says.
#
# Reads  FOLDER WAY PROBLEM (outputs of the plan), DOCKER and PYTHON (how those steps ended), FAIL_ON (the input).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=action/lib/say.sh
. "$here/lib/say.sh"

main() {
    code='' status='' fails=''
    results=${FOLDER:-/nonexistent}/out
    # The program writes this last: without it the rest is no result.
    [ ! -s "$results/verdict" ] || read -r code status fails <"$results/verdict" || fails=
    case $fails in
        true | false) hand_on ;;
        *) died ;;
    esac
    clean
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
    cat "$results/outputs" >>"$GITHUB_OUTPUT"
    [ -s "$results/summary.md" ] || return 0
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -w "$GITHUB_STEP_SUMMARY" ]; then
        cat "$results/summary.md" >>"$GITHUB_STEP_SUMMARY"
    else
        say "this runner takes no job summary: the log above has everything"
    fi
}

died() {
    code=2 status=error fails=false
    case ",$(printf '%s' "${FAIL_ON:-drift,error}" | tr '\n\t ' ',,,' | tr '[:upper:]' '[:lower:]')," in
        *,error,*) fails=true ;;
    esac
    for line in exit-code=2 status=error drifted='[]' unlisted='[]' in-flight='[]' scope-warning=false pull-requests='[]'; do
        printf '%s\n' "$line" >>"$GITHUB_OUTPUT"
    done
    printf '::error title=consumer-drift::%s\n' "$(reason)"
}

# Why there is no result, as far as that can be known from here.
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
    elif [ "$WAY" = docker ]; then
        printf 'the container could not be built or started: the log above says why.'
        printf ' Where a registry cannot be reached, set base-image or image; runtime: python needs no container'
    else
        printf 'the Python environment could not be made: the log above says why.'
        printf ' It needs a package index that pip can reach'
    fi
}

clean() {
    case ${FOLDER:-} in
        */.consumer-drift-action | */consumer-drift.*) rm -rf -- "$FOLDER" ;;
    esac
}

main
