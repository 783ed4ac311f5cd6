"""The calculation rules as the Board's pages keep them, by section: the rest of tests/actionplans/test_vectors.py."""

from __future__ import annotations

import datetime as dt

import pytest

from actionplans.status import Status
from dashboard.risk_profile import risk_profile
from tests.actionplans.factories import (
    ActionFactory,
    ActionUpdateFactory,
    RiskAssessmentFactory,
    RiskFactory,
    RiskMatrixFactory,
)
from tests.dashboard.conftest import LOCKED_AT, Q2, Board
from tests.factories import NOW


def kinds(board: Board) -> list[str]:
    return [item.kind for item in board.card().attention]


# 5.2 Which value a report shows


def test_5_2_an_old_value_says_so_and_is_not_counted_as_new(board):
    """5.2 "No new data since", and when the next is due; not "changed since last quarter"; its status is carried."""
    stale = board.measure(name="Stale", period_kind="financial_quarter", publication_lag_days=45)
    board.reading(stale, "48", Q2, released_at=dt.datetime(2021, 10, 5, 9, 30, tzinfo=NOW.tzinfo))

    row = board.row(stale)

    assert row.freshness == "No new data since Q2 2021/22; next due February 2022"
    assert (row.is_new, row.period, row.shown) == (False, "Q2 2021/22", "48.0%")


def test_5_2_a_value_of_this_quarter_says_when_it_was_published(board):
    """5.2 Its own data period is printed, and the day of its release."""
    fresh = board.measure("46", "48", name="Fresh")

    row = board.row(fresh)

    assert (row.is_new, row.period) == (True, "Q3 2021/22")
    assert row.freshness.startswith("New figure, published 5 January 2022")


# 5.5 No composite colour


def test_5_5_a_priority_has_its_lead_officers_judgement_beside_the_counts(board):
    """5.5 No colour is averaged: the counts stand, and the judgement is a field of its own with a reason."""
    board.measure("55")
    board.measure("40")
    board.accept(assessment="some_concern", assessment_reason="Two advisers have left.")

    row = next(row for row in board.card().priorities if row.slug == "poverty")

    assert (row.counts.on_target, row.counts.off_target) == (1, 1)
    assert (row.judgement.value, row.judgement.reason) == ("some_concern", "Two advisers have left.")


# 5.9 Exceptions


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("55",), []),
        (("44", "40"), ["Off target and worsening"]),
        (("36", "40"), ["Off target"]),
        (("53", "52", "51", "50.5", "49"), ["Slightly off target and worsening"]),
        (("48.5", "49"), []),
        (("54", "49"), ["No longer on target"]),
    ],
)
def test_5_9_measures_that_are_exceptions(board, values, found):
    """5.9 Red; amber and worsening on both trends; a status that dropped since the last report."""
    board.measure(*values)

    assert kinds(board) == found


def test_5_9_an_overdue_figure_is_an_exception(board):
    """5.9 Overdue data."""
    overdue = board.measure(publication_lag_days=2, grace_days=5)
    board.reading(overdue, "55", Q2)

    assert board.row(overdue).status is Status.OVERDUE
    assert kinds(board) == ["Figure overdue"]


@pytest.mark.parametrize(("due_on", "found"), [("2021-11-30", ["Action late"]), ("2021-12-01", [])])
def test_5_9_an_action_more_than_thirty_days_late_is_an_exception(board, due_on, found):
    """5.9 Late by more than 30 days at the quarter's end."""
    action = ActionFactory(priority=board.cast.poverty, due_on=dt.date.fromisoformat(due_on))
    ActionUpdateFactory(quarterly_return=board.accept(), action=action, status="late", line="No lease.")

    assert kinds(board) == found


def test_5_9_a_lead_officer_adds_and_does_not_remove(board):
    """5.9 An issue may be added; what a rule has found stays."""
    board.measure("36", "40")
    board.accept(exceptional_issues="The winter reserve is spent.")

    assert kinds(board) == ["Raised by the lead officer", "Off target"]


def test_5_9_good_practice_is_nominated(board):
    """5.9 Good practice that a lead officer puts forward is on the page of the Board."""
    board.accept(good_practice="One phone line for all advice.")

    assert [item.text for item in board.card().good_practice] == ["One phone line for all advice."]


# 5.11 Risk


@pytest.mark.parametrize(
    ("now", "before", "attention"),
    [
        ((4, 5), (4, 5), "Very high and above appetite"),
        ((3, 4), (3, 4), "Above appetite"),
        ((3, 3), (2, 3), "Increased since Q2 2021/22"),
        ((2, 3), (3, 3), ""),
    ],
)
def test_5_11_a_risk_that_needs_attention(board, now, before, attention):
    """5.9 and 5.11 Very high, above appetite (medium here), or increased since the last profile."""
    risk = RiskFactory(priority=board.cast.poverty)
    for (likelihood, impact), quarter, moment in [
        (before, board.cast.before, LOCKED_AT),
        (now, board.cast.quarter, NOW),
    ]:
        RiskAssessmentFactory(
            risk=risk,
            quarter=quarter,
            matrix=board.matrix,
            likelihood=likelihood,
            impact=impact,
            assessed_at=moment,
        )

    (row,) = risk_profile(board.cast.quarter, known_at=NOW).rows

    assert row.attention == attention


def test_5_11_a_new_matrix_makes_scores_not_comparable(board):
    """5.11 If the matrix version changed, the movement is "not comparable"."""
    risk = RiskFactory(priority=board.cast.poverty)
    newer = RiskMatrixFactory(
        partnership=board.cast.partnership, version=2, effective_on=dt.date(2021, 10, 1)
    )
    for quarter, matrix, likelihood in [
        (board.cast.before, board.matrix, 2),
        (board.cast.quarter, newer, 3),
    ]:
        RiskAssessmentFactory(
            risk=risk, quarter=quarter, matrix=matrix, likelihood=likelihood, impact=3, assessed_at=LOCKED_AT
        )

    (row,) = risk_profile(board.cast.quarter, known_at=NOW).rows

    assert row.movement.label == "Not comparable"
