#!/bin/sh
# Run the program on the runner's own Python, in an environment that is private to this job.
#
# Reads  PYTHON (the interpreter), FOLDER (where the environment goes; removed by the last step), INPUT_*.
set -eu
# shellcheck disable=SC2153 # a variable of the step
interpreter=$PYTHON
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# Another tool's settings for Python are not for this one.
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP PIP_TARGET PIP_PREFIX PIP_REQUIREMENT PIP_CONSTRAINT

export PIP_USER=0
python=$FOLDER/venv/bin/python
# An environment without a pip of its own is made in a moment, and pip 22.3 or newer can fill it from outside.
if "$interpreter" -I -m pip --python "$interpreter" --version >/dev/null 2>&1; then
    "$interpreter" -I -m venv --without-pip "$FOLDER/venv"
    set -- "$interpreter" -I -m pip --python "$python"
else
    "$interpreter" -I -m venv "$FOLDER/venv"
    set -- "$python" -I -m pip
fi
"$@" install --quiet --disable-pip-version-check --no-input --no-compile \
    --no-deps --only-binary=:all: --require-hashes --requirement "$root/requirements.lock"

# -I: no variable of the job matters, and nothing in the workspace, which is the working directory, is imported.
# -B: the folder of the action stays as it is.
exec "$python" -I -B -u "$root/src" action
