"""Target paths: the checked vector, errors and questions in words, targets set as a change."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.trajectories import (
    ChangeKind,
    PathPoint,
    TargetPath,
    TrajectoryError,
    changed_by,
    path_doubts,
    periods_between,
    target_for,
)
from priorities.periods import Period, PeriodKind

YEAR, QUARTER, ROLLING, DAY = (
    PeriodKind.FINANCIAL_YEAR,
    PeriodKind.FINANCIAL_QUARTER,
    PeriodKind.ROLLING_YEARS,
    PeriodKind.POINT_IN_TIME,
)


def at(text, value, kind=YEAR):
    return PathPoint(Period.parse(kind, text), Decimal(value))


def year(text):
    return Period.parse(YEAR, text)


CHECKED = TargetPath.straight_line(at("2020/21", "20.0"), at("2023/24", "14.0"))


# The path


def test_the_checked_straight_line():
    years = ("2020/21", "2021/22", "2022/23", "2023/24")

    assert [target_for(CHECKED, year(text)) for text in years] == [Decimal(n) for n in (20, 18, 16, 14)]


def test_there_is_no_target_before_the_baseline_or_after_the_end():
    assert target_for(CHECKED, year("2019/20")) is None
    assert target_for(CHECKED, year("2024/25")) is None


def test_milestones_are_joined_by_straight_lines_in_whatever_order_they_come():
    ends = at("2018/19", "30"), at("2023/24", "12")
    milestones = [at("2022/23", "15"), at("2020/21", "28")]

    path = TargetPath.by_milestones(ends[0], milestones, ends[1])

    assert path == TargetPath.by_milestones(ends[0], milestones[::-1], ends[1])
    targets = [target_for(path, year(text)) for text in ("2019/20", "2020/21", "2021/22", "2022/23")]
    assert targets == [Decimal(29), Decimal(28), Decimal("21.5"), Decimal(15)]
    assert (path.baseline, path.final) == ends


def test_a_step_that_never_ends_is_kept_to_the_last_digit():
    path = TargetPath.straight_line(at("2020/21", "0"), at("2023/24", "10"))

    assert target_for(path, year("2021/22")) == Decimal(10) / 3


def test_quarters_step_by_quarter_and_runs_of_years_by_year():
    quarters = TargetPath.straight_line(at("Q4 2020/21", "100", QUARTER), at("Q4 2021/22", "120", QUARTER))
    assert target_for(quarters, Period.parse(QUARTER, "Q1 2021/22")) == 105
    runs = TargetPath.straight_line(at("2014-2016", "30", ROLLING), at("2017-2019", "24", ROLLING))
    assert target_for(runs, Period.parse(ROLLING, "2015-2017")) == 28


@pytest.mark.parametrize(
    ("earlier", "later", "years"),
    [
        ("31 March 2020", "31 March 2022", 2),
        ("30 September 2024", "31 March 2025", Fraction(1, 2)),
        ("29 February 2020", "28 February 2021", 1),
        ("1 January 2021", "2 January 2025", Fraction(4 * 1462, 1461)),
    ],
)
def test_points_in_time_are_a_fraction_of_a_year_apart(earlier, later, years):
    assert periods_between(Period.parse(DAY, earlier), Period.parse(DAY, later)) == years


@pytest.mark.parametrize(
    ("baseline", "target", "words"),
    [
        (
            at("2020/21", "20"),
            at("2019/20", "14"),
            "The target is for 2019/20, before its baseline, 2020/21. Choose a later period.",
        ),
        (
            at("2020/21", "20"),
            at("2020/21", "14"),
            "The target is for 2020/21, the same period as its baseline. Choose a later period.",
        ),
        (
            at("2020/21", "20"),
            at("Q4 2023/24", "14", QUARTER),
            (
                "The target is for a financial quarter and the baseline for a financial year. "
                "Both must be for the same kind of period."
            ),
        ),
        (
            at("2014-2016", "20", ROLLING),
            at("2016-2017", "14", ROLLING),
            (
                "The target is for 2 calendar years together and the baseline for 3 calendar years together. "
                "Both must be for the same kind of period."
            ),
        ),
    ],
)
def test_a_path_that_cannot_be_drawn(baseline, target, words):
    with pytest.raises(TrajectoryError) as refused:
        TargetPath.straight_line(baseline, target)
    assert str(refused.value) == words


@pytest.mark.parametrize("text", ["2020/21", "2023/24", "2024/25", "2019/20"])
def test_a_milestone_outside_the_path_is_refused(text):
    with pytest.raises(TrajectoryError) as refused:
        TargetPath.by_milestones(CHECKED.baseline, [at(text, "15")], CHECKED.final)
    assert str(refused.value) == (
        f"The milestone for {text} must be after the baseline, 2020/21, and before the target, 2023/24."
    )


def test_two_milestones_for_one_period_are_refused():
    with pytest.raises(TrajectoryError, match=r"There are two milestones for 2021/22\. Keep one\."):
        TargetPath.by_milestones(CHECKED.baseline, [at("2021/22", "15"), at("2021/22", "16")], CHECKED.final)


def test_a_period_of_another_kind_has_no_place_on_the_path():
    with pytest.raises(TrajectoryError) as refused:
        target_for(CHECKED, Period.parse(QUARTER, "Q1 2021/22"))
    assert (
        str(refused.value) == "Q1 2021/22 is a financial quarter, and the targets are for a financial year."
    )


def test_a_target_that_is_not_a_number_is_refused():
    with pytest.raises(TrajectoryError, match="must be numbers"):
        at("2020/21", "NaN")


# Doubts


@pytest.mark.parametrize(
    ("baseline", "target", "polarity", "questions"),
    [
        ("20", "14", "minimise", []),
        ("14", "20", "maximise", []),
        (
            "20",
            "14",
            "maximise",
            [
                "The target, 14.0%, is worse than the baseline, 20.0%: higher is better. Is this right?",
            ],
        ),
        (
            "14",
            "20",
            "minimise",
            [
                "The target, 20.0%, is worse than the baseline, 14.0%: lower is better. Is this right?",
            ],
        ),
        (
            "14",
            "14",
            "minimise",
            ["The target is the same as the baseline, 14.0%. Is the aim to keep it there?"],
        ),
        ("20", "14", "goldilocks", []),
        ("20", "14", "none", []),
    ],
)
def test_a_target_worse_than_its_baseline_is_asked_about(baseline, target, polarity, questions):
    path = TargetPath.straight_line(at("2020/21", baseline), at("2023/24", target))

    assert path_doubts(path, polarity, "percent", 1) == questions


def test_a_milestone_beyond_the_target_is_asked_about():
    path = TargetPath.by_milestones(CHECKED.baseline, [at("2021/22", "13")], CHECKED.final)

    assert path_doubts(path, "minimise", "percent", 1) == [
        "The milestone for 2021/22, 13.0%, is better than the final target, 14.0%. Is this right?"
    ]


# Targets set as a change


@pytest.mark.parametrize(
    ("baseline", "per_cent", "unit", "kind", "target"),
    [
        ("20", "10", "percent", "relative", "22"),
        ("20", "10", "percent", "percentage_points", "30"),
        ("20", "-10", "percent", "relative", "18"),
        ("20", "-10", "percent", ChangeKind.PERCENTAGE_POINTS, "10"),
        ("0", "10", "percent", "percentage_points", "10"),
        ("250", "10", "number", None, "275"),
        ("250", "-10", "money", "relative", "225"),
        ("-5", "10", "number", None, "-4.5"),
        ("20", "10", "points", "relative", "22"),
        ("20", "-10", "points", "percentage_points", "10"),
    ],
)
def test_a_target_set_as_a_change(baseline, per_cent, unit, kind, target):
    assert changed_by(Decimal(baseline), Decimal(per_cent), unit, kind) == Decimal(target)


@pytest.mark.parametrize(
    ("baseline", "per_cent", "unit", "kind", "words"),
    [
        (
            "20.0",
            "10",
            "percent",
            None,
            (
                "A 10% increase from 20% could mean 22% (per cent of the baseline) or 30% (percentage points). "
                "Say which."
            ),
        ),
        (
            "20.0",
            "-2.5",
            "percent",
            None,
            (
                "A 2.5% decrease from 20% could mean 19.5% (per cent of the baseline) or 17.5% "
                "(percentage points). Say which."
            ),
        ),
        (
            "250",
            "10",
            "number",
            "percentage_points",
            "Percentage points are for percentages. Give a percentage of the baseline.",
        ),
        (
            "0",
            "10",
            "number",
            None,
            "A percentage of a zero baseline is zero. Give the target itself instead.",
        ),
        (
            "0",
            "10",
            "percent",
            "relative",
            "A percentage of a zero baseline is zero. Give the target itself instead.",
        ),
        ("NaN", "10", "number", None, "A baseline and a change must be numbers."),
        (
            "20",
            "10",
            "points",
            None,
            (
                "A 10% increase from 20 could mean 22 (per cent of the baseline) or 30 (percentage points). "
                "Say which."
            ),
        ),
        (
            "0",
            "10",
            "yes_no",
            "relative",
            "A yes or no does not change by a percentage. Give the target itself instead.",
        ),
    ],
)
def test_a_change_that_sets_no_target(baseline, per_cent, unit, kind, words):
    with pytest.raises(TrajectoryError) as refused:
        changed_by(Decimal(baseline), Decimal(per_cent), unit, kind)
    assert str(refused.value) == words


def test_kinds_of_change_for_a_form():
    assert ChangeKind.choices() == [
        ("relative", "Per cent of the baseline"),
        ("percentage_points", "Percentage points"),
    ]


# Properties

FIGURES = st.decimals(min_value=-(10**9), max_value=10**9, places=3)


@st.composite
def paths(draw):
    """A path of two to six points over twenty years, its milestones in any order."""
    starts = draw(st.lists(st.integers(2005, 2025), unique=True, min_size=2, max_size=6))
    made = [at(f"FYE {start}", draw(FIGURES)) for start in sorted(starts)]
    between = draw(st.permutations(made[1:-1]))
    return made, TargetPath.by_milestones(made[0], between, made[-1])


@given(paths())
def test_a_path_passes_through_its_ends_and_its_milestones(drawn):
    made, path = drawn

    assert [target_for(path, point.period) for point in made] == [point.value for point in made]


@given(paths(), st.integers(2005, 2025))
def test_a_target_lies_between_the_points_on_either_side(drawn, ending):
    made, path = drawn
    period = year(f"FYE {ending}")

    target = target_for(path, period)

    if made[0].period <= period <= made[-1].period:
        before = [point.value for point in made if point.period <= period][-1]
        after = next(point.value for point in made if point.period >= period)
        assert min(before, after) <= target <= max(before, after)
    else:
        assert target is None


@given(paths(), st.integers(2005, 2025), st.integers(-9, 9))
def test_a_scaled_path_has_scaled_targets(drawn, ending, power):
    _, path = drawn
    period = year(f"FYE {ending}")
    scaled = TargetPath(tuple(PathPoint(p.period, p.value.scaleb(power)) for p in path.points))

    target = target_for(path, period)

    assert target_for(scaled, period) == (None if target is None else target.scaleb(power))


@given(FIGURES, FIGURES, st.integers(2005, 2024))
def test_a_straight_line_has_equal_steps(first, last, ending):
    path = TargetPath.straight_line(at("FYE 2004", first), at("FYE 2025", last))

    here, there = (target_for(path, year(f"FYE {end}")) for end in (ending, ending + 1))

    assert abs(there - here - (last - first) / 21) < Decimal("1e-15")


@given(paths(), st.randoms(use_true_random=False))
def test_the_order_in_which_milestones_come_does_not_matter(drawn, chance):
    made, path = drawn
    between = made[1:-1]
    chance.shuffle(between)

    assert TargetPath.by_milestones(made[0], between, made[-1]) == path


@given(paths())
def test_the_steps_of_the_years_sum_to_the_whole_way(drawn):
    made, path = drawn
    targets, period = [], made[0].period
    while period <= made[-1].period:
        targets.append(target_for(path, period))
        period = period.next()

    steps = [later - earlier for earlier, later in pairwise(targets)]
    assert abs(sum(steps) - (made[-1].value - made[0].value)) < Decimal("1e-12")


@given(paths(), st.data())
def test_a_milestone_moved_and_moved_back_leaves_the_path_as_it_was(drawn, data):
    made, path = drawn
    if len(made) > 2:
        place = data.draw(st.integers(1, len(made) - 2))
        moved = [*made[:place], PathPoint(made[place].period, data.draw(FIGURES)), *made[place + 1 :]]
        back = [*moved[:place], made[place], *moved[place + 1 :]]

        assert TargetPath.by_milestones(back[0], back[1:-1], back[-1]) == path
