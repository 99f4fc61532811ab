#!/bin/sh
# Pins the images that we build on and run beside by digest: `NAME:TAG` becomes `NAME:TAG@sha256:…`, what the registry
# holds under the tag now, for all its platforms. A tag may be moved to other bytes; a digest may not.
#
#   deploy/pin.sh [FILE …]     FILE defaults to the Dockerfile and compose.yaml; needs skopeo, or docker with buildx
#
# By hand: skopeo inspect --no-tags --format '{{.Digest}}' docker://python:3.13-slim
# An image whose digest cannot be read keeps what it has, and the exit code is 1.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- Dockerfile deploy/compose.yaml

digest() { # digest NAME:TAG
    if command -v skopeo >/dev/null; then
        skopeo inspect --no-tags --format '{{.Digest}}' "docker://$1"
    else
        docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$1"
    fi
}

status=0
for file; do
    images=$(sed -nE 's/^(ARG BASE=| +image: )([a-z0-9./_-]+:[A-Za-z0-9._-]+)(@sha256:[0-9a-f]{64})?$/\2/p' "$file")
    for image in $images; do
        found=$(digest "$image" || true)
        if printf '%s\n' "$found" | grep -qxE 'sha256:[0-9a-f]{64}'; then
            sed -i -E "s#^(ARG BASE=| +image: )$image(@sha256:[0-9a-f]{64})?\$#\\1$image@$found#" "$file"
            echo "pin: $file: $image@$found"
        else
            echo "pin: $file: $image: its digest cannot be read, it stays as it is" >&2
            status=1
        fi
    done
done
exit $status
