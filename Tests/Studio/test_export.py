"""The page that needs no program: opened from its folder, and from a plain host of files."""

import functools
import http.server
import subprocess
import threading

import pytest
from conftest import TERN, Studio, until
from test_descent import rows, shows


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "site"
    subprocess.run([TERN, "studio", "--export", folder], check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(params=["folder", "host"])
def exported(browser, site, request):
    """A page of it; an error in it fails the test."""
    if request.param == "host":
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/"
    else:
        base = site.as_uri() + "/index.html"
    shown = Studio(browser, base)
    yield shown
    shown.context.close()
    if request.param == "host":
        server.shutdown()
    assert shown.complaints == []


def test_numbers_are_those_of_the_command_as_sliders_move(exported, descend):
    page = exported.open("descent?function=bowl&optimizers=sgd,nesterov,newton&rate=0.05&momentum=0.5")
    expected = {
        name: table[-1] for name, table in descend(
            "--function", "bowl", "--optimizer", "sgd,nesterov,newton", "--rate", "0.05", "--momentum", "0.5",
            "--steps", "40").items()}
    shows(page, expected)
    page.get_by_role("slider", name="Learning rate").focus()
    page.keyboard.press("ArrowRight")
    shows(page, {
        name: table[-1] for name, table in descend(
            "--function", "bowl", "--optimizer", "sgd,nesterov,newton", "--rate", "0.1", "--momentum", "0.5",
            "--steps", "40").items()})
    page.get_by_role("checkbox", name="adam", exact=True).check()
    until(lambda: "adam" in rows(page))


def is_missing(page):
    return page.locator(".mistake:visible", has_text="was not computed").count() > 0


def test_what_was_not_computed_is_off_or_said(exported):
    page = exported.open("descent")
    page.wait_for_selector("tbody tr")
    assert "computed beforehand" in page.locator(".recorded").inner_text()
    for name in ("Steps", "Noise on the gradient"):
        assert page.get_by_role("slider", name=name).is_disabled()
    assert page.get_by_role("button", name="Closer").is_disabled()
    assert page.locator(".handle").is_hidden()
    assert page.get_by_role("checkbox", name="lion").is_disabled()
    page.evaluate("location.hash = 'descent?function=bowl&steps=41'")
    until(lambda: "was not computed beforehand" in page.locator("main").inner_text())
    page.get_by_label("Function").select_option("beale")
    until(lambda: page.locator("tbody tr").count() == 3 and not is_missing(page))


def go_through_the_guide(page, wait):
    """Sees each of its states, which were all computed; `wait` until one is shown."""
    page.get_by_role("button", name="Guide", exact=True).click()
    guide = page.get_by_label("Guide", exact=True).and_(page.locator("section"))
    for step in range(1, 7):
        until(lambda: f"{step} of 6" in guide.inner_text())
        guide.get_by_role("button", name="See").click()
        wait()
        assert not is_missing(page)
        if step < 6:
            guide.get_by_role("button", name="Next").click()


def test_the_guide_goes_through_all_its_states(exported):
    page = exported.open("descent")
    page.wait_for_selector("tbody tr")
    go_through_the_guide(page, lambda: until(lambda: page.get_by_role("button", name="Step back").is_enabled()))


def convolution(page):
    """What the convolution view shows: the product written out, and the captions of input, output and kernel."""
    return [page.locator(".product").first.inner_text(), *page.locator(".view figcaption").all_inner_texts()[:3]]


@pytest.mark.parametrize("state", [
    "convolution?digits=0 1 2 3 4;5 6 7 8 9;10 11 12 13 14;15 16 17 18 19;20 21 22 23 24&padding=same&stride=2&dilation=2"
    "&kernel=-1 0 1; -2 0 2; -1 0 1&at=1,2",
    "convolution?padding=explicit&from=input&at=2,1",
    "convolution?operation=mean&window=2&padding=same&stride=1&at=2,2",
    "convolution?input=sst&column=108&size=12&kernel=0 1 0; 1 -4 1; 0 1 0&at=3,3",
    "convolution?input=sst&column=108&size=12&operation=maximum&window=3&stride=3&from=input&at=4,7",
])
def test_a_window_shows_what_the_program_shows(exported, studio, state):
    page, live = exported.open(state), studio().open(state)
    until(lambda: convolution(live)[0] != "" and "=" in convolution(live)[2])
    try:
        until(lambda: convolution(page) == convolution(live))
    except AssertionError:
        assert convolution(page) == convolution(live)


def test_a_window_is_pointed_at_and_moved_by_keys_without_the_program(exported):
    page = exported.open("convolution")
    until(lambda: page.locator(".product").first.inner_text() == "Output (0, 0): 0 · 0 + 1 · 1 + 3 · 2 + 4 · 3 = 19")
    page.get_by_label("Output: a cell").focus()
    page.keyboard.press("ArrowDown")
    until(lambda: page.locator(".product").first.inner_text() == "Output (1, 0): 3 · 0 + 4 · 1 + 6 · 2 + 7 · 3 = 37")
    page.get_by_role("slider", name="Stride").focus()
    page.keyboard.press("ArrowRight")
    until(lambda: "1 × 1" in convolution(page)[1] or "1 × 1" in convolution(page)[2])
    page.get_by_role("slider", name="Stride").press("ArrowLeft")
    page.get_by_label("Padding", exact=True).select_option("same")
    until(lambda: "3 × 3" in convolution(page)[1] + convolution(page)[2] and "= 3" in convolution(page)[1] + convolution(page)[2])
    page.get_by_label("What the window does").select_option("maximum")
    until(lambda: "max(" in page.locator(".product").first.inner_text())


def test_what_a_window_lacks_without_the_program_is_off_and_says_so(exported):
    page = exported.open("convolution")
    page.wait_for_selector(".product:not(:empty)")
    assert page.get_by_label("Numbers, row by row").is_disabled()
    assert page.get_by_label("The kernel, row by row").is_disabled()
    assert page.get_by_role("button", name="Open a picture").is_disabled()
    assert page.get_by_label("Input", exact=True).locator("option[value=file]").is_disabled()
    assert "want the program" in page.locator("main").inner_text()
    assert "learns in the program" in page.locator("main").inner_text()
    page.evaluate("location.hash = 'convolution?kernel=7 7'")
    until(lambda: "was not computed beforehand" in page.locator("main").inner_text())
    page.get_by_label("Kernel", exact=True).select_option("1 -1")
    until(lambda: not is_missing(page))


def test_the_guide_of_the_window_goes_through_all_its_states(exported):
    page = exported.open("convolution")
    page.wait_for_selector(".product:not(:empty)")
    go_through_the_guide(page, lambda: page.wait_for_timeout(200))


def test_the_page_stays_small(site):
    sizes = {p.name: p.stat().st_size for p in (site / "answers").iterdir()}
    print(sum(sizes.values()), sorted(sizes.items(), key=lambda x: -x[1])[:6])
    assert sum(n for name, n in sizes.items() if name.startswith("convolution")) < 6e6
    assert max(sizes.values()) < 3e6


# In a folder axe itself asks for style sheets, which the browser refuses.
@pytest.mark.parametrize("exported", ["host"], indirect=True)
@pytest.mark.parametrize("state, there", [
    ("descent?function=himmelblau", "tbody tr"), ("convolution?input=sst", ".product:not(:empty)")])
def test_axe_finds_nothing(exported, state, there):
    page = exported.open(state)
    page.wait_for_selector(there)
    page.wait_for_timeout(200)
    exported.shot(f"export-{state.split('?')[0]}-laptop-light")
    assert exported.axe() == []


@pytest.mark.parametrize("exported", ["folder"], indirect=True)
@pytest.mark.parametrize("link, shown, lacks", [
    ("descent", "tbody tr", "descent?rate=0.0321"), ("convolution", ".product:not(:empty)", "convolution?kernel=7 7")])
def test_what_was_not_computed_leaves_no_picture_of_another_address(exported, link, shown, lacks):
    page = exported.open(link)
    page.locator(shown).first.wait_for()
    page.evaluate("hash => { location.hash = hash; }", lacks)
    page.get_by_text("was not computed beforehand").first.wait_for()
    assert page.locator(shown).first.is_hidden() and page.locator("main canvas:visible").count() == 0
    # Nor does it stay said twice.
    until(lambda: page.get_by_text("was not computed beforehand").locator("visible=true").count() == 1)
    page.evaluate("hash => { location.hash = hash; }", link)
    page.locator(shown).first.wait_for()
    assert page.get_by_text("was not computed beforehand").locator("visible=true").count() == 0
