#!/bin/sh
# Pins what the image installs (requirements.lock), what builds it (deploy/requirements-build.lock), what makes the site of the
# documentation (deploy/site/requirements.lock) and what tests need
# besides (tests/requirements.lock), with hashes, for Python 3.11 to 3.13.
# Run it after changing dependencies; `deploy/lock.sh --upgrade` takes newer versions too, and the images that we build on
# as they are today (deploy/pin.sh). Needs uv.
set -eu
cd "$(dirname "$0")/.."

lock() {
    from=$1 to=$2
    shift 2
    # No addresses of package indexes are written: where packages come from is the builder's business.
    uv pip compile "$from" --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --quiet --output-file "$to" "$@"
}

lock pyproject.toml requirements.lock --extra demo --extra otel --extra registry "$@"
lock deploy/requirements-build.in deploy/requirements-build.lock "$@"
lock tests/clients/python/requirements.in tests/clients/python/requirements.lock "$@"
lock deploy/site/requirements.in deploy/site/requirements.lock "$@"
lock pyproject.toml tests/requirements.lock --extra demo --extra otel --extra registry --group dev "$@"

case " $* " in *" --upgrade "*) deploy/pin.sh || echo "lock: some images are not pinned" >&2 ;; esac
