"""The descent view: what a reader does with it, and that its numbers are those of `tern descend`."""

import subprocess
import sys

import pytest
from conftest import TERN, asked, copied, drop, median, reached, until

BOWL = "descent?function=bowl&optimizers=sgd,momentum,adam&rate=0.1&steps=20"


def rows(page):
    """The numbers shown, by optimiser."""
    return {
        row.get_attribute("data-optimizer"): row.locator("td").all_inner_texts()
        for row in page.locator("tbody tr").all()
    }


def address(page):
    """The address as the page has it; the driver's own copy is older while nothing is asked."""
    return page.evaluate("location.href")


def shows(page, expected):
    """Waits until the numbers shown are these."""
    try:
        until(lambda: rows(page) == expected)
    except AssertionError:
        assert rows(page) == expected


def last(tables):
    return {name: table[-1] for name, table in tables.items()}


def test_a_link_opens_just_there_with_the_numbers_of_the_command(studio, descend):
    page = studio().open(BOWL)
    shows(page, last(descend(
        "--function", "bowl", "--optimizer", "sgd,momentum,adam", "--rate", "0.1", "--steps", "20")))


def test_noise_and_schedule_give_the_numbers_of_the_command(studio, descend):
    page = studio().open(
        "descent?function=bowl&start=-5,-2&optimizers=sgd,nesterov&rate=0.05&schedule=exponential&decay=0.9&noise=2"
        "&seed=7&steps=30")
    shows(page, last(descend(
        "--function", "bowl", "--from=-5,-2", "--optimizer", "sgd,nesterov", "--rate", "0.05", "--decay", "0.9",
        "--noise", "2", "--seed", "7", "--steps", "30")))


def moved(page, handle):
    """The start in the address, once it is where the handle is: it is written a little later."""
    def is_there():
        x1, x2 = asked(page, "start").split(",")
        return f"x1 = {float(x1):.6g}, x2 = {float(x2):.6g}." in handle.get_attribute("aria-label")

    until(is_there)
    return asked(page, "start")


def test_the_start_is_dragged_and_moved_by_keys(studio, descend):
    page = studio().open(BOWL)
    page.wait_for_selector("tbody tr")
    box = page.locator(".plot canvas").first.bounding_box()
    handle = page.locator(".handle:visible")
    handle.hover()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3, steps=8)
    page.mouse.up()
    until(lambda: "start=" in address(page))
    handle.focus()
    before = address(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    until(lambda: address(page) != before)
    start = moved(page, handle)
    assert float(start.split(",")[0]) > 1
    shows(page, last(descend(
        "--function", "bowl", f"--from={start}", "--optimizer", "sgd,momentum,adam", "--rate", "0.1", "--steps", "20")))


def test_a_mistake_in_an_expression_is_shown_under_a_caret_and_mended(studio, descend):
    page = studio().open("descent?function=x%5E2&start=3&optimizers=sgd&rate=0.1&steps=10")
    field = page.get_by_label("Arithmetic in x")
    field.fill("2 * (x + 1")
    until(lambda: field.get_attribute("aria-invalid") == "true")
    shown = page.locator("#" + field.get_attribute("aria-describedby"))
    assert "this bracket is not closed" in shown.inner_text()
    assert shown.locator("pre").inner_text().splitlines()[1] == "    ^"
    field.fill("(x + 1)^4")
    until(lambda: field.get_attribute("aria-invalid") == "false")
    shows(page, last(descend("--function", "(x + 1)^4", "--from=3", "--rate", "0.1", "--steps", "10")))


@pytest.mark.parametrize("link, said", [
    ("descent?start=abc,&rate=NaN&optimizers=&at=1e99&view=1,0", "start must be numbers"),
    ("descent?noise=1&seed=-1", "seed must be a whole number"), ("descent?rate=1e9", "it must be from"),
    ("descent?momentum=-1&optimizers=momentum", "momentum is -1"), ("descent?view=5,5,1,2", "an axis goes from"),
    ("descent?function=" + "(" * 3000, "nest more than 100 deep"), ("descent?function=" + "x" * 1000000, "too long"),
    ("network?epochs=50&seed=-1", "seed must be a whole number"), ("network?data=own&points=1,2", "two and more"),
    ("network?layers=8&activations=tanh,tanh", "1 layers and 2 activations"),
    ("convolution?input=foo", "input must be one of digits, sst, file"), ("convolution?kernel=1+a", "is no number"),
    ("convolution?digits=" + "1 " * 200000, "too long"), ("gradients?depth=1e9", "depth is"),
])
def test_a_damaged_link_says_what_is_wrong(studio, link, said):
    page = studio().open(link)
    until(lambda: said in page.locator("main").inner_text())


def test_axes_bear_any_range(studio):
    page = studio().open("descent")
    page.set_default_timeout(10000)
    page.evaluate("""async () => {
      const { Plot } = await import("./plot.js");
      const plot = new Plot();
      document.body.append(plot.element);
      await new Promise(done => setTimeout(done, 100));
      for (const y of [[0, 1], [-1, 1], [1, 1], [NaN, NaN], [0, Infinity], [1e-320, 1e300]]) {
        for (const isLogY of [true, false]) {
          Object.assign(plot, { y, isLogY });
          plot.draw(p => p.axes("x", "y"));
        }
      }
    }""")


def test_an_epoch_that_there_is_not_is_the_last(studio):
    page = studio().open("network?epochs=50&epoch=400")
    until(lambda: page.locator("tr[data-number='R², all points'] td").inner_text() != "–")


def test_a_file_that_a_view_does_not_want_leaves_the_page_as_it_is(studio, tmp_path):
    page = studio().open(BOWL)
    page.wait_for_selector("tbody tr")
    (tmp_path / "mine.txt").write_text("1")
    drop(page, tmp_path / "mine.txt")
    page.wait_for_timeout(100)
    assert rows(page)["sgd"]


def test_it_plays_pauses_and_steps(studio, descend):
    page = studio().open("descent?function=quadratic&optimizers=sgd&rate=0.1&steps=40&at=0")
    table = descend("--function", "quadratic", "--rate", "0.1", "--steps", "40")["sgd"]
    # The command leaves rows out of long tables.
    table = {row[0]: row for row in table}
    shows(page, {"sgd": table["0"]})
    page.get_by_role("button", name="Play").click()
    until(lambda: int(rows(page)["sgd"][0]) >= 5)
    page.get_by_role("button", name="Pause").click()
    step = int(rows(page)["sgd"][0])
    page.get_by_role("button", name="Step back").click()
    assert int(rows(page)["sgd"][0]) == step - 1
    page.get_by_role("button", name="Step on").click()
    assert int(rows(page)["sgd"][0]) == step
    scrub = page.get_by_role("slider", name="Step shown")
    scrub.focus()
    page.keyboard.press("End")
    shows(page, {"sgd": table["40"]})


def test_everything_is_reached_by_the_keyboard(studio):
    page = studio().open(BOWL)
    page.wait_for_selector("tbody tr")
    wanted = {"Descent", "Copy link", "Dark", "Guide", "Function", "adam", "Learning rate", "Momentum", "Schedule",
              "Steps", "Noise on the gradient", "Start", "Surface", "Show basins", "Play", "Step shown",
              "Copy as Swift", "Copy as Python", "Copy as command"}
    assert wanted - reached(page, 80) == set()


def test_a_slider_answers_within_a_frame(studio):
    page = studio().open(BOWL)
    page.wait_for_selector("tbody tr")
    page.get_by_label("Learning rate", exact=True).focus()
    for _ in range(60):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(20)
    # A frame on a machine that does nothing else; tests may share it.
    assert median(page) < 50


def test_basins_are_coloured_by_where_each_start_ends(studio):
    page = studio().open("descent?function=himmelblau&optimizers=sgd&rate=0.01&steps=200")
    page.wait_for_selector("tbody tr")
    page.get_by_role("button", name="Show basins").click()
    until(lambda: "Basins of sgd" in page.locator(".said").inner_text())
    said = page.locator(".said").inner_text()
    assert "the colour says where a start ends" in said
    of_basins, of_optimizers = (
        page.evaluate("where => [...document.querySelectorAll(where)].map(e => getComputedStyle(e).backgroundColor)", where)
        for where in (".said .key", ".checks .key"))
    assert len(set(of_basins)) >= 4 and not set(of_basins) & set(of_optimizers)
    for place in ["(3, 2)", "(3.58443, -1.84813)", "(-3.77931, -3.28319)", "(-2.80512, 3.13131)"]:
        assert place in said
    until(lambda: "basins=true" in address(page))


@pytest.mark.parametrize("state", [
    "descent?function=rosenbrock&optimizers=sgd,momentum,nesterov,adam,rmsprop,adagrad&rate=0.001&steps=30",
    "descent?function=beale&optimizers=adadelta,adamw,adamax,nadam,lion&rate=0.02&steps=30&schedule=cosine",
    "descent?function=abs(x1)%2B%20max(x1,x2)%5E2%20%2B%20sigmoid(x2)*2e-1&start=2,3&optimizers=sgd&rate=0.1&steps=9&noise=1&seed=3",
])
def test_the_python_copied_gives_the_numbers_shown(studio, state):
    page = studio().open(state)
    page.wait_for_selector("tbody tr")
    printed = subprocess.run([sys.executable, "-c", copied(page)], capture_output=True, text=True, check=True).stdout
    shown = rows(page)
    lines = printed.splitlines()
    assert len(lines) == len(shown)
    for line in lines:
        name, *numbers = line.replace("[", " ").replace("]", " ").split()
        # The last point, at which NumPy prints eight digits, and the value.
        for given, seen in zip(map(float, numbers), map(float, shown[name][1:4])):
            assert given == pytest.approx(seen, rel=2e-5, abs=1e-7), (name, line)


def test_the_command_copied_gives_the_numbers_shown(studio):
    page = studio().open("descent?function=-cos(x)*2&start=2&optimizers=momentum,newton&momentum=0.5&rate=0.1&steps=12")
    page.wait_for_selector("tbody tr")
    lines = copied(page, "command").strip().replace("tern descend", f"{TERN} descend --no-figure")
    printed = subprocess.run(["bash", "-ec", lines], capture_output=True, text=True, check=True).stdout
    for row in rows(page).values():
        assert any(line.split() == row for line in printed.splitlines()), (row, printed)


def test_an_optimiser_that_is_named_twice_races_once(studio):
    page = studio().open("descent?optimizers=sgd,sgd,sgd&steps=5")
    page.wait_for_selector("tbody tr")
    assert list(rows(page)) == ["sgd"]


def test_whole_numbers_are_rounded_and_a_comma_is_a_point(studio, descend):
    page = studio().open("descent?optimizers=sgd&steps=12.4")
    page.wait_for_selector("tbody tr")
    until(lambda: rows(page)["sgd"][0] == "12")
    steps = page.get_by_label("Steps, as a number")
    steps.fill("2.7")
    steps.press("Enter")
    until(lambda: "steps=3" in address(page) and rows(page)["sgd"][0] == "3")
    assert steps.input_value() == "3"
    rate = page.get_by_label("Learning rate, as a number")
    rate.fill("")
    rate.press_sequentially("0,2")
    rate.press("Enter")
    until(lambda: "rate=0.2" in address(page))
    shows(page, last(descend("--function", "bowl", "--rate", "0.2", "--steps", "3")))


def test_where_there_is_nothing_to_copy_it_says_why_and_old_results_are_away(studio):
    page = studio().open("descent?function=x%5E2&optimizers=sgd")
    page.wait_for_selector("tbody tr")
    page.get_by_role("button", name="Copy as Python").click()
    page.wait_for_selector("pre[data-kind=python]")
    page.get_by_label("Arithmetic in x").fill("atan(x)*x")
    until(lambda: not page.locator(".rest > .said").is_visible())
    page.get_by_role("button", name="Copy as Swift").click()
    until(lambda: "Nothing is copied: " in page.locator(".copies").inner_text())
    assert not page.locator(".copies pre").is_visible()
    page.get_by_label("Arithmetic in x").fill("sin(x)*x")
    page.locator(".rest > .said").wait_for()
    page.get_by_role("button", name="Copy as Swift").click()
    page.wait_for_selector("pre[data-kind=swift]")
    assert "Nothing is copied" not in page.locator(".copies").inner_text()


def test_the_guide_asks_shows_and_goes_on(studio):
    page = studio().open("descent")
    page.get_by_role("button", name="Guide", exact=True).click()
    guide = page.get_by_label("Guide", exact=True).and_(page.locator("section"))
    guide.get_by_label("It falls by the same factor in each step").check()
    guide.get_by_role("button", name="See").click()
    assert "So it is." in guide.inner_text()
    guide.get_by_role("button", name="Next").click()
    assert "2 of" in guide.inner_text()
    until(lambda: "function=quadratic" in address(page) and "rate=1.05" in address(page))


def test_reduced_motion_shows_the_end_at_once(studio):
    page = studio(reduced_motion="reduce").open("descent?function=quadratic&optimizers=sgd&rate=0.1&steps=40&at=0")
    page.wait_for_selector("tbody tr")
    page.get_by_role("button", name="Play").click()
    assert rows(page)["sgd"][0] == "40"


def test_pages_have_states_of_their_own(studio):
    first, second = studio().open(BOWL), studio().open("descent?function=quadratic&optimizers=sgd")
    first.wait_for_selector("tbody tr")
    second.wait_for_selector("tbody tr")
    assert len(rows(first)) == 3 and len(rows(second)) == 1


@pytest.mark.parametrize("name, state", [
    ("bowl", BOWL), ("curve", "descent?function=cosine&optimizers=sgd,adam&rate=0.1&steps=40"),
    ("basins", "descent?function=himmelblau&optimizers=sgd&rate=0.01&steps=100&basins=true"),
    ("surface", "descent?function=rosenbrock&optimizers=adam,lbfgs&rate=0.1&steps=80&surface=true"),
])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(studio, name, state):
    shown = studio()
    page = shown.open(state)
    page.wait_for_selector("tbody tr")
    if name == "basins":
        until(lambda: "Basins of" in page.locator(".said").inner_text())
    if name == "curve":
        page.get_by_role("button", name="Guide", exact=True).click()
        page.get_by_role("button", name="Copy as Python").click()
    shown.fits(f"descent-{name}")


def test_basins_are_told_hidden_or_shown_as_they_are(studio):
    page = studio().open("descent?function=himmelblau&optimizers=adam")
    page.wait_for_selector("tbody tr")
    page.get_by_role("button", name="Show basins").click()
    page.get_by_role("button", name="Hide basins").wait_for(timeout=60000)
    # A change of what is searched takes them away, though nothing comes of it.
    page.get_by_role("button", name="Surface").click()
    assert page.get_by_role("button", name="Hide basins").is_disabled()
    page.get_by_role("button", name="Contours").click()
    page.evaluate("location.hash = 'descent?function=nothing(x1)'")
    page.get_by_role("button", name="Show basins").wait_for()


# Keeps what pictures write.
WRITTEN = """
window.written = [];
for (const kind of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
  const write = kind.prototype.fillText;
  kind.prototype.fillText = function (text, ...place) { window.written.push(text); return write.call(this, text, ...place); };
}
"""


def written(shown, link):
    shown.page.add_init_script(WRITTEN)
    page = shown.open(link)
    page.wait_for_selector("tbody tr")
    until(lambda: page.evaluate("written.length") > 8)
    return page.evaluate("written")


def test_axes_have_round_numbers_and_names(studio):
    found = written(studio(), "descent?function=himmelblau&view=-5,5,-2,2&optimizers=sgd&rate=0.01&steps=20")
    assert {"−4", "−2", "0", "2", "4", "x1", "x2", "step", "value"} <= set(found)
    assert {"−1", "1"} <= set(found)
    # Of the value's curve over powers of ten, those alone.
    found = written(studio(), "descent?function=quadratic&optimizers=sgd&rate=0.3&steps=40")
    assert any(text.startswith("1e-") or text.startswith("1e−") for text in found)


def test_narrow_axes_have_three_numbers_too(studio):
    page = studio().open("descent")
    found = page.evaluate(
        "import('./plot.js').then(plot => [[0, 360], [-32.5, 32.5], [-180, 55], [1, 1]].map(ends => plot.ticksOf(ends, 2)))")
    assert found[0] == [0, 100, 200, 300] and found[1] == [-20, 0, 20] and found[3] == []
    assert all(len(ticks) >= 3 for ticks in found[:3])


def test_a_surface_has_axes_and_its_start_is_dragged_and_moved_by_keys(studio, descend):
    shown = studio()
    found = written(shown, "descent?function=himmelblau&optimizers=sgd&rate=0.01&steps=20&surface=true")
    assert {"x1", "x2", "f(x)", "−5", "5"} <= set(found)
    page = shown.page
    handle = page.locator(".handle:visible")
    assert "Start: x1 = " in handle.get_attribute("aria-label")
    box = page.locator(".plot:visible canvas").first.bounding_box()
    handle.hover()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.55, steps=6)
    page.mouse.up()
    until(lambda: "start=" in address(page))
    # It lies where the pointer let it go.
    end = handle.bounding_box()
    assert abs(end["x"] + end["width"] / 2 - box["x"] - box["width"] * 0.6) < 20
    handle.focus()
    before = address(page)
    page.keyboard.press("ArrowRight")
    until(lambda: address(page) != before)
    start = moved(page, handle)
    shows(page, last(descend(
        "--function", "himmelblau", "--optimizer", "sgd", "--rate", "0.01", "--steps", "20", f"--from={start}")))
