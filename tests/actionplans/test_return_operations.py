"""What a return refuses and keeps, below the pages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from actionplans import operations
from actionplans.models import ActionUpdate, QuarterlyReturn, Reading, RiskAssessment, RiskMatrix
from actionplans.operations import ActionEntry, FigureEntry, RiskEntry
from actionplans.return_sheet import WordsLine
from tests.actionplans.conftest import Round
from tests.actionplans.factories import (
    ActionUpdateFactory,
    MeasureCommentaryFactory,
    MeasureFactory,
    ReadingFactory,
    RiskAssessmentFactory,
    RiskFactory,
    accepted_return,
)
from tests.factories import NOW

LATER = NOW + dt.timedelta(minutes=5)


def test_a_return_begins_with_its_first_save(poverty_round: Round) -> None:
    assert QuarterlyReturn.objects.count() == 0

    operations.save_actions(
        poverty_round.quarterly_return,
        [ActionEntry(poverty_round.action.pk, "late", "Staff left.")],
        seen=poverty_round.seen("actions"),
        by=poverty_round.cast.lead,
        at=NOW,
    )

    saved = QuarterlyReturn.objects.get()
    assert (saved.state, saved.saved_by, saved.saved_at) == ("in_progress", poverty_round.cast.lead, NOW)
    update = ActionUpdate.objects.get()
    assert (update.action, update.status, update.line) == (poverty_round.action, "late", "Staff left.")


def test_a_figure_is_a_draft_of_the_period_asked_until_the_return_is_accepted(poverty_round: Round) -> None:
    poverty_round.fill("51.5")

    draft = Reading.objects.get(quarterly_return__isnull=False)

    assert (draft.state, draft.value) == ("draft", Decimal("51.5"))
    assert (draft.starts_on, draft.ends_on) == (dt.date(2021, 10, 1), dt.date(2021, 12, 31))


def test_a_figure_taken_away_again_leaves_nothing(poverty_round: Round) -> None:
    filled = poverty_round.fill("51.5")

    operations.save_figures(
        filled, [FigureEntry(poverty_round.measure.pk)], seen=None, by=poverty_round.cast.lead, at=LATER
    )

    assert not Reading.objects.filter(state="draft").exists()


def test_a_figure_for_another_priority_is_left_out(poverty_round: Round) -> None:
    other = MeasureFactory(priority=poverty_round.cast.skills)

    operations.save_figures(
        poverty_round.quarterly_return,
        [FigureEntry(other.pk, Decimal(5), cause="Not mine")],
        seen=None,
        by=poverty_round.cast.lead,
        at=NOW,
    )

    assert not Reading.objects.filter(measure=other).exists()
    assert not other.commentaries.exists()


def test_another_figure_reopens_the_question_that_was_answered(poverty_round: Round) -> None:
    who = {"seen": None, "by": poverty_round.cast.lead, "at": NOW}
    measure = poverty_round.measure
    operations.save_figures(
        poverty_round.quarterly_return, [FigureEntry(measure.pk, Decimal(480), is_sure=True)], **who
    )
    (line,) = poverty_round.sheet.figures
    assert line.open_doubts == ()
    assert line.doubts == (
        "480% is over 100%. Is this right?",
        "480% is ten times the last figure, 48%, or more. Is this right?",
    )

    operations.save_figures(poverty_round.quarterly_return, [FigureEntry(measure.pk, Decimal(490))], **who)

    (line,) = poverty_round.sheet.figures
    assert line.open_doubts[0] == "490% is over 100%. Is this right?"


def test_a_page_out_of_date_is_refused_with_what_is_saved(poverty_round: Round) -> None:
    seen = poverty_round.seen("words")
    poverty_round.fill(progress="The deputy's words.")

    with pytest.raises(operations.PageOutOfDate) as found:
        operations.save_words(
            poverty_round.quarterly_return,
            WordsLine("Mine.", "", "", "", ""),
            seen=seen,
            by=poverty_round.cast.lead,
            at=LATER,
        )

    assert found.value.saved.words.progress == "The deputy's words."
    assert QuarterlyReturn.objects.get().progress == "The deputy's words."


def test_saving_one_part_does_not_make_another_out_of_date(poverty_round: Round) -> None:
    poverty_round.fill()
    seen = {name: poverty_round.seen(name) for name in ("figures", "actions", "risks", "words")}

    operations.save_words(
        poverty_round.quarterly_return,
        WordsLine("New.", "", "", "", ""),
        seen=seen["words"],
        by=poverty_round.cast.deputy,
        at=LATER,
    )

    now = {name: poverty_round.seen(name) for name in seen}
    assert [name for name in seen if now[name] != seen[name]] == ["words"]


def test_a_return_with_gaps_is_not_submitted_and_says_what_is_missing(poverty_round: Round) -> None:
    filled = poverty_round.fill("30", assessment="some_concern")
    mid, aid, rid = poverty_round.measure.pk, poverty_round.action.pk, poverty_round.risk.pk
    who = {"seen": None, "by": poverty_round.cast.lead, "at": NOW}
    operations.save_actions(filled, [ActionEntry(aid, "paused")], **who)
    operations.save_risks(filled, [RiskEntry(rid, 2)], **who)

    with pytest.raises(operations.ReturnHasGaps) as found:
        operations.submit_return(filled, by=poverty_round.cast.lead, at=LATER)

    assert [(gap.field, gap.message) for gap in found.value.gaps] == [
        (f"measure-{mid}-cause", "Say why Grants decided in a day is off target."),
        (f"measure-{mid}-response", "Say what is being done about Grants decided in a day."),
        (f"measure-{mid}-back_on_track_on", "Say when Grants decided in a day will be back on track."),
        (f"action-{aid}-line", "Say why Open an advice hub is paused."),
        (f"risk-{rid}-impact", "Say how grave it would be: Advice services close."),
        ("assessment_reason", "Say why you are concerned."),
    ]
    assert mail.outbox == []


def test_submitting_tells_the_cp_manager_once_it_is_on_record(
    poverty_round: Round, django_capture_on_commit_callbacks
) -> None:
    filled = poverty_round.fill()

    with django_capture_on_commit_callbacks(execute=True):
        operations.submit_return(filled, by=poverty_round.cast.deputy, at=LATER)

    saved = QuarterlyReturn.objects.get()
    assert (saved.state, saved.submitted_by, saved.submitted_at) == (
        "submitted",
        poverty_round.cast.deputy,
        LATER,
    )
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["manager@example.org"], "Poverty, Q3 2021/22 was submitted")
    ]


@pytest.mark.parametrize("section", ["figures", "actions", "risks", "words", "submit"])
def test_a_submitted_return_refuses_every_change(poverty_round: Round, section: str) -> None:
    sent = operations.submit_return(poverty_round.fill(), by=poverty_round.cast.lead, at=NOW)
    who = {"by": poverty_round.cast.lead, "at": LATER}
    changes = {
        "figures": lambda: operations.save_figures(sent, [], seen=None, **who),
        "actions": lambda: operations.save_actions(sent, [], seen=None, **who),
        "risks": lambda: operations.save_risks(sent, [], seen=None, **who),
        "words": lambda: operations.save_words(sent, WordsLine("x", "", "", "", ""), seen=None, **who),
        "submit": lambda: operations.submit_return(sent, **who),
    }

    with pytest.raises(operations.ReturnClosed) as refusal:
        changes[section]()

    assert str(refusal.value) == (
        "This return has been submitted. To change it, ask the CP manager to return it to you."
    )
    assert QuarterlyReturn.objects.get().progress == "Two hubs opened."


def test_a_locked_quarter_refuses_even_the_first_save(poverty_round: Round) -> None:
    quarter = poverty_round.cast.quarter
    quarter.locked_at, quarter.locked_by = NOW, poverty_round.cast.manager
    quarter.save()

    with pytest.raises(
        operations.ReturnClosed, match=r"^Q3 2021/22 is locked, so it can no longer be changed\.$"
    ):
        operations.save_actions(
            poverty_round.quarterly_return, [], seen=None, by=poverty_round.cast.lead, at=LATER
        )

    assert QuarterlyReturn.objects.count() == 0


def test_a_return_sent_back_is_open_again_and_its_sender_hears_why(
    poverty_round: Round, django_capture_on_commit_callbacks
) -> None:
    sent = operations.submit_return(poverty_round.fill(), by=poverty_round.cast.lead, at=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        back = operations.send_back(sent, reason="Say more.", by=poverty_round.cast.manager, at=LATER)

    assert (back.state, back.return_reason, back.is_open_to_changes) == ("returned", "Say more.", True)
    assert [letter.to for letter in mail.outbox] == [["poverty@example.org"]]
    operations.submit_return(back, by=poverty_round.cast.lead, at=LATER)


def test_sending_back_needs_a_reason(poverty_round: Round) -> None:
    sent = operations.submit_return(poverty_round.fill(), by=poverty_round.cast.lead, at=NOW)

    with pytest.raises(operations.Refused, match=r"^Say what needs to change\.$"):
        operations.send_back(sent, reason="  ", by=poverty_round.cast.manager, at=LATER)


@pytest.mark.parametrize("who", ["lead", "deputy"])
def test_nobody_accepts_their_own_return(poverty_round: Round, who: str) -> None:
    sent = operations.submit_return(poverty_round.fill(), by=poverty_round.cast.lead, at=NOW)

    with pytest.raises(PermissionDenied):
        operations.accept_return(sent, by=getattr(poverty_round.cast, who), at=LATER)


def test_acceptance_confirms_the_figures_from_that_moment(poverty_round: Round) -> None:
    sent = operations.submit_return(poverty_round.fill("51"), by=poverty_round.cast.lead, at=NOW)

    operations.accept_return(sent, by=poverty_round.cast.manager, at=LATER)

    reading = Reading.objects.get(quarterly_return=sent)
    assert (reading.state, reading.released_at, reading.value) == ("confirmed", LATER, 51)


def test_risks_cannot_be_scored_without_a_matrix(poverty_round: Round) -> None:
    RiskMatrix.objects.all().delete()

    with pytest.raises(operations.Refused, match="no risk matrix in force"):
        operations.save_risks(
            poverty_round.quarterly_return,
            [RiskEntry(poverty_round.risk.pk, 1, 1, "Quiet.")],
            seen=None,
            by=poverty_round.cast.lead,
            at=NOW,
        )

    assert not RiskAssessment.objects.exists()


def test_the_sheet_shows_what_was_said_in_accepted_returns_only(poverty_round: Round) -> None:
    people = poverty_round.cast
    before = accepted_return(
        people.poverty, people.before, by=people.manager, at=NOW, progress="Hubs planned."
    )
    ActionUpdateFactory(
        quarterly_return=before, action=poverty_round.action, status="late", line="No premises."
    )
    MeasureCommentaryFactory(
        quarterly_return=before, measure=poverty_round.measure, cause="Posts empty.", response="Hiring."
    )
    RiskAssessmentFactory(risk=poverty_round.risk, quarter=people.before, quarterly_return=before)

    sheet = poverty_round.sheet

    (action,), (figure,), (risk,) = sheet.actions, sheet.figures, sheet.risks
    assert (action.last_status, action.last_status_label, action.last_line) == (
        "late",
        "Late",
        "No premises.",
    )
    assert figure.said_before == "Posts empty. Hiring."
    assert (risk.last_likelihood, risk.last_impact, risk.last_score, risk.last_band.label) == (
        3,
        4,
        12,
        "High",
    )
    assert sheet.before.progress == "Hubs planned."

    before.state = "submitted"
    before.save()
    sheet = poverty_round.sheet
    assert (sheet.actions[0].last_status, sheet.figures[0].said_before, sheet.before) == ("", "", None)
    assert sheet.risks[0].last_score is None


def test_an_action_finished_before_is_not_asked_again(poverty_round: Round) -> None:
    people = poverty_round.cast
    before = accepted_return(people.poverty, people.before, by=people.manager, at=NOW)
    ActionUpdateFactory(quarterly_return=before, action=poverty_round.action, status="completed")

    assert poverty_round.sheet.actions == ()


def test_a_figure_already_published_is_not_asked_but_still_explained(poverty_round: Round) -> None:
    ReadingFactory(
        measure=poverty_round.measure,
        starts_on=dt.date(2021, 10, 1),
        ends_on=dt.date(2021, 12, 31),
        value=30,
        released_at=NOW - dt.timedelta(days=2),
    )

    (figure,) = poverty_round.sheet.figures

    assert (figure.is_asked, figure.period, figure.status.label) == (False, None, "Off target")
    assert [gap.field.rsplit("-", 1)[1] for gap in poverty_round.sheet.gaps_in("figures")] == [
        "cause",
        "response",
        "back_on_track_on",
    ]


def test_closed_risks_are_not_asked_about(poverty_round: Round) -> None:
    RiskFactory(priority=poverty_round.cast.poverty, closed_on=dt.date(2021, 12, 1), closed_reason="Over.")

    assert [risk.title for risk in poverty_round.sheet.risks] == ["Advice services close"]
