#!/usr/bin/env bash
# sbom.sh FILE: write what the image is made of to FILE, as CycloneDX JSON: every package of requirements.lock with its
# version, hashes and purl. The tool comes from PyPI into a folder of its own.
set -euo pipefail
out=${1:?usage: deploy/sbom.sh FILE}
cd "$(dirname "$0")/.."
tools=.cache/sbom
if [ ! -x "$tools/bin/cyclonedx-py" ]; then
	python3 -m venv "$tools"
	"$tools/bin/pip" install -q --disable-pip-version-check 'cyclonedx-bom>=7,<8'
fi
"$tools/bin/cyclonedx-py" requirements requirements.lock --pyproject pyproject.toml \
	--output-reproducible --output-format JSON --output-file "$out"
