#!/bin/bash
# Builds the image from the very Dockerfile on a Debian machine without a container engine, and runs the demo in it.
#
#   deploy/image-check.sh [COMMAND …]     COMMAND defaults to a demo of 20 seconds that must print documents
#
# The base image is made with debootstrap from the mirror that apt is set up with; both it and the image's layers are
# kept under .cache/image, so a second run takes a fraction of the time. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."

cache=$PWD/.cache/image
mkdir -p "$cache"
policy=--signature-policy=$cache/policy.json  # Debian's buildah comes without one
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot

need() {
    command -v buildah >/dev/null && command -v debootstrap >/dev/null && return
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends buildah debootstrap >/dev/null
}

b() { buildah --root "$cache/storage" --runroot "$cache/run" "$@"; }

# What a machine needs to reach its package index: certificates of its own and, if set, the index. Mounted while
# building, part of no layer.
access() {
    certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
    index=$(python3 -m pip config get global.index-url 2>/dev/null || true)
    {
        echo "[global]"
        echo "cert = /etc/ssl/certs/ca-certificates.crt"
        [ -z "$index" ] || echo "index-url = $index"
    } >"$cache/pip.conf"
    echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$cache/policy.json"
}

base() {
    b inspect --type image localhost/base >/dev/null 2>&1 && return
    local suite mirror
    # shellcheck disable=SC1091
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # shellcheck disable=SC2016  # apt puts the address in for $(SITE)
    mirror=$(apt-get indextargets --format '$(SITE)' "Codename: $suite" "Created-By: Packages" | head -n 1)
    if [ ! -e "$cache/rootfs/.complete" ]; then
        rm -rf "$cache/rootfs"
        debootstrap --variant=minbase --no-check-gpg --include=python3,python3-venv,ca-certificates \
            "$suite" "$cache/rootfs" "$mirror" >"$cache/debootstrap.log" 2>&1 || { tail "$cache/debootstrap.log"; exit 1; }
        rm -rf "$cache"/rootfs/var/cache/apt/archives/*.deb "$cache"/rootfs/var/lib/apt/lists/* \
            "$cache"/rootfs/etc/apt/sources.list
        touch "$cache/rootfs/.complete"
    fi
    local container
    container=$(b from "$policy" scratch)
    b copy -q "$container" "$cache/rootfs" / >/dev/null
    b commit "$policy" -q "$container" localhost/base >/dev/null
    b rm "$container" >/dev/null
}

build() {
    b bud "$policy" --quiet --format docker --layers --build-arg BASE=localhost/base --tag localhost/cleanwire \
        --volume "$certificates:/etc/ssl/certs/ca-certificates.crt:ro" --volume "$cache/pip.conf:/etc/pip.conf:ro" .
}

run() {
    local container status=0
    container=$(b from "$policy" --pull-never localhost/cleanwire)
    b run "$container" -- "$@" || status=$?
    b rm "$container" >/dev/null
    return $status
}

need
access
echo "image-check: base image"
base
echo "image-check: image"
build
user=$(b inspect --type image --format '{{.OCIv1.Config.User}}' localhost/cleanwire)
[ "$user" = 10001:10001 ] || { echo "image-check: the image runs as '$user'"; exit 1; }
if [ $# -gt 0 ]; then
    run "$@"
    exit
fi
echo "image-check: demo"
documents=$(run cleanwire demo --seconds 20 --json | grep -c '"schema":"cleanwire.document/1"' || true)
echo "image-check: $documents documents"
[ "$documents" -gt 0 ]
