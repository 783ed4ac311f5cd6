"""The calculation rules, section by section, with every checked vector: the proof in one place.

Each test names its rule (5.1 to 5.11, as the domain rules number them). How the rules behave in all other cases is
in the tests of each module; what the Board's pages make of them is in tests/dashboard/test_vectors.py.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import product

import pytest

from actionplans.disclosure import (
    Cell,
    Companion,
    Policy,
    Publication,
    Relation,
    cleared,
    digits_beside_suppressed,
    with_quarters,
    withheld,
)
from actionplans.models import Measure
from actionplans.numbers import format_against, format_value
from actionplans.risk_bands import Band, Movement, default_band, default_cells, movement
from actionplans.rollups import (
    Amount,
    Outcome,
    area_from_places,
    parts_from_year_to_date,
    pooled,
    roll_up,
    year_from_year_to_date,
    year_to_date,
    year_to_date_targets,
)
from actionplans.series import MeasureSeries, series_of
from actionplans.status import Polarity, Status, Tolerance, ToleranceError, ToleranceKind, target_status
from actionplans.trajectories import (
    ChangeKind,
    PathPoint,
    TargetPath,
    TrajectoryError,
    changed_by,
    path_doubts,
    target_for,
)
from actionplans.trends import (
    NOT_ENOUGH_DATA,
    Comparison,
    Direction,
    Point,
    change_in_words,
    long_trend,
    short_trend,
)
from priorities.clock import EDINBURGH
from priorities.periods import FinancialQuarter, FinancialYear, Period, PeriodError, PeriodKind
from tests.actionplans.factories import (
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    SeriesVersionFactory,
    TargetFactory,
    period_of,
)

YEAR, QUARTER, MONTH, SCHOOL, ROLLING, DAY, CALENDAR = (
    PeriodKind.FINANCIAL_YEAR,
    PeriodKind.FINANCIAL_QUARTER,
    PeriodKind.CALENDAR_MONTH,
    PeriodKind.ACADEMIC_YEAR,
    PeriodKind.ROLLING_YEARS,
    PeriodKind.POINT_IN_TIME,
    PeriodKind.CALENDAR_YEAR,
)
GREEN, AMBER, RED = Status.ON_TARGET, Status.SLIGHTLY_OFF, Status.OFF_TARGET


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=EDINBURGH)


def points(values: dict[str, str], kind: PeriodKind = QUARTER) -> list[Point]:
    return [Point(Period.parse(kind, label), Decimal(value)) for label, value in values.items()]


def by_quarter(**values: str | None) -> dict[Period, Decimal | None]:
    """The quarters of 2021/22: `by_quarter(q1="12", q2=None)`."""
    return {
        Period.parse(QUARTER, f"{name} 2021/22"): None if value is None else Decimal(value)
        for name, value in values.items()
    }


YEAR_2021 = Period.parse(YEAR, "2021/22")


# 5.1 Periods


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2021-03-31", "Q4 2020/21"),
        ("2021-04-01", "Q1 2021/22"),
        ("2022-01-01", "Q4 2021/22"),
        ("2022-03-31", "Q4 2021/22"),
        ("2024-02-29", "Q4 2023/24"),
        ("1999-04-01", "Q1 1999/00"),
        ("2099-12-01", "Q3 2099/00"),
    ],
)
def test_5_1_the_quarter_of_a_day(text, label):
    """5.1 The financial year runs from 1 April to 31 March; Q4 is in the next calendar year."""
    assert FinancialQuarter.containing(day(text)).label == label


def test_5_1_the_quarters_of_a_year():
    """5.1 Q1 April to June, Q2 July to September, Q3 October to December, Q4 January to March."""
    quarters = [FinancialQuarter(FinancialYear(2021), number) for number in (1, 2, 3, 4)]

    assert [quarter.months_label for quarter in quarters] == [
        "April to June 2021",
        "July to September 2021",
        "October to December 2021",
        "January to March 2022",
    ]
    assert (FinancialYear(2021).starts_on, FinancialYear(2021).ends_on) == (
        day("2021-04-01"),
        day("2022-03-31"),
    )


@pytest.mark.parametrize("text", ["2021/22", "2021-22", "2021/2022", "FYE 2022", "FY 2021/22"])
def test_5_1_ways_of_writing_a_year(text):
    """5.1 Accepted on input, and stored as a typed period."""
    found = Period.parse(YEAR, text)

    assert (found.kind, found.starts_on, found.ends_on) == (YEAR, day("2021-04-01"), day("2022-03-31"))


@pytest.mark.parametrize(
    ("kind", "text"),
    [(YEAR, "2021/23"), (YEAR, "2021/21"), (QUARTER, "Q5 2021/22"), (QUARTER, "Q0"), (QUARTER, "Q5")],
)
def test_5_1_what_is_no_period(kind, text):
    """5.1 Rejected: 2021/23, 2021/21, Q5, Q0."""
    with pytest.raises(PeriodError):
        Period.parse(kind, text)


@pytest.mark.parametrize(
    ("kind", "text", "starts_on", "ends_on"),
    [
        (YEAR, "2021/22", "2021-04-01", "2022-03-31"),
        (QUARTER, "Q2 2021/22", "2021-07-01", "2021-09-30"),
        (CALENDAR, "2021", "2021-01-01", "2021-12-31"),
        (MONTH, "August 2024", "2024-08-01", "2024-08-31"),
        (SCHOOL, "2021/22", "2021-08-01", "2022-07-31"),
        (ROLLING, "2017-2019", "2017-01-01", "2019-12-31"),
        (DAY, "31 March 2021", "2021-03-31", "2021-03-31"),
    ],
)
def test_5_1_every_kind_of_period(kind, text, starts_on, ends_on):
    """5.1 The same words are another period for another kind; the kind comes from the measure."""
    found = Period.parse(kind, text)

    assert (found.kind, found.starts_on, found.ends_on) == (kind, day(starts_on), day(ends_on))


def test_5_1_fye_names_the_year_it_ends_in():
    """5.1 The DWP's "FYE 2025" is 2024/25."""
    assert Period.parse(YEAR, "FYE 2025").label == "2024/25"


@pytest.mark.parametrize(
    ("moment", "label"),
    [("2021-03-31T22:30:00+00:00", "Q4 2020/21"), ("2021-03-31T23:30:00+00:00", "Q1 2021/22")],
)
def test_5_1_a_day_is_a_day_in_scotland(moment, label):
    """5.1 Half past eleven at night on 31 March, summer time, belongs to 31 March."""
    local = dt.datetime.fromisoformat(moment).astimezone(EDINBURGH)

    assert FinancialQuarter.containing(local.date()).label == label


# 5.2 Which value a report shows


def reading(measure: Measure, label: str, value: str, released: str, **fields: object) -> None:
    of = period_of(FinancialQuarter.parse(label))
    ReadingFactory(measure=measure, value=Decimal(value), released_at=at(released), **of, **fields)


def known(
    measure: Measure, *, ends_by: str = "2021-12-31", at_moment: str = "2022-01-10T10:00"
) -> MeasureSeries:
    found = Measure.objects.get(pk=measure.pk)
    return series_of([found], ends_by=day(ends_by), known_at=at(at_moment))[found.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ends_by", "cut_off", "shown"),
    [
        ("2021-12-31", "2022-01-10T10:00", ("Q3 2021/22", "50.0%")),
        ("2021-12-31", "2022-01-10T09:29", ("Q2 2021/22", "47.5%")),
        ("2021-12-31", "2021-11-20T09:29", ("Q2 2021/22", "48.0%")),
        ("2021-09-30", "2022-01-10T10:00", ("Q2 2021/22", "47.5%")),
    ],
)
def test_5_2_the_newest_vintage_at_the_cut_off_of_a_period_that_is_over(ends_by, cut_off, shown):
    """5.2 Newest confirmed vintage, its period ended by the quarter's end, released by the pack's cut-off."""
    measure = MeasureFactory()
    reading(measure, "Q2 2021/22", "48", "2021-10-15T09:30", flag="provisional")
    reading(measure, "Q2 2021/22", "47.5", "2021-11-20T09:30", flag="revised")
    reading(measure, "Q3 2021/22", "50", "2022-01-10T09:30")
    draft = QuarterlyReturnFactory(priority=measure.priority)
    reading(measure, "Q3 2021/22", "99", "2022-01-10T09:30", state="draft", quarterly_return=draft)

    current = known(measure, ends_by=ends_by, at_moment=cut_off).current

    assert (current.period.label, current.shown) == shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cut_off", "status"),
    [
        ("2021-12-31T23:59", Status.AWAITING),
        ("2022-01-30T23:59", Status.AWAITING),
        ("2022-03-01T23:59", Status.AWAITING),
        ("2022-03-02T00:01", Status.OVERDUE),
    ],
)
def test_5_2_overdue_only_after_the_due_date_and_the_days_of_grace(cut_off, status):
    """5.2 Due at the period's end and the publisher's lag (30 days); overdue after 30 days more, not before."""
    measure = MeasureFactory(publication_lag_days=30, grace_days=30)
    TargetFactory(measure=measure, value=50)

    found = known(measure, at_moment=cut_off)

    assert (found.next_period.label, found.next_due_on) == ("Q3 2021/22", day("2022-01-30"))
    assert found.status is status


@pytest.mark.django_db
def test_5_2_an_annual_figure_is_not_due_in_the_second_quarter():
    """5.2 Not due is not missing: the value of last year stands, and the next is due after the year."""
    measure = MeasureFactory(period_kind="financial_year")
    ReadingFactory(
        measure=measure,
        value=48,
        starts_on=day("2020-04-01"),
        ends_on=day("2021-03-31"),
        released_at=at("2021-05-01T09:30"),
    )
    TargetFactory(measure=measure, value=48, starts_on=day("2020-04-01"), ends_on=day("2021-03-31"))

    found = known(measure, ends_by="2021-09-30", at_moment="2021-10-10T10:00")

    assert (found.status, found.is_overdue, found.next_period.label) == (GREEN, False, "2021/22")


# 5.3 Target status


def absolute(amber: str, green: str = "0") -> Tolerance:
    return Tolerance(ToleranceKind.ABSOLUTE, Decimal(amber), Decimal(green))


def relative(amber: str, green: str = "0") -> Tolerance:
    return Tolerance(ToleranceKind.RELATIVE, Decimal(amber), Decimal(green))


@pytest.mark.parametrize(
    ("value", "target", "polarity", "tolerance", "status"),
    [
        ("92.0", "92.0", "maximise", relative("5"), GREEN),
        ("91.96", "92.0", "maximise", relative("5"), AMBER),
        ("87.4", "92.0", "maximise", relative("5"), AMBER),
        ("87.39", "92.0", "maximise", relative("5"), RED),
        ("14.7", "14.0", "minimise", relative("5"), AMBER),
        ("14.71", "14.0", "minimise", relative("5"), RED),
        ("90.0", "92.0", "maximise", absolute("2"), AMBER),
        ("89.9", "92.0", "maximise", absolute("2"), RED),
        ("0", "0", "minimise", absolute("2"), GREEN),
        ("1", "0", "minimise", absolute("2"), AMBER),
        ("3", "0", "minimise", absolute("2"), RED),
        ("-6", "-5", "maximise", relative("20"), AMBER),
        ("-6.01", "-5", "maximise", relative("20"), RED),
        ("105", "100", "goldilocks", absolute("10", "5"), GREEN),
        ("110", "100", "goldilocks", absolute("10", "5"), AMBER),
        ("110.1", "100", "goldilocks", absolute("10", "5"), RED),
        ("105", "100", "goldilocks", relative("10", "5"), GREEN),
        ("110", "100", "goldilocks", relative("10", "5"), AMBER),
        ("110.1", "100", "goldilocks", relative("10", "5"), RED),
    ],
)
def test_5_3_the_table_of_statuses(value, target, polarity, tolerance, status):
    """5.3 Every row of the table, boundaries inclusive, on unrounded values."""
    assert target_status(Decimal(value), Decimal(target), polarity, tolerance) is status


def test_5_3_a_relative_tolerance_of_a_target_of_zero_is_a_fault_of_the_settings():
    """5.3 1 against 0 within 5%: a configuration error, not a colour."""
    with pytest.raises(ToleranceError, match="A percentage of a zero target is zero"):
        target_status(Decimal(1), Decimal(0), "minimise", relative("5"))


def test_5_3_just_below_target_never_looks_like_the_target():
    """5.3 91.96 displays as 92.0, so it gets the decimal it takes."""
    assert format_against(Decimal("91.96"), Decimal("92.0"), unit="percent", decimals=1) == "91.96%"


@pytest.mark.parametrize(
    ("value", "target", "polarity", "status"),
    [
        (None, "92", "maximise", Status.AWAITING),
        ("92", None, "maximise", Status.DATA_ONLY),
        ("92", "92", "none", Status.DATA_ONLY),
    ],
)
def test_5_3_no_value_and_no_target_are_no_colour(value, target, polarity, status):
    """5.3 No value is no data, no target is data only; neither is red or green."""
    figures = [None if text is None else Decimal(text) for text in (value, target)]

    assert target_status(*figures, polarity, absolute("2")) is status


@pytest.mark.django_db
def test_5_3_the_value_is_judged_against_the_target_of_its_own_period():
    """5.3 Each value against the target for that period."""
    measure = MeasureFactory()
    for label, value, target in [("Q1 2021/22", "48", "48"), ("Q2 2021/22", "48", "52")]:
        reading(measure, label, value, "2021-10-15T09:30")
        TargetFactory(measure=measure, value=Decimal(target), **period_of(FinancialQuarter.parse(label)))

    assert [value.status for value in known(measure).values] == [GREEN, RED]


# 5.4 Trends

FIVE_QUARTERS = {
    "Q1 2020/21": "52",
    "Q2 2020/21": "48",
    "Q3 2020/21": "50",
    "Q4 2020/21": "54",
    "Q1 2021/22": "51",
}


@pytest.mark.parametrize(
    ("polarity", "ongoing", "year_to_year", "long"),
    [
        ("maximise", Direction.WORSE, Direction.WORSE, Direction.NO_CHANGE),
        ("minimise", Direction.BETTER, Direction.BETTER, Direction.NO_CHANGE),
        ("none", Direction.LOWER, Direction.LOWER, Direction.SAME),
    ],
)
def test_5_4_the_checked_trends(polarity, ongoing, year_to_year, long):
    """5.4 52, 48, 50, 54, then 51: −3 on the quarter, −1 on the year, 0 on the mean of 51."""
    five = points(FIVE_QUARTERS)
    short = short_trend(five, polarity)
    yearly = short_trend(five, polarity, comparison=Comparison.YEAR_TO_YEAR)
    over_time = long_trend(five, polarity, n=4)

    assert [trend.change for trend in (short, yearly, over_time)] == [-3, -1, 0]
    assert [trend.direction for trend in (short, yearly, over_time)] == [ongoing, year_to_year, long]
    assert over_time.compared_with == "the average of Q1 2020/21 to Q4 2020/21"


@pytest.mark.parametrize(
    ("value", "direction"),
    [("51", Direction.BETTER), ("56", Direction.WORSE), ("53", Direction.NO_CHANGE)],
)
def test_5_4_goldilocks_is_nearer_or_further(value, direction):
    """5.4 Closer to or further from the target (from 53 against 50)."""
    pair = [
        Point(Period.parse(QUARTER, "Q1 2021/22"), Decimal(53), Decimal(50)),
        Point(Period.parse(QUARTER, "Q2 2021/22"), Decimal(value), Decimal(50)),
    ]

    assert short_trend(pair, "goldilocks").direction is direction


@pytest.mark.parametrize(("dead_band", "direction"), [("0", Direction.BETTER), ("2", Direction.NO_CHANGE)])
def test_5_4_a_dead_band(dead_band, direction):
    """5.4 A change no larger than the measure's dead band is no change; the usual one is 0."""
    pair = points({"Q1 2021/22": "50", "Q2 2021/22": "52"})

    assert short_trend(pair, "maximise", dead_band=Decimal(dead_band)).direction is direction


def test_5_4_fewer_than_two_points_are_not_enough():
    """5.4 One value has no short trend, and a long one needs three earlier values."""
    labels = list(FIVE_QUARTERS)
    some = {count: points({label: FIVE_QUARTERS[label] for label in labels[:count]}) for count in (1, 3, 4)}

    assert short_trend(some[1], "maximise") == NOT_ENOUGH_DATA
    assert long_trend(some[3], "maximise") == NOT_ENOUGH_DATA
    assert long_trend(some[4], "maximise").change == 4


def test_5_4_a_gap_is_disclosed():
    """5.4 With a quarter missing, the last available is compared with, and the gap is said."""
    found = short_trend(points({"Q1 2021/22": "50", "Q3 2021/22": "53"}), "maximise")

    assert (found.change, found.compared_with.label, found.is_gap) == (3, "Q1 2021/22", True)


@pytest.mark.parametrize(("break_on", "change"), [("2021-07-01", None), ("2021-04-01", 3)])
def test_5_4_never_across_a_break(break_on, change):
    """5.4 A value from before a break is not compared with one after it."""
    pair = points({"Q1 2021/22": "50", "Q2 2021/22": "53"})

    assert short_trend(pair, "maximise", breaks=[day(break_on)]).change == change


def test_5_4_rolling_averages_step_back_where_no_year_is_counted_twice():
    """5.4 2014-2016 to 2017-2019: a series of three years steps back three releases."""
    releases = {"2014-2016": "30", "2015-2017": "99", "2016-2018": "99", "2017-2019": "24"}

    found = short_trend(points(releases, ROLLING), "minimise")

    assert (found.compared_with.label, found.change) == ("2014-2016", -6)


def test_5_4_running_totals_are_compared_with_the_same_quarter_last_year():
    """5.4 Cumulative: Q2 with Q2, though Q1 is nearer."""
    totals = points({"Q2 2020/21": "25", "Q1 2021/22": "12", "Q2 2021/22": "27"})

    found = short_trend(totals, "maximise", is_cumulative=True)

    assert (found.compared_with.label, found.change) == ("Q2 2020/21", 2)


def test_5_4_a_change_of_a_percentage_is_in_percentage_points():
    """5.4 20.0% to 22.0% is up 2.0 percentage points."""
    found = short_trend(points({"2020/21": "20.0", "2021/22": "22.0"}, YEAR), "maximise")

    assert change_in_words(found.change, "percent") == "up 2.0 percentage points"


# 5.5 Cumulative, snapshot, roll-up


@pytest.mark.parametrize(
    ("rule", "value"),
    [("sum", "100"), ("latest", "40"), ("mean", "25"), ("not_additive", None)],
)
def test_5_5_quarters_into_a_year(rule, value):
    """5.5 Sum for flows, the last quarter for stocks, a mean, or not at all (10, 20, 30, 40)."""
    parts = {
        period: Amount(value) for period, value in by_quarter(q1="10", q2="20", q3="30", q4="40").items()
    }

    assert roll_up(parts, rule, YEAR_2021).value == (None if value is None else Decimal(value))


def test_5_5_percentages_are_pooled():
    """5.5 9/10 and 40/400 make 11.95%, not 50%."""
    whole = pooled([Amount.ratio(9, 10), Amount.ratio(40, 400)])

    assert format_value(whole.value, unit="percent", decimals=2) == "11.95%"
    assert (whole.numerator, whole.denominator) == (49, 410)


def test_5_5_nothing_divided_by_nothing_is_not_applicable():
    """5.5 Division by zero is [z], not 0%."""
    assert pooled([Amount.ratio(0, 0)]).outcome is Outcome.NOT_APPLICABLE
    assert pooled([Amount.ratio(0, 0)]).value is None


def test_5_5_quarters_from_the_year_to_date_and_back():
    """5.5 12, 27, 36, 60 are quarters of 12, 15, 9 and 24; only one form is entered."""
    totals = by_quarter(q1="12", q2="27", q3="36", q4="60")
    parts = parts_from_year_to_date(totals)

    assert [part.value for part in parts] == [12, 15, 9, 24]
    assert year_to_date({part.period: part.value for part in parts}) == totals


def test_5_5_a_year_to_date_that_falls_asks_for_a_note():
    """5.5 27 and then 26 needs a correction note."""
    totals = by_quarter(q2="27", q3="26")
    third = Period.parse(QUARTER, "Q3 2021/22")

    assert parts_from_year_to_date(totals)[1].question == (
        "The total to Q3 2021/22, 26, is lower than the total to Q2, 27. "
        "Correct it, or add a note that says why."
    )
    assert parts_from_year_to_date(totals, notes={third: "Two counted twice in Q2."})[1].question == ""


def test_5_5_a_year_to_date_with_a_quarter_missing_goes_as_far_as_it_goes():
    """5.5 Without Q2 it is "to Q1 only"."""
    whole = year_from_year_to_date(by_quarter(q1="12", q2=None, q3="36"), YEAR_2021)

    assert (whole.outcome, whole.value, whole.note) == (Outcome.INCOMPLETE, 12, "to Q1 only")


def test_5_5_targets_to_date_by_profile_or_in_equal_quarters():
    """5.5 An explicit profile where there is one, else equal quarters."""
    equal = year_to_date_targets(Decimal(60), YEAR_2021)
    profile = [Decimal(number) for number in (10, 10, 20, 20)]

    assert list(equal.values()) == [15, 30, 45, 60]
    assert list(year_to_date_targets(Decimal(60), YEAR_2021, profile=profile).values()) == [10, 20, 40, 60]


@pytest.mark.parametrize(
    ("is_partition", "south", "outcome", "value"),
    [
        (True, Amount(Decimal(20)), Outcome.COMPLETE, 30),
        (False, Amount(Decimal(20)), Outcome.NOT_ADDITIVE, None),
        (True, Amount(Decimal(20), is_suppressed=True), Outcome.SUPPRESSED, None),
        (True, Amount(), Outcome.INCOMPLETE, None),
    ],
)
def test_5_5_localities_make_the_area_only_where_nothing_is_left_out(is_partition, south, outcome, value):
    """5.5 Only a partition with nothing suppressed or unallocated is added up; nothing is forced."""
    parts = {"north": Amount(Decimal(10)), "south": south}

    whole = area_from_places(parts, "sum", places={"north", "south"}, is_partition=is_partition)

    assert (whole.outcome, whole.value) == (outcome, value)


# 5.6 Target trajectory


def path(first: str, value: str, last: str, target: str) -> TargetPath:
    return TargetPath.straight_line(
        PathPoint(Period.parse(YEAR, first), Decimal(value)),
        PathPoint(Period.parse(YEAR, last), Decimal(target)),
    )


POVERTY_PATH = path("2020/21", "20.0", "2023/24", "14.0")


@pytest.mark.parametrize(
    ("year", "target"), [("2021/22", "18.0"), ("2022/23", "16.0"), ("2023/24", "14.0"), ("2024/25", None)]
)
def test_5_6_a_straight_line_from_the_baseline_to_the_target(year, target):
    """5.6 20.0 in 2020/21 to 14.0 in 2023/24 gives 18.0, 16.0, 14.0."""
    assert target_for(POVERTY_PATH, Period.parse(YEAR, year)) == (None if target is None else Decimal(target))


def test_5_6_milestones_bend_the_line():
    """5.6 Linear unless milestones are given."""
    baseline, final = POVERTY_PATH.points
    milestone = PathPoint(Period.parse(YEAR, "2021/22"), Decimal("15.0"))
    bent = TargetPath.by_milestones(baseline, [milestone], final)

    assert target_for(bent, Period.parse(YEAR, "2022/23")) == Decimal("14.5")


@pytest.mark.django_db
def test_5_6_a_late_figure_is_judged_by_its_own_year():
    """5.6 The 2022/23 value is judged against 16.0 even when it is reported in 2024/25."""
    measure = MeasureFactory(period_kind="financial_year", polarity="minimise")
    for year in ("2021/22", "2022/23", "2023/24"):
        own = Period.parse(YEAR, year)
        dates = {"starts_on": own.starts_on, "ends_on": own.ends_on}
        TargetFactory(measure=measure, value=target_for(POVERTY_PATH, own), **dates)
        if year == "2022/23":
            ReadingFactory(
                measure=measure, value=Decimal("15.9"), released_at=at("2024-06-01T09:30"), **dates
            )

    (value,) = known(measure, ends_by="2024-06-30", at_moment="2024-07-10T10:00").values

    assert (value.target, value.status) == (16, GREEN)


@pytest.mark.parametrize(
    ("kind", "target"), [(ChangeKind.RELATIVE, "22.0"), (ChangeKind.PERCENTAGE_POINTS, "30.0")]
)
def test_5_6_an_increase_is_a_number_of_one_kind(kind, target):
    """5.6 "A 10% increase" from 20.0% is 22.0% or 30.0%: which of the two must be chosen."""
    assert changed_by(Decimal("20.0"), Decimal(10), "percent", kind) == Decimal(target)
    with pytest.raises(TrajectoryError, match="Say which"):
        changed_by(Decimal("20.0"), Decimal(10), "percent", None)


def test_5_6_a_target_worse_than_its_baseline_is_asked_about():
    """5.6 and part 7: a question, not an error."""
    assert path_doubts(POVERTY_PATH, Polarity.MAXIMISE, "percent", 1) == [
        "The target, 14.0%, is worse than the baseline, 20.0%: higher is better. Is this right?"
    ]
    assert path_doubts(POVERTY_PATH, Polarity.MINIMISE, "percent", 1) == []


# 5.8 Provisional, revised, late, corrected


@pytest.mark.django_db
def test_5_8_every_vintage_is_kept_and_the_newest_shown():
    """5.8 What was known at each cut-off can be told again at any time, with its flag."""
    measure = MeasureFactory()
    TargetFactory(measure=measure, value=48, starts_on=day("2021-07-01"), ends_on=day("2021-09-30"))
    reading(measure, "Q2 2021/22", "48", "2021-10-15T09:30", flag="provisional")
    reading(measure, "Q2 2021/22", "47", "2021-11-20T09:30", flag="revised")

    before, after = known(measure, at_moment="2021-11-01T10:00"), known(measure)

    assert (before.current.shown, before.current.is_provisional, before.status) == ("48.0%", True, GREEN)
    assert (after.current.shown, after.current.flag, after.status) == ("47.0%", "revised", AMBER)
    assert measure.readings.count() == 2


@pytest.mark.django_db
def test_5_8_a_whole_series_replaced_is_never_mixed_with_the_old():
    """5.8 A new series version: from its release on, only its own figures count."""
    measure = MeasureFactory()
    reading(measure, "Q1 2021/22", "46", "2021-07-15T09:30")
    reading(measure, "Q2 2021/22", "48", "2021-10-15T09:30")
    SeriesVersionFactory(measure=measure, number=2, released_at=at("2021-12-01T09:30"))
    reading(measure, "Q2 2021/22", "39", "2021-12-01T09:30", series=2)

    before, after = known(measure, at_moment="2021-11-30T10:00"), known(measure)

    assert [value.shown for value in before.values] == ["46.0%", "48.0%"]
    assert [value.shown for value in after.values] == ["39.0%"]


# 5.10 Suppression


def counts(**values: int) -> tuple[Cell, ...]:
    return tuple(Cell(name, Decimal(value)) for name, value in values.items())


def with_total(**values: int) -> Publication:
    """Parts and, named last, their total."""
    *parts, total = values
    return Publication(counts(**values), (Relation.total(total, parts),))


@pytest.mark.parametrize("value", range(7))
def test_5_10_small_counts_are_hidden(value):
    """5.10 Primary: counts from 1 to 4; zero is allowed unless the measure is sensitive."""
    plain, sensitive = Cell("n", Decimal(value)), Cell("n", Decimal(value), is_sensitive=True)

    assert bool(cleared(Publication((plain,))).suppressed) == (1 <= value <= 4)
    assert bool(cleared(Publication((sensitive,))).suppressed) == (0 <= value <= 4)


@pytest.mark.parametrize(
    ("numerator", "denominator", "is_hidden"),
    [(4, 100, True), (5, 100, False), (15, 29, True), (15, 30, False), (0, 12, True), (12, 12, True)],
)
def test_5_10_rates_of_small_counts_and_small_groups_are_hidden(numerator, denominator, is_hidden):
    """5.10 Primary: numerator hidden, denominator below 30, nobody or everybody of a small group."""
    cells = (
        Cell("n", Decimal(numerator), is_printed=False),
        Cell("d", Decimal(denominator), is_printed=False),
        Cell("rate", numerator="n", denominator="d"),
    )

    assert ("rate" in cleared(Publication(cells)).suppressed) is is_hidden


def test_5_10_one_small_cell_takes_the_smallest_other_with_it():
    """5.10 A 12, B 3, C 20, total 35: A and B are hidden."""
    clearance = cleared(with_total(A=12, B=3, C=20, total=35))

    assert [
        clearance.shown(key, text) for key, text in [("A", "12"), ("B", "3"), ("C", "20"), ("total", "35")]
    ] == [
        "[c]",
        "[c]",
        "20",
        "35",
    ]


def test_5_10_a_range_that_is_too_narrow_takes_more():
    """5.10 A and B add up to 4: what is left still bounds the small one, so C goes too."""
    clearance = cleared(with_total(A=1, B=3, C=20, D=30, total=54))

    assert clearance.suppressed == {"A", "B", "C"}


def test_5_10_the_quarter_between_two_totals_to_date_is_not_given_away():
    """5.10 Q1 14, then 16 to Q2: the quarter is 2, so the later total goes."""
    publication = with_quarters([Cell("Q1", Decimal(14)), Cell("Q2", Decimal(16))], ["first", "second"])

    assert {"Q1", "Q2"} & cleared(publication).suppressed == {"Q2"}


def test_5_10_an_area_less_its_localities_gives_nothing_away():
    """5.10 500 in the area, one of five localities 3: that and one more are hidden."""
    clearance = cleared(with_total(one=3, two=97, three=100, four=140, five=160, area=500))

    assert clearance.suppressed == {"one", "two"}


def test_5_10_a_percentage_does_not_give_its_numerator_away():
    """5.10 [c] of 6 beside 50.0% is 3, so the percentage goes."""
    cells = (
        *counts(numerator=3, denominator=6),
        Cell("share", numerator="numerator", denominator="denominator"),
    )

    assert cleared(Publication(cells)).suppressed == {"numerator", "share"}


def test_5_10_nothing_says_which_was_the_small_one():
    """5.10 What is printed of a clearance does not tell primary from secondary."""
    words = repr(cleared(with_total(A=12, B=3, C=20, total=35)))

    assert "small_count" not in words
    assert "protects" not in words


def test_5_10_what_else_is_withheld():
    """5.10 Change, status, arrow, bar, tooltip, table, text alternative and words go with a figure."""
    clearance = cleared(with_total(A=12, B=3, C=20, total=35))

    assert withheld(clearance, "A") == frozenset(Companion)
    assert withheld(clearance, "C") == frozenset()
    assert withheld(clearance, "C", compared_with=["A"]) >= {Companion.CHANGE, Companion.TREND}


@pytest.mark.parametrize(("words", "is_warned"), [("It fell by 2.", True), ("It fell in Q2 2021/22.", False)])
def test_5_10_digits_beside_a_hidden_figure_are_warned_of(words, is_warned):
    """5.10 "Fell by 2" beside [c] is warned of; a date is not."""
    assert bool(digits_beside_suppressed(words)) is is_warned


@pytest.mark.parametrize(("threshold", "hidden"), [(0, 0), (2, 0), (4, 2), (9, 2)])
def test_5_10_the_policy_is_the_partnerships_own_and_named(threshold, hidden):
    """5.10 Threshold and method are configured, and a clearance says by what policy it was made."""
    policy = Policy(name="Strathmuir", version="3", threshold=threshold)
    clearance = cleared(with_total(A=12, B=3, C=20, total=35), policy)

    assert len(clearance.suppressed) == hidden
    assert clearance.policy.in_words.startswith("Strathmuir, version 3: ")


# 5.11 Risk


def test_5_11_the_scores_that_can_occur():
    """5.11 1 2 3 4 5 6 8 9 10 12 15 16 20 25, and no other."""
    scores = {likelihood * impact for likelihood, impact in product(range(1, 6), repeat=2)}

    assert sorted(scores) == [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 25]


def test_5_11_the_default_bands_hold_5_10_7_and_3_cells():
    """5.11 Low 1-3, medium 4-9, high 10-16, very high 20-25."""
    cells = [cell for row in default_cells() for cell in row]

    assert [cells.count(band.value) for band in Band] == [5, 10, 7, 3]
    assert [default_band(score) for score in (3, 4, 9, 10, 16, 20)] == [
        Band.LOW,
        Band.MEDIUM,
        Band.MEDIUM,
        Band.HIGH,
        Band.HIGH,
        Band.VERY_HIGH,
    ]


@pytest.mark.parametrize(
    ("now", "before", "is_same_matrix", "moved"),
    [
        (16, 12, True, Movement.INCREASED),
        (9, 12, True, Movement.DECREASED),
        (12, 12, True, Movement.SAME),
        (12, None, True, Movement.NEW),
        (16, 12, False, Movement.NOT_COMPARABLE),
    ],
)
def test_5_11_movement_since_the_last_profile(now, before, is_same_matrix, moved):
    """5.11 Increased, decreased, same or new; not comparable where the matrix has changed."""
    assert movement(now, before, is_same_matrix=is_same_matrix) is moved
