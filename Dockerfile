# The image of the service: one Python environment, run by a user who owns nothing in it.
#
#   docker build -t cleanwire .
#   docker run --rm cleanwire demo
#
# Dependencies are those of requirements.lock, checked by hash. BASE is any image with Python 3.11 to 3.13, venv and pip.
# `deploy/pin.sh` (part of `deploy/lock.sh --upgrade`) writes its digest behind the tag, so that the same bytes are built on
# until somebody wants others: ARG BASE=python:3.13-slim@sha256:… . By hand, the digest is what this prints:
#
#   skopeo inspect --no-tags --format '{{.Digest}}' docker://python:3.13-slim
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
WORKDIR /build
COPY requirements.lock deploy/requirements-build.lock ./
# The tools stay in an environment of their own, so that the one we ship holds neither pip nor a build system.
RUN python3 -m venv tools \
 && tools/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock \
 && python3 -m venv --without-pip /opt/cleanwire \
 && tools/bin/pip --python /opt/cleanwire/bin/python install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY services services
RUN tools/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir wheels . \
 && tools/bin/pip --python /opt/cleanwire/bin/python install --no-cache-dir --no-deps --no-index wheels/*.whl

FROM ${BASE}
LABEL org.opencontainers.image.title="cleanwire" \
      org.opencontainers.image.version="0.2.0" \
      org.opencontainers.image.description="News feeds in, clean documents out on Kafka, exactly once." \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --user-group --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin cleanwire
COPY --from=build /opt/cleanwire /opt/cleanwire
ENV PATH=/opt/cleanwire/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /
EXPOSE 9464 9465
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["cleanwire", "healthcheck"]
ENTRYPOINT ["cleanwire"]
CMD ["run"]
