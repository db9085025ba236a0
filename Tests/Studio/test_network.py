"""The network view: what a reader does with it, and that its numbers are scikit-learn's."""

import random
import re

import pytest
from conftest import KERAS, asked, copied, drop, keras_prints, median, needs_keras, prints, until


def numbers(page):
    """The numbers shown, by name."""
    rows = page.locator("tr[data-number]")
    return dict(rows.evaluate_all("rows => rows.map(r => [r.dataset.number, r.querySelector('td').textContent])"))


def learned(page, score="R²"):
    until(lambda: numbers(page).get(f"{score}, all points", "–") != "–", seconds=30)
    return numbers(page)


def point(page, x, y):
    """The place of numbers on the picture, from its axes."""
    box = page.locator(".plot canvas").first.bounding_box()
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def by_name(printed):
    """What a program prints, by its first word."""
    return dict(line.split(" ", 1) for line in printed.splitlines())


KNOWN = [
    ("network?epochs=300&patience=10", "R²"),
    ("network?solver=lbfgs&layers=12&activations=logistic&count=40&draw=4&seed=2&epochs=60&process=true", "R²"),
    ("network?solver=sgd&momentum=0.5&nesterov=false&layers=9&activations=relu&batch=7&rate=0.02&epochs=40", "R²"),
    ("network?stopping=true&fraction=0.3&count=60&epochs=200&noise=0.3&alpha=0.1", "R²"),
    ("network?task=classes&data=moons&count=80&noise=0.2&epochs=60&batch=16&stopping=true", "accuracy"),
    ("network?task=classes&data=blobs&count=61&noise=0.4&epochs=60&draw=2", "accuracy"),
    ("network?task=classes&data=circles&count=70&noise=0.1&solver=lbfgs&epochs=50", "accuracy"),
    ("network?task=classes&data=xor&count=70&noise=0.1&layers=&activations=&epochs=50", "accuracy"),
    ("network?data=own&points=-2,1;-1,0;0,1;1,0.5;2.5,-1&view=-3,3,-2,2&epochs=80&process=true&white=false", "R²"),
]


def test_the_numbers_are_scikit_learns(studio):
    pytest.importorskip("sklearn")
    seen, programs = [], []
    for state, score in KNOWN:
        page = studio().open(state)
        shown = learned(page, score)
        if "process=true" in state:
            until(lambda: "log marginal likelihood of the process" in numbers(page))
        seen.append({**shown, **numbers(page)})
        programs.append(copied(page))
        assert "keras" not in programs[-1]
        page.close()
    for (state, score), shown, printed in zip(KNOWN, seen, map(by_name, prints(programs))):
        assert printed["epochs"] == shown["epoch"].split(" ")[0], state
        assert float(shown["loss"]) == pytest.approx(float(printed["loss"]), rel=1e-5), state
        assert float(shown[f"{score}, all points"]) == pytest.approx(float(printed["score"]), rel=1e-5), state
        if "process=true" in state:
            assert float(shown["log marginal likelihood of the process"]) == pytest.approx(
                float(printed["likelihood"]), rel=1e-4), state


def unknown_to_scikit_learn(seed):
    """A dozen links at random to networks that scikit-learn has no call for, and the name of their score."""
    draw = random.Random(seed)
    rates = {"rmsprop": 0.01, "adagrad": 0.1, "adadelta": 1, "nadam": 0.01, "adamw": 0.01, "lion": 0.002, "adam": 0.01, "sgd": 0.05}
    for number in range(12):
        solver = (list(rates) + ["nadam", "lion", "adam", "lbfgs"])[number]
        kinds = ["identity", "logistic", "tanh", "relu"]
        own = solver in ("adam", "sgd", "lbfgs")
        activations = draw.sample(kinds, 2) if own else [draw.choice(kinds)] * draw.choice([0, 1, 2])
        data = draw.choice(["sine", "own", "moons", "circles", "xor", "blobs"])
        state = {
            "layers": ",".join(str(draw.randint(3, 9)) for _ in activations), "activations": ",".join(activations),
            "solver": solver, "rate": rates.get(solver, 0.01), "alpha": draw.choice([0.0001, 0.1]),
            "batch": draw.choice([0, 7, 16]), "seed": draw.randint(0, 99), "draw": draw.randint(0, 99),
            "count": draw.randint(30, 60), "epochs": 4 if solver == "lbfgs" else draw.randint(15, 30), "patience": 8,
            "momentum": 0.8, "nesterov": draw.choice(["true", "false"]),
            "stopping": "true" if solver != "lbfgs" and draw.random() < 0.5 else "false", "data": data,
        }
        if data == "own":
            # Classes that are not numbered from 0.
            points = [(draw.uniform(-2, 2), draw.uniform(-2, 2)) for _ in range(40)]
            state |= {"points": ";".join(f"{x:.3f},{y:.3f},{1 if x * y > 0.2 else 3}" for x, y in points), "view": "-2,2,-2,2"}
        if data != "sine":
            state["task"] = "classes"
        yield "network?" + "&".join(f"{key}={value}" for key, value in state.items()), "R²" if data == "sine" else "accuracy"


@needs_keras
def test_what_scikit_learn_has_no_call_for_is_kerass(studio):
    shown, programs = [], []
    for link, score in unknown_to_scikit_learn(4):
        one = studio()
        page = one.open(link)
        shown.append((link, score, learned(page, score)))
        programs.append(copied(page))
        assert "keras" in programs[-1]
        page.close()
    for (link, score, seen), printed in zip(shown, map(by_name, keras_prints(programs))):
        assert printed["epochs"] == seen["epoch"].split(" ")[0], link
        assert float(printed["loss"]) == pytest.approx(float(seen["loss"]), rel=1e-5), link
        assert float(printed["score"]) == pytest.approx(float(seen[f"{score}, all points"]), rel=1e-4), link


def test_the_same_as_scikit_learn_shows_seed_and_call(studio):
    page = studio().open("network?seed=7&epochs=20")
    shown = learned(page)
    page.get_by_text("The same as scikit-learn").click()
    until(lambda: "random_state=7" in page.locator(".same pre").inner_text())
    assert "With seed 7" in page.locator(".same p").inner_text()
    assert shown["loss"] in page.locator(".same p").inner_text()
    page.get_by_label("Activation of hidden layer 1").select_option("relu")
    until(lambda: "scikit-learn has no call for this run" in page.locator(".same p").inner_text())
    assert "keras.layers.Dense(8, activation=\"relu\")" in page.locator(".same pre").inner_text()
    # Rounding grows from step to step of lbfgs: its numbers are about those.
    page.get_by_label("Activation of hidden layer 1").select_option("tanh")
    page.get_by_label("Optimiser", exact=True).select_option("lbfgs")
    until(lambda: re.search(
        r"ends after \d+ epochs? or about so many with a loss of about \S+ and the R² about \S+, as here",
        page.locator(".same p").inner_text()))


def test_points_are_added_dragged_and_removed(studio):
    page = studio().open("network?epochs=20&count=4&noise=0")
    before = learned(page)
    page.mouse.click(*point(page, 0.55, 0.12))
    until(lambda: (asked(page, "points") or "").count(";") == 4)
    until(lambda: numbers(page)["loss"] not in (before["loss"], "–"))
    added = asked(page, "points").split(";")[-1]
    page.mouse.move(*point(page, 0.55, 0.12))
    page.mouse.down()
    page.mouse.move(*point(page, 0.7, 0.6), steps=6)
    page.mouse.up()
    until(lambda: asked(page, "points").split(";")[-1] != added)
    moved = [float(v) for v in asked(page, "points").split(";")[-1].split(",")]
    assert moved[0] > float(added.split(",")[0]) and moved[1] < float(added.split(",")[1])
    page.get_by_role("button", name="Remove points").click()
    page.mouse.click(*point(page, 0.7, 0.6))
    until(lambda: asked(page, "points").count(";") == 3)


def test_points_are_moved_added_and_removed_by_keys(studio):
    page = studio().open("network?epochs=20&count=4&noise=0")
    learned(page)
    handle = page.locator(".handle")
    handle.focus()
    page.keyboard.press("PageDown")
    first = handle.get_attribute("aria-label")
    page.keyboard.press("ArrowUp")
    until(lambda: handle.get_attribute("aria-label") != first)
    page.keyboard.press("Insert")
    until(lambda: (asked(page, "points") or "").count(";") == 4)
    page.keyboard.press("Delete")
    until(lambda: asked(page, "points").count(";") == 3)
    assert "x = " in first and "y = " in first
    page.get_by_role("button", name="Remove all").click()
    until(lambda: not asked(page, "points"))
    page.get_by_role("button", name="Add a point").click()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Insert")
    until(lambda: (asked(page, "points") or "").count(";") == 1)
    learned(page)


def test_classes_are_painted_with_the_class_that_is_chosen(studio):
    page = studio().open("network?task=classes&data=blobs&count=30&noise=0.2&epochs=20")
    learned(page, "accuracy")
    page.get_by_role("button", name="class 2").click()
    page.mouse.click(*point(page, 0.2, 0.15))
    until(lambda: (asked(page, "points") or "").split(";")[-1].endswith(",2"))


def test_it_trains_pauses_steps_and_goes_on(studio):
    page = studio().open("network?epochs=400&patience=400&speed=40&trained=false")
    page.wait_for_selector("tr[data-number]")
    assert numbers(page)["loss"] == "–"
    page.get_by_role("button", name="Train", exact=True).click()
    until(lambda: numbers(page)["epoch"] != "–")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on").wait_for()
    page.wait_for_timeout(150)
    paused = numbers(page)["epoch"]
    page.wait_for_timeout(150)
    assert numbers(page)["epoch"] == paused
    page.get_by_role("button", name="One epoch").click()
    until(lambda: int(numbers(page)["epoch"].split()[0]) == int(paused.split()[0]) + 1)
    page.get_by_role("button", name="To the end").click()
    stepped = learned(page)
    straight = studio().open("network?epochs=400&patience=400")
    assert learned(straight) == stepped


def test_the_rate_is_changed_while_it_trains(studio):
    page = studio().open("network?epochs=300&patience=300&speed=30&trained=false")
    page.wait_for_selector("tr[data-number]")
    page.get_by_role("button", name="One epoch").click()
    until(lambda: numbers(page)["epoch"].startswith("1 "))
    field = page.get_by_label("Learning rate, as a number")
    field.fill("0.05")
    field.press("Enter")
    page.get_by_role("button", name="To the end").click()
    shown = learned(page)
    assert shown["learning rate"] == "0.05"
    assert "0.01 from epoch 1 on, 0.05 from epoch 2 on" in page.locator(".said").inner_text()
    assert "The rate was changed" in copied(page, "command")
    program = copied(page)
    assert "PiecewiseConstantDecay([0], [0.01, 0.05])" in program
    if KERAS:
        printed = by_name(keras_prints([program])[0])
        assert printed["epochs"] == shown["epoch"].split(" ")[0]
        assert float(printed["loss"]) == pytest.approx(float(shown["loss"]), rel=1e-4)


def test_training_is_abandoned(studio):
    page = studio().open("network?epochs=400&speed=5&trained=false")
    page.wait_for_selector("tr[data-number]")
    page.get_by_role("button", name="Train", exact=True).click()
    until(lambda: numbers(page)["epoch"] != "–")
    page.get_by_role("button", name="Abandon").click()
    page.get_by_role("button", name="Train", exact=True).wait_for()
    before = numbers(page)["epoch"]
    # More than an epoch's time.
    page.wait_for_timeout(300)
    assert numbers(page)["epoch"] == before


def test_a_table_of_ones_own_is_read(studio):
    page = studio().open("network?epochs=20")
    learned(page)
    rows = "\n".join(f"{1990 + i};{i * 0.5};{i % 7 / 2}".replace(".", ",") for i in range(12))
    page.get_by_label("A table of one's own").set_input_files(
        {"name": "sst.csv", "mimeType": "text/csv", "buffer": f"year;sst;rain\n{rows}\n2010;;1\n".encode()})
    page.get_by_label("Column of y").wait_for()
    until(lambda: asked(page, "data") == "own" and asked(page, "points").count(";") == 11)
    assert "left out: 1" in page.locator(".table-note").inner_text()
    page.get_by_label("Column of y").select_option("rain")
    until(lambda: asked(page, "points").split(";")[1] == "1991,0.5")


def test_a_link_opens_the_epoch_that_is_shown(studio):
    page = studio().open("network?epochs=300&speed=5000")
    learned(page)
    page.get_by_role("button", name="Train", exact=True).click()
    until(lambda: page.get_by_label("Epoch shown", exact=True).is_visible() and numbers(page)["R², all points"] != "–")
    page.get_by_label("Epoch shown", exact=True).focus()
    page.keyboard.press("Home")
    until(lambda: asked(page, "epoch") is not None)
    before = numbers(page)
    other = studio().open(page.evaluate("location.hash.slice(1)"))
    until(lambda: numbers(other)["epoch"] == before["epoch"])
    assert numbers(other)["loss"] == before["loss"]
    assert numbers(other)["loss"] != "–"
    other.get_by_role("button", name="To the end").click()
    learned(other)
    until(lambda: asked(other, "epoch") is None)


def test_a_table_is_dropped_on_the_page(studio, tmp_path):
    page = studio().open("network?epochs=20")
    learned(page)
    file = tmp_path / "mine.csv"
    file.write_text("x,y\n" + "".join(f"{i},{i * i}\n" for i in range(9)))
    drop(page, file)
    until(lambda: asked(page, "data") == "own" and asked(page, "points").endswith("8,64"))


def test_a_file_that_is_no_table_is_refused_in_a_sentence(studio):
    page = studio().open("network?epochs=20")
    learned(page)
    page.get_by_label("A table of one's own").set_input_files(
        {"name": "x.csv", "mimeType": "text/csv", "buffer": b"\xff\xfe\x00\x01"})
    until(lambda: "no text in UTF-8" in page.locator("fieldset .mistake").first.inner_text())


def test_how_many_points_is_rounded_and_what_is_refused_leaves_no_old_result(studio):
    page = studio().open("network?epochs=20")
    learned(page)
    field = page.get_by_label("How many, as a number")
    field.fill("7.5")
    field.press("Enter")
    until(lambda: asked(page, "count") == "8")
    assert page.locator(".mistake:visible").count() == 0
    learned(page)
    page.evaluate("location.hash = 'network?epochs=20&seed=-1'")
    until(lambda: page.locator(".mistake:visible").count() == 1)
    assert "After" not in page.locator(".rest > .said").inner_text()


def test_the_guide_asks_and_shows(studio):
    page = studio().open("network")
    page.get_by_role("button", name="Guide", exact=True).click()
    guide = page.get_by_label("Guide", exact=True).and_(page.locator("section"))
    guide.get_by_label("One step up or down").check()
    assert numbers(page)["loss"] == "–"
    guide.get_by_role("button", name="See").click()
    assert "So it is." in guide.inner_text()
    until(lambda: numbers(page)["loss"] != "–")
    until(lambda: asked(page, "layers") == "1")


def test_the_guide_says_how_many_points_a_straight_border_leaves(studio):
    page = studio().open("network?task=classes&data=xor&count=100&noise=0.1&layers=&activations=&epochs=500")
    assert f"{round(100 - 100 * float(learned(page, 'accuracy')['accuracy, all points']))} of the 100 points" in (
        page.evaluate("import('./network-guide.js').then(guide => guide.steps[4].see)"))


def test_a_slider_answers_soon(studio):
    page = studio().open("network?epochs=200")
    learned(page)
    page.get_by_label("Seed (random_state)", exact=True).focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(40)
    # Tests share the machine.
    assert median(page) < 150


@pytest.mark.parametrize("name, state, score", [
    ("curve", "network?process=true&parts=true", "R²"),
    ("classes", "network?task=classes&data=moons&count=100&rate=0.03&stopping=true", "accuracy"),
    ("three", "network?task=classes&data=blobs&count=90&noise=0.4&layers=6&activations=relu", "accuracy"),
])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(studio, name, state, score):
    shown = studio()
    page = shown.open(state)
    learned(page, score)
    if name == "curve":
        page.get_by_role("button", name="Guide", exact=True).click()
        page.get_by_role("button", name="To the end").click()
        learned(page)
        page.get_by_text("The weights as numbers").click()
    if name == "three":
        page.get_by_text("The same as scikit-learn").click()
        page.get_by_role("button", name="Copy as Swift").click()
    shown.fits(f"network-{name}")


def test_columns_can_be_chosen_where_the_first_are_refused(studio):
    page = studio().open("network?epochs=20")
    learned(page)
    field = page.get_by_label("A table of one's own")

    def give(text):
        field.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": text.encode()})

    give("month,rain\n" + "".join(f"{i},{i % 3}\n" for i in range(8)))
    page.get_by_label("Column of y").wait_for()
    until(lambda: asked(page, "axes") == "month;rain")
    # A number beyond a million is refused; the columns are those of this file all the same.
    give("big,sst (K),lat\n" + "".join(f"{i * 1e7},{290 + i},{i}\n" for i in range(9)))
    until(lambda: page.locator(".mistake:visible").count() == 1 and "million" in page.locator(".mistake:visible").inner_text())
    options = page.get_by_label("Column of x").locator("option").all_inner_texts()
    assert options == ["big", "sst (K)", "lat"]
    page.get_by_label("Column of x").select_option("lat")
    until(lambda: asked(page, "axes") == "lat;sst (K)" and page.locator(".mistake:visible").count() == 0)
    until(lambda: "y has mean 294" in page.locator(".rest > .said").inner_text())
    assert "Scale them" in page.locator(".rest > .said").inner_text()
    page.get_by_role("checkbox", name="scale the columns").check()
    until(lambda: asked(page, "axes") == "lat, scaled;sst (K), scaled")
    until(lambda: "R²" in page.locator(".rest > .said").inner_text() and "Scale them" not in page.locator(".rest > .said").inner_text())
    page.get_by_label("Points", exact=True).select_option("sine")
    until(lambda: asked(page, "axes") is None)


def test_classes_of_a_table_keep_their_names_in_the_link(studio):
    page = studio().open("network?task=classes&data=moons&epochs=20")
    learned(page, "accuracy")
    # The first column of words has a class for each row.
    rows = "".join(f"2012-01-{i:02},{i},{i * i % 7},{['rain', 'snow', 'sun'][i % 3]}\n" for i in range(1, 31))
    page.get_by_label("A table of one's own").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": f"date,wind,high,weather\n{rows}".encode()})
    until(lambda: asked(page, "classes") == "rain;snow;sun")
    assert "left out: date." in page.locator(".table-note").inner_text()
    assert page.get_by_label("Column of the class").input_value() == "weather"
    other = studio().open(page.evaluate("location.hash.slice(1)"))
    until(lambda: "snow" in other.get_by_role("group", name="Class of new points").inner_text())


def test_columns_that_are_left_out_and_the_box_that_scales_are_named(studio):
    page = studio().open("network?epochs=20")
    learned(page)
    for text, said in [
        ("date,sst\n" + "".join(f"2001-01-{i + 1:02},{i}\n" for i in range(9)), "left out: date."),
        ("day,co2\n" + "".join(f"{19580329 + i},{316 + i}\n" for i in range(9)), 'The box "scale the columns" does that.'),
    ]:
        page.get_by_label("A table of one's own").set_input_files(
            {"name": "a.csv", "mimeType": "text/csv", "buffer": text.encode()})
        until(lambda: said in page.locator("fieldset .mistake:visible").first.inner_text() if page.locator("fieldset .mistake:visible").count() else False)
    page.get_by_role("checkbox", name="scale the columns").check()
    until(lambda: asked(page, "axes") == "day, scaled;co2, scaled")


def test_warnings_name_the_control(studio):
    page = studio().open("network?epochs=20")
    until(lambda: 'raise "Epochs at most"' in page.locator(".rest > .said").inner_text())
    assert "maxIter" not in page.locator(".rest > .said").inner_text()
