"""What a measure's series says of its final target and of its pattern: what the pure rules are given."""

import datetime as dt
from decimal import Decimal

import pytest

from actionplans.models import Measure, Target
from actionplans.outlooks import LikelyRange, WillReach, forecast_in_words, outlook_in_words
from actionplans.run_charts import SignalKind
from actionplans.series import MeasureSeries, series_of
from priorities.periods import FinancialQuarter, Period
from tests.actionplans.factories import (
    MeasureFactory,
    ReadingFactory,
    SeriesBreakFactory,
    TargetFactory,
    period_of,
)
from tests.factories import NOW

pytestmark = pytest.mark.django_db

Q3 = FinancialQuarter.parse("Q3 2021/22")


def measure(*values, target="60", by="Q3 2022/23", **fields):
    """A measure with one value a quarter, the last that of Q3 2021/22, and one target; released as they ended."""
    made = MeasureFactory(**fields)
    quarter = Q3
    for value in reversed(values):
        released = dt.datetime.combine(quarter.ends_on, dt.time(12), NOW.tzinfo)
        ReadingFactory(measure=made, value=Decimal(value), released_at=released, **period_of(quarter))
        quarter = quarter.previous()
    if target is not None:
        TargetFactory(measure=made, value=Decimal(target), **period_of(FinancialQuarter.parse(by)))
    return made


def series(made) -> MeasureSeries:
    found = Measure.objects.get(pk=made.pk)
    return series_of([found], ends_by=Q3.ends_on, known_at=NOW)[found.pk]


def sentence(made):
    found = series(made)
    return outlook_in_words(found.outlook, found.measure.unit, found.measure.decimals)


@pytest.mark.parametrize(
    ("values", "fields", "words"),
    [
        (
            ("40", "45", "48", "50"),
            {},
            (
                "It will reach 60.0% by Q3 2022/23 if the last three quarters’ pace holds: 2.5 percentage points a "
                "quarter are needed, 3.3 were gained a quarter since Q4 2020/21. Higher is better."
            ),
        ),
        (
            ("14", "16", "15", "17"),
            {"polarity": "minimise", "target": "13"},
            (
                "It will not reach 13.0% by Q3 2022/23 if the last three quarters’ pace holds: 1.0 percentage points a "
                "quarter are needed, 1.0 were lost a quarter since Q4 2020/21. Lower is better."
            ),
        ),
        (
            ("1118", "1187", "1240", "1310"),
            {"unit": "number", "decimals": 0, "target": "1200"},
            "It has already reached 1,200: it was 1,310 in Q3 2021/22. Higher is better.",
        ),
        (
            ("50", "54", "57", "58.8"),
            {"polarity": "goldilocks", "tolerance_green": 2, "tolerance_amber": 5, "target": "70"},
            (
                "It will be close enough to 70.0% by Q3 2022/23 if the last three quarters’ pace holds: 2.8 percentage "
                "points a quarter are needed, 2.9 were gained a quarter since Q4 2020/21. Closer to target is better."
            ),
        ),
        (
            ("48", "50"),
            {},
            (
                "It cannot be said whether it will reach 60.0% by Q3 2022/23: it takes three values that can be "
                "compared, and there are two. 2.5 percentage points a quarter are needed. Higher is better."
            ),
        ),
        (
            (),
            {},
            "It cannot be said whether it will reach 60.0% by Q3 2022/23: there is no value yet. Higher is better.",
        ),
        (
            ("56", "50"),
            {"by": "Q2 2021/22"},
            "It did not reach 60.0% by Q2 2021/22: it was 56.0% in Q2 2021/22. Higher is better.",
        ),
        (
            ("56", "50"),
            {"polarity": "none"},
            "It cannot be said whether it will reach 60.0% by Q3 2022/23: neither way is better for this measure.",
        ),
        (
            ("40", "45", "48", "50"),
            {"discontinued_on": dt.date(2022, 1, 1)},
            (
                "It cannot be said whether it will reach 60.0% by Q3 2022/23: the measure is discontinued. "
                "Higher is better."
            ),
        ),
    ],
)
def test_whether_it_will_reach_its_final_target(values, fields, words):
    assert sentence(measure(*values, **fields)) == words


def test_a_break_takes_away_the_values_before_it():
    made = measure("40", "45", "48", "50")
    SeriesBreakFactory(measure=made, on=dt.date(2021, 7, 1))

    assert "and there are two." in sentence(made)
    assert [len(chart.points) for chart in series(made).run_charts] == [2, 2]


def test_a_break_to_come_takes_away_the_forecast():
    made = measure("40", "45", "48", "50")
    SeriesBreakFactory(measure=made, on=dt.date(2022, 4, 1))

    assert "the way of counting changes by Q3 2022/23" in sentence(made)
    assert series(made).outlook.forecast is None


def test_without_a_target_nothing_is_said():
    assert series(measure("40", "45", "48", target=None)).outlook is None


def test_the_last_target_counts_and_one_for_other_dates_does_not():
    made = measure("40", "45", "48", "50")
    TargetFactory(measure=made, value=55, **period_of(Q3.next()))
    TargetFactory(measure=made, value=90, starts_on=dt.date(2022, 10, 1), ends_on=dt.date(2023, 3, 31))

    found = series(made)

    assert [(str(point.period), point.value) for point in found.target_path] == [
        ("Q4 2021/22", Decimal(55)),
        ("Q3 2022/23", Decimal(60)),
    ]
    assert found.outlook.target == found.target_path[-1]


def test_values_that_follow_the_seasons_are_led_to_the_target_by_its_own_season():
    made = measure("1", "40", "2", "3", "4", "50", comparison="year_to_year", by="Q2 2022/23")

    found = series(made).outlook

    assert (str(found.newest.period), found.per) == ("Q2 2021/22", "year")
    assert found.will_reach is WillReach.CANNOT_SAY


@pytest.mark.parametrize(
    ("values", "fields", "likely"),
    [
        (("40", "55", "60", "70", "75", "90"), {"target": "95"}, LikelyRange(Decimal(0), Decimal(100))),
        (("40", "55", "60", "70", "75", "90"), {"target": "95", "is_bounded": False}, None),
        (("40", "55", "60", "70", "75", "90"), {"target": "95", "unit": "number"}, None),
    ],
)
def test_only_a_share_stops_at_a_hundred(values, fields, likely):
    forecast = series(measure(*values, **fields)).outlook.forecast

    if likely is None:
        assert (forecast.value, forecast.is_limited) == (Decimal(130), False)
        assert forecast.likely.high > 130
    else:
        assert (forecast.value, forecast.is_limited) == (Decimal(100), True)
        assert forecast.likely.high == likely.high


@pytest.mark.parametrize(
    ("values", "is_limited"), [(("40", "30", "15", "4"), True), (("9", "2", "-4", "-20"), False)]
)
def test_only_what_has_been_below_zero_goes_below_it(values, is_limited):
    forecast = series(measure(*values, polarity="minimise", target="1", unit="number")).outlook.forecast

    assert forecast.is_limited is is_limited
    assert (forecast.value >= 0) is is_limited


def test_the_forecast_in_words():
    found = series(measure("36", "38", "40", "45", "48", "50"))

    assert forecast_in_words(found.outlook, "percent", 1) == (
        "Forecast for Q3 2022/23: 63.3%, and 19 times in 20 between 52.3% and 74.4%. The target is inside this "
        "range, so it may go either way. Made by going on from Q3 2021/22 at the average pace of the last four "
        "values that can be compared, Q4 2020/21 to Q3 2021/22. The range is from how much the changes since "
        "Q2 2020/21 differed from each other."
    )


def test_signals_go_by_the_measures_own_polarity():
    made = measure("5", "6", "5", "6", "5", "6", *(["9", "8"] * 4), polarity="minimise")

    (chart,) = series(made).run_charts
    signal = [signal for signal in chart.signals if signal.kind is SignalKind.SHIFT][-1]

    assert chart.median == 7
    assert signal.sentence == (
        "Eight quarters in a row are above the median (a shift), Q4 2019/20 to Q3 2021/22: worsening"
    )


def test_nothing_is_worked_out_until_it_is_asked_for(monkeypatch):
    made = series(measure("40", "45", "48", "50"))

    assert {"outlook", "run_charts", "target_path"} & set(vars(made)) == set()
    assert made.outlook is made.outlook


def test_periods_of_the_path_are_those_of_the_measure():
    made = MeasureFactory(period_kind="rolling_years", years_covered=3)
    TargetFactory(measure=made, value=5, starts_on=dt.date(2021, 1, 1), ends_on=dt.date(2023, 12, 31))

    assert series(made).target_path[0].period == Period.parse("rolling_years", "2021-2023")


def test_a_gap_may_turn():
    fields = {"polarity": "minimise", "target": "1"}
    gap = series(measure("9", "7", "4", "3", unit="points", **fields)).outlook.forecast
    share = series(measure("9", "7", "4", "3", **fields)).outlook.forecast

    assert (gap.value, gap.is_limited) == (-5, False)
    assert (share.value, share.is_limited) == (0, True)


def test_the_pace_of_a_gap_names_its_points_once():
    assert sentence(measure("9", "8", "7", "6", unit="points", polarity="minimise", target="2")) == (
        "It will reach 2.0 percentage points by Q3 2022/23 if the last three quarters’ pace holds: "
        "1.0 percentage points a quarter are needed, 1.0 were gained a quarter since Q4 2020/21. Lower is better."
    )


def yes_or_no(*values: str, **fields: str) -> MeasureSeries:
    return series(measure(*values, unit="yes_no", decimals=0, target="1", **fields))


def test_a_yes_or_no_is_judged_and_told_in_its_own_words():
    found = yes_or_no("0", "0", "1")

    assert [value.shown for value in found.values] == ["No", "No", "Yes"]
    assert (found.rule, found.better, found.change_shown) == (
        "On target when Yes",
        "Yes is better",
        "from No to Yes",
    )
    assert outlook_in_words(found.outlook, "yes_no", 0) == (
        "It has already reached Yes: it was Yes in Q3 2021/22. Yes is better."
    )
    assert found.outlook.forecast is None
    assert yes_or_no(*["0", "1"] * 6).run_charts == ()


def test_a_target_set_before_a_new_series_began_may_need_to_be_set_again():
    made = measure("40", "45", "48", "50", target="60")
    SeriesBreakFactory(measure=made, on=dt.date(2021, 10, 1))

    assert series(made).outlook.is_target_of_older_series
    Target.objects.filter(measure=made).update(set_on=dt.date(2021, 10, 1))
    assert not series(made).outlook.is_target_of_older_series
