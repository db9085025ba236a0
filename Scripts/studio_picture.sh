#!/usr/bin/env bash
# Makes the picture of the studio that README.md shows, docs/figures/studio.png, by the browser that drives it
# (Scripts/studio.sh sets that up).
set -euo pipefail
cd "$(dirname "$0")/.."

tern=${TERN:-$PWD/.build/release/tern}
browser=${STUDIO_BROWSER:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}
tools=${TERN_STUDIO_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/tern/studio-tools}
"$tools/bin/python" - "$tern" "$browser" <<'PYTHON'
import subprocess
import sys

from playwright.sync_api import sync_playwright

studio = subprocess.Popen([sys.argv[1], "studio", "--no-open"], stdout=subprocess.PIPE, text=True)
line = ""
while "http" not in line:
    line = studio.stdout.readline()
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[2], args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1240, "height": 780})
    page.goto(line.strip() + "#descent?function=himmelblau&start=-0.6,-1&optimizers=sgd,momentum,adam&rate=0.01&steps=60&basins=true")
    page.get_by_text("Basins of").wait_for()
    page.wait_for_timeout(500)
    page.screenshot(path="docs/figures/studio.png")
    browser.close()
studio.terminate()
studio.wait()
PYTHON
