"""Going from view to view: the address and the page say the same, however fast one goes."""

from conftest import until

TITLES = {
    "descent": "Descent", "network": "A network learns", "convolution": "Convolution",
    "gradients": "Vanishing gradients", "runs": "Runs",
}


def agrees(page):
    """Whether the one view that is there is that of the address."""
    name = page.evaluate("location.hash").lstrip("#").split("?")[0]
    current = page.locator("#views a[aria-current]").all_inner_texts()
    return page.locator("main h2").all_inner_texts() == [TITLES[name]] == current


def test_the_newest_of_many_fast_changes_is_shown(studio):
    page = studio().open("descent")
    names = list(TITLES)
    for turn in range(20):
        # Two or three views in a row, the next before the one before is there.
        for k in range(2 + turn % 2):
            page.evaluate("name => { location.hash = name; }", names[(turn * 2 + k * 3 + 1) % 5])
            page.wait_for_timeout(turn * k % 4 * 5)
        until(lambda: agrees(page))
        if turn % 4 == 3:
            page.evaluate("history.back(); history.back();")
            page.wait_for_timeout(20)
            until(lambda: agrees(page))
    page.wait_for_timeout(500)
    assert agrees(page)
    page.evaluate("for (const name of ['network', 'descent', 'network', 'convolution', 'descent']) location.hash = name;")
    page.wait_for_timeout(500)
    assert agrees(page) and page.locator("main h2").inner_text() == "Descent"
    until(lambda: page.locator("main tbody tr").count() == 3)


def test_the_tab_of_the_address_brings_the_view_back_as_it_is_at_first(studio):
    page = studio().open("descent?steps=7")
    until(lambda: page.locator("main .count").inner_text() == "step 7 of 7")
    page.get_by_role("link", name="Descent").click()
    until(lambda: page.locator("main .count").inner_text() == "step 40 of 40")
    # The address is there already, though not yet what was set.
    page.get_by_role("slider", name="Steps", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("link", name="Descent").click()
    until(lambda: page.locator("main .count").inner_text() == "step 40 of 40")
    page.get_by_role("link", name="Convolution").click()
    until(lambda: agrees(page))
    page.go_back()
    until(lambda: agrees(page) and page.locator("main .count").inner_text() == "step 40 of 40")
