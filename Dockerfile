# Any image with Python 3.11 or newer and pip will do: the input base-image replaces this line's value.
ARG BASE_IMAGE=python:3.14-slim
FROM ${BASE_IMAGE}

LABEL org.opencontainers.image.title="consumer-drift" \
      org.opencontainers.image.description="Does every consumer pin the source's current version?" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="1.0.0"

# A job's workspace is the working directory: nothing that lies there may be imported (SAFEPATH). Lines have to
# reach the log in the order they were written in (UNBUFFERED), and the image is read only in spirit.
ENV PYTHONPATH=/opt/consumer-drift \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1

COPY requirements.lock /opt/consumer-drift/

# --no-deps: the lock file is complete, and leaves out what actions-toolkit asks for and never imports.
# Byte code that is checked against nothing is the same on every build, and the fastest to start from.
RUN python3 -I -m pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore --no-compile \
        --no-deps --only-binary=:all: --require-hashes \
        --target /opt/consumer-drift --requirement /opt/consumer-drift/requirements.lock \
    && rm -rf /opt/consumer-drift/bin \
    && python3 -I -m compileall -q --invalidation-mode unchecked-hash /opt/consumer-drift

COPY src/consumer_drift /opt/consumer-drift/consumer_drift

RUN python3 -I -m compileall -q --invalidation-mode unchecked-hash /opt/consumer-drift/consumer_drift

ENTRYPOINT ["python3", "-m", "consumer_drift"]
CMD ["--help"]
