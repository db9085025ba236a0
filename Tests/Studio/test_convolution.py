"""The convolution view: what a reader does with it, and that its numbers are those of NumPy, and of Keras where it is."""

import pathlib
import re

import numpy as np
import pytest
from conftest import asked, copied, drop, keras_prints, median, needs_keras, reached, until
from scipy.io import netcdf_file

GRID = "convolution?digits=1+3+2+0;4+2+1+1;0+1+5+6;2+1+7+8;3+0+2+9&kernel=1+-2;0+3&padding=explicit&stride=2&at=1,1"


def convolved(x, kernel, margin=0, stride=1, dilation=1):
    """A convolution by its definition."""
    x = np.pad(np.asarray(x, float), margin)
    kernel = np.asarray(kernel, float)
    rows, columns = [(n - (k - 1) * dilation - 1) // stride + 1 for n, k in zip(x.shape, kernel.shape)]
    return np.array([[
        sum(x[i * stride + a * dilation, j * stride + b * dilation] * kernel[a, b]
            for a in range(kernel.shape[0]) for b in range(kernel.shape[1]))
        for j in range(columns)] for i in range(rows)])


def grid(text):
    return [[float(x) for x in row.split()] for row in text.replace("+", " ").split(";")]


X = grid("1 3 2 0;4 2 1 1;0 1 5 6;2 1 7 8;3 0 2 9")


def product(page):
    return page.locator(".product").first.inner_text()


def output(page):
    return page.get_by_role("application", name=re.compile("^Output"))


def test_a_link_opens_just_there_with_the_product_written_out(studio):
    page = studio().open(GRID)
    expected = convolved(X, [[1, -2], [0, 3]], margin=1, stride=2)
    until(lambda: "=" in product(page))
    assert product(page) == f"Output (1, 1): 2 · 1 + 1 · (-2) + 1 · 0 + 5 · 3 = {expected[1, 1]:g}"
    caption = page.locator("figcaption").filter(has_text="The output").inner_text()
    assert f"{expected.shape[0]} × {expected.shape[1]}" in caption
    assert "⌊(5 + 1 + 1 − 2) / 2⌋ + 1 = 3" in caption


def test_keys_and_pointer_move_the_window(studio):
    page = studio().open(GRID)
    expected = convolved(X, [[1, -2], [0, 3]], margin=1, stride=2)
    until(lambda: "=" in product(page))
    output(page).focus()
    page.keyboard.press("ArrowDown")
    until(lambda: product(page).startswith("Output (2, 1)"))
    assert product(page).endswith(f"= {expected[2, 1]:g}")
    output(page).scroll_into_view_if_needed()
    box = output(page).locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 12, box["y"] + 12)
    until(lambda: product(page).startswith("Output (0, 0)"))
    until(lambda: asked(page, "at") == "0,0" or asked(page, "at") is None)


def test_an_input_shows_what_it_feeds(studio):
    page = studio().open("convolution?at=1,1&from=input")
    until(lambda: "feeds" in product(page))
    # A weight of the kernel is 0, so that the fourth window does not count.
    assert product(page) == "Input (1, 1) feeds 3 outputs: (0, 0) by 3, (0, 1) by 2, (1, 0) by 1."


def test_mistakes_stand_under_a_caret_and_impossible_settings_are_explained(studio):
    page = studio().open("convolution?")
    field = page.get_by_label("The kernel, row by row")
    field.fill("1 x; 0 1")
    until(lambda: field.get_attribute("aria-invalid") == "true")
    note = page.locator("#" + field.get_attribute("aria-describedby"))
    assert '"x" is no number' in note.inner_text()
    assert note.locator("pre").inner_text().splitlines()[1] == "  ^"
    field.fill("1 2 3 4\n0 1 0 1")
    until(lambda: "There is no place for the window" in product(page))
    field.fill("1 2; 0 1")
    until(lambda: "Output" in product(page))


def test_a_slider_answers_within_a_frame(studio):
    page = studio().open("convolution?input=sst&kernel=0+1+0;1+-4+1;0+1+0")
    until(lambda: "=" in product(page))
    output(page).focus()
    for key in ["ArrowRight", "ArrowDown"] * 20:
        page.keyboard.press(key)
        page.wait_for_timeout(20)
    # A frame on a machine that does nothing else; tests may share it.
    assert median(page) < 50


def give(page, file, how):
    if how == "chosen":
        page.locator("input[type=file]").set_input_files(file)
    else:
        drop(page, file)


@pytest.mark.parametrize("how", ["chosen", "dropped"])
def test_a_picture_of_ones_own(studio, tmp_path, how):
    page = studio().open("convolution?kernel=1&at=0,1")
    until(lambda: "=" in product(page))
    # A bitmap of 2 by 1: white, and a grey of 100.
    bits = bytes([255, 255, 255, 100, 100, 100, 0, 0])
    header = b"BM" + (54 + 8).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    info = (40).to_bytes(4, "little") + (2).to_bytes(4, "little") + (1).to_bytes(4, "little") + b"\1\0\x18\0" + bytes(24)
    file = tmp_path / "two.bmp"
    file.write_bytes(header + info + bits)
    give(page, file, how)
    until(lambda: "two.bmp" in page.locator("figcaption").first.inner_text())
    until(lambda: product(page) == "Output (0, 0): 255 · 1 = 255")


@pytest.mark.parametrize("how", ["chosen", "dropped"])
def test_a_file_that_holds_no_field_is_told(studio, tmp_path, how):
    page = studio().open("convolution?kernel=1&at=0,1")
    until(lambda: "=" in product(page))
    file = tmp_path / "mine.nc"
    file.write_bytes(b"no field")
    give(page, file, how)
    until(lambda: page.locator(".mistake:visible").count() > 0 and "mine.nc" in page.locator(".mistake:visible").first.inner_text())


HOSTILE = pathlib.Path(__file__).parents[3] / "shared" / "hostile" / "33" / "in.nc"


@pytest.mark.skipif(not HOSTILE.exists(), reason="there are no damaged files here")
def test_a_file_that_ends_its_reader_leaves_the_page_alive(studio):
    """HDF5's library ends its process over this one, at times not at once."""
    page = studio().open("convolution?digits=1+2;3+4&kernel=1&at=0,1")
    for _ in range(4):
        page.locator("input[type=file]").set_input_files(HOSTILE)
        until(lambda: page.locator(".mistake:visible").count() > 0 or "in.nc" in page.locator("figcaption").first.inner_text())
    page.reload()
    until(lambda: "=" in product(page))


def test_places_are_named_by_their_signs(studio, tmp_path):
    file = tmp_path / "west.nc"
    with netcdf_file(file, "w") as made:
        for name, values in (("lat", np.linspace(-5, 5, 4)), ("lon", np.linspace(-175, 55, 6))):
            made.createDimension(name, len(values))
            made.createVariable(name, "f8", (name,))[:] = values
            made.variables[name].units = {"lat": "degrees_north", "lon": "degrees_east"}[name]
        made.createVariable("t", "f8", ("lat", "lon"))[:] = np.arange(24.0).reshape(4, 6)
    page = studio().open("convolution")
    drop(page, file)
    caption = page.locator("figcaption").first
    until(lambda: "°" in caption.inner_text())
    assert re.search("5.0°S to 5.0°N, 175.0°W to 55.0°E|5.0°N to 5.0°S, 175.0°W to 55.0°E", caption.inner_text())


def test_a_cell_without_a_value_is_told_in_words(studio):
    # Land in the south-west of the field.
    page = studio().open("convolution?input=sst&row=12&column=0&size=6&kernel=1&at=0,0")
    until(lambda: "=" in product(page))
    assert "= nan (nan: the cell has no value, such as land; what it enters has none either)" in product(page)
    assert "Grey: nothing, such as land." in page.locator("figcaption").first.inner_text()


WIDE = "convolution?digits=1+3+2+0;4+2+1+1;0+1+5+6;2+1+7+8;3+0+2+9"


def highest(x):
    """Of each two by two cells the highest."""
    return np.asarray(x)[:4].reshape(2, 2, 2, 2).max((1, 3))


@needs_keras
def test_the_python_copied_gives_the_numbers_and_the_slopes_shown(studio):
    cases = [
        (GRID, lambda x: convolved(x, [[1, -2], [0, 3]], margin=1, stride=2), "output", (1, 1)),
        (f"{WIDE}&kernel=1+-2;0+3&dilation=2", lambda x: convolved(x, [[1, -2], [0, 3]], dilation=2), "output", (2, 0)),
        (f"{WIDE}&kernel=1+-2;0+3&padding=explicit", lambda x: convolved(x, [[1, -2], [0, 3]], margin=1), "input", (3, 1)),
        (f"{WIDE}&operation=mean&window=2&stride=2", lambda x: convolved(x, np.full((2, 2), .25), stride=2), "input", (1, 2)),
        (f"{WIDE}&operation=maximum&window=2&stride=2", highest, "output", (1, 1)),
        (f"{WIDE}&operation=maximum&window=2&stride=2", highest, "input", (1, 0)),
    ]
    programs, texts = [], []
    for link, _, kind, place in cases:
        page = studio().open(f"{link.replace('&at=1,1', '')}&from={kind}&at={place[0]},{place[1]}")
        until(lambda: product(page) != "")
        texts.append(product(page))
        programs.append(copied(page) + "\nprint('values', y.tolist(), slopes.tolist(), sep=chr(10))\n")
        page.close()
    for (link, of, kind, place), text, printed in zip(cases, texts, keras_prints(programs)):
        y, slopes = (np.array(eval(line)) for line in printed.split("values\n")[1].splitlines())
        assert y == pytest.approx(of(X), rel=1e-6), link
        # By small changes of each input, to which all these are proportional.
        expected = np.zeros((5, 4) + y.shape)
        for cell in np.ndindex(5, 4):
            x = np.array(X)
            x[cell] += 1e-3
            expected[cell] = (of(x) - of(X)) / 1e-3
        seen = expected[place] if kind == "input" else expected[(..., *place)]
        assert slopes == pytest.approx(seen, abs=1e-6), link
        if kind == "input":
            # As the page writes them.
            for cell in zip(*np.nonzero(slopes)):
                assert f"({cell[0]}, {cell[1]}) by {slopes[cell]:.6g}" in text


def test_the_network_trains_and_shows_where_it_looks(studio):
    page = studio().open("convolution?input=sst&epochs=5")
    page.get_by_role("button", name="Train the network").click()
    until(lambda: "Trained on" in page.locator(".network .said").inner_text(), seconds=60)
    until(lambda: "The network says" in page.locator(".network .product").inner_text())
    before = page.locator(".network .product").inner_text()
    field = page.get_by_role("application", name=re.compile("^The field"))
    field.focus()
    page.keyboard.press("Shift+ArrowRight")
    until(lambda: page.locator(".network .product").inner_text() != before)
    assert page.locator(".network .thumb").count() == 3 + 4 + 4 + 8 + 1
    until(lambda: asked(page, "network") == "true")


def test_a_patch_with_land_says_so_and_moves_on(studio):
    page = studio().open("convolution?input=sst&epochs=2&patch=6,0&network=true")
    note = page.locator(".network .mistake")
    until(lambda: note.is_visible() and "land" in note.inner_text(), seconds=60)
    field = page.get_by_role("application", name=re.compile("^The field"))
    field.focus()
    for _ in range(20):
        page.keyboard.press("Shift+ArrowRight")
    until(lambda: page.locator(".network .product").is_visible() and not note.is_visible())


def test_everything_is_reached_by_the_keyboard(studio):
    page = studio().open("convolution?input=sst")
    until(lambda: "=" in product(page))
    wanted = {"Guide", "Input", "First row", "Padding", "Stride", "Dilation", "Open a picture or a NetCDF file", "Output",
              "Train the network", "Epochs", "Copy as Python"}
    assert wanted - reached(page, 70) == set()


def test_the_guide_hides_the_answer_until_it_is_predicted(studio):
    page = studio().open("convolution")
    page.get_by_role("button", name="Guide", exact=True).click()
    guide = page.get_by_label("Guide", exact=True).and_(page.locator("section"))
    assert not page.locator(".product").first.is_visible()
    guide.get_by_label("4", exact=True).check()
    guide.get_by_role("button", name="See").click()
    assert "So it is." in guide.inner_text()
    until(lambda: page.locator(".product").first.is_visible())
    guide.get_by_role("button", name="Next").click()
    until(lambda: asked(page, "padding") == "explicit")
    guide.get_by_role("button", name="End the guide").click()
    until(lambda: page.locator(".product").first.is_visible())


@pytest.mark.parametrize("name, link", [
    ("digits", GRID), ("input", "convolution?from=input&at=1,1&padding=explicit"),
    ("sea", "convolution?input=sst&kernel=0+0+0;-0.5+0+0.5;0+0+0&at=6,9&network=true&epochs=20"),
])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(studio, name, link):
    shown = studio()
    page = shown.open(link)
    until(lambda: product(page) != "")
    if name == "sea":
        until(lambda: "The network says" in page.locator(".network .product").inner_text(), seconds=60)
    if name == "digits":
        page.get_by_role("button", name="Copy as Swift").click()
    shown.fits(f"convolution-{name}")


def test_pooling_in_a_link_is_never_explicit_without_a_word(studio):
    page = studio().open("convolution?operation=maximum&window=2&padding=explicit&margin=2")
    page.get_by_text("the padding is valid now").wait_for()
    until(lambda: "padding" not in page.evaluate("location.hash"))
    assert page.get_by_label("Padding", exact=True).input_value() == "valid"
    page.get_by_label("Padding", exact=True).select_option("same")
    assert page.get_by_text("the padding is valid now").is_hidden()
    until(lambda: "padding=same" in page.evaluate("location.hash"))
