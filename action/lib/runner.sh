# What this runner can do. Sourced.
# shellcheck shell=sh disable=SC2034 # $reason is for the caller

# Whether the runner can run a container action; $reason says why, or why not.
#
# The runner runs containers, not the job: inside of a job's container there is neither Docker's command nor its
# socket, and a container action runs all the same.
has_docker() {
    case ${RUNNER_OS:-Linux} in
        Linux) ;;
        *)
            reason="container actions run on Linux only, and this is $(plain "$RUNNER_OS")"
            return 1
            ;;
    esac
    if [ -n "${ACTIONS_RUNNER_CONTAINER_HOOKS:-}" ]; then
        reason="this runner starts containers by hooks, which build no image"
        [ -n "${IMAGE:-}" ]
        return
    fi
    if in_container_of_runner; then
        reason="this runner has put the job into a container"
        # Kubernetes starts pods and builds no image, so Docker has to be there as well.
        [ -z "${KUBERNETES_SERVICE_HOST:-}" ] || docker_answers || {
            reason="this job runs in Kubernetes and reaches no Docker"
            return 1
        }
        return 0
    fi
    if [ "${ACT:-}" = true ]; then
        # It looks for the job's container, which does not exist, to start the action's container next to it.
        reason="this runner works on the host, where it cannot start the container of an action in an action"
        return 1
    fi
    if docker_answers; then
        reason="Docker answers here"
        return 0
    fi
    reason="no Docker answers here"
    return 1
}

# act and the runners of Gitea and Forgejo keep command files at a path of their own inside of a job's container;
# GitHub's runner mounts its work folder at /__w.
in_container_of_runner() {
    case ${GITHUB_OUTPUT:-} in
        /var/run/act/*) return 0 ;;
    esac
    case ${GITHUB_WORKSPACE:-} in
        /__w/*) return 0 ;;
    esac
    return 1
}

docker_answers() {
    { command -v docker && docker version; } >/dev/null 2>&1
}

# The first Python that can make an environment of its own.
# -I: the workspace may contain a file named like a module, and nothing of it may run.
find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        found=$(command -v "$name") || continue
        if "$found" -I -c '
import importlib.util as u, sys, venv
sys.exit(sys.version_info < (3, 11) or not (u.find_spec("ensurepip") or u.find_spec("pip")))' >/dev/null 2>&1; then
            printf '%s\n' "$found"
            return 0
        fi
    done
    return 1
}
