"""The gallery as a browser has it: by axe, light and dark, wide and narrow."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_in_any_component(page, axe, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto("/components/")

    for fold in page.locator("main details").all():
        fold.locator("summary").click()

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
