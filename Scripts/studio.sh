#!/usr/bin/env bash
# Drives `tern studio` in a headless browser (Tests/Studio): drags, types, plays, follows links, by pointer and keyboard;
# the numbers shown are those of `tern descend`, and axe finds nothing. Packages go to a virtual environment outside the
# checkout, TERN_STUDIO_TOOLS. STUDIO_SHOTS=FOLDER keeps pictures of each view. Arguments are pytest's.
set -euo pipefail
cd "$(dirname "$0")/.."

export TERN=${TERN:-$PWD/.build/release/tern}
export STUDIO_BROWSER=${STUDIO_BROWSER:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [[ -z $STUDIO_BROWSER ]]; then
    echo "there is no Chromium here: the studio is not driven" >&2
    exit 0
fi
tools=${TERN_STUDIO_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/tern/studio-tools}
packages=(playwright==1.65.2 pytest==9.2.0 axe-playwright-python==0.1.8 numpy==2.4.6 scikit-learn==1.9.1)
if ! "$tools/bin/python" -c "import playwright, pytest, axe_playwright_python, numpy" 2> /dev/null; then
    if ! { python3 -m venv "$tools" && "$tools/bin/pip" install --quiet "${packages[@]}"; }; then
        echo "playwright, pytest, axe and numpy cannot be had here: the studio is not driven" >&2
        exit 0
    fi
fi
memory=$(mktemp -d)
trap 'rm -rf "$memory"' EXIT
drive() { "$tools/bin/python" -m pytest -q -o cache_dir="$memory/cache" Tests/Studio "$@"; }
# A busy machine can keep a browser from answering in time.
drive "$@" || { echo "What failed is driven once more." >&2; drive --last-failed "$@"; }
