#!/bin/sh
# Locks the lists of pyproject.toml into requirements/*.txt, with hashes, for every platform.
#
#   scripts/lock.sh              keep the versions that still fit
#   scripts/lock.sh --upgrade    take the newest (more arguments go to `uv pip compile`)
set -eu
cd "$(dirname "$0")/.."
UV=${UV:-.venv/bin/uv}
export UV_CUSTOM_COMPILE_COMMAND='scripts/lock.sh'

lock() {
    out=$1
    shift
    # No index host in the files: they are the same whichever mirror served them.
    "$UV" pip compile --quiet --universal --generate-hashes --python-version 3.11 \
        --no-emit-index-url --no-emit-find-links --no-annotate \
        --output-file "requirements/$out.txt" "$@"
    echo "requirements/$out.txt: $(grep -c '==' "requirements/$out.txt") packages"
}

lock bootstrap --group bootstrap "$@"
lock node --group node "$@"
lock runtime pyproject.toml "$@"
# The dev set holds the runtime set at the very same versions.
lock dev pyproject.toml --group dev --constraints requirements/runtime.txt "$@"

if grep -n '://' requirements/*.txt; then
    echo 'A requirement file names a host: see above.' >&2
    exit 1
fi
