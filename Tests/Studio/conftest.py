"""A studio, a browser, and pages of the studio. Started by Scripts/studio.sh."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import sync_playwright

TERN = os.environ["TERN"]
SHOTS = os.environ.get("STUDIO_SHOTS")
# A Python that has Keras; without one its programs are not run.
KERAS = os.environ.get("STUDIO_KERAS_PYTHON") or (sys.executable if importlib.util.find_spec("keras") else None)
needs_keras = pytest.mark.skipif(not KERAS, reason="there is no Keras here")
WIDTHS = {"phone": (390, 844), "laptop": (1280, 800), "projector": (1920, 1080)}


def begun(*arguments, **settings):
    """A studio's process, and where it listens, with its token."""
    studio = subprocess.Popen(
        [TERN, "studio", "--no-open", *arguments], stdout=subprocess.PIPE, text=True, **settings)
    line = ""
    while "http" not in line:
        line = studio.stdout.readline()
        assert studio.poll() is None, "tern studio ended"
    return studio, line.strip()


@pytest.fixture(scope="session")
def address():
    """Where a studio of this session listens."""
    studio, address = begun()
    yield address
    # Whatever the pages did, it is still there, and ends when it is told to.
    assert studio.poll() is None
    studio.terminate()
    assert studio.wait(timeout=10) != 0


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["STUDIO_BROWSER"], args=["--no-sandbox"])
        yield browser
        browser.close()


class Studio:
    """A page of the studio; an error in it fails the test."""

    def __init__(self, browser, address, size="laptop", scheme="light", **settings):
        width, height = WIDTHS[size]
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme,
            permissions=["clipboard-read", "clipboard-write"], **settings)
        self.page = self.context.new_page()
        self.address, self.complaints, self.asked = address, [], []
        self.page.on("websocket", lambda socket: socket.on("framesent", lambda sent: self.asked.append(sent)))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)

    def open(self, state):
        """Follows a link into a view, `descent?rate=0.1`."""
        self.page.goto(f"{self.address}?timing#{state}")
        self.page.wait_for_selector("main h2")
        return self.page

    def axe(self):
        """What axe finds wrong, a line each."""
        if not self.page.evaluate("'axe' in window"):
            # By the debugger, which no policy of the page keeps out.
            self.page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{v['id']}: {v['help']}: {n['target']}" for v in found["violations"] for n in v["nodes"]]

    def fits(self, name):
        """At each width, light and dark, axe finds nothing and nothing runs over the edge; pictures are kept under the name."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for size, (width, height) in WIDTHS.items():
                self.page.set_viewport_size({"width": width, "height": height})
                # Two frames, or as long as they may take: pictures are drawn again in the first.
                self.page.evaluate(
                    "new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(done)); setTimeout(done, 1000); })")
                self.shot(f"{name}-{size}-{scheme}")
                assert self.axe() == [], (size, scheme)
                assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (size, scheme)

    def shot(self, name):
        if SHOTS:
            # What waits for time to spare, too.
            self.page.wait_for_timeout(250)
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.fixture
def studio(browser, address):
    yield from pages(browser, address)


def pages(browser, address):
    """Of a fixture that makes pages, which are closed after the test; none may have complained."""
    made = []

    def make(**settings):
        made.append(Studio(browser, address, **settings))
        return made[-1]

    yield make
    for each in made:
        each.context.close()
        assert each.complaints == []


@pytest.fixture(scope="session")
def descend():
    """The rows that `tern descend` prints, by optimiser: step, variables, value, length of the gradient, rate."""

    def run(*arguments):
        text = subprocess.run(
            [TERN, "descend", "--no-figure", *arguments], capture_output=True, text=True, check=True).stdout
        tables = {}
        for line in text.splitlines():
            if named := re.match(r".*, ([a-z]+)$", line):
                rows = tables.setdefault(named[1], [])
            elif re.match(r"\s*\d+\s", line):
                rows.append(line.split())
        return tables

    return run


def asked(page, key):
    """A part of the state in the address."""
    return page.evaluate("key => new URLSearchParams(location.hash.split('?')[1]).get(key)", key)


def reached(page, presses):
    """The names of what is reached by so many presses of the tabulator."""
    names = set()
    for _ in range(presses):
        page.keyboard.press("Tab")
        names.add(page.evaluate("""(e => e.getAttribute('aria-label')?.split(/[:.]/)[0] ?? e.labels?.[0]?.innerText ?? e.innerText)(
            document.activeElement)"""))
    return {" ".join(name.split()) for name in names if name}


def median(page):
    """The milliseconds from a change to its answer on the page."""
    until(lambda: "median" in page.locator("#timing").inner_text())
    print(page.locator("#timing").inner_text())
    return float(page.locator("#timing").inner_text().split("median ")[1].split(",")[0])


def copied(page, kind="python"):
    """What is copied as a program of this kind."""
    names = {"python": "Python", "swift": "Swift", "command": "command"}
    page.get_by_role("button", name=f"Copy as {names[kind]}").click()
    page.wait_for_selector(f"pre[data-kind={kind}]")
    return page.evaluate("navigator.clipboard.readText()")


def drop(page, path, selector="main"):
    """Drags a file over the page, as from a window of the desktop, and lets it go."""
    page.locator(selector).first.scroll_into_view_if_needed()
    box = page.locator(selector).first.bounding_box()
    events = page.context.new_cdp_session(page)
    place = {"x": box["x"] + box["width"] / 2, "y": max(5, box["y"] + 20)}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        events.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
    events.detach()


def keras_prints(programs):
    return prints(programs, KERAS)


def prints(programs, python=sys.executable):
    """What programs print, one after another in one process: Keras and scikit-learn take seconds to be there."""
    runner = """
import contextlib, io, json, sys
for program in json.load(sys.stdin):
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        exec(program, {"__name__": "__main__"})
    print(json.dumps(heard.getvalue()), flush=True)
"""
    run = subprocess.run(
        [python, "-W", "ignore", "-c", runner], input=json.dumps(programs), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def until(condition, seconds=10):
    """Waits until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not become so"
        time.sleep(0.03)
