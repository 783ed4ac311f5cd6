"""Everything known about a measure as at a cut-off."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from actionplans.models import Measure, Reading, SeriesBreak, Target
from actionplans.series import MeasureSeries, period_asked, series_of
from actionplans.status import Status
from actionplans.trends import Direction
from priorities.clock import EDINBURGH
from priorities.models import Locality
from priorities.periods import FinancialQuarter, FinancialYear, Period, PeriodKind
from tests.actionplans.factories import (
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    SeriesBreakFactory,
    TargetFactory,
    period_of,
)
from tests.factories import NOW, PriorityFactory

Q3_ENDS = dt.date(2021, 12, 31)


def quarter(label):
    return FinancialQuarter.parse(label)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=EDINBURGH)


def reading(measure, label, value, released="2021-10-15T09:30", **fields):
    return ReadingFactory(
        measure=measure,
        value=Decimal(value),
        released_at=at(released),
        **period_of(quarter(label)),
        **fields,
    )


def target(measure, label, value, **fields):
    return TargetFactory(measure=measure, value=Decimal(value), **period_of(quarter(label)), **fields)


def series(measure, *, ends_by=Q3_ENDS, known_at=NOW, **more) -> MeasureSeries:
    return series_of([Measure.objects.get(pk=measure.pk)], ends_by=ends_by, known_at=known_at, **more)[
        measure.pk
    ]


def shown(found):
    """(period, as printed) of every value, oldest first."""
    return [(value.period.label, value.shown) for value in found.values]


@pytest.fixture
def measure(db):
    return MeasureFactory()


# Which values


def test_the_newest_vintage_of_each_period_is_shown_oldest_period_first(measure):
    reading(measure, "Q2 2021/22", "47.5", "2021-11-20T09:30", flag="revised")
    reading(measure, "Q2 2021/22", "48.0", "2021-10-15T09:30", flag="provisional")
    reading(measure, "Q1 2021/22", "46.0", "2021-07-15T09:30")

    found = series(measure)

    assert shown(found) == [("Q1 2021/22", "46.0%"), ("Q2 2021/22", "47.5%")]
    assert found.current.flag_label == "Revised"
    assert found.current.released_on == dt.date(2021, 11, 20)
    assert found.previous.period.label == "Q1 2021/22"


def test_a_revision_is_unknown_until_the_moment_of_its_release(measure):
    reading(measure, "Q2 2021/22", "48.0", "2021-10-15T09:30", flag="provisional")
    reading(measure, "Q2 2021/22", "47.5", "2021-11-20T09:30", flag="revised")

    just_before = series(measure, known_at=at("2021-11-20T09:29"))
    just_then = series(measure, known_at=at("2021-11-20T09:30"))

    assert shown(just_before) == [("Q2 2021/22", "48.0%")]
    assert just_before.current.is_provisional
    assert shown(just_then) == [("Q2 2021/22", "47.5%")]
    assert not just_then.current.is_provisional


@pytest.mark.parametrize(
    ("flag", "is_provisional"),
    [
        ("final", False),
        ("provisional", True),
        ("revised", False),
        ("estimated", True),
        ("projected", True),
    ],
)
def test_which_figures_may_still_be_revised(measure, flag, is_provisional):
    reading(measure, "Q2 2021/22", "48", flag=flag)
    assert series(measure).current.is_provisional is is_provisional


def test_a_period_that_ends_after_the_report_does_not_count(measure):
    reading(measure, "Q3 2021/22", "50", "2022-01-05T09:30")
    assert shown(series(measure, ends_by=Q3_ENDS)) == [("Q3 2021/22", "50.0%")]
    assert series(measure, ends_by=dt.date(2021, 12, 30)).values == ()


def test_the_day_of_release_is_the_day_in_scotland(measure):
    ReadingFactory(measure=measure, released_at=dt.datetime(2021, 7, 31, 23, 30, tzinfo=dt.UTC))
    assert series(measure).current.released_on == dt.date(2021, 8, 1)


def test_figures_of_a_place_and_of_another_measure_are_left_out(measure):
    place = Locality.objects.create(partnership=measure.partnership, code="L1", name="East", kind="ward")
    reading(measure, "Q2 2021/22", "12", place=place)
    reading(MeasureFactory(priority=measure.priority), "Q2 2021/22", "99")
    assert series(measure).values == ()


def test_a_draft_is_seen_by_its_own_return_alone(measure):
    own = QuarterlyReturnFactory(priority=measure.priority)
    other = QuarterlyReturnFactory(priority=measure.priority, quarter__number=2)
    reading(measure, "Q3 2021/22", "51", "2022-01-05T09:30", state="draft", quarterly_return=own)
    reading(measure, "Q2 2021/22", "48")

    assert shown(series(measure)) == [("Q2 2021/22", "48.0%")]
    assert shown(series(measure, drafts_of=other)) == [("Q2 2021/22", "48.0%")]
    drafted = series(measure, drafts_of=own)
    assert shown(drafted) == [("Q2 2021/22", "48.0%"), ("Q3 2021/22", "51.0%")]
    assert [value.is_draft for value in drafted.values] == [False, True]


def test_a_draft_stands_before_what_was_published_for_its_period(measure):
    own = QuarterlyReturnFactory(priority=measure.priority)
    reading(measure, "Q2 2021/22", "51", "2021-10-05T09:30", state="draft", quarterly_return=own)
    reading(measure, "Q2 2021/22", "48", "2021-12-15T09:30")
    assert shown(series(measure, drafts_of=own)) == [("Q2 2021/22", "51.0%")]


def test_a_return_not_yet_saved_has_no_drafts(measure):
    own = QuarterlyReturnFactory(priority=measure.priority)
    reading(measure, "Q2 2021/22", "51", state="draft", quarterly_return=own)
    unsaved = QuarterlyReturnFactory.build(priority=measure.priority, quarter=own.quarter)
    assert series(measure, drafts_of=unsaved).values == ()


# Judged against a target


def test_a_value_is_judged_against_the_target_of_its_own_period(measure):
    target(measure, "Q1 2021/22", "45")
    target(measure, "Q2 2021/22", "50")
    target(measure, "Q3 2021/22", "60")
    reading(measure, "Q1 2021/22", "47", "2021-07-15T09:30")
    reading(measure, "Q2 2021/22", "47")

    found = series(measure)

    assert [(value.target, value.status) for value in found.values] == [
        (Decimal(45), Status.ON_TARGET),
        (Decimal(50), Status.OFF_TARGET),
    ]
    assert found.status is Status.OFF_TARGET
    assert found.rule == "Amber within 2 percentage points of the target"
    assert found.better == "Higher is better"


def test_a_target_for_other_dates_is_no_target(measure):
    TargetFactory(measure=measure, starts_on=dt.date(2021, 4, 1), ends_on=dt.date(2021, 9, 30))
    reading(measure, "Q2 2021/22", "47")
    current = series(measure).current
    assert (current.target, current.target_shown, current.status) == (None, "", Status.DATA_ONLY)


def test_the_newest_version_of_a_target_that_was_set_by_the_cut_off(measure):
    target(measure, "Q2 2021/22", "50", version=1, set_on=dt.date(2020, 4, 1))
    target(measure, "Q2 2021/22", "48", version=2, set_on=dt.date(2021, 11, 1), reason="Agreed by the Board")
    target(measure, "Q2 2021/22", "40", version=3, set_on=dt.date(2022, 1, 11))
    reading(measure, "Q2 2021/22", "48")

    before = series(measure, known_at=at("2021-10-31T23:59"))
    on_the_day = series(measure, known_at=at("2021-11-01T00:00"))

    assert (before.current.target, before.status) == (Decimal(50), Status.SLIGHTLY_OFF)
    assert (on_the_day.current.target, on_the_day.status) == (Decimal(48), Status.ON_TARGET)
    assert [(point.shown, point.reason) for point in series(measure).targets] == [
        ("48.0%", "Agreed by the Board")
    ]


def test_targets_still_to_come_are_listed_in_order_of_their_periods(measure):
    target(measure, "Q4 2021/22", "55")
    target(measure, "Q3 2021/22", "50")
    assert [(point.period_ends_on, point.value) for point in series(measure).targets] == [
        (dt.date(2021, 12, 31), Decimal(50)),
        (dt.date(2022, 3, 31), Decimal(55)),
    ]


@pytest.mark.parametrize(
    ("value", "aim", "shown", "target_shown", "status"),
    [
        ("91.96", "92", "91.96%", "92.00%", Status.SLIGHTLY_OFF),
        ("92", "91.96", "92.00%", "91.96%", Status.ON_TARGET),
        ("92", "92", "92.0%", "92.0%", Status.ON_TARGET),
        ("91.9", "92", "91.9%", "92.0%", Status.SLIGHTLY_OFF),
        ("91.9996", "91.9999", "91.9996%", "91.9999%", Status.SLIGHTLY_OFF),
    ],
)
def test_a_value_and_its_target_never_look_alike_unless_they_are(
    measure, value, aim, shown, target_shown, status
):
    target(measure, "Q2 2021/22", aim)
    reading(measure, "Q2 2021/22", value)
    current = series(measure).current
    assert (current.shown, current.target_shown, current.status) == (shown, target_shown, status)


# What is missing


def test_a_missing_figure_is_awaited_until_its_days_of_grace_are_over(db):
    measure = MeasureFactory(publication_lag_days=10, grace_days=5)
    target(measure, "Q2 2021/22", "45")
    reading(measure, "Q2 2021/22", "48")

    on_the_last_day = series(measure, known_at=at("2022-01-15T23:59"))
    a_day_later = series(measure, known_at=at("2022-01-16T00:00"))

    assert on_the_last_day.next_period.label == "Q3 2021/22"
    assert on_the_last_day.next_due_on == dt.date(2022, 1, 10)
    assert (on_the_last_day.is_overdue, on_the_last_day.status) == (False, Status.ON_TARGET)
    assert (a_day_later.is_overdue, a_day_later.status) == (True, Status.OVERDUE)
    assert a_day_later.current.status is Status.ON_TARGET


def test_a_yearly_figure_is_not_missing_between_its_publications(db):
    measure = MeasureFactory(period_kind="financial_year", publication_lag_days=365)
    ReadingFactory(measure=measure, starts_on=dt.date(2020, 4, 1), ends_on=dt.date(2021, 3, 31))
    found = series(measure)
    assert (found.next_period.label, found.next_due_on) == ("2021/22", dt.date(2023, 3, 31))
    assert found.status is Status.DATA_ONLY


def test_an_old_report_read_late_does_not_miss_the_figures_after_it(db):
    measure = MeasureFactory(grace_days=0)
    reading(measure, "Q2 2021/22", "48", "2021-10-15T09:30")
    reading(measure, "Q3 2021/22", "49", "2022-01-05T09:30")

    found = series(measure, ends_by=dt.date(2021, 9, 30), known_at=at("2022-03-01T10:00"))

    assert found.next_period.label == "Q3 2021/22"
    assert (found.is_overdue, found.status) == (False, Status.DATA_ONLY)


def test_a_measure_never_read_is_awaited(measure):
    found = series(measure)
    assert (found.status, found.current, found.previous) == (Status.AWAITING, None, None)
    assert found.next_period.label == "Q4 2021/22"
    assert found.short.direction is Direction.NOT_ENOUGH_DATA
    assert found.change_shown == "no comparison"
    assert not found.is_new


def test_a_measure_never_read_is_overdue_for_the_first_period_it_had_a_target_for(measure):
    target(measure, "Q1 2021/22", "45")
    found = series(measure)
    assert (found.next_period.label, found.status) == ("Q1 2021/22", Status.OVERDUE)


def test_a_target_far_ahead_does_not_put_the_first_figure_off(measure):
    target(measure, "Q4 2023/24", "45")
    assert series(measure).next_period.label == "Q4 2021/22"


def test_a_discontinued_measure_says_so_from_its_day_on_and_is_never_overdue(db):
    measure = MeasureFactory(discontinued_on=dt.date(2022, 1, 10))
    target(measure, "Q1 2021/22", "45")
    reading(measure, "Q1 2021/22", "48", "2021-07-15T09:30")

    before = series(measure, known_at=at("2022-01-09T10:00"))
    from_then = series(measure, known_at=at("2022-01-10T00:00"))

    assert (before.status, before.next_period.label) == (Status.OVERDUE, "Q2 2021/22")
    assert (from_then.status, from_then.is_overdue) == (Status.DISCONTINUED, False)
    assert (from_then.next_period, from_then.next_due_on) == (None, None)
    assert from_then.current.status is Status.ON_TARGET


def test_a_measure_soon_to_end_waits_for_no_figure_after_its_end(db):
    measure = MeasureFactory(discontinued_on=dt.date(2022, 2, 1))
    reading(measure, "Q3 2021/22", "48", "2022-01-05T09:30")
    found = series(measure)
    assert (found.next_period, found.status) == (None, Status.DATA_ONLY)


def test_nobody_can_say_when_a_point_in_time_comes_next(db):
    measure = MeasureFactory(period_kind="point_in_time")
    day = dt.date(2020, 6, 1)
    ReadingFactory(measure=measure, starts_on=day, ends_on=day, released_at=at("2020-06-02T09:00"))
    found = series(measure)
    assert (found.next_period, found.next_due_on, found.is_overdue) == (None, None, False)


# New, broken, trending


@pytest.mark.parametrize(
    ("since", "is_new"),
    [(None, True), ("2021-10-15T09:29", True), ("2021-10-15T09:30", False), ("2021-12-01T00:00", False)],
)
def test_a_figure_is_new_when_it_was_released_since_the_last_report(measure, since, is_new):
    reading(measure, "Q2 2021/22", "48", "2021-10-15T09:30")
    assert series(measure, since=at(since) if since else None).is_new is is_new


def test_a_revision_makes_an_old_period_new_again_only_if_it_is_the_newest(measure):
    reading(measure, "Q1 2021/22", "46", "2021-07-15T09:30")
    reading(measure, "Q2 2021/22", "48", "2021-10-15T09:30")
    reading(measure, "Q1 2021/22", "45", "2021-12-15T09:30")
    assert not series(measure, since=at("2021-12-01T00:00")).is_new
    reading(measure, "Q2 2021/22", "47", "2021-12-16T09:30")
    assert series(measure, since=at("2021-12-01T00:00")).is_new


def test_values_on_either_side_of_a_break_are_not_compared(measure):
    SeriesBreakFactory(measure=measure, on=dt.date(2021, 7, 1), reason="A new way of counting.")
    reading(measure, "Q4 2020/21", "40", "2021-04-15T09:30")
    reading(measure, "Q1 2021/22", "41", "2021-07-15T09:30")
    reading(measure, "Q2 2021/22", "48", "2021-10-15T09:30")

    found = series(measure)

    assert found.breaks == ((dt.date(2021, 7, 1), "A new way of counting."),)
    assert [value.starts_new_series for value in found.values] == [False, False, True]
    assert found.short.direction is Direction.NOT_ENOUGH_DATA


def test_the_first_value_of_all_starts_no_new_series(measure):
    SeriesBreakFactory(measure=measure, on=dt.date(2021, 7, 1))
    reading(measure, "Q2 2021/22", "48")
    assert not series(measure).current.starts_new_series


def test_trends_are_worked_out_on_the_values_shown(measure):
    for label, value in [
        ("Q1 2020/21", "52"),
        ("Q2 2020/21", "48"),
        ("Q3 2020/21", "50"),
        ("Q4 2020/21", "54"),
        ("Q1 2021/22", "51"),
    ]:
        reading(measure, label, value, "2021-07-15T09:30")

    found = series(measure)

    assert (found.short.direction, found.short.change) == (Direction.WORSE, Decimal(-3))
    assert (found.long.direction, found.long.change) == (Direction.NO_CHANGE, Decimal(0))
    assert found.change_shown == "down 3.0 percentage points"
    assert found.value_for(Period.for_quarter(quarter("Q3 2020/21"))).value == Decimal(50)
    assert found.value_for(Period.for_quarter(quarter("Q3 2021/22"))) is None


# Cost and order


@pytest.mark.parametrize("count", [1, 30])
def test_four_queries_however_many_measures(db, django_assert_num_queries, count):
    priority = PriorityFactory()
    for _ in range(count):
        one = MeasureFactory(priority=priority)
        reading(one, "Q1 2021/22", "46", "2021-07-15T09:30")
        reading(one, "Q2 2021/22", "48")
        target(one, "Q2 2021/22", "50")
        SeriesBreakFactory(measure=one)
    measures = list(Measure.objects.all())

    with django_assert_num_queries(4):
        found = series_of(measures, ends_by=Q3_ENDS, known_at=NOW)
        statuses = [one.status for one in found.values()]

    assert statuses == [Status.SLIGHTLY_OFF] * count


def test_no_measures_have_no_series(db):
    assert series_of([], ends_by=Q3_ENDS, known_at=NOW) == {}


class OrderOfEntryTests(TestCase):
    """Rows may be entered in any order: what is known at a cut-off is the same."""

    ROWS = (
        *[
            ("reading", label, version)
            for label in ("Q4 2020/21", "Q1 2021/22", "Q2 2021/22")
            for version in (1, 2, 3)
        ],
        *[("target", label, version) for label in ("Q1 2021/22", "Q2 2021/22") for version in (1, 2)],
        ("break", "Q1 2021/22", 1),
    )

    def enter(self, rows):
        measure = MeasureFactory()
        for kind, label, version in rows:
            period = period_of(quarter(label))
            if kind == "reading":
                released_at = NOW - dt.timedelta(days=100 - 40 * version)
                Reading.objects.create(
                    measure=measure, value=40 + version, released_at=released_at, entered_at=NOW, **period
                )
            elif kind == "target":
                set_on = NOW.date() - dt.timedelta(days=20 - 5 * version)
                Target.objects.create(
                    measure=measure, value=45 - version, version=version, set_on=set_on, **period
                )
            else:
                SeriesBreak.objects.create(measure=measure, on=period["starts_on"], reason="Recounted")
        return measure

    @hypothesis_settings(max_examples=25)
    @given(st.permutations(ROWS))
    def test_the_order_of_entry_does_not_matter(self, rows):
        found, expected = series(self.enter(rows)), series(self.enter(self.ROWS))
        assert found.values == expected.values
        assert found.targets == expected.targets
        assert (found.breaks, found.status, found.short) == (expected.breaks, expected.status, expected.short)
        assert [value.value for value in found.values] == [Decimal(42)] * 3
        assert [value.target for value in found.values] == [None, Decimal(43), Decimal(43)]


# What a return asks for


@pytest.mark.parametrize(
    ("lag", "due_on", "asked"),
    [
        (0, dt.date(2022, 1, 21), "Q3 2021/22"),
        (21, dt.date(2022, 1, 21), "Q3 2021/22"),
        (22, dt.date(2022, 1, 21), "Q2 2021/22"),
        (200, dt.date(2022, 1, 21), "Q1 2021/22"),
    ],
)
def test_a_return_asks_for_the_newest_figure_published_by_its_due_day(lag, due_on, asked):
    measure = Measure(period_kind="financial_quarter", publication_lag_days=lag)
    assert period_asked(measure, ends_by=Q3_ENDS, due_on=due_on).label == asked


@pytest.mark.parametrize(
    ("kind", "years", "asked"),
    [
        (PeriodKind.CALENDAR_MONTH, None, "December 2021"),
        (PeriodKind.FINANCIAL_YEAR, None, "2020/21"),
        (PeriodKind.CALENDAR_YEAR, None, "2021"),
        (PeriodKind.ACADEMIC_YEAR, None, "2020/21 school year"),
        (PeriodKind.ROLLING_YEARS, 3, "2019-2021"),
    ],
)
def test_a_return_asks_for_a_period_that_has_ended(kind, years, asked):
    measure = Measure(period_kind=kind, years_covered=years, publication_lag_days=0)
    period = period_asked(measure, ends_by=Q3_ENDS, due_on=dt.date(2022, 1, 21))
    assert (period.kind, period.label) == (kind, asked)


def test_a_target_that_cannot_be_judged_hides_neither_the_value_nor_the_reason(db):
    measure = MeasureFactory(polarity="minimise", tolerance_kind="relative", tolerance_amber=5)
    target(measure, "Q1 2021/22", "10")
    target(measure, "Q2 2021/22", "0")
    reading(measure, "Q1 2021/22", "9", "2021-07-15T09:30")
    reading(measure, "Q2 2021/22", "3")
    reading(MeasureFactory(priority=measure.priority), "Q2 2021/22", "3")

    found = series(measure, ends_by=dt.date(2021, 9, 30))

    assert [value.status for value in found.values] == [Status.ON_TARGET, Status.DATA_ONLY]
    assert (found.status, found.current.shown, found.current.target_shown) == (
        Status.DATA_ONLY,
        "3.0%",
        "0.0%",
    )
    assert found.rule.endswith("this needs a tolerance in the measure's own unit")


def test_a_run_of_financial_years_is_asked_for_by_financial_year():
    measure = Measure(period_kind="rolling_years", years_covered=3, years_start_in_april=True)
    period = period_asked(measure, ends_by=Q3_ENDS, due_on=dt.date(2022, 1, 21))
    assert period.label == "2018/19 to 2020/21"
    assert measure.period_containing(dt.date(2022, 3, 31)).label == "2019/20 to 2021/22"


def test_a_return_asks_for_no_point_in_time():
    assert period_asked(Measure(period_kind="point_in_time"), ends_by=Q3_ENDS, due_on=Q3_ENDS) is None


@given(
    kind=st.sampled_from([kind for kind in PeriodKind if kind is not PeriodKind.POINT_IN_TIME]),
    lag=st.integers(0, 800),
    year=st.integers(2015, 2035),
    number=st.integers(1, 4),
    days=st.integers(0, 60),
)
def test_what_is_asked_has_ended_and_is_out_and_nothing_newer_is(kind, lag, year, number, days):
    measure = Measure(
        period_kind=kind,
        years_covered=3 if kind is PeriodKind.ROLLING_YEARS else None,
        publication_lag_days=lag,
    )
    ends_by = FinancialQuarter(FinancialYear(year), number).ends_on
    due_on = ends_by + dt.timedelta(days=days)
    asked = period_asked(measure, ends_by=ends_by, due_on=due_on)
    newer = asked.next()
    assert asked.ends_on <= ends_by
    assert measure.expected_on(asked) <= due_on
    assert newer.ends_on > ends_by or measure.expected_on(newer) > due_on
