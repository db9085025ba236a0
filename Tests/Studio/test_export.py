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
    until(lambda: page.locator("tbody tr").count() == 3 and not page.get_by_text("was not computed").is_visible())


def test_the_guide_goes_through_all_its_states(exported):
    page = exported.open("descent")
    page.wait_for_selector("tbody tr")
    page.get_by_role("button", name="Guide", exact=True).click()
    guide = page.get_by_label("Guide", exact=True).and_(page.locator("section"))
    for step in range(1, 7):
        until(lambda: f"{step} of 6" in guide.inner_text())
        guide.get_by_role("button", name="See").click()
        until(lambda: page.get_by_role("button", name="Step back").is_enabled())
        assert not page.get_by_text("was not computed").is_visible()
        if step < 6:
            guide.get_by_role("button", name="Next").click()


# In a folder axe itself asks for style sheets, which the browser refuses.
@pytest.mark.parametrize("exported", ["host"], indirect=True)
def test_axe_finds_nothing(exported):
    page = exported.open("descent?function=himmelblau")
    page.wait_for_selector("tbody tr")
    page.wait_for_timeout(200)
    exported.shot("export-laptop-light")
    assert exported.axe() == []
