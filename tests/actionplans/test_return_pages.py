"""The pages of a return, as its lead officer, its readers and strangers meet them."""

from __future__ import annotations

import datetime as dt
import html
import re
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client

from actionplans import operations
from actionplans.models import QuarterlyReturn, Reading
from actionplans.operations import FigureEntry
from actionplans.return_sheet import WordsLine
from tests.actionplans.conftest import Round
from tests.actionplans.factories import (
    ActionFactory,
    ActionUpdateFactory,
    MeasureCommentaryFactory,
    MeasureFactory,
    ReadingFactory,
    RiskAssessmentFactory,
    RiskFactory,
    TargetFactory,
    accepted_return,
)
from tests.factories import NOW, QuarterFactory

PAGES = ["", "figures/", "actions/", "risks/", "words/", "check/"]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def lead(client: Client, poverty_round: Round) -> Client:
    client.force_login(poverty_round.cast.lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: HttpResponse) -> str:
    """The words of a page without its markup, spaces evened out."""
    shown = re.sub(r"(?s)<head>.*?</head>", " ", response.content.decode())
    shown = re.sub(r"\s+", " ", html.unescape(re.sub(r"(?s)<[^>]*>", " ", shown)))
    return re.sub(r" ([.,:?])", r"\1", shown)


def figures(poverty_round: Round, value: str = "", **rest: str) -> dict[str, str]:
    """A figures page as a browser sends it."""
    prefix = f"measure-{poverty_round.measure.pk}"
    answers = {
        "value": value,
        "no_figure_reason": "",
        "cause": "",
        "response": "",
        "back_on_track_on": "",
    } | rest
    return {"seen": poverty_round.seen("figures")} | {
        f"{prefix}-{name}": said for name, said in answers.items()
    }


def words(poverty_round: Round, **said: str) -> dict[str, str]:
    answers = dict.fromkeys(
        ("progress", "exceptional_issues", "good_practice", "assessment", "assessment_reason"), ""
    )
    return {"seen": poverty_round.seen("words"), "writer": str(poverty_round.cast.lead.pk)} | answers | said


# Who may see and change what


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "sees", "changes"),
    [
        ("lead", 200, {200, 302, 409}),
        ("deputy", 200, {200, 302, 409}),
        ("manager", 200, {403}),
        ("officer", 200, {403}),
        ("other_lead", 404, {404}),
        ("board", 404, {404}),
        ("chair", 404, {404}),
        ("viewer", 404, {404}),
        ("stranger", 404, {404}),
    ],
)
def test_each_sees_what_is_theirs(
    client: Client, poverty_round: Round, page: str, who: str, sees: int, changes: set[int]
) -> None:
    client.force_login(getattr(poverty_round.cast, who), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(poverty_round.url(page)).status_code == sees
    if page:
        assert client.post(poverty_round.url(page), {}).status_code in changes


@pytest.mark.parametrize("page", ["figures/", "check/", "../../../../my-work/"])
def test_someone_signed_out_is_asked_to_sign_in(client: Client, poverty_round: Round, page: str) -> None:
    address = "/strathmuir/my-work/" if "my-work" in page else poverty_round.url(page)

    response = client.get(address)

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize(
    "address",
    [
        "/strathmuir/returns/2021-22/q5/poverty/",
        "/strathmuir/returns/2021-22/q4/poverty/",
        "/strathmuir/returns/2021-22/3/poverty/",
        "/strathmuir/returns/2021/q3/poverty/",
        "/strathmuir/returns/2021-22/q3/nothing/",
        "/glenbeg/returns/2021-22/q3/poverty/",
        "/strathmuir/returns/2021-22/q3/poverty/money/",
    ],
)
def test_an_address_that_is_not_quite_a_return_is_not_found(
    lead: Client, poverty_round: Round, address: str
) -> None:
    assert lead.get(address).status_code == 404


def test_a_round_that_has_not_opened_is_not_found(lead: Client, poverty_round: Round) -> None:
    QuarterFactory(partnership=poverty_round.cast.partnership, number=4)

    assert lead.get("/strathmuir/returns/2021-22/q4/poverty/").status_code == 404


# The task list


def test_the_task_list_says_how_far_each_part_has_come(lead: Client, poverty_round: Round) -> None:
    shown = text_of(lead.get(poverty_round.url()))

    assert "Q3 2021/22 update for Poverty" in shown
    assert "Figures 1 figure, 1 due this quarter Not started" in shown
    assert "Actions 1 action: a status and a line each Not started" in shown
    assert "Check and submit See it as the CP manager will Not ready yet" in shown

    lead.post(poverty_round.url("figures/"), figures(poverty_round, "30", cause="Posts are empty."))
    shown = text_of(lead.get(poverty_round.url()))

    assert "due this quarter In progress: 2 gaps" in shown
    assert "Last saved by Poverty lead, 10 January 2022 at 10:00" in shown

    poverty_round.fill()
    shown = text_of(lead.get(poverty_round.url()))
    assert shown.count("Complete") == 4
    assert "Ready to submit" in shown


def test_a_return_sent_back_says_by_whom_and_why(lead: Client, poverty_round: Round) -> None:
    sent = operations.submit_return(poverty_round.fill(), by=poverty_round.cast.lead, at=NOW)
    operations.send_back(sent, reason="Name the hubs.", by=poverty_round.cast.manager, at=NOW)

    shown = text_of(lead.get(poverty_round.url()))

    assert "Returned by CP manager, 10 January 2022 Name the hubs." in shown
    assert "Check and submit" in shown


# Figures


def test_a_figure_shows_everything_its_officer_has_forgotten(lead: Client, poverty_round: Round) -> None:
    before = accepted_return(
        poverty_round.cast.poverty, poverty_round.cast.before, by=poverty_round.cast.manager, at=NOW
    )
    MeasureCommentaryFactory(
        quarterly_return=before, measure=poverty_round.measure, cause="Two posts were empty."
    )

    response = lead.get(poverty_round.url("figures/"))

    shown = text_of(response)
    assert "Last: 48.0% in Q2 2021/22, published October 2021" in shown
    assert "Target: 50.0% for Q3 2021/22" in shown
    assert "Higher is better" in shown
    assert "Unit: % " in shown
    assert "Of all grants." in shown
    assert "What was said last time Two posts were empty." in shown
    assert "By the end of Q4 2021/22 By the end of Q1 2022/23" in shown
    assert "By the end of Q3 2023/24" in shown
    assert "By the end of Q4 2023/24" not in shown
    prefix = f"measure-{poverty_round.measure.pk}"
    assert (
        f'autocomplete="off" inputmode="decimal" aria-describedby="{prefix}-facts" id="{prefix}-value"'
        in response.content.decode()
    )


def test_a_measure_that_waits_for_its_publisher_says_when(lead: Client, poverty_round: Round) -> None:
    measure = poverty_round.measure
    measure.period_kind, measure.publication_lag_days = "financial_year", 500
    measure.save()
    ReadingFactory(measure=measure, starts_on="2019-04-01", ends_on="2020-03-31", value=20)
    measure.readings.filter(ends_on="2021-09-30").delete()

    response = lead.get(poverty_round.url("figures/"))

    assert "No new figure is expected. Next due August 2022." in text_of(response)
    assert f'name="measure-{measure.pk}-value"' not in response.content.decode()
    assert f'name="measure-{measure.pk}-cause"' not in response.content.decode()

    assert "Target: None set for 2019/20" in text_of(response)

    TargetFactory(measure=measure, starts_on="2019-04-01", ends_on="2020-03-31", value=50)
    response = lead.get(poverty_round.url("figures/"))
    shown = text_of(response)
    assert "Last: 20.0% in 2019/20, published October 2021 Target: 50.0% for 2019/20 Direction" in shown
    assert f'name="measure-{measure.pk}-cause"' in response.content.decode()


def test_a_good_figure_is_kept_and_the_next_part_opens(lead: Client, poverty_round: Round) -> None:
    response = lead.post(poverty_round.url("figures/"), figures(poverty_round, " 51.5 % "))

    assert (response.status_code, response["Location"]) == (302, poverty_round.url("actions/"))
    assert Reading.objects.get(state="draft").value == Decimal("51.5")


def test_coming_back_later_goes_to_my_work(lead: Client, poverty_round: Round) -> None:
    response = lead.post(
        poverty_round.url("figures/"), figures(poverty_round, "30") | {"later": ""}, follow=True
    )

    assert response.redirect_chain == [("/strathmuir/my-work/", 302)]
    assert "Your Q3 2021/22 update for Poverty is saved. Finish and submit it by 21 January 2022." in text_of(
        response
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "about 20",
            "“about 20” is not one number. If the figure may not be shown, leave this empty and say why.",
        ),
        ("n/a", "“n/a” is not a number. If there is no figure, leave this empty and say why."),
        ("1" * 50, "“" + "1" * 39 + "…” is too long. Enter a number of at most 15 digits."),
        ("999999999999999", "This figure is too large. Enter a number of at most 14 digits."),
        ("0.12345678", "Use at most 6 decimals."),
        (
            "<script>alert(1)</script>",
            "“<script>alert(1)</script>” is not one number. If the figure may not be shown, leave this empty and say why.",
        ),
        ("=1+1", "“=1+1” is not a number. Enter a number, like 20.3."),
        ("£47", "“£47” is money, and this measure is not. Check the figure."),
        ("47 days", "“47 days” is a number of days, and this measure is not. Check the figure."),
        (
            "47 (r)",
            "Leave out the mark after the figure. If it may still change, tick that it is provisional.",
        ),
    ],
)
def test_what_is_not_a_figure_is_refused_beside_its_field(
    lead: Client, poverty_round: Round, typed: str, said: str
) -> None:
    pk = poverty_round.measure.pk

    response = lead.post(poverty_round.url("figures/"), figures(poverty_round, typed, cause="Kept as typed."))

    shown, markup = text_of(response), response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" in shown
    assert (
        f'<a href="#measure-{pk}-value">Grants decided in a day: Figure for Q3 2021/22. {html.escape(said)}</a>'
        in markup
    )
    assert shown.count(said) == 2
    assert f'value="{html.escape(typed)}"' in markup
    assert "Kept as typed." in markup
    assert "<script>alert" not in markup
    assert (QuarterlyReturn.objects.count(), Reading.objects.filter(state="draft").count()) == (0, 0)


@pytest.mark.parametrize(
    ("typed", "question", "right"),
    [
        (
            "480",
            "480% is over 100%. Is this right? 480% is ten times the last figure, 48%, or more. Is this right?",
            "480.0%",
        ),
        (
            "-3",
            "−3% is below zero. Is this right? −3% is a tenth of the last figure, 48%, or less. Is this right?",
            "−3.0%",
        ),
        ("0", "The last figure was 48%. Is this one really zero?", "0.0%"),
    ],
)
def test_a_figure_that_looks_wrong_is_kept_and_asked_about(
    lead: Client, poverty_round: Round, typed: str, question: str, right: str
) -> None:
    pk = poverty_round.measure.pk

    response = lead.post(poverty_round.url("figures/"), figures(poverty_round, typed), follow=True)

    assert response.redirect_chain == [(f"{poverty_round.url('figures/')}#measure-{pk}-is_sure", 302)]
    shown = text_of(response)
    assert f"{question} Yes, {right} is right" in shown
    assert f'id="measure-{pk}-is_sure"' in response.content.decode()
    assert poverty_round.sheet.figures[0].open_doubts

    commentary = {"cause": "A", "response": "B", "back_on_track_on": "2022-03-31"}
    answer = figures(poverty_round, typed, is_sure=question, **commentary)
    response = lead.post(poverty_round.url("figures/"), answer)

    assert response["Location"] == poverty_round.url("actions/")
    assert poverty_round.sheet.figures[0].open_doubts == ()


def test_a_yes_answers_only_the_question_that_was_asked(lead: Client, poverty_round: Round) -> None:
    asked = (
        "480% is over 100%. Is this right? 480% is ten times the last figure, 48%, or more. Is this right?"
    )

    lead.post(poverty_round.url("figures/"), figures(poverty_round, "490", is_sure=asked))

    assert poverty_round.sheet.figures[0].open_doubts[0] == "490% is over 100%. Is this right?"


def test_going_on_a_second_time_leaves_a_gap_for_the_check(lead: Client, poverty_round: Round) -> None:
    lead.post(poverty_round.url("figures/"), figures(poverty_round, "30"))

    response = lead.post(poverty_round.url("figures/"), figures(poverty_round, "30"))

    assert response["Location"] == poverty_round.url("actions/")


def test_off_target_opens_what_must_be_said(lead: Client, poverty_round: Round) -> None:
    markup = lead.get(poverty_round.url("figures/")).content.decode()
    assert "data-commentary>" in markup

    response = lead.post(poverty_round.url("figures/"), figures(poverty_round, "30"), follow=True)

    assert response.redirect_chain[0][0].endswith(f"#measure-{poverty_round.measure.pk}-cause")
    assert "Off target Say why, below." in text_of(response)
    assert "data-commentary open>" in response.content.decode()
    assert (
        "Saved. Before you go on: Say why Grants decided in a day is off target. "
        "Say what is being done about Grants decided in a day. "
        "Say when Grants decided in a day will be back on track."
    ) in text_of(response)


def test_a_day_that_is_no_quarter_end_is_refused(lead: Client, poverty_round: Round) -> None:
    response = lead.post(
        poverty_round.url("figures/"), figures(poverty_round, "30", back_on_track_on="2022-02-30")
    )

    said = "Grants decided in a day: When will it be back on track? Choose one of the answers on the page."
    assert said in text_of(response)
    assert QuarterlyReturn.objects.count() == 0


# Actions, risks, words


def test_an_action_shows_what_was_said_last_time_and_marks_it(lead: Client, poverty_round: Round) -> None:
    people = poverty_round.cast
    before = accepted_return(people.poverty, people.before, by=people.manager, at=NOW)
    ActionUpdateFactory(
        quarterly_return=before, action=poverty_round.action, status="late", line="No premises."
    )

    response = lead.get(poverty_round.url("actions/"))

    shown = text_of(response)
    assert "Last time: Late No premises." in shown
    assert "On track Late (last time) Completed" in shown
    assert "checked" not in response.content.decode()


def test_an_action_that_is_late_asks_for_a_line(lead: Client, poverty_round: Round) -> None:
    prefix = f"action-{poverty_round.action.pk}"

    response = lead.post(
        poverty_round.url("actions/"), {"seen": poverty_round.seen("actions"), f"{prefix}-status": "late"}
    )

    assert response["Location"] == f"{poverty_round.url('actions/')}#{prefix}-line"


def test_an_unknown_status_is_refused(lead: Client, poverty_round: Round) -> None:
    response = lead.post(
        poverty_round.url("actions/"),
        {"seen": poverty_round.seen("actions"), f"action-{poverty_round.action.pk}-status": "brilliant"},
    )

    assert "Choose one of the answers on the page." in text_of(response)
    assert QuarterlyReturn.objects.count() == 0


def test_a_risk_shows_its_last_scores_and_takes_new_ones(lead: Client, poverty_round: Round) -> None:
    people, prefix = poverty_round.cast, f"risk-{poverty_round.risk.pk}"
    RiskAssessmentFactory(risk=poverty_round.risk, quarter=people.before)
    response = lead.get(poverty_round.url("risks/"))
    shown = text_of(response)
    assert "Last time: likelihood 3 × impact 4 = 12 High As before." in shown
    assert "3 Possible (last time)" in shown
    assert "4 Major (last time)" in shown
    assert "checked" not in response.content.decode()
    answers = {f"{prefix}-likelihood": "2", f"{prefix}-impact": "4", f"{prefix}-rationale": "More staff."}

    response = lead.post(poverty_round.url("risks/"), {"seen": poverty_round.seen("risks")} | answers)

    assert response["Location"] == poverty_round.url("words/")
    assert "Score now: 8 Medium" in text_of(lead.get(poverty_round.url("risks/")))


def test_a_risk_that_cannot_be_scored_yet_loses_nothing(lead: Client, poverty_round: Round) -> None:
    poverty_round.cast.partnership.risk_matrices.all().delete()
    prefix = f"risk-{poverty_round.risk.pk}"

    response = lead.post(
        poverty_round.url("risks/"),
        {
            "seen": poverty_round.seen("risks"),
            f"{prefix}-likelihood": "2",
            f"{prefix}-rationale": "More staff.",
        },
    )

    assert response.status_code == 409
    assert "Risks cannot be scored yet: the partnership has no risk matrix in force." in text_of(response)
    assert "More staff." in text_of(response)


def test_words_are_kept_with_their_lines_and_shown_escaped(lead: Client, poverty_round: Round) -> None:
    said = words(
        poverty_round,
        progress="<script>alert(1)</script>\r\nSecond line",
        exceptional_issues='=HYPERLINK("http://example.org","x")',
        assessment="on_track",
    )

    lead.post(poverty_round.url("words/"), said)

    saved = QuarterlyReturn.objects.get()
    assert saved.progress == "<script>alert(1)</script>\nSecond line"
    assert saved.exceptional_issues == '=HYPERLINK("http://example.org","x")'
    for page in ("words/", "check/"):
        markup = lead.get(poverty_round.url(page)).content.decode()
        assert "<script>alert" not in markup
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in markup
        assert "=HYPERLINK(&quot;http://example.org&quot;,&quot;x&quot;)" in markup


def test_good_practice_may_be_300_words_and_no_more(lead: Client, poverty_round: Round) -> None:
    response = lead.post(poverty_round.url("words/"), words(poverty_round, good_practice="word " * 301))

    assert text_of(response).count("This is 301 words. Use 300 words or fewer.") == 2
    assert QuarterlyReturn.objects.count() == 0

    response = lead.post(poverty_round.url("words/"), words(poverty_round, good_practice="word " * 300))
    assert response["Location"] == poverty_round.url("check/")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * 5001, "This is 5,001 characters. Use 5,000 or fewer."),
        ("nul \x00 byte", "Null characters are not allowed."),
    ],
)
def test_words_no_page_could_hold_are_refused(
    lead: Client, poverty_round: Round, typed: str, said: str
) -> None:
    response = lead.post(poverty_round.url("words/"), words(poverty_round, progress=typed))

    assert said in text_of(response)
    assert QuarterlyReturn.objects.count() == 0


def test_what_was_said_last_quarter_is_at_hand(lead: Client, poverty_round: Round) -> None:
    people = poverty_round.cast
    accepted_return(people.poverty, people.before, by=people.manager, at=NOW, progress="Hubs planned.")

    assert "What was said in Q2 2021/22 Progress Hubs planned." in text_of(
        lead.get(poverty_round.url("words/"))
    )


# Saving as one types


def test_a_save_as_one_types_says_when_and_brings_the_page_up_to_date(
    lead: Client, poverty_round: Round
) -> None:
    response = lead.post(poverty_round.url("figures/"), figures(poverty_round, "480"), **HTMX)

    markup = response.content.decode()
    assert response.status_code == 200
    assert "Saved at 10:00" in text_of(response)
    assert f'name="seen" id="seen" value="{poverty_round.seen("figures")}"' in markup
    assert f'<div id="measure-{poverty_round.measure.pk}-asks" hx-swap-oob="true">' in markup
    assert "480% is over 100%. Is this right?" in markup
    assert "<html" not in markup


def test_a_save_as_one_types_says_what_is_in_the_way(lead: Client, poverty_round: Round) -> None:
    response = lead.post(poverty_round.url("figures/"), figures(poverty_round, "lots"), **HTMX)

    assert response.status_code == 422
    assert text_of(response).strip() == "Not saved: check the figure for Grants decided in a day."


def test_a_save_as_one_types_over_newer_words_is_refused(lead: Client, poverty_round: Round) -> None:
    typed = words(poverty_round, progress="Mine.")
    poverty_round.fill(progress="Theirs.")

    response = lead.post(poverty_round.url("words/"), typed, **HTMX)

    assert response.status_code == 409
    assert text_of(response).strip() == (
        "Not saved: this page was saved by you in another tab at 10:00 while you were working on it. "
        "Press Save to see both versions."
    )
    assert QuarterlyReturn.objects.get().progress == "Theirs."


# Two at once


def test_both_versions_are_shown_and_saving_again_keeps_yours(lead: Client, poverty_round: Round) -> None:
    typed = words(poverty_round, progress="Mine.", assessment="some_concern", assessment_reason="Few staff.")
    operations.save_words(
        poverty_round.quarterly_return,
        WordsLine("Theirs.", "A flood.", "", "some_concern", ""),
        seen=None,
        by=poverty_round.cast.deputy,
        at=NOW,
    )

    response = lead.post(poverty_round.url("words/"), typed)

    shown, markup = text_of(response), response.content.decode()
    assert response.status_code == 409
    assert "This page was saved by Poverty deputy at 10:00 while you were working on it" in shown
    assert (
        "Progress this quarter Saved by Poverty deputy at 10:00 Theirs. "
        "Progress this quarter What you typed Mine." in shown
    )
    assert "Why do you say so? What you typed Few staff." in shown
    assert "Your own assessment of the priority What you typed" not in shown
    assert "Exceptional issues What you typed" not in shown
    assert re.search(r'name="exceptional_issues"[^>]*>\s*A flood\.</textarea>', markup)
    assert re.search(r'name="progress"[^>]*>\s*Mine\.</textarea>', markup)
    assert (
        f'<a class="govuk-link" href="{poverty_round.url("words/")}">Keep what was saved instead</a>'
        in markup
    )
    assert QuarterlyReturn.objects.get().progress == "Theirs."

    again = typed | {
        "exceptional_issues": "A flood.",
        "seen": re.search(r'id="seen" value="(\w+)"', markup)[1],
    }
    response = lead.post(poverty_round.url("words/"), again)

    assert response.status_code == 302
    saved = QuarterlyReturn.objects.get()
    assert (saved.progress, saved.exceptional_issues, saved.assessment_reason) == (
        "Mine.",
        "A flood.",
        "Few staff.",
    )


def test_the_same_words_saved_twice_are_no_conflict(lead: Client, poverty_round: Round) -> None:
    typed = words(poverty_round, progress="Mine.\r\nTwo lines.")
    lead.post(poverty_round.url("words/"), typed, **HTMX)

    response = lead.post(poverty_round.url("words/"), typed)

    assert response["Location"] == poverty_round.url("check/")


def test_two_figures_that_differ_are_shown_as_figures(lead: Client, poverty_round: Round) -> None:
    typed = figures(poverty_round, "51.5")
    operations.save_figures(
        poverty_round.quarterly_return,
        [FigureEntry(poverty_round.measure.pk, Decimal("52.5"))],
        seen=None,
        by=poverty_round.cast.deputy,
        at=NOW,
    )

    response = lead.post(poverty_round.url("figures/"), typed)

    label = "Grants decided in a day: Figure for Q3 2021/22"
    assert f"{label} Saved by Poverty deputy at 10:00 52.5 {label} What you typed 51.5" in text_of(response)
    assert Reading.objects.get(state="draft").value == Decimal("52.5")


def test_a_figure_published_while_it_was_being_typed_is_not_swallowed(
    lead: Client, poverty_round: Round
) -> None:
    typed = figures(poverty_round, "51.5")
    ReadingFactory(
        measure=poverty_round.measure,
        starts_on=dt.date(2021, 10, 1),
        ends_on=dt.date(2021, 12, 31),
        value=53,
        released_at=NOW - dt.timedelta(hours=1),
    )

    response = lead.post(poverty_round.url("figures/"), typed)

    assert response.status_code == 409
    label = "Grants decided in a day: Figure"
    assert (
        f"{label} Saved by someone 53.0% in Q3 2021/22, published 10 January 2022 {label} What you typed 51.5"
        in (text_of(response))
    )


def test_only_figures_that_can_be_off_target_ask_why(lead: Client, poverty_round: Round) -> None:
    pk = poverty_round.measure.pk
    assert f'id="measure-{pk}-cause"' in lead.get(poverty_round.url("figures/")).content.decode()

    poverty_round.measure.polarity = "none"
    poverty_round.measure.save()

    response = lead.get(poverty_round.url("figures/"))
    assert f'id="measure-{pk}-cause"' not in response.content.decode()
    assert "Target: Not judged against a target" in text_of(response)


def test_figures_to_give_come_before_those_that_are_not_due(lead: Client, poverty_round: Round) -> None:
    yearly = MeasureFactory(
        priority=poverty_round.cast.poverty, name="Child poverty", position=0,
        period_kind="financial_year", publication_lag_days=500,
    )  # fmt: skip
    ReadingFactory(measure=yearly, starts_on="2019-04-01", ends_on="2020-03-31", value=20)

    shown = text_of(lead.get(poverty_round.url("figures/")))

    places = [
        shown.index(words)
        for words in (
            "New figures to give",
            "Grants decided in a day",
            "No new figure this quarter",
            "Child poverty",
        )
    ]
    assert places == sorted(places)


def test_a_page_without_its_fingerprint_counts_as_out_of_date(lead: Client, poverty_round: Round) -> None:
    poverty_round.fill(progress="Theirs.")
    typed = words(poverty_round, progress="Mine.", assessment="on_track")
    del typed["seen"]

    assert lead.post(poverty_round.url("words/"), typed).status_code == 409


# Check and submit


def test_gaps_lead_to_the_very_field(lead: Client, poverty_round: Round) -> None:
    poverty_round.fill("30")

    response = lead.get(poverty_round.url("check/"))

    pk, markup = poverty_round.measure.pk, response.content.decode()
    for name in ("cause", "response", "back_on_track_on"):
        assert f'href="{poverty_round.url("figures/")}#measure-{pk}-{name}"' in markup
    assert "Before you can submit" in markup
    assert "Submit the update" not in markup


def test_every_gap_of_an_empty_return_points_at_a_field_that_is_there(
    lead: Client, poverty_round: Round
) -> None:
    markup = lead.get(poverty_round.url("check/")).content.decode()
    targets = re.findall(r'<a href="([^"#]+)#([^"]+)">', markup)

    assert len(targets) == 6
    for address, field in targets:
        assert f'id="{field}"' in lead.get(address).content.decode()


def test_submitting_with_gaps_is_refused_in_plain_words(lead: Client, poverty_round: Round) -> None:
    response = lead.post(poverty_round.url("check/"))

    assert response.status_code == 200
    assert "It was not submitted: some answers are missing" in text_of(response)
    assert QuarterlyReturn.objects.count() == 0

    poverty_round.fill("30")
    response = lead.post(poverty_round.url("check/"))
    assert "Say why Grants decided in a day is off target." in text_of(response)
    assert QuarterlyReturn.objects.get().state == "in_progress"


def test_a_complete_return_is_submitted_and_then_only_read(lead: Client, poverty_round: Round) -> None:
    poverty_round.fill()
    assert "Submit the update" in text_of(lead.get(poverty_round.url("check/")))

    response = lead.post(poverty_round.url("check/"), follow=True)

    assert response.redirect_chain == [(poverty_round.url(), 302)]
    shown = text_of(response)
    assert "You have submitted the Q3 2021/22 update for Poverty." in shown
    assert "This return has been submitted. To change it, ask the CP manager to return it to you." in shown
    assert QuarterlyReturn.objects.get().state == "submitted"
    for page in ("figures/", "actions/", "risks/", "words/"):
        markup = lead.get(poverty_round.url(page)).content.decode()
        assert "<textarea" not in markup
        assert 'type="radio"' not in markup
    assert "Q3 2021/22 51.0% On target" in text_of(lead.get(poverty_round.url("figures/")))
    assert "Two advisers started." in text_of(lead.get(poverty_round.url("risks/")))
    assert "Submit the update" not in text_of(lead.get(poverty_round.url("check/")))


def test_submitting_twice_says_so(lead: Client, poverty_round: Round) -> None:
    operations.submit_return(poverty_round.fill(), by=poverty_round.cast.deputy, at=NOW)

    response = lead.post(poverty_round.url("check/"), follow=True)

    assert response.redirect_chain == [(poverty_round.url(), 302)]
    assert text_of(response).count("This return has been submitted. To change it") == 2


def test_words_sent_after_submission_are_shown_to_copy(lead: Client, poverty_round: Round) -> None:
    typed = words(poverty_round, progress="One more thing.")
    operations.submit_return(poverty_round.fill(), by=poverty_round.cast.deputy, at=NOW)

    response = lead.post(poverty_round.url("words/"), typed)

    assert response.status_code == 409
    assert "This was not saved" in text_of(response)
    assert "What you typed One more thing." in text_of(response)
    assert QuarterlyReturn.objects.get().progress == "Two hubs opened."


def test_a_reader_sees_text_and_no_fields(client: Client, poverty_round: Round) -> None:
    poverty_round.fill()
    client.force_login(poverty_round.cast.manager, backend="django.contrib.auth.backends.ModelBackend")

    for page in ("figures/", "actions/", "risks/", "words/", "check/"):
        markup = client.get(poverty_round.url(page)).content.decode()
        assert "<textarea" not in markup
        assert "Save and continue" not in markup
        assert "Submit the update" not in markup
    assert "Two hubs opened." in text_of(client.get(poverty_round.url("words/")))


LEVEL_OF_HEADING = re.compile(r"<h([1-6])[ >]")


@pytest.mark.parametrize("who", ["lead", "officer", "manager"])
def test_no_page_skips_a_level_of_heading(client: Client, poverty_round: Round, who: str) -> None:
    poverty_round.fill("30")
    client.force_login(getattr(poverty_round.cast, who), backend="django.contrib.auth.backends.ModelBackend")
    pages = [*PAGES, "review/"] if who != "lead" else PAGES

    for page in pages:
        response = client.get(poverty_round.url(page))
        assert response.status_code == 200
        levels = [int(level) for level in LEVEL_OF_HEADING.findall(response.content.decode())]
        steps = zip([1, *levels], levels, strict=False)
        assert all(after <= before + 1 for before, after in steps), (page, levels)
        if page not in ("", "words/"):
            assert max(levels) > 1


@pytest.mark.parametrize(
    ("day", "words"),
    [("2022-09-30", "By the end of Q2 2022/23"), ("2022-09-15", "By 15 September 2022")],
)
def test_when_it_will_be_back_on_track_reads_as_it_was_chosen(
    lead: Client, poverty_round: Round, day: str, words: str
) -> None:
    held = poverty_round.fill("30")
    MeasureCommentaryFactory(
        quarterly_return=held, measure=poverty_round.measure, back_on_track_on=dt.date.fromisoformat(day)
    )

    for page in ("figures/", "check/"):
        assert words in text_of(lead.get(poverty_round.url(page)))
    assert "30 September" not in text_of(lead.get(poverty_round.url("check/")))


@pytest.mark.parametrize(
    ("unit", "counted", "words"),
    [
        ("percent", "children", "Unit: % of children"),
        ("percent", "", "Unit: %"),
        ("number", "parcels", "Unit: parcels"),
        ("money", "", "Unit: £"),
    ],
)
def test_a_figure_says_what_it_is_in(
    lead: Client, poverty_round: Round, unit: str, counted: str, words: str
) -> None:
    measure = poverty_round.measure
    measure.unit, measure.unit_name = unit, counted
    measure.save()

    for page in ("figures/", "check/"):
        assert f"{words} " in text_of(lead.get(poverty_round.url(page)))


# Query counts


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("figures/", 24), ("check/", 24), ("", 24)])
def test_a_page_asks_the_database_as_often_whatever_its_size(
    lead: Client, poverty_round: Round, django_assert_num_queries, count: int, page: str, queries: int
) -> None:
    people = poverty_round.cast
    for _ in range(count - 1):
        measure = MeasureFactory(priority=people.poverty)
        ReadingFactory(measure=measure)
        TargetFactory(measure=measure)
        ActionFactory(priority=people.poverty)
        RiskAssessmentFactory(risk=RiskFactory(priority=people.poverty), quarter=people.before)
    RiskAssessmentFactory(risk=poverty_round.risk, quarter=people.before)
    poverty_round.fill()
    lead.get(poverty_round.url(page))

    with django_assert_num_queries(queries):
        response = lead.get(poverty_round.url(page))

    wanted = {
        "figures/": ("Figure for Q3 2021/22", count),
        "check/": ("= 12 High", count),
        # The part, and the file of its table.
        "": ("Figures", 2),
    }
    what, times = wanted[page]
    assert text_of(response).count(what) == times
