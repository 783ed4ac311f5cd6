"""The Board's pages: who may see them, what they say, and what they cost."""

import datetime as dt
import json
import re

import pytest
from django.urls import reverse

from actionplans.models import Measure, Reading
from dashboard import views
from priorities.roles import Role
from tests.actionplans.factories import (
    ActionFactory,
    MeasureCommentaryFactory,
    QuarterlyReturnFactory,
    RiskAssessmentFactory,
    RiskFactory,
    SeriesBreakFactory,
    TargetFactory,
    period_of,
)
from tests.dashboard.chart_cast import HOSTILE
from tests.dashboard.conftest import Q2, Q3, a_moment, signed_in, text_of
from tests.factories import GroupFactory, PartnershipFactory, QuarterFactory, person

DASHBOARD = "/strathmuir/dashboard/"
Q3_DASHBOARD = "/strathmuir/dashboard/2021-22/q3/"
PRIORITY = f"{Q3_DASHBOARD}priorities/poverty/"
MEASURE = "/strathmuir/measures/POV-01/"
FIGURE = f"{MEASURE}figure.json"
RISKS = "/strathmuir/risks/"
RISK = "/strathmuir/risks/POV-R1/"

PAGES = (
    DASHBOARD,
    Q3_DASHBOARD,
    PRIORITY,
    MEASURE,
    FIGURE,
    RISKS,
    f"{RISKS}2021-22/q3/",
    RISK,
)


@pytest.fixture
def poverty(board):
    """Something on every page: a measure off target, an action and a risk that moved."""
    measure = board.measure(
        "54",
        "48",
        "45",
        code="POV-01",
        name="Grants decided in a day",
        definition="Of all grants.",
        source="Partners’ own counts",
        source_url="https://example.org/counts",
    )
    ActionFactory(priority=board.cast.poverty, title="Open an advice hub")
    risk = RiskFactory(priority=board.cast.poverty, code="POV-R1", title="Advice services close")
    for quarter, likelihood in ((board.cast.before, 3), (board.cast.quarter, 4)):
        RiskAssessmentFactory(
            risk=risk, quarter=quarter, matrix=board.matrix, likelihood=likelihood, impact=4
        )
    return measure


# Who may see them


@pytest.mark.parametrize("page", PAGES)
def test_nobody_without_an_account_sees_anything(client, poverty, page):
    response = client.get(page)

    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={page}")


@pytest.mark.parametrize("page", PAGES)
def test_readers_see_every_page_and_others_know_of_none(client, board, poverty, page):
    cast = board.cast
    administrator = person(cast.partnership, Role.ADMINISTRATOR)
    contributor = person(cast.partnership, Role.CONTRIBUTOR)
    people = (cast.board, cast.chair, cast.viewer, cast.lead, cast.officer, cast.manager)

    for reader in people:
        assert signed_in(client, reader).get(page).status_code == 200
    for other in (cast.stranger, administrator, contributor):
        assert signed_in(client, other).get(page).status_code == 404


def test_a_code_of_another_partnership_is_not_found(client, board, poverty):
    elsewhere = board.cast.stranger.memberships.get().partnership

    both = signed_in(client, board.cast.stranger)

    assert both.get(f"/{elsewhere.slug}/measures/POV-01/").status_code == 404
    assert both.get(f"/{elsewhere.slug}/risks/POV-R1/").status_code == 404


@pytest.mark.parametrize(
    "page",
    [
        "/strathmuir/dashboard/2021-22/q5/",
        "/strathmuir/dashboard/2021-23/q3/",
        "/strathmuir/dashboard/2019-20/q3/",
        "/strathmuir/dashboard/2021-22/q3/priorities/none/",
        "/strathmuir/measures/NONE/",
        "/strathmuir/risks/NONE/",
        "/nowhere/dashboard/",
    ],
)
def test_what_is_not_there_is_not_found(member, page):
    assert member.get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_only_read(member, poverty, page):
    assert member.post(page).status_code == 405


# The dashboard


def test_the_dashboard_opens_with_what_needs_attention(member, board, poverty):
    said = board.accept(
        assessment="serious_concern",
        assessment_reason="Two partners are short of staff.",
        good_practice="One phone line for all advice.",
        exceptional_issues="The winter reserve is spent.",
    )
    MeasureCommentaryFactory(
        quarterly_return=said,
        measure=poverty,
        cause="Two posts are vacant.",
        response="Both are advertised.",
        back_on_track_on=dt.date(2022, 3, 31),
    )

    shown = text_of(member.get(DASHBOARD))

    assert "Performance Dashboard: Q3 2021/22" in shown
    assert "1 of 2 returns accepted; figures are those accepted so far. Still to come: Skills." in shown
    assert (
        "Off target Worsening Poverty Grants decided in a day 45.0% in Q3 2021/22 against a target of 50.0%; "
        "down 3.0 percentage points from Q2 2021/22. Why Two posts are vacant. What is being done Both are "
        "advertised. Back on track By the end of Q4 2021/22"
    ) in shown
    assert (
        "Raised by the lead officer Poverty Exceptional issue: Poverty The winter reserve is spent." in shown
    )
    assert (
        "There is 1 measure. 1 can be assessed: 0 on target, 0 slightly off target, 1 off target. 1 Off target"
    ) in shown
    assert "Worsened Grants decided in a day 45.0%, down 3.0 percentage points from Q2 2021/22" in shown
    assert "Serious concern Two partners are short of staff." in shown
    assert "Actions: 1 not yet reported." in shown
    assert "Good practice Poverty One phone line for all advice." in shown
    assert (
        "Grants decided in a day Higher is better. New figure, published 5 January 2022; next due March 2022. "
        "45.0% Q3 2021/22 50.0% Off target Worsening down 3.0 percentage points from Q2 2021/22"
    ) in shown
    assert shown.index("What needs attention first Off") < shown.index("There is 1 measure.")
    assert shown.index("There is 1 measure.") < shown.index("Priorities Poverty")


def test_the_sentence_on_the_page_is_the_scorecards(member, board, poverty):
    board.measure("55", priority=board.cast.skills)

    response = member.get(DASHBOARD)

    assert response.context["card"] == board.card()
    assert board.card().sentence in text_of(response)


def test_without_a_return_the_last_judgement_is_shown_as_old(member, board, poverty):
    board.accept(before=True, assessment="some_concern", assessment_reason="Demand rose.")

    shown = text_of(member.get(DASHBOARD))

    assert "Not reported yet for Q3 2021/22. In Q2 2021/22 the lead officer said: Some concern" in shown
    assert "0 of 2 returns accepted; figures are those accepted so far. Figures as known on" in shown
    assert "The last complete dashboard is Q2 2021/22." in shown


def test_readers_turn_to_the_quarters_begun(member, board, poverty):
    QuarterFactory(partnership=board.cast.partnership, number=4)

    newest, before = member.get(DASHBOARD), member.get("/strathmuir/dashboard/2021-22/q2/")

    assert 'rel="prev" href="/strathmuir/dashboard/2021-22/q2/"' in newest.content.decode()
    assert 'rel="next"' not in newest.content.decode()
    assert 'rel="next" href="/strathmuir/dashboard/2021-22/q3/"' in before.content.decode()
    assert "The quarter was locked on 5 November 2021." in text_of(before)


def test_a_quarter_to_come_says_when_it_begins(member, board):
    QuarterFactory(partnership=board.cast.partnership, number=4)

    for page in ("dashboard", "risks"):
        shown = text_of(member.get(f"/strathmuir/{page}/2021-22/q4/"))

        assert "It opens on 1 April 2022, and returns are due on 21 April 2022." in shown
        assert "The newest dashboard is Q3 2021/22." in shown


def test_a_partnership_before_its_first_round_is_told_what_comes(client, db):
    partnership = PartnershipFactory(slug="new")
    reader = signed_in(client, person(partnership, Role.VIEWER))

    for page in ("dashboard", "risks"):
        response = reader.get(f"/new/{page}/")

        assert (response.status_code, "No quarter has begun" in text_of(response)) == (200, True)


def test_a_quarter_without_anything_is_not_an_error(member, board):
    dashboard, risks = member.get(DASHBOARD), member.get(RISKS)

    assert "There are no measures." in text_of(dashboard)
    assert "Nothing is off target and worsening, overdue or late" in text_of(dashboard)
    assert "No open risks" in text_of(risks)


def test_a_long_priority_shows_its_exceptions_and_folds_the_rest(member, board):
    for _ in range(8):
        board.measure("55")
    assert '<details class="govuk-details fold">' not in member.get(DASHBOARD).content.decode()

    board.measure("40")
    page = member.get(DASHBOARD).content.decode()

    assert page.count('<details class="govuk-details fold">') == 1
    assert "8 other measures of Poverty" in page
    shown_first = page[
        page.index('id="measures-poverty"') : page.index('<details class="govuk-details fold">')
    ]
    assert shown_first.count("measures__value") == 1


@pytest.mark.parametrize("page", [DASHBOARD, PRIORITY, MEASURE, RISKS, RISK])
def test_no_mark_is_colour_alone(member, board, poverty, page):
    content = member.get(page).content.decode()
    body = content[content.index("<main") :]

    marks = re.findall(
        r'<span class="(?:status|trend|risk-band|movement|judgement|action-status) [^"]*">(.*?)</span>', body
    )

    assert marks
    for mark in marks:
        assert re.fullmatch(r'<svg class="icon"[^>]*><use href="#icon-\w+"/></svg>[A-Z][a-z ]+', mark)


@pytest.mark.parametrize("page", [DASHBOARD, PRIORITY, MEASURE])
def test_every_picture_says_what_it_shows(member, poverty, page):
    body = member.get(page).content.decode()

    pictures = re.findall(r'<svg (?:[^>]*)role="img"[^>]*>(<title>[^<]+</title>)?', body)

    assert pictures
    assert all(pictures)


# A priority


def test_a_priority_in_full(member, board, poverty):
    board.cast.poverty.groups.add(GroupFactory(partnership=board.cast.partnership, name="Food Network"))
    board.accept(
        assessment="on_track",
        progress="Two hubs opened.\n\nA third is planned.",
        exceptional_issues="The winter reserve is spent.",
    )

    response = member.get(PRIORITY)
    shown = text_of(response)

    assert "Lead officer’s assessment On track" in shown
    assert "<p>Two hubs opened.</p>\n\n<p>A third is planned.</p>" in response.content.decode()
    assert "Exceptional issues The winter reserve is spent." in shown
    assert "Groups and networks Food Network" in shown
    assert "For partners Action Status Due What was said Open an advice hub" in shown
    assert "POV-R1 Advice services close Owner: Head of Communities" in shown
    assert "the target was 50.0%. Higher is better." in shown
    assert "This priority has no stretch outcomes yet." in shown


def test_words_not_accepted_do_not_reach_a_priority(member, board, poverty):
    QuarterlyReturnFactory(
        priority=board.cast.poverty, quarter=board.cast.quarter, progress="Not for the Board yet."
    )

    shown = text_of(member.get(PRIORITY))

    assert "Not for the Board yet" not in shown
    assert "The Q3 2021/22 return is not accepted yet" in shown


# A measure


def test_a_measure_in_full(member, board, poverty):
    board.reading(poverty, "45.5", Q3, released_at=a_moment(2022, 1, 8), flag="revised", note="A late count.")
    response = member.get(MEASURE)
    shown = text_of(response)

    assert (
        "Latest figure 45.5% Q3 2021/22 (revised), which ended less than a month ago. "
        "Published 8 January 2022. New since Q2 2021/22."
    ) in shown
    assert (
        "Off target The target for Q3 2021/22 is 50.0%. Higher is better. "
        "Amber within 2 percentage points of the target."
    ) in shown
    assert "Trend Worsening Short: down 2.5 percentage points from Q2 2021/22." in shown
    assert "Next figure March 2022 For Q4 2021/22." in shown
    assert "Q3 2021/22 45.5% revised 50.0% Off target 8 January 2022 A late count." in shown
    assert "Every published version: 4 figures, 1 period revised" in shown
    assert "Q3 2021/22 45.5% revised 8 January 2022" in shown
    assert "Q3 2021/22 45.0% 5 January 2022 15 January 2022 Replaced" not in shown
    assert "Replaced" in shown
    assert "Definition Of all grants." in shown
    assert (
        "How it is judged Amber within 2 percentage points of the target. "
        "Amber is shown as “Slightly off target”, red as “Off target”."
    ) in shown
    assert '<a class="govuk-link" href="https://example.org/counts">Partners’ own counts</a>' in (
        response.content.decode()
    )


def test_a_measure_that_nobody_judges_says_so(member, board):
    board.measure("5", "6", code="POV-01", target=None, polarity="none")

    shown = text_of(member.get(MEASURE))

    assert "Data only No target is set for Q3 2021/22. No better direction." in shown
    assert "Trend Higher Short: up 1.0 percentage point" in shown
    assert "How it is judged Not judged against a target. One figure covers Financial quarter" in shown


def test_a_draft_never_shows_to_the_board(member, board, poverty):
    held = QuarterlyReturnFactory(priority=board.cast.poverty, quarter=board.cast.quarter)
    board.reading(poverty, "77.7", Q3, state=Reading.State.DRAFT, quarterly_return=held)

    for page in (DASHBOARD, PRIORITY, MEASURE, FIGURE):
        assert "77.7" not in member.get(page).content.decode()


def test_many_periods_are_folded(member, board):
    board.measure(*(["50"] * 10), code="POV-01")

    shown = text_of(member.get(MEASURE))

    assert "2 earlier periods" in shown
    assert (
        shown.count("On target") == 12
    )  # Two are the measure's own: its status, and that beside its outlook.


def test_now_and_at_the_end_are_told_apart(member, board, poverty):
    TargetFactory(measure=poverty, value=60, **period_of(Q3.next().next()))

    shown = text_of(member.get(MEASURE))

    assert (
        "Will it reach its target? It will not reach 60.0% by Q1 2022/23 if the last two quarters’ pace holds: "
        "7.5 percentage points a quarter are needed, 4.5 were lost a quarter since Q1 2021/22. Higher is better. "
        "Now Off target 45.0% in Q3 2021/22, against a target of 50.0%. "
        "By Q1 2022/23 Not on pace The final target is 60.0%. "
        "Pace So far Down 4.5 percentage points a quarter, Q1 2021/22 to Q3 2021/22 "
        "Needed Up 7.5 percentage points a quarter, to Q1 2022/23 "
        "Forecast for Q1 2022/23 36.0% "
        "Made by going on from Q3 2021/22 at the average pace of the last three values that can be compared, "
        "Q1 2021/22 to Q3 2021/22. No range is given: it takes six values that can be compared, "
        "and there are three."
    ) in shown
    # Each sample's words are its text alternative too, which the page hides.
    forecast = "Forecast, if the last two quarters’ pace holds"
    assert f"Figures Figures Target Target {forecast} {forecast}" in shown


def test_a_forecast_comes_with_its_range(member, board):
    measure = board.measure("36", "38", "40", "45", "48", "50", code="POV-01")
    TargetFactory(measure=measure, value=60, **period_of(Q3.next().next()))

    shown = text_of(member.get(MEASURE))

    assert (
        "Forecast for Q1 2022/23 56.7% 19 times in 20 between 50.1% and 63.3%. "
        "The target is inside this range, so it may go either way."
    ) in shown
    assert (
        "The forecast for Q1 2022/23, if the last three quarters’ pace holds, is 56.7%, "
        "19 times in 20 between 50.1% and 63.3%."
    ) in shown


def test_a_target_whose_time_is_over_is_looked_back_on(member, poverty):
    shown = text_of(member.get(MEASURE))

    assert (
        "Will it reach its target? It did not reach 50.0% by Q3 2021/22: it was 45.0% in Q3 2021/22. "
        "Higher is better."
    ) in shown
    assert "By Q3 2021/22 Not reached in time The final target is 50.0%." in shown
    assert "Forecast for" not in shown


def test_where_nothing_can_be_said_the_reason_is(member, board):
    board.measure("40", "45", code="POV-01", target=None)
    assert "Will it reach its target? No target is set, so there is none to reach." in text_of(
        member.get(MEASURE)
    )

    board.measure(code="POV-02")
    TargetFactory(measure=board.measure(code="POV-03"), value=60, **period_of(Q3.next()))
    shown = text_of(member.get("/strathmuir/measures/POV-03/"))

    assert "It cannot be said whether it will reach 60.0% by Q4 2021/22: there is no value yet." in shown
    assert "By Q4 2021/22 Cannot say The final target is 60.0%. " in shown
    assert "What the pattern says" not in shown


def test_the_pattern_is_told_with_its_median(member, board):
    board.measure(*["50", "52"] * 6, *["54"] * 6, code="POV-01")

    shown = text_of(member.get(MEASURE))

    assert (
        "What the pattern says Signal of a change "
        "Shift. Seven quarters in a row are above the median (a shift), Q1 2020/21 to Q3 2021/22: improving. "
        "The median is 51.0%, taken over Q2 2017/18 to Q1 2020/21. What is this?"
    ) in shown


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            ("50", "51"),
            "Too few figures 2 values: too few to tell a change from chance. A run chart needs at least 10.",
        ),
        (
            ("50", "52", "53", "49", "48", "52", "54", "49", "50", "53", "52", "49"),
            (
                "No signal The ups and downs are no more than chance explains. The median is 51.0%, "
                "taken over Q4 2018/19 to Q3 2021/22."
            ),
        ),
    ],
)
def test_noise_is_not_read_as_change(member, board, values, words):
    board.measure(*values, code="POV-01")

    assert f"What the pattern says {words}" in text_of(member.get(MEASURE))


def test_a_signal_that_is_over_says_so_and_a_break_parts_the_figures(member, board):
    values = ["90", *["50", "52"] * 6, *["54"] * 6, "50", "52", "50"]
    measure = board.measure(*values, code="POV-01", polarity="minimise")
    SeriesBreakFactory(measure=measure, on=dt.date(2016, 10, 1))

    shown = text_of(member.get(MEASURE))

    assert (
        "Q2 2019/20 to Q4 2020/21: worsening. The newest figure is no longer part of it. "
        "The median is 51.0%, taken over Q3 2016/17 to Q2 2019/20. "
        "Only figures since the last break in the series are read together."
    ) in shown


def test_only_the_cp_manager_is_offered_to_put_a_figure_right(client, board, poverty):
    words = "Record or put right a figure"

    assert words not in text_of(signed_in(client, board.cast.board).get(MEASURE))
    page = signed_in(client, board.cast.manager).get(MEASURE)
    assert words in text_of(page)
    for name in ("reading-new", "target-edit", "measure-edit", "series-list"):
        assert reverse(f"actionplans:{name}", args=["strathmuir", "POV-01"]) in page.content.decode()


def test_only_who_clears_figures_is_led_from_a_controlled_measure_to_what_is_hidden(client, board, poverty):
    Measure.objects.filter(pk=poverty.pk).update(is_disclosure_controlled=True)
    words = "See what is not shown, and why"

    assert words not in text_of(signed_in(client, board.cast.board).get(MEASURE))
    assert words in text_of(signed_in(client, board.cast.manager).get(MEASURE))
    Measure.objects.filter(pk=poverty.pk).update(is_disclosure_controlled=False)
    assert words not in text_of(signed_in(client, board.cast.manager).get(MEASURE))


def test_a_measure_before_the_first_round_shows_what_is_known(client, board, poverty):
    board.cast.partnership.quarters.update(opens_on=dt.date(2022, 2, 1), due_on=dt.date(2022, 2, 21))

    shown = text_of(signed_in(client, board.cast.board).get(MEASURE))

    assert "45.0%" in shown


# The chart to explore


def test_the_figure_is_plotlys_with_sharing_off(member, poverty):
    response = member.get(FIGURE)
    body = json.loads(response.content)

    assert response["Content-Type"] == "application/json"
    assert body["config"]["showSendToCloud"] is False
    assert body["config"]["plotlyServerURL"] == ""
    (value,) = [trace for trace in body["figure"]["data"] if trace["meta"]["role"] == "value"]
    assert (value["x"], value["y"]) == (["Q1 2021/22", "Q2 2021/22", "Q3 2021/22"], [54.0, 48.0, 45.0])
    assert "private" in response["Cache-Control"]


def test_the_figure_goes_on_to_the_final_target(member, board, poverty):
    TargetFactory(measure=poverty, value=60, **period_of(Q3.next().next()))

    data = json.loads(member.get(FIGURE).content)["figure"]["data"]
    traces = {trace["meta"]["role"]: (trace["x"], trace["y"]) for trace in data}

    assert traces["forecast"] == (["Q3 2021/22", "Q4 2021/22", "Q1 2022/23"], [45.0, 40.5, 36.0])
    assert traces["target"][1] == [50.0, 50.0, 50.0, None, 60.0]


def test_an_unchanged_figure_is_not_sent_or_built_again(member, board, poverty, monkeypatch):
    built = []
    chart_json = views.chart_json
    monkeypatch.setattr(views, "chart_json", lambda chart: built.append(chart) or chart_json(chart))

    first = member.get(FIGURE)
    again = member.get(FIGURE)
    unchanged = member.get(FIGURE, headers={"If-None-Match": first["ETag"]})
    board.reading(poverty, "46", Q3, released_at=a_moment(2022, 1, 9))
    changed = member.get(FIGURE, headers={"If-None-Match": first["ETag"]})

    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)
    assert len(built) == 2


def test_a_figure_is_asked_for_only_when_a_reader_opens_it(member, poverty, monkeypatch):
    monkeypatch.setattr(views, "chart_json", lambda chart: pytest.fail("built without being asked for"))

    page = member.get(MEASURE).content.decode()

    assert f'data-chart-url="{FIGURE}"' in page
    assert 'data-plotly-src="/static/vendor/plotly/plotly-basic.min.js"' in page
    assert '<button type="button" class="govuk-button govuk-button--secondary" hidden>' in page
    assert "<script src" not in page


# Risks


def test_the_risk_profile_says_map_and_table(member, poverty):
    response = member.get(RISKS)
    shown = text_of(response)

    assert "Risk Profile: Q3 2021/22" in shown
    assert "There is 1 risk: 1 high. Response: 1 treat. Since Q2 2021/22: 1 increased." in shown
    assert "16 High POV-R1 Advice services close, increased" in shown
    assert "Highest acceptable band: medium. Moved from 12 to 16 since Q2 2021/22." in shown
    assert (
        "POV-R1 Advice services close Poverty. Owner: Head of Communities Not yet scored 16 High Not yet set "
        "Increased was 12 Treat No at most medium"
    ) in shown
    assert response.content.decode().count("heatmap__cell--") == 25


def test_a_risk_in_full(member, poverty):
    shown = text_of(member.get(RISK))

    assert (
        "Current (residual) score 16 High Likelihood likely (4), impact major (4). Scored in Q3 2021/22."
        in shown
    )
    assert "Since Q2 2021/22 Increased Moved from 12 to 16 since Q2 2021/22." in shown
    assert "The highest acceptable band. This risk is above it." in shown
    assert (
        "Cause Partners are short of staff. Event Advice services close. Consequence People go without help."
    ) in shown
    assert "Score of risk POV-R1: 16 in Q3 2021/22, up 4 from Q2 2021/22; there was no target." in shown
    assert "Q3 2021/22 16 High As before. Q2 2021/22 12 High As before." in shown


def test_a_closed_risk_says_why(client, board, poverty):
    board.cast.partnership.risks.update(closed_on=dt.date(2021, 12, 20), closed_reason="The money came.")
    reader = signed_in(client, board.cast.board)

    assert "Closed on 20 December 2021. The money came." in text_of(reader.get(RISK))
    assert "No open risks" in text_of(reader.get(RISKS))


# People's words


@pytest.mark.parametrize("page", [DASHBOARD, PRIORITY, MEASURE, FIGURE, RISKS, RISK])
def test_what_people_wrote_is_shown_as_they_wrote_it_and_never_run(member, board, poverty, page):
    board.cast.poverty.name = board.cast.poverty.description = HOSTILE
    board.cast.poverty.save()
    poverty.name = poverty.definition = poverty.source = HOSTILE
    poverty.save()
    board.cast.partnership.risks.update(title=HOSTILE, cause=HOSTILE, owner_title=HOSTILE)
    board.cast.poverty.actions.update(title=HOSTILE)
    said = board.accept(
        progress=HOSTILE,
        good_practice=HOSTILE,
        exceptional_issues=HOSTILE,
        assessment="on_track",
        assessment_reason=HOSTILE,
    )
    MeasureCommentaryFactory(quarterly_return=said, measure=poverty, cause=HOSTILE, response=HOSTILE)

    response = member.get(page)

    assert response.status_code == 200
    assert b"<script>alert" not in response.content


# What they cost


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"),
    [(DASHBOARD, 29), (PRIORITY, 30), (RISKS, 11)],
)
def test_queries_do_not_grow(member, board, django_assert_num_queries, page, queries, count):
    for number in range(count):
        for priority in (board.cast.poverty, board.cast.skills):
            measure = board.measure("54", "48", "45", priority=priority)
            ActionFactory(priority=priority)
            risk = RiskFactory(priority=priority, code=f"{priority.code}-R{number}")
            for quarter in (board.cast.before, board.cast.quarter):
                RiskAssessmentFactory(risk=risk, quarter=quarter, matrix=board.matrix)
            said = board.cast.quarter.returns.filter(priority=priority).first() or board.accept(priority)
            MeasureCommentaryFactory(quarterly_return=said, measure=measure, cause="Two posts are vacant.")

    with django_assert_num_queries(queries):
        shown = text_of(member.get(page))

    assert shown.count("Off target") >= count or page == RISKS


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [(MEASURE, 22), (FIGURE, 13), (RISK, 9)])
def test_queries_do_not_grow_with_history(member, board, django_assert_num_queries, page, queries, count):
    measure = board.measure(*(["45"] * count), code="POV-01")
    board.reading(measure, "44", Q2, released_at=a_moment(2021, 12, 1))
    risk = RiskFactory(priority=board.cast.poverty, code="POV-R1")
    quarters = [board.cast.quarter, board.cast.before]
    quarters.append(QuarterFactory(partnership=board.cast.partnership, number=1))
    for quarter in quarters[:count]:
        RiskAssessmentFactory(risk=risk, quarter=quarter, matrix=board.matrix)

    with django_assert_num_queries(queries):
        assert member.get(page).status_code == 200
