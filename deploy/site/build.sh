#!/usr/bin/env bash
# Builds the documentation into .cache/site, or into the folder named first, strictly: a link that leads nowhere, or a page
# that is not in the navigation, makes it fail. Needs Python with venv, and once a package index.
set -euo pipefail
cd "$(dirname "$0")/../.."
home=${SITE_ENV:-.cache/site-env}
if ! cmp -s deploy/site/requirements.lock "$home/made-of"; then
	"${PYTHON:-python3}" -m venv --clear "$home"
	"$home/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r deploy/site/requirements.lock
	cp deploy/site/requirements.lock "$home/made-of"
fi
into=$(realpath -m "${1:-.cache/site}")
NO_MKDOCS_2_WARNING=1 "$home/bin/mkdocs" build --strict --clean -f "${SITE_CONFIG:-deploy/site/mkdocs.yml}" -d "$into"
echo "$into/index.html"
