#!/bin/sh
# Fetches the archives that sources.lock pins into a folder, from their registries.
set -eu
mkdir -p "$1"
lock="$(cd "$(dirname "$0")" && pwd)/sources.lock"
cd "$1"
grep -v '^#' "$lock" | while IFS="$(printf '\t')" read -r name version archive sha256 licence page; do
    if [ ! -e "$archive" ]; then
        case "$page" in
            https://pypi.org/*) pip download --quiet --no-deps "$name==$version" ;;
            https://www.npmjs.com/*) npm pack --silent "$name@$version" >/dev/null ;;
        esac
    fi
    echo "$sha256  $archive" | sha256sum --check --quiet
done
