"""The view of runs: a training is watched, a trained run explored, a file predicted."""

import json
import shutil
import signal
import subprocess

import pytest
from conftest import TERN, begun, drop, pages, reached, until

MAPS = """
name: patterns
data:
  made: sst-precipitation
  files: {fields: data/sst_precipitation.nc}
  sample: time
  inputs: [{variable: sst, scale: standard}]
  targets: [{variable: sst, scale: standard}]
split: {by: period, validation_fraction: 0.1, test_fraction: 0.1, gap: 6}
model:
  layers:
    - conv2d: {filters: 4, kernel_size: 3, padding: same, activation: relu}
    - conv2d: {filters: 1, kernel_size: 3, padding: same}
training: {learning_rate: 1.0e-3, batch_size: 256, epochs: 3}
output: {figures: false}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with two trained runs, and a studio that is started on it."""
    folder = tmp_path_factory.mktemp("studio")
    (folder / "maps.yaml").write_text(MAPS)

    def train(*arguments):
        return [TERN, "train", "maps.yaml", "--quiet", *arguments]

    subprocess.run(train("-o", "runs/maps"), cwd=folder, check=True)
    subprocess.run(
        train("-o", "runs/deep/other", "--set", "training.epochs=2", "--set", "seed=1"), cwd=folder, check=True)
    studio, address = begun("runs", cwd=folder)
    yield folder, address
    assert studio.poll() is None
    studio.send_signal(signal.SIGTERM)
    studio.wait(timeout=60)


@pytest.fixture
def live(place):
    """A run that is trained as long as the test takes."""
    training = subprocess.Popen(
        [TERN, "train", "maps.yaml", "--quiet", "-o", "runs/live", "--set", "training.epochs=100000",
         "--checkpoint-every", "1s"],
        cwd=place[0], stderr=subprocess.DEVNULL)
    yield
    training.kill()
    training.wait(timeout=60)


@pytest.fixture
def studio(browser, place):
    yield from pages(browser, place[1])


def curves(page):
    """The rows beside the curves, by run and quantity."""
    # At once: the table is written anew as epochs come.
    rows = page.locator(".side tbody tr").evaluate_all(
        "rows => rows.map(r => [r.dataset.run, r.dataset.quantity, [...r.querySelectorAll('td')].map(c => c.innerText)])")
    return {(run, quantity): cells for run, quantity, cells in rows}


def shown(text):
    return f"{float(text):.6g}"


def test_a_training_is_watched(studio, live):
    page = studio().open("runs?runs=0%252Flive")
    until(lambda: ("0/live", "val_loss") in curves(page), 60)
    first = int(curves(page)["0/live", "loss"][2])
    until(lambda: int(curves(page)["0/live", "loss"][2]) > first, 60)
    assert "of 100000" in page.locator(".side .said").inner_text()
    assert "left" in page.locator(".side .said").inner_text()
    until(lambda: "The checkpoint after epoch" in page.locator(".explorer").inner_text(), 90)
    assert "the test part stays unseen" in page.locator(".explorer").inner_text()
    page.get_by_role("slider", name="Sample shown").focus()
    page.keyboard.press("Home")
    until(lambda: "(1 of 400)" in page.locator(".explorer .count").inner_text())


def test_a_run_that_vanishes_is_told_and_the_others_stay(studio, place):
    gone = place[0] / "runs/gone"
    shutil.copytree(place[0] / "runs/maps", gone)
    page = studio().open("runs?runs=0%252Fgone,0%252Fmaps&run=0%2Fgone")
    until(lambda: {run for run, _ in curves(page)} == {"0/gone", "0/maps"})
    shutil.rmtree(gone)
    until(lambda: {run for run, _ in curves(page)} == {"0/maps"}, 20)
    assert "gone: the folder is not there any more" in page.locator("fieldset .mistake").inner_text()
    until(lambda: page.locator(".explored .said").is_visible() and "RMSE" in page.locator(".explored .said").inner_text())
    page.get_by_role("checkbox", name="deep/other").check()
    assert page.locator("fieldset .mistake").is_hidden()


def test_a_damaged_link_shows_the_newest_run(studio):
    page = studio().open("runs?runs=%25E0%25A4&run=../../etc&sample=1e9&cell=a")
    until(lambda: len(curves(page)) > 0)


def test_losses_of_runs_side_by_side_are_those_of_their_files(studio, place):
    page = studio().open("runs?runs=0%252Fmaps")
    until(lambda: ("0/maps", "loss") in curves(page))
    page.get_by_role("checkbox", name="deep/other").check()
    until(lambda: ("0/deep/other", "val_loss") in curves(page))
    for run in ("maps", "deep/other"):
        lines = (place[0] / "runs" / run / "history.csv").read_text().splitlines()
        names, last = lines[0].split(","), lines[-1].split(",")
        for quantity in ("loss", "val_loss"):
            assert curves(page)["0/" + run, quantity][3] == shown(last[names.index(quantity)])
    # The address follows what is shown, a little later.
    until(lambda: "other" in page.evaluate("location.hash"))
    again = studio().open(page.evaluate("location.hash.slice(1)"))
    until(lambda: curves(again) == curves(page))


def test_a_cell_is_chosen_and_scores_are_those_of_the_file(studio, place):
    page = studio().open("runs?runs=0%252Fmaps&run=0%2Fmaps")
    until(lambda: page.locator(".explorer tbody tr").count() > 0)
    table = json.loads((place[0] / "runs/maps/scores.json").read_text())
    row = page.locator('.explorer tr[data-model="network"] td').all_inner_texts()
    assert row[1] == shown(table["rows"][0]["scores"]["rmse"])
    said = page.locator(".explored .said")
    until(lambda: "RMSE" in said.inner_text())
    before = said.inner_text()
    canvas = page.locator(".run-maps canvas").nth(1)
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 0.4, "y": box["height"] * 0.3})
    until(lambda: said.inner_text() != before)
    before = said.inner_text()
    page.get_by_role("button", name="Cell on prediction:").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    until(lambda: said.inner_text() != before)
    until(lambda: "cell=" in page.evaluate("location.hash"))


def test_a_file_is_predicted_and_a_damaged_one_is_told(studio, place):
    page = studio().open("runs?runs=0%252Fmaps&run=0%2Fmaps")
    chooser = page.locator("input[type=file]")
    until(lambda: chooser.is_visible())
    damaged = place[0] / "damaged.nc"
    damaged.write_bytes((place[0] / "data/sst_precipitation.nc").read_bytes()[:3000])
    chooser.set_input_files(damaged)
    until(lambda: page.locator(".explorer .mistake").is_visible(), 60)
    assert str(place[0]) not in page.locator(".explorer .mistake").inner_text()
    drop(page, place[0] / "data/sst_precipitation.nc", ".drop")
    until(lambda: "Predictions for the file that was dropped: 5545 samples" in page.locator(".explorer").inner_text(), 90)
    assert not page.locator(".explorer .mistake").is_visible()
    # A file that is refused is named as it is called, and takes the earlier one's prediction away.
    chooser.set_input_files(damaged)
    until(lambda: page.locator(".explorer .mistake").is_visible(), 60)
    until(lambda: "The test part" in page.locator(".explorer").inner_text())
    said = page.locator(".explorer .mistake").inner_text()
    assert "damaged.nc" in said and "dropped.nc" not in said
    drop(page, place[0] / "data/sst_precipitation.nc", ".drop")
    until(lambda: "Predictions for the file that was dropped" in page.locator(".explorer").inner_text(), 90)
    page.get_by_role("button", name="Back to the run's own samples").click()
    until(lambda: "The test part" in page.locator(".explorer").inner_text())


def test_the_copied_python_and_command_give_the_scores_shown(studio, place, tmp_path):
    page = studio().open("runs?runs=0%252Fmaps")
    until(lambda: page.locator('.explorer tr[data-model="network"]').count() > 0)
    page.get_by_role("button", name="Copy as Python").click()
    until(lambda: page.locator(".copies pre").get_attribute("data-kind") == "python")
    text = page.locator(".copies pre").inner_text()
    printed = subprocess.run(
        ["python3", "-c", text], cwd=place[0], capture_output=True, text=True, check=True).stdout.split()
    rmse = page.locator('.explorer tr[data-model="network"] td').nth(1).inner_text()
    assert printed[:3] == ["runs/maps", "sst", "network"] and shown(printed[3]) == rmse


def test_runs_are_chosen_by_the_keyboard(studio):
    page = studio().open("runs?runs=0%252Fmaps")
    until(lambda: page.locator(".explored .said").is_visible() and "RMSE" in page.locator(".explored .said").inner_text())
    wanted = {"deep/other finished", "Quantity", "an axis of powers of ten", "Run explored", "Guide",
              "Cell on truth", "Cell on prediction", "Cell on baseline", "Sample shown", "Copy as Python"}
    assert wanted - reached(page, 60) == set()


def test_axe_finds_nothing_and_nothing_runs_over_the_edge(studio):
    shown = studio()
    page = shown.open("runs?runs=0%252Fmaps,0%252Fdeep%252Fother&log=true")
    until(lambda: page.locator(".explored .said").is_visible() and "RMSE" in page.locator(".explored .said").inner_text())
    page.get_by_role("button", name="Guide", exact=True).click()
    shown.fits("runs")


def test_a_fit_that_ends_stays_with_its_curve_and_the_way_to_its_model(studio, place):
    table = "x,y\n" + "".join(f"{i / 50},{(i * 7919 % 1000) / 1000}\n" for i in range(400))
    (place[0] / "points.csv").write_text(table)
    fit = subprocess.Popen(
        [TERN, "fit", "points.csv", "--target", "y", "--epochs", "2500", "--quiet",
         "--output", "runs/points.safetensors"], cwd=place[0], stdout=subprocess.DEVNULL)
    shown_page = studio()
    page = shown_page.open("runs")
    key = ("0/points.safetensors.training", "val_loss")
    page.get_by_role("checkbox", name="points.safetensors").check(timeout=60000)
    until(lambda: key in curves(page), 60)
    assert fit.wait(timeout=120) == 0
    until(lambda: "its model is points.safetensors" in page.locator(".side .said").inner_text(), 20)
    assert key in curves(page) and page.get_by_text("not there any more").is_hidden()
    page.get_by_role("button", name="Copy as command").click()
    # It stays when the runs are listed anew: the second question says that the first is answered.
    for _ in range(2):
        before = len(shown_page.asked)
        # What a page sends is heard while the page is asked something.
        until(lambda: page.evaluate("true") and any('"list"' in str(asked) for asked in shown_page.asked[before:]))
    assert key in curves(page)


def test_maps_have_numbers_on_their_colours_and_the_difference(studio, place):
    page = studio().open("runs?runs=0%252Fmaps&run=0%2Fmaps")
    until(lambda: page.locator(".colorbar:visible .numbers span").count() == 10)
    first, second = (
        [float(n.replace("−", "-")) for n in bar.locator(".numbers span").all_inner_texts()]
        for bar in (page.locator(".scale .colorbar"), page.locator(".run-maps .colorbar:visible")))
    assert len(first) == 5 and first == sorted(first)
    # Differences lie around 0.
    assert second[2] == 0 and second[0] == -second[4]
