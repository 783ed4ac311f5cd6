"""Targets are set by a path, period by period; what they replace is kept, and what was reported does not move."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from actionplans.models import Measure, Target
from actionplans.series import MeasureSeries, series_of
from actionplans.status import Status
from actionplans.targets import (
    DecisionTaken,
    TargetInDoubt,
    TargetRefused,
    plan_targets,
    set_target_path,
    target_versions,
)
from actionplans.trajectories import PathPoint, TargetPath
from priorities.clock import EDINBURGH
from priorities.models import Decision, Meeting
from priorities.periods import FinancialQuarter, Period, PeriodKind
from reports import operations as reports
from tests.actionplans.factories import MeasureFactory, ReadingFactory, TargetFactory, period_of
from tests.factories import (
    NOW,
    Cast,
    ComparatorFactory,
    GroupFactory,
    MeetingFactory,
    PartnershipFactory,
    cast,
)

pytestmark = pytest.mark.django_db

REASON = "The Board wants a faster start."
LATER = NOW + dt.timedelta(days=20)


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def measure(people: Cast) -> Measure:
    """Last read at 48% for Q2 2021/22; higher is better, amber within 2 points."""
    made = MeasureFactory(priority=people.poverty, name="Grants decided in a day")
    ReadingFactory(measure=made, value=48)
    return Measure.objects.select_related("priority__plan").get(pk=made.pk)


@pytest.fixture
def board_meeting(people: Cast) -> Meeting:
    board = GroupFactory(partnership=people.partnership, name="CPP Board")
    return MeetingFactory(group=board, held_on=dt.date(2021, 12, 10))


def quarter(label: str) -> Period:
    return Period.for_quarter(FinancialQuarter.parse(label))


def at(label: str, value: str) -> PathPoint:
    return PathPoint(quarter(label), Decimal(value))


def path(
    *milestones: PathPoint,
    baseline: tuple[str, str] = ("Q2 2021/22", "48"),
    final: tuple[str, str] = ("Q2 2022/23", "60"),
) -> TargetPath:
    return TargetPath.by_milestones(at(*baseline), milestones, at(*final))


def set_path(measure: Measure, people: Cast, given: TargetPath, **said: object) -> list[Target]:
    return set_target_path(
        measure,
        **({"path": given, "reason": REASON, "decision": None, "by": people.manager, "at": NOW} | said),
    )


def agreed(meeting: Meeting) -> DecisionTaken:
    return DecisionTaken(meeting, Decision.Verb.AGREED, "5.2")


def rows(measure: Measure) -> list[tuple[str, int, str]]:
    """(period, version, target) of every target, oldest period first."""
    return [
        (
            Period(PeriodKind(measure.period_kind), row.starts_on, row.ends_on).label,
            row.version,
            f"{row.value.normalize():f}",
        )
        for row in Target.objects.filter(measure=measure).order_by("ends_on", "version")
    ]


# What is written


def test_a_straight_line_sets_a_target_for_every_period_after_the_baseline(measure, people):
    made = set_path(measure, people, path())

    assert rows(measure) == [
        ("Q3 2021/22", 1, "51"),
        ("Q4 2021/22", 1, "54"),
        ("Q1 2022/23", 1, "57"),
        ("Q2 2022/23", 1, "60"),
    ]
    assert {(row.set_on, row.set_at, row.set_by, row.reason, row.decision) for row in made} == {
        (NOW.date(), NOW, people.manager, REASON, None)
    }
    assert made[0].basis == "In a straight line from 48.0% in Q2 2021/22 to 60.0% in Q2 2022/23"


def test_the_baseline_is_kept_as_it_was_known_when_the_path_was_set(measure, people):
    given = path()
    set_path(measure, people, given)
    found = known(measure, NOW)
    assert found.baseline == given.baseline
    assert str(found.baseline.period) == "Q2 2021/22"


def test_a_path_is_planned_from_figures_of_the_whole_area(measure, people):
    scotland = ComparatorFactory(partnership=measure.partnership)
    ReadingFactory(measure=measure, value=Decimal(20), comparator=scotland)
    assert plan_targets(measure, path(), at=NOW).question == ""


def test_the_years_of_the_rules_own_example(people):
    measure = MeasureFactory(
        priority=people.poverty, period_kind="financial_year", polarity="minimise", decimals=1
    )

    def year(label: str, value: str) -> PathPoint:
        return PathPoint(Period.parse("financial_year", label), Decimal(value))

    set_path(measure, people, TargetPath.straight_line(year("2020/21", "20.0"), year("2023/24", "14.0")))

    assert rows(measure) == [("2021/22", 1, "18"), ("2022/23", 1, "16"), ("2023/24", 1, "14")]


def test_milestones_bend_the_path(measure, people):
    made = set_path(measure, people, path(at("Q4 2021/22", "50")))

    assert [value for _, _, value in rows(measure)] == ["49", "50", "55", "60"]
    assert made[0].basis == ("From 48.0% in Q2 2021/22 by way of 50.0% in Q4 2021/22 to 60.0% in Q2 2022/23")


def test_points_in_time_get_the_targets_that_the_path_names(people):
    measure = MeasureFactory(priority=people.poverty, period_kind="point_in_time")

    def day(text: str, value: str) -> PathPoint:
        return PathPoint(Period.parse("point_in_time", text), Decimal(value))

    given = TargetPath.by_milestones(
        day("31 March 2021", "48"), [day("31 March 2022", "50")], day("31 March 2024", "60")
    )
    set_path(measure, people, given)

    assert rows(measure) == [("31 March 2022", 1, "50"), ("31 March 2024", 1, "60")]


def test_a_target_that_does_not_come_out_even_is_kept_to_six_decimals(measure, people):
    set_path(measure, people, path(final=("Q1 2022/23", "49")))

    assert [value for _, _, value in rows(measure)] == ["48.333333", "48.666667", "49"]


def test_targets_of_a_made_up_measure_are_made_up(measure, people):
    measure.is_illustrative = True
    measure.save()

    assert {row.is_illustrative for row in set_path(measure, people, path())} == {True}


# History


def test_a_change_is_a_new_version_and_periods_that_stay_get_none(measure, people, board_meeting):
    set_path(measure, people, path())

    set_path(
        measure,
        people,
        path(at("Q4 2021/22", "54"), final=("Q2 2022/23", "58")),
        reason="Two posts are vacant.",
        decision=agreed(board_meeting),
        at=LATER,
    )

    assert rows(measure) == [
        ("Q3 2021/22", 1, "51"),
        ("Q4 2021/22", 1, "54"),
        ("Q1 2022/23", 1, "57"),
        ("Q1 2022/23", 2, "56"),
        ("Q2 2022/23", 1, "60"),
        ("Q2 2022/23", 2, "58"),
    ]
    found = target_versions(measure, known_at=LATER)
    assert [(row.period, row.shown, row.version, row.is_in_use) for row in found] == [
        ("Q2 2022/23", "58.0%", 2, True),
        ("Q2 2022/23", "60.0%", 1, False),
        ("Q1 2022/23", "56.0%", 2, True),
        ("Q1 2022/23", "57.0%", 1, False),
        ("Q4 2021/22", "54.0%", 1, True),
        ("Q3 2021/22", "51.0%", 1, True),
    ]
    newest = found[0]
    assert (newest.set_on, newest.set_by, newest.reason, newest.decided) == (
        LATER.date(),
        "CP manager",
        "Two posts are vacant.",
        "Agreed by the CPP Board, 10 December 2021, paragraph 5.2",
    )
    assert [row.is_in_use for row in target_versions(measure, known_at=NOW)] == [True] * 4


def test_the_decision_is_kept_with_its_words(measure, people, board_meeting):
    made = set_path(measure, people, path(), decision=agreed(board_meeting))

    decision = Decision.objects.get()
    assert {row.decision for row in made} == {decision}
    assert (decision.meeting, decision.verb, decision.minute_paragraph) == (board_meeting, "agreed", "5.2")
    assert decision.text == (
        "Targets of Grants decided in a day. In a straight line from 48.0% in Q2 2021/22 to 60.0% in Q2 2022/23."
    )


def test_the_same_path_again_changes_nothing(measure, people):
    set_path(measure, people, path())

    with pytest.raises(TargetRefused, match="These are the targets already, so nothing would change"):
        set_path(measure, people, path(), at=LATER)

    assert len(rows(measure)) == 4


# What is judged


def known(measure: Measure, moment: dt.datetime) -> MeasureSeries:
    fresh = Measure.objects.get(pk=measure.pk)
    return series_of([fresh], ends_by=dt.date(2021, 12, 31), known_at=moment)[measure.pk]


def test_a_value_is_judged_by_the_target_known_at_the_cut_off(measure, people, board_meeting):
    TargetFactory(measure=measure, value=49, **period_of(FinancialQuarter.parse("Q3 2021/22")))
    ReadingFactory(
        measure=measure,
        value=50,
        released_at=NOW - dt.timedelta(days=2),
        **period_of(FinancialQuarter.parse("Q3 2021/22")),
    )

    set_path(measure, people, path(), decision=agreed(board_meeting))

    a_moment_before = known(measure, NOW - dt.timedelta(seconds=1))
    assert (a_moment_before.current.target, a_moment_before.status) == (Decimal(49), Status.ON_TARGET)
    assert [point.decided for point in a_moment_before.targets] == [""]
    from_then_on = known(measure, NOW)
    assert (from_then_on.current.target, from_then_on.status) == (Decimal(51), Status.SLIGHTLY_OFF)
    assert from_then_on.targets[0].decided == "set by the CPP Board 10 December 2021"


def test_a_report_already_made_stays_as_it_is(measure, people, board_meeting):
    TargetFactory(measure=measure, value=47, **period_of(FinancialQuarter.parse("Q2 2021/22")))
    lock(people, at=NOW)
    made = reports.make_report(
        kind="performance_dashboard",
        quarter=people.before,
        meeting=board_meeting,
        number="1",
        by=people.manager,
        at=NOW,
    )
    snapshot, digest = made.snapshot, made.snapshot_sha256

    set_path(
        measure,
        people,
        path(baseline=("Q1 2021/22", "46")),
        decision=agreed(board_meeting),
        at=NOW + dt.timedelta(hours=1),
    )

    assert ("Q2 2021/22", 2, "48.8") in rows(measure)
    made.refresh_from_db()
    assert (made.snapshot, made.snapshot_sha256) == (snapshot, digest)
    assert '"target_shown":"47.0%"' in made.snapshot


# What is refused


def lock(people: Cast, *, at: dt.datetime) -> None:
    people.before.locked_at, people.before.locked_by = at, people.manager
    people.before.save()


def refused(measure: Measure, people: Cast, given: TargetPath, **said: object) -> tuple[str, str]:
    before = rows(measure)
    with pytest.raises(TargetRefused) as caught:
        set_path(measure, people, given, **said)
    assert rows(measure) == before
    return caught.value.field, str(caught.value)


def test_a_final_target_outside_the_plan_is_refused(measure, people):
    assert refused(measure, people, path(final=("Q1 2030/31", "60"))) == (
        "final_period",
        "Q1 2030/31 is outside the plan, which runs from 1 April 2020 to 31 March 2030.",
    )
    assert refused(measure, people, path(baseline=("Q1 2018/19", "40"), final=("Q4 2019/20", "45")))[0] == (
        "final_period"
    )


def test_a_zero_target_with_a_tolerance_in_per_cent_is_refused(measure, people):
    measure.tolerance_kind, measure.polarity = "relative", "minimise"
    measure.save()

    field, message = refused(measure, people, path(final=("Q4 2021/22", "0")))

    assert field == "final_value"
    assert message.startswith("The target for Q4 2021/22 would be zero.")


def test_a_path_of_more_periods_than_anyone_plans_is_refused(measure, people):
    assert refused(measure, people, path(baseline=("Q1 1950/51", "10"))) == (
        "baseline_period",
        "There are more than 240 periods from Q1 1950/51 to Q2 2022/23. Choose a later baseline.",
    )


def test_a_change_without_a_reason_is_refused(measure, people):
    assert refused(measure, people, path(), reason=" \n") == (
        "reason",
        "Say why the targets are set or changed.",
    )


def test_a_period_reported_in_a_locked_quarter_changes_only_by_decision(measure, people, board_meeting):
    TargetFactory(measure=measure, value=47, **period_of(FinancialQuarter.parse("Q2 2021/22")))
    lock(people, at=NOW)
    given = path(baseline=("Q1 2021/22", "46"), final=("Q4 2021/22", "52"))

    assert refused(measure, people, given) == (
        "decision",
        "Q2 2021/22 was reported in Q2 2021/22, which is locked. Its target changes only by a decision: say which.",
    )

    set_path(measure, people, given, decision=agreed(board_meeting))
    assert rows(measure) == [
        ("Q2 2021/22", 1, "47"),
        ("Q2 2021/22", 2, "48"),
        ("Q3 2021/22", 1, "50"),
        ("Q4 2021/22", 1, "52"),
    ]


def test_a_period_whose_figure_came_after_the_lock_needs_no_decision(measure, people):
    lock(people, at=dt.datetime(2021, 10, 15, 9, 0, tzinfo=EDINBURGH))

    set_path(measure, people, path(baseline=("Q1 2021/22", "46")))

    assert rows(measure)[0] == ("Q2 2021/22", 1, "48.8")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"verb": "deferred"}, "Choose what the meeting decided."),
        ({"minute_paragraph": "5" * 21}, "A minute paragraph has at most 20 letters and figures, like 5.2."),
        ({"held_on": dt.date(2022, 1, 11)}, "This meeting has not been held yet, so it has decided nothing."),
        ({"elsewhere": True}, "This meeting is not one of the partnership's."),
    ],
)
def test_a_decision_that_cannot_be_is_refused(measure, people, board_meeting, said, message):
    meeting = board_meeting
    if said.get("elsewhere"):
        meeting = MeetingFactory(group__partnership=PartnershipFactory(), held_on=board_meeting.held_on)
    meeting.held_on = said.get("held_on", meeting.held_on)
    taken = DecisionTaken(meeting, said.get("verb", "agreed"), said.get("minute_paragraph", ""))

    assert refused(measure, people, path(), decision=taken) == ("decision", message)
    assert not Decision.objects.exists()


# What is asked


@pytest.mark.parametrize(
    ("given", "question"),
    [
        (
            path(final=("Q2 2022/23", "40")),
            "The target, 40.0%, is worse than the baseline, 48.0%: higher is better. Is this right?",
        ),
        (
            path(baseline=("Q2 2021/22", "47")),
            "The newest figure for Q2 2021/22 is 48.0%. Is 47.0% the right baseline all the same?",
        ),
        (path(final=("Q2 2022/23", "110")), "110% is over 100%. Is this right?"),
    ],
)
def test_a_strange_path_is_set_after_a_yes_to_that_very_question(measure, people, given, question):
    assert plan_targets(measure, given, at=NOW).question == question
    for answer in ("", "Yes", f"{question} "):
        with pytest.raises(TargetInDoubt) as caught:
            set_path(measure, people, given, answered=answer)
        assert caught.value.question == question
    assert rows(measure) == []

    set_path(measure, people, given, answered=question)

    assert len(rows(measure)) == 4


def test_what_a_path_would_do_is_told_and_nothing_is_written(measure, people, django_assert_num_queries):
    TargetFactory(measure=measure, value=51, **period_of(FinancialQuarter.parse("Q3 2021/22")))
    TargetFactory(measure=measure, value=55, **period_of(FinancialQuarter.parse("Q4 2021/22")))
    lock(people, at=NOW)

    with django_assert_num_queries(3):
        plan = plan_targets(measure, path(baseline=("Q1 2021/22", "45"), final=("Q4 2021/22", "54")), at=NOW)

    assert [
        (row.period.label, row.shown_before, row.shown, row.is_changed, row.reported_in)
        for row in plan.targets
    ] == [
        ("Q2 2021/22", "", "48.0%", True, "Q2 2021/22"),
        ("Q3 2021/22", "51.0%", "51.0%", False, ""),
        ("Q4 2021/22", "55.0%", "54.0%", True, ""),
    ]
    assert [row.period.label for row in plan.reported] == ["Q2 2021/22"]
    assert len(rows(measure)) == 2
