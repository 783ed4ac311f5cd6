"""What the rows of a dashboard say, to the letter."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.models import Reading
from actionplans.models.returns import ActionStatus
from actionplans.return_sheet import return_of, return_sheet
from actionplans.status import Status, StatusCounts
from actionplans.trends import Direction
from dashboard.rows import Attention, Commentary, Judgement, StatusCount, TrendRow, counted
from tests.actionplans.factories import (
    ActionFactory,
    ActionUpdateFactory,
    MeasureCommentaryFactory,
    QuarterlyReturnFactory,
)
from tests.dashboard.conftest import LOCKED_AT, Q2, Q3, a_moment
from tests.factories import NOW, LocalityFactory, PriorityFactory

# A measure


def test_a_new_figure_off_target(board):
    measure = board.measure("54", "48", "45", name="Grants decided in a day")

    row = board.row(measure)

    assert (row.period, row.value, row.shown, row.flag) == ("Q3 2021/22", Decimal(45), "45.0%", "")
    assert (row.previous_period, row.previous_shown) == ("Q2 2021/22", "48.0%")
    assert (row.target, row.target_shown) == (Decimal(50), "50.0%")
    assert row.status is Status.OFF_TARGET
    assert row.status_before is Status.SLIGHTLY_OFF
    assert row.short == TrendRow(Direction.WORSE, "down 3.0 percentage points", "Q2 2021/22")
    assert row.short.in_words == "down 3.0 percentage points from Q2 2021/22"
    assert row.long == TrendRow(Direction.NOT_ENOUGH_DATA, "", "")
    assert row.is_new
    assert row.freshness == "New figure, published 5 January 2022; next due March 2022"
    assert row.sentence == (
        "Grants decided in a day: 45.0% in Q3 2021/22, down 3.0 percentage points from Q2 2021/22; "
        "the target was 50.0%. Higher is better."
    )


def test_a_carried_figure_says_so_and_is_not_new(board):
    measure = board.measure(publication_lag_days=14)
    board.reading(measure, "48", Q2)

    row = board.row(measure)

    assert (row.period, row.shown, row.is_new) == ("Q2 2021/22", "48.0%", False)
    assert row.freshness == "No new data since Q2 2021/22; next due January 2022"


def test_a_figure_that_is_late_but_not_overdue_was_due(board):
    measure = board.measure(publication_lag_days=2, grace_days=30)
    board.reading(measure, "48", Q2)

    row = board.row(measure)

    assert row.freshness == "No new data since Q2 2021/22; the next was due in January 2022"
    assert row.status is Status.DATA_ONLY


def test_an_overdue_figure_is_overdue_whatever_the_last_one_was(board):
    measure = board.measure(publication_lag_days=2, grace_days=5)
    board.reading(measure, "48", Q2)

    row = board.row(measure)

    assert row.status is Status.OVERDUE
    assert row.freshness == "The figure for Q3 2021/22 was due in January 2022 and is overdue"
    assert row.shown == "48.0%"


def test_a_measure_without_figures_is_awaited(board):
    row = board.row(board.measure(publication_lag_days=14))

    assert (row.shown, row.period, row.status) == ("No figure yet", "", Status.AWAITING)
    assert row.sentence.endswith(": no figures yet. Higher is better.")


def test_what_is_released_later_and_what_is_only_drafted_are_not_known(board):
    measure = board.measure("48")
    board.reading(measure, "99", Q3, released_at=a_moment(2022, 1, 11))
    board.reading(
        measure,
        "77",
        Q3,
        released_at=a_moment(2022, 1, 9),
        state=Reading.State.DRAFT,
        quarterly_return=QuarterlyReturnFactory(priority=board.cast.poverty, quarter=board.cast.quarter),
    )

    assert board.row(measure).shown == "48.0%"
    assert board.row(measure, at=a_moment(2022, 1, 12)).shown == "99.0%"


def test_the_first_report_has_nothing_to_be_new_since(board):
    board.cast.before.locked_at = board.cast.before.locked_by = None
    board.cast.before.save()
    measure = board.measure("48", publication_lag_days=14)

    assert board.row(measure).freshness == "Published 5 January 2022; next due April 2022"
    assert board.row(measure).status_before is None
    assert board.card().since == ""


def test_a_quarter_long_past_is_not_overdue_for_what_came_after_it(board):
    measure = board.measure("48", grace_days=5)

    assert board.row(measure, at=a_moment(2023, 6, 1)).status is Status.SLIGHTLY_OFF


# What is said of it


def test_commentary_is_kept_while_it_applies_and_says_when_it_was_said(board):
    off, on = board.measure("45"), board.measure("55")
    said = board.accept(before=True)
    for measure in (off, on):
        MeasureCommentaryFactory(
            quarterly_return=said,
            measure=measure,
            cause="Two posts are vacant.",
            response="Both are advertised.",
            back_on_track_on=dt.date(2022, 3, 31),
        )

    assert board.row(off).commentary == Commentary(
        "Two posts are vacant.", "Both are advertised.", "By the end of Q4 2021/22", "Q2 2021/22"
    )
    assert board.row(on).commentary is None


def test_words_of_a_return_not_accepted_are_nobodys(board):
    measure = board.measure("45")
    held = QuarterlyReturnFactory(
        priority=board.cast.poverty, quarter=board.cast.quarter, progress="Not for the Board yet."
    )
    MeasureCommentaryFactory(quarterly_return=held, measure=measure, cause="Not for the Board yet.")

    card = board.card()

    assert "Not for the Board yet" not in repr(card)
    assert (card.reported, card.returns_in_words) == (
        0,
        "0 of 2 returns accepted; figures are those accepted so far.",
    )
    assert card.unreported == "Poverty; Skills"


def test_an_overdue_figure_has_the_reason_for_its_absence(board):
    measure = board.measure(publication_lag_days=2, grace_days=5)
    board.reading(measure, "48", Q2)
    MeasureCommentaryFactory(
        quarterly_return=board.accept(), measure=measure, no_figure_reason="The survey was put off."
    )

    assert board.row(measure).commentary.no_figure_reason == "The survey was put off."
    assert board.card().attention[0].why == "The survey was put off."


# A priority


def test_the_lead_officers_judgement_is_this_quarters_or_kept_apart(board):
    board.accept(before=True, assessment="some_concern", assessment_reason="Demand rose.")
    before = board.card().priorities[0]
    board.accept(assessment="on_track", assessment_reason="Demand fell.")
    after = board.card().priorities[0]

    earlier = Judgement("some_concern", "Some concern", "Demand rose.", "Q2 2021/22")
    assert (before.has_reported, before.judgement, before.earlier_judgement) == (False, None, earlier)
    assert (after.has_reported, after.judgement) == (
        True,
        Judgement("on_track", "On track", "Demand fell.", "Q3 2021/22"),
    )


def test_actions_are_counted_in_words_and_parted_by_who_does_them(board):
    mine = ActionFactory(priority=board.cast.poverty, code="A1", title="Open a hub")
    theirs = ActionFactory(
        priority=board.cast.poverty, code="A2", done_by="communities", support_offered="A grant"
    )
    ActionUpdateFactory(quarterly_return=board.accept(), action=mine, status="late", line="No building yet.")

    row = board.card().priorities[0]

    assert row.actions_in_words == "1 late, 1 not yet reported"
    assert [(action.code, action.status, action.line) for action in row.actions_for_partners] == [
        ("A1", ActionStatus.LATE, "No building yet.")
    ]
    assert [(action.code, action.support) for action in row.actions_for_communities] == [("A2", "A grant")]
    assert theirs.code == "A2"


def test_exceptions_come_first_the_gravest_at_the_top(board):
    on, slightly, off = board.measure("55"), board.measure("49"), board.measure("40")

    row = board.card().priorities[0]

    assert [measure.code for measure in row.exceptions_first] == [off.code, slightly.code, on.code]
    assert [measure.code for measure in row.measures] == [on.code, slightly.code, off.code]


def test_priorities_stand_as_the_plan_has_them_and_enabling_actions_do_not(board):
    PriorityFactory(plan=board.cast.plan, name="Data sharing", kind="enabling", position=0)

    assert [row.name for row in board.card().priorities] == ["Poverty", "Skills"]


# The whole quarter


def test_what_improved_and_what_worsened_are_new_figures_only(board):
    better, worse = board.measure("48", "52"), board.measure("52", "48")
    carried = board.measure()
    board.reading(carried, "40", Q2.previous())
    board.reading(carried, "45", Q2)

    card = board.card()

    assert [row.code for row in card.improved] == [better.code]
    assert [row.code for row in card.worsened] == [worse.code]
    assert (card.improving, card.worsening, card.new_figures, card.since) == (2, 1, 2, "Q2 2021/22")
    assert card.trends_in_words == "2 improving, 1 worsening"
    assert board.row(carried).short.direction is Direction.BETTER


def test_the_counts_sentence_of_a_quarter(board):
    for value in ("55", "49", "40", "41"):
        board.measure(value)
    board.measure("55", target=None)
    board.measure(publication_lag_days=30)

    card = board.card()

    assert card.sentence == (
        "There are 6 measures. 4 can be assessed: 1 on target, 1 slightly off target, 2 off target. "
        "Not assessed: 1 data only, 1 awaiting data."
    )
    assert card.status_counts == (
        StatusCount(1, Status.ON_TARGET),
        StatusCount(1, Status.SLIGHTLY_OFF),
        StatusCount(2, Status.OFF_TARGET),
        StatusCount(1, Status.DATA_ONLY),
        StatusCount(1, Status.AWAITING),
    )


@given(st.lists(st.sampled_from(Status)))
def test_the_counts_always_add_up(statuses):
    counts = StatusCounts.of(statuses)
    numbers = [int(word) for word in counts.sentence().replace(".", " ").split() if word.isdigit()]

    assert sum(row.number for row in counted(counts)) == counts.total == len(statuses)
    if counts.assessed:
        total, assessed, *parts = numbers
        assert (total, assessed) == (len(statuses), counts.assessed)
        assert sum(parts[:3]) == assessed
        assert sum(parts) == total
    elif statuses:
        total, *parts = numbers
        assert sum(parts) == total == len(statuses)


def test_a_complete_round_says_so(board):
    board.accept()
    board.accept(board.cast.skills, good_practice="One phone line for all advice.")

    card = board.card()

    assert (card.is_complete, card.returns_in_words) == (True, "All 2 returns accepted.")
    assert [(item.priority, item.text) for item in card.good_practice] == [
        ("Skills", "One phone line for all advice.")
    ]


def test_an_acceptance_counts_from_its_moment(board):
    board.accept()

    assert board.card(at=LOCKED_AT).reported == 0
    assert board.card(at=NOW).reported == 1


# What needs attention first


def test_attention_is_what_the_rules_find_the_gravest_first(board):
    board.measure("55", name="On target")
    board.measure("60", "54", "49.5", name="Slipped", tolerance_amber=2)
    board.measure("40", "44", name="Off but improving")
    board.measure("45", "40", name="Off and worse")
    overdue = board.measure(publication_lag_days=2, grace_days=5, name="Overdue")
    board.reading(overdue, "48", Q2)
    late = ActionFactory(priority=board.cast.poverty, title="Late action", due_on=dt.date(2021, 11, 30))
    ActionFactory(priority=board.cast.poverty, title="Just late", due_on=dt.date(2021, 12, 1))
    said = board.accept(exceptional_issues="The winter reserve is spent.")
    ActionUpdateFactory(quarterly_return=said, action=late, status="late", line="Waiting for a lease.")

    found = board.card().attention

    assert [(item.kind, item.title) for item in found] == [
        ("Off target and worsening", "Off and worse"),
        ("Raised by the lead officer", "Exceptional issue: Poverty"),
        ("Off target", "Off but improving"),
        ("No longer on target", "Slipped"),
        ("Action late", "Late action"),
        ("Figure overdue", "Overdue"),
    ]
    assert found[0].facts == (
        "40.0% in Q3 2021/22 against a target of 50.0%; down 5.0 percentage points from Q2 2021/22."
    )
    assert found[4] == Attention(
        kind="Action late",
        priority="Poverty",
        priority_slug="poverty",
        title="Late action",
        measure_code="",
        status=None,
        facts="Due 30 November 2021: 31 days late at the end of the quarter.",
        why="Waiting for a lease.",
        response="",
        back_on_track="",
        said_in="Q3 2021/22",
    )


def test_strong_places_do_not_hide_weak_ones(board):
    measure = board.measure("48", "55", name="Claims settled")
    for name, value in [("East", "30"), ("North", "56"), ("West", "40")]:
        place = LocalityFactory(partnership=measure.partnership, name=name)
        board.reading(measure, value, Q3, place=place)

    (found,) = board.card().attention

    assert (found.kind, found.status, found.measure_code) == ("Places off target", None, measure.code)
    assert found.facts == (
        "2 of 3 localities are off target, though the area as a whole is not: "
        "55.0% in Q3 2021/22 against a target of 50.0%; up 7.0 percentage points from Q2 2021/22."
    )
    assert board.row(measure).places_note == "2 of 3 localities are off target"
    assert board.row(measure).status is Status.ON_TARGET


@pytest.mark.parametrize(
    ("status", "due_on", "is_found"),
    [
        ("late", None, True),
        ("late", dt.date(2022, 3, 31), False),
        ("late", dt.date(2021, 12, 1), False),
        ("late", dt.date(2021, 11, 30), True),
        ("on_track", dt.date(2021, 11, 30), True),
        ("completed", dt.date(2021, 4, 1), False),
        ("cancelled", dt.date(2021, 4, 1), False),
    ],
)
def test_an_action_is_an_exception_after_thirty_days(board, status, due_on, is_found):
    action = ActionFactory(priority=board.cast.poverty, due_on=due_on)
    ActionUpdateFactory(quarterly_return=board.accept(), action=action, status=status)

    assert bool(board.card().attention) is is_found


def test_a_measure_worse_on_both_trends_needs_attention_when_slightly_off(board):
    board.measure("49.9", "49.8", "49.7", "49.6", name="Slow slide")

    assert [item.kind for item in board.card().attention] == ["Slightly off target and worsening"]


# A measure that several priorities show


def test_a_shared_measure_is_shown_under_both_and_counted_under_its_own(board):
    measure = board.measure("48", "45", name="Grants decided in a day", priority=board.cast.poverty)
    measure.shared_with.add(board.cast.skills)

    card = board.card()

    poverty, skills = card.priorities
    assert [(row.code, row.reported_under) for row in poverty.measures] == [(measure.code, "")]
    assert (poverty.shared, skills.measures) == ((), ())
    assert [(row.code, row.reported_under) for row in skills.shared] == [(measure.code, "Poverty")]
    assert (poverty.counts.total, skills.counts.total, card.counts.total) == (1, 0, 1)
    assert (skills.worsening, card.worsening, card.new_figures) == (0, 1, 1)
    assert [row.code for row in card.measures] == [measure.code]
    assert [(item.priority, item.measure_code) for item in card.attention] == [("Poverty", measure.code)]


def test_a_measure_whose_own_priority_is_not_there_is_counted_where_it_is_first_shown(board):
    enabling = PriorityFactory(plan=board.cast.plan, kind="enabling", name="Data sharing")
    measure = board.measure("48", "45", priority=enabling)
    measure.shared_with.add(board.cast.poverty, board.cast.skills)

    card = board.card()

    assert [[row.reported_under for row in priority.shared] for priority in card.priorities] == [
        ["Data sharing"],
        ["Data sharing"],
    ]
    assert (card.counts.total, card.counts.off_target, card.new_figures) == (1, 1, 1)
    assert [(item.priority, item.measure_code) for item in card.attention] == [("Poverty", measure.code)]


def test_only_the_return_of_its_own_priority_asks_for_a_shared_measure(board):
    measure = board.measure("48", priority=board.cast.poverty)
    measure.shared_with.add(board.cast.skills)

    def asked(priority):
        sheet = return_sheet(return_of(priority, board.cast.quarter), at=NOW)
        return [line.code for line in sheet.figures]

    assert asked(board.cast.poverty) == [measure.code]
    assert asked(board.cast.skills) == []
