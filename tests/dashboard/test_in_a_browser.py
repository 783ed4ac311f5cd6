"""The Board's pages as a browser has them: under the real policy, by axe, on narrow screens and on paper."""

import datetime as dt

import pytest

from tests.actionplans.factories import (
    ActionFactory,
    ActionUpdateFactory,
    MeasureCommentaryFactory,
    RiskAssessmentFactory,
    RiskFactory,
    SeriesBreakFactory,
    TargetFactory,
    period_of,
)
from tests.dashboard.conftest import Q2, Q3

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DASHBOARD = "/strathmuir/dashboard/"
MEASURE = "/strathmuir/measures/POV-01/"
MEASURE_AHEAD = "/strathmuir/measures/POV-09/"
PAGES = (
    DASHBOARD,
    "/strathmuir/dashboard/2021-22/q3/priorities/poverty/",
    MEASURE,
    MEASURE_AHEAD,
    "/strathmuir/measures/",
    "/strathmuir/measures/?words=grants&status=off_target",
    "/strathmuir/risks/",
    "/strathmuir/risks/POV-R1/",
)


@pytest.fixture
def quarter(board):
    """One of every mark that the pages have."""
    poverty = board.cast.poverty
    measure = board.measure(
        "50", "54", "48", "45", code="POV-01", name="Grants decided in a day", definition="Of all grants."
    )
    SeriesBreakFactory(measure=measure, on=dt.date(2021, 4, 1))
    for value in ("55", "49", "52", "51", "53", "54", "56", "57"):
        board.measure("50", value)
    board.measure("5", "6", target=None, polarity="none")
    measure.shared_with.add(board.cast.skills)
    ahead = board.measure(
        *["50", "52"] * 4, *["53", "55", "56", "57", "59", "60"], code="POV-09", name="Grants"
    )
    TargetFactory(measure=ahead, value=70, **period_of(Q3.next().next().next()))
    overdue = board.measure(publication_lag_days=2, grace_days=5)
    board.reading(overdue, "48", Q2, flag="provisional")
    said = board.accept(
        assessment="serious_concern",
        assessment_reason="Two partners are short of staff.",
        progress="Two hubs opened.",
        exceptional_issues="The winter reserve is spent.",
        good_practice="One phone line for all advice.",
    )
    MeasureCommentaryFactory(
        quarterly_return=said, measure=measure, cause="Two posts are vacant.", response="Both are advertised."
    )
    late = ActionFactory(priority=poverty, title="Open an advice hub", due_on=dt.date(2021, 6, 30))
    ActionUpdateFactory(quarterly_return=said, action=late, status="late", line="Waiting for a lease.")
    for number, scores in enumerate(
        (((3, 4), (4, 4)), ((2, 2), (1, 2)), ((5, 5), (5, 5)), ((1, 1), (1, 1))), 1
    ):
        risk = RiskFactory(priority=poverty, code=f"POV-R{number}", title=f"Risk number {number}")
        for quarter, (likelihood, impact) in zip(
            (board.cast.before, board.cast.quarter), scores, strict=True
        ):
            RiskAssessmentFactory(
                risk=risk, quarter=quarter, matrix=board.matrix, likelihood=likelihood, impact=impact
            )
    return board


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing(page, sign_in, axe, quarter, width, scheme):
    sign_in(quarter.cast.board)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)

    for address in PAGES:
        page.goto(address)
        for fold in page.locator("main details").all():
            fold.locator("summary").click()
        axe(page)


@pytest.mark.parametrize("width", [320, 375, 768, 1024])
def test_nothing_runs_off_the_side(page, sign_in, quarter, width):
    sign_in(quarter.cast.board)
    page.set_viewport_size({"width": width, "height": 800})

    for address in PAGES:
        page.goto(address)

        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_a_reader_explores_a_chart_under_the_sites_own_policy(page, sign_in, axe, quarter):
    """`page` fails the test if the policy refuses anything, and if the chart asks another server."""
    sign_in(quarter.cast.board)
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(MEASURE)
    button = page.get_by_role("button", name="Explore this chart")

    assert {"figure.json", "plotly-basic.min.js"} & set(asked) == set()
    button.focus()
    page.keyboard.press("Enter")
    drawing = page.get_by_role("img", name="Grants decided in a day: 45.0% in Q3 2021/22").last
    page.locator(".chart__explore svg.main-svg .scatterlayer .point").first.wait_for()

    assert {"figure.json", "plotly-basic.min.js"} <= set(asked)
    assert drawing.evaluate("element => element.classList.contains('main-svg')")
    assert page.locator(".chart__explore .scatterlayer .trace").count() == 2
    assert page.locator(".chart__explore .modebar-btn[data-title*='Share']").count() == 0
    axe(page)
    page.get_by_role("button", name="Close this chart").press("Enter")
    assert page.locator(".chart__explore").is_hidden()


def test_a_reader_explores_what_is_to_come_and_the_pattern(page, sign_in, axe, quarter):
    """In the colours of the page: the last words of a figure's box are the script's, not those of print."""
    sign_in(quarter.cast.board)
    page.goto(MEASURE_AHEAD)
    page.get_by_role("button", name="Explore this chart").click()
    legend = page.locator(".chart__explore .legendtext")
    legend.first.wait_for()

    assert set(legend.all_text_contents()) == {
        "Figure",
        "Target",
        "Forecast",
        "19 times in 20",
        "Median 52.0%",
        "Signal",
    }
    axe(page)


def test_the_keyboard_puts_a_line_away_and_brings_it_back(page, sign_in, quarter):
    sign_in(quarter.cast.board)
    page.goto(MEASURE_AHEAD)
    page.get_by_role("button", name="Explore this chart").press("Enter")
    shown = page.get_by_role("group", name="Show on the chart")
    forecast = shown.get_by_role("checkbox", name="Forecast")
    forecast.focus()

    assert [shown.get_by_role("checkbox", name=name).is_checked() for name in ("Median", "Target")] == [
        True
    ] * 2
    page.keyboard.press("Space")
    page.wait_for_function(names_in_legend("Figure", "Median 52.0%", "Signal", "Target"))
    page.keyboard.press("Space")
    page.wait_for_function(
        names_in_legend("19 times in 20", "Figure", "Forecast", "Median 52.0%", "Signal", "Target")
    )
    assert page.get_by_role("group", name="Compare with").count() == 0


def names_in_legend(*names):
    """What the page must come to say: the lines that are drawn, by name."""
    return f"""() => [...document.querySelectorAll(".chart__explore .legendtext")]
        .map((words) => words.textContent).sort().join() === {",".join(sorted(names))!r}"""


def test_a_chart_that_cannot_be_fetched_leaves_picture_and_table(page, sign_in, quarter):
    sign_in(quarter.cast.board)
    page.goto(MEASURE)
    page.route("**/figure.json", lambda route: route.fulfill(status=500))

    page.get_by_role("button", name="Explore this chart").click()

    page.get_by_text("The chart could not be loaded. The figures are in the table below.").wait_for()
    assert page.get_by_role("cell", name="45.0%", exact=True).first.is_visible()
    assert len(page.complaints) == 2  # The answer 500, and the script's own word of it.
    page.complaints.clear()


def test_without_script_everything_is_there_but_the_button(browser, live_server, context, sign_in, quarter):
    sign_in(quarter.cast.board)
    plain = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=context.storage_state()
    )
    page = plain.new_page()
    page.goto(MEASURE)

    assert page.get_by_role("button", name="Explore this chart").is_hidden()
    assert page.get_by_role("img", name="Grants decided in a day: 45.0% in Q3 2021/22").count() == 1
    assert page.get_by_role("row", name="Q3 2021/22 45.0% 50.0% Off target").is_visible()
    plain.close()


def test_paper_shows_what_the_screen_folds(page, sign_in, quarter):
    sign_in(quarter.cast.board)
    page.goto(DASHBOARD)
    folded = page.locator(".fold .measures__value").first
    assert folded.is_hidden()

    page.emulate_media(media="print")

    assert folded.is_visible()
    assert page.get_by_role("navigation", name="Other quarters").is_hidden()
