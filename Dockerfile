# Any image with Python 3.11 or newer and pip will do: the input base-image replaces this line's value.
ARG BASE_IMAGE=python:3.14-slim
FROM ${BASE_IMAGE}

LABEL org.opencontainers.image.title="consumer-drift" \
      org.opencontainers.image.description="Does every consumer pin the source's current version?" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="1.0.0"

# Whether it can be built on is asked first, so that the log says it in words. The link gives the entry point a Python
# that no PATH of a job can hide.
RUN python3 -I -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' \
    || { echo "consumer-drift: the base image has no Python 3.11 or newer with pip" >&2; exit 1; } \
    && mkdir -p /opt/consumer-drift \
    && ln -s "$(python3 -I -c 'import sys; print(sys.executable)')" /opt/consumer-drift/python

COPY requirements.lock /opt/consumer-drift/

# --no-deps: the lock file is complete, and leaves out what actions-toolkit asks for and never imports.
# Byte code that is checked against nothing is the same on every build, and the fastest to start from.
RUN python3 -I -m pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --no-compile \
        --no-deps --only-binary=:all: --require-hashes \
        --target /opt/consumer-drift --requirement /opt/consumer-drift/requirements.lock \
    || { echo "consumer-drift: pip could not install what is in requirements.lock: see its lines above" >&2; exit 1; } \
    && rm -rf /opt/consumer-drift/bin \
    && python3 -I -m compileall -q --invalidation-mode unchecked-hash /opt/consumer-drift

COPY src /opt/consumer-drift

RUN python3 -I -m compileall -q --invalidation-mode unchecked-hash \
        /opt/consumer-drift/consumer_drift /opt/consumer-drift/__main__.py

# No variable of a job matters, whatever it sets for a Python of its own (-I), and nothing in the workspace, which is
# the working directory, is imported. Lines reach the log in the order they were written in (-u).
ENTRYPOINT ["/opt/consumer-drift/python", "-I", "-B", "-u", "/opt/consumer-drift"]
CMD ["--help"]
