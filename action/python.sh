#!/bin/sh
# Run the program on the runner's own Python, in an environment that is private to this job.
#
# Reads  PYTHON (the interpreter), FOLDER (where the environment goes; removed by the last step), INPUT_*.
set -eu
# shellcheck disable=SC2153 # a variable of the step
interpreter=$PYTHON
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# Another tool's settings for Python are not for this one.
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIREMENT PIP_CONSTRAINT

"$interpreter" -I -m venv "$FOLDER/venv"
python=$FOLDER/venv/bin/python
"$python" -I -m pip install --quiet --disable-pip-version-check --no-input --no-compile \
    --no-deps --only-binary=:all: --require-hashes --requirement "$root/requirements.lock"

# -P: the workspace is the working directory, and a file there may be named like a module.
# -B: the folder of the action stays as it is.
PYTHONPATH=$root/src PYTHONUNBUFFERED=1 exec "$python" -P -B -m consumer_drift action
