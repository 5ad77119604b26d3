#!/bin/sh
# Run the program on the runner's own Python, in an environment that is private to this job.
#
# Reads  PYTHON (the interpreter), FOLDER (where the environment goes; removed by the last step), INPUT_*,
#        RUNNER_TOOL_CACHE (where wheels are kept for the next job).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$here/..
# shellcheck source=action/lib/say.sh
. "$here/lib/say.sh"
# shellcheck disable=SC2153 # a variable of the step
interpreter=$PYTHON
# Another tool's settings for Python are not for this one.
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP PIP_TARGET PIP_PREFIX PIP_REQUIREMENT PIP_CONSTRAINT

export PIP_USER=0
python=$FOLDER/venv/bin/python

# An environment without a pip of its own is made in a moment, and pip 22.3 or newer can fill it from outside.
make_environment() {
    if "$interpreter" -I -m pip --python "$interpreter" --version >/dev/null 2>&1; then
        "$interpreter" -I -m venv --without-pip "$FOLDER/venv"
        pip() { "$interpreter" -I -m pip --python "$python" "$@"; }
    else
        "$interpreter" -I -m venv "$FOLDER/venv"
        pip() { "$python" -I -m pip "$@"; }
    fi
}

# locked VERB OPTION...: pip installs or downloads what the lock file names, and nothing else.
locked() {
    pip "$@" --quiet --disable-pip-version-check --no-input \
        --no-deps --only-binary=:all: --require-hashes --requirement "$root/requirements.lock"
}

# Wheels are kept and no environment: at every install pip checks the hash of each against the lock file, so that no
# other job on this runner can leave a program of its own here.
install() {
    wheels=$(wheels_folder) || wheels=
    if [ -z "$wheels" ]; then
        locked install --no-compile
    elif [ -d "$wheels" ] && locked install --no-compile --no-index --find-links "$wheels" 2>/dev/null; then
        say "dependencies: from the runner's tool cache"
    elif keep_wheels; then
        locked install --no-compile --no-index --find-links "$wheels"
    else
        locked install --no-compile
    fi
}

# Prints the folder for this lock file and this Python in the runner's tool cache, or nothing where there is none.
wheels_folder() {
    [ -z "${RUNNER_TOOL_CACHE:-}" ] || "$interpreter" -I -c '
import hashlib, pathlib, sys, sysconfig
lock = hashlib.sha256(pathlib.Path(sys.argv[2]).read_bytes()).hexdigest()
print(sys.argv[1], "consumer-drift", f"{sys.implementation.cache_tag}-{sysconfig.get_platform()}-{lock[:32]}", sep="/")
' "$RUNNER_TOOL_CACHE" "$root/requirements.lock"
}

# A cache that cannot be written costs the next job its time, and this job nothing.
keep_wheels() {
    # What is there did not fit: a download that was cut short, or files of somebody else.
    rm -rf -- "$wheels" 2>/dev/null || return 1
    mkdir -p -- "${wheels%/*}" 2>/dev/null && fresh=$(mktemp -d "$wheels.XXXXXX" 2>/dev/null) || return 1
    if locked download --dest "$fresh" && mv -- "$fresh" "$wheels" 2>/dev/null; then
        return 0
    fi
    rm -rf -- "$fresh"
    return 1
}

make_environment
install

# -I: no variable of the job matters, and nothing in the workspace, which is the working directory, is imported.
# -B: the folder of the action stays as it is.
exec "$python" -I -B -u "$root/src" action
