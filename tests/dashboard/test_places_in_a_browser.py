"""A measure in other places as a browser has it: pictures, tables, and a chart that takes any of them beside it."""

import re

import pytest

from priorities.models import Locality
from tests.actionplans.factories import period_of
from tests.dashboard.conftest import Q1, Q2, Q3
from tests.dashboard.test_in_a_browser import names_in_legend
from tests.factories import ComparatorFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MEASURE = "/strathmuir/measures/POV-01/"

# Every word of a picture in its box, and none over another; a box is a little higher than what is written in it.
WORDS_ASTRAY = """() => [...document.querySelectorAll("main svg[role=img]")].flatMap((svg) => {
  const box = svg.getBoundingClientRect();
  if (!box.width) return [];
  const words = [...svg.querySelectorAll("text")].map((one) => [one.textContent, one.getBoundingClientRect()]);
  return words.flatMap(([said, at], place) => [
    ...(at.left < box.left - 1 || at.right > box.right + 1 || at.top < box.top - 1 || at.bottom > box.bottom + 1
      ? [`${said} runs off`] : []),
    ...words.slice(place + 1)
      .filter(([, other]) => at.left < other.right - 1 && other.left < at.right - 1
        && at.top < other.bottom - 5 && other.top < at.bottom - 5)
      .map(([other]) => `${said} over ${other}`),
  ]);
})"""


@pytest.fixture
def places(board):
    """A measure on target in an area two of whose localities are not, among 31 other councils."""
    measure = board.measure("51", "52", "53", code="POV-01", name="Grants decided in a day")
    partnership = board.cast.partnership

    def beside(name, kind, *values):
        other = ComparatorFactory(
            partnership=partnership,
            code=f"{kind}-{len(name)}-{name[-2:]}".replace(" ", ""),
            name=name,
            kind=kind,
        )
        for quarter, value in zip((Q3, Q2, Q1), reversed(values), strict=False):
            board.reading(measure, value, quarter, comparator=other)

    def inside(name, *values):
        place = Locality.objects.create(
            partnership=partnership, code=name.replace(" ", "-"), name=name, kind="ward"
        )
        for quarter, value in zip((Q3, Q2, Q1), reversed(values), strict=False):
            shown = {"symbol": "c"} if value == "c" else {}
            reading = board.reading(measure, "1" if shown else value, quarter, place=place)
            if shown:
                type(reading).objects.filter(pk=reading.pk).update(value=None, symbol="c")

    beside("Scotland", "country", "47", "48", "49")
    beside("Family group", "family", "50", "54", "52")
    for number in range(7):
        beside(f"Similar council {number}", "similar", f"{48 + number}", f"{47 + number}")
    for number in range(24):
        beside(f"Other council {number:02}", "council", f"{35 + number}", f"{34 + number}.5")
    beside("Most deprived fifth", "population", "40", "42", "41")
    inside("Highland", "44", "43", "42")
    inside("Strathmore and the Glens", "39", "38", "37")
    inside("Muirtown", "55", "57", "58")
    inside("Glen Orrin", "51", "50", "c")
    assert measure.readings.filter(**period_of(Q3)).count() > 30
    return board


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375, 320])
def test_axe_finds_nothing_and_every_word_has_its_place(page, sign_in, axe, places, width, scheme):
    sign_in(places.cast.board)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(MEASURE)
    page.evaluate("document.fonts.ready")

    for fold in page.locator("main details").all():
        fold.locator("summary").click()

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(WORDS_ASTRAY) == []


def test_the_page_says_who_is_off_target_and_where_the_area_stands(page, sign_in, places):
    sign_in(places.cast.board)
    page.goto(MEASURE)

    said = page.locator("main").inner_text()
    assert (
        "2 of 3 localities that can be judged are off target while "
        f"{places.cast.partnership.area_name} is on target: Strathmore and the Glens, Highland. "
        "Not judged: Glen Orrin (suppressed)."
    ) in said
    assert "(53.0% in Q3 2021/22) is joint 6th of 32 councils; 1st is best." in said
    assert "Better than Scotland (49.0%) and than the family group (52.0%)." in said
    cards = page.locator(".multiple").all_inner_texts()
    assert [re.sub(r"\s+", " ", card)[:30].strip() for card in cards] == [
        "Strathmore and the Glens 37.0%",
        "Highland 42.0% Off target Q3 2",
        "Muirtown 58.0% On target Q3 20",
        "Glen Orrin [c] Suppressed Q3 2",
        "Most deprived fifth 41.0% Off",
    ]


def test_the_keyboard_compares_with_scotland_and_a_locality(page, sign_in, axe, places):
    sign_in(places.cast.board)
    page.goto(MEASURE)
    page.get_by_role("button", name="Explore this chart").press("Enter")
    compare = page.get_by_role("group", name="Compare with")
    compare.get_by_role("checkbox", name="Scotland").wait_for()
    page.wait_for_function(names_in_legend("Figure", "Target"))

    compare.get_by_role("checkbox", name="Scotland").press("Space")
    compare.get_by_role("checkbox", name="Strathmore and the Glens").press("Space")
    page.wait_for_function(names_in_legend("Figure", "Scotland", "Strathmore and the Glens", "Target"))

    drawing = page.locator(".chart__explore svg.main-svg").first
    assert drawing.get_attribute("aria-label").endswith("Compared with Scotland, Strathmore and the Glens.")
    lowest = page.evaluate("document.querySelector('.chart__explore').layout.yaxis.range[0]")
    assert lowest <= 37
    axe(page)


def test_a_long_list_of_councils_is_folded_and_opens_with_the_keyboard(page, sign_in, axe, places):
    sign_in(places.cast.board)
    page.goto(MEASURE)
    page.get_by_role("button", name="Explore this chart").press("Enter")
    last = page.get_by_role("checkbox", name="Other council 23")
    fold = page.locator("summary", has_text="Other councils (24)")
    fold.wait_for()

    assert last.is_hidden()
    fold.press("Enter")
    last.press("Space")

    page.wait_for_function(names_in_legend("Figure", "Other council 23", "Target"))
    axe(page)


def test_without_script_strip_charts_and_tables_are_there(browser, live_server, context, sign_in, places):
    sign_in(places.cast.board)
    plain = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=context.storage_state()
    )
    page = plain.new_page()
    page.goto(MEASURE)

    assert page.get_by_role("img", name=re.compile("joint 6th of 32 councils")).is_visible()
    assert page.get_by_role("img", name="Highland: 44.0% in Q1 2021/22 to 42.0%").is_visible()
    page.locator("summary", has_text="Every figure for Q3 2021/22").click()
    assert page.get_by_role("row", name="Scotland Country Not ranked 49.0%").is_visible()
    assert page.get_by_role("row", name="Glen Orrin [c] 50.0% 51.0%").is_visible()
    plain.close()


def test_paper_shows_the_ranks_that_the_screen_folds(page, sign_in, places):
    sign_in(places.cast.board)
    page.goto(MEASURE)
    row = page.get_by_role("row", name="Scotland Country Not ranked 49.0%")
    assert row.is_hidden()

    page.emulate_media(media="print")

    assert row.is_visible()
