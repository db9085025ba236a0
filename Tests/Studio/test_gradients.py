"""The view of vanishing gradients: what a reader does with it."""

import random
import re

import pytest
from conftest import asked, copied, keras_prints, median, needs_keras, until


def rows(page):
    """The lengths by layer: now, and before training."""
    return [[float(c) for c in row.locator("td").all_inner_texts()] for row in page.locator("tbody tr").all()]


def said(page):
    return page.locator(".said").first.inner_text()


def test_a_link_opens_just_there(studio):
    page = studio().open("gradients?depth=12&activation=tanh")
    page.wait_for_selector("tbody tr")
    assert len(rows(page)) == 12
    assert "at the last" in said(page)


def test_sigmoids_vanish_and_the_cures_cure(studio):
    ratios = {}
    for name, link in [("sigmoid", "activation=sigmoid"), ("normalised", "activation=sigmoid&normalizes=true"),
                       ("skips", "activation=sigmoid&skips=true"), ("he", "activation=relu&initializer=he_normal")]:
        page = studio().open(f"gradients?{link}")
        page.wait_for_selector("tbody tr")
        table = rows(page)
        ratios[name] = table[0][0] / table[-1][0]
    assert ratios["sigmoid"] < 1e-8
    assert all(ratios[name] > 1e-2 for name in ["normalised", "skips", "he"])


def test_training_streams_and_its_steps_are_gone_through(studio):
    page = studio().open("gradients?depth=8&activation=tanh&steps=60&rate=0.05")
    page.wait_for_selector("tbody tr")
    page.get_by_role("button", name="Train", exact=True).click()
    until(lambda: "The loss went from" in said(page), seconds=60)
    table = rows(page)
    assert any(now != before for now, before in table)
    page.get_by_role("slider", name="Step shown").focus()
    page.keyboard.press("Home")
    until(lambda: "step 1 of 60" in page.locator(".count").inner_text())
    assert rows(page) != table
    until(lambda: asked(page, "trained") == "true")


def test_a_training_is_abandoned(studio):
    page = studio().open("gradients?depth=60&width=64&steps=1000")
    page.wait_for_selector("tbody tr")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("button", name="Abandon").click()
    until(lambda: not page.get_by_role("button", name="Abandon").is_visible(), seconds=30)
    assert "The loss went from" not in said(page)


def test_chains_are_kept_for_comparison_and_in_the_link(studio):
    page = studio().open("gradients?depth=6")
    page.wait_for_selector("tbody tr")
    page.get_by_role("button", name="Keep for comparison").click()
    page.get_by_label("Activation", exact=True).select_option("relu")
    until(lambda: page.locator(".keys .named").count() == 2)
    until(lambda: asked(page, "kept") == "sigmoid:glorot_uniform:0:0:6:32:0")
    page.get_by_role("button", name="Forget those kept").click()
    until(lambda: page.locator(".keys .named").count() == 1)


def test_a_slider_answers(studio):
    page = studio().open("gradients")
    page.wait_for_selector("tbody tr")
    page.get_by_label("Layers", exact=True).focus()
    for _ in range(30):
        page.keyboard.press("ArrowLeft" if _ < 15 else "ArrowRight")
        page.wait_for_timeout(30)
    assert median(page) < 150


def chains(seed):
    """A dozen links at random to chains that are trained."""
    draw = random.Random(seed)
    initializers = ["glorot_uniform", "glorot_normal", "he_normal", "he_uniform", "lecun_normal", "lecun_uniform",
                    "random_normal", "orthogonal"]
    activations = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "linear"]
    for number in range(12):
        yield (
            f"gradients?depth={draw.randint(1, 7)}&width={draw.randint(2, 12)}&activation={activations[number % 10]}"
            f"&initializer={initializers[number % 8]}&normalizes={draw.choice(['true', 'false'])}"
            f"&skips={draw.choice(['true', 'false'])}&seed={draw.randint(0, 99)}&optimizer={draw.choice(['sgd', 'adam'])}"
            f"&rate=0.01&steps={draw.randint(4, 12)}&trained=true")


@needs_keras
def test_the_python_copied_gives_the_lengths_and_the_loss_shown(studio):
    seen, programs = [], []
    for link in chains(7):
        page = studio().open(link)
        until(lambda: "The loss went from" in said(page), seconds=60)
        seen.append((link, rows(page), float(said(page).split(" to ")[1].split(". ")[0])))
        programs.append(copied(page))
        page.close()
    for (link, table, loss), printed in zip(seen, keras_prints(programs)):
        lines = dict(line.split("[") if "[" in line else line.split() for line in printed.splitlines())
        before, after = ([float(x) for x in lines[f"{when} training "].rstrip("]").split(",")] for when in ("before", "after"))
        assert before == pytest.approx([row[1] for row in table], rel=1e-4), link
        # Rounding in single precision grows from step to step.
        assert float(lines["loss"]) == pytest.approx(loss, rel=1e-4), link
        assert after == pytest.approx([row[0] for row in table], rel=2e-3), link


def test_the_guide_hides_the_answer_until_it_is_predicted(studio):
    page = studio().open("gradients")
    page.get_by_role("button", name="Guide", exact=True).click()
    assert not page.locator(".said").first.is_visible()
    page.get_by_role("button", name="See").click()
    until(lambda: page.locator(".said").first.is_visible())


def test_what_the_guide_counts_as_right_is_what_the_page_shows(studio):
    page = studio().open("gradients")
    page.get_by_role("button", name="Guide", exact=True).click()
    guide = page.locator("section.guide")
    shown = []
    for place, right in enumerate([2, 1, 2, 1, 0]):
        until(lambda: f"{place + 1} of 6" in guide.inner_text())
        guide.get_by_role("radio").nth(right).check()
        guide.get_by_role("button", name="See").click()
        assert "So it is." in guide.inner_text()
        until(lambda: said(page) and said(page) not in shown)
        shown.append(said(page))
        if place == 2:
            until(lambda: len(rows(page)) == 20)
            assert max(float(row[0]) for row in rows(page)) < 1e-12
        guide.get_by_role("button", name="Next").click()
    factors = [float(re.search("by a factor of (.*)\\.$", text)[1]) for text in shown]
    assert factors[0] < 1e-10 and 0.01 < factors[4] < 0.1
    assert [word in text for word, text in zip(["vanishes", "keeps", "keeps", "keeps", "shrinks"], shown)] == [True] * 5


@pytest.mark.parametrize("name, link", [
    ("chain", "gradients?kept=relu:he_normal:0:0:20:32:0|tanh:glorot_uniform:0:0:20:32:0"),
    ("trained", "gradients?activation=tanh&steps=60&rate=0.05&trained=true"),
])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(studio, name, link):
    shown = studio()
    page = shown.open(link)
    page.wait_for_selector("tbody tr")
    if name == "trained":
        until(lambda: "The loss went from" in said(page), seconds=60)
    shown.fits(f"gradients-{name}")
