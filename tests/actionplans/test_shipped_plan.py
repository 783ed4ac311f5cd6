"""The plan we ship shows a measure of every kind, and what it says of real ones is what was published."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from actionplans.models import Clearance, Measure, Reading
from actionplans.plan_file import load, read_plan_file
from actionplans.series import series_by_place, series_of
from priorities.clock import EDINBURGH
from priorities.models import Comparator, Locality

KNOWN_AT = dt.datetime(2022, 1, 10, 10, 0, tzinfo=EDINBURGH)
ENDS_BY = dt.date(2021, 12, 31)


@pytest.fixture(scope="module")
def plan_file():
    path = Path(settings.BASE_DIR) / "fixtures" / "perth-and-kinross-2021.yaml"
    return read_plan_file(path.read_bytes())


@pytest.fixture
def plan(plan_file, db):
    load(plan_file, at=KNOWN_AT)


def series(code, **how):
    measure = Measure.objects.get(code=code)
    return series_of([measure], ends_by=ENDS_BY, known_at=how.pop("known_at", KNOWN_AT), **how)[measure.pk]


def places(code):
    measure = Measure.objects.get(code=code)
    found = series_by_place([measure], ends_by=ENDS_BY, known_at=KNOWN_AT)[measure.pk]
    return {place.code or place.name: one for place, one in found.items()}


def test_every_kind_of_measure_is_there(plan):
    assert set(Measure.objects.values_list("unit", flat=True)) == {
        "percent",
        "number",
        "rate",
        "score",
        "yes_no",
        "points",
    }
    assert list(Measure.objects.filter(is_cumulative=True).values_list("code", flat=True)) == ["EMP-04"]
    assert list(Measure.objects.filter(gap__isnull=False).values_list("code", flat=True)) == ["SKI-06"]
    assert list(Measure.objects.filter(roll_up="pooled").values_list("code", flat=True)) == ["EMP-02"]
    shared = Measure.objects.filter(shared_with__isnull=False).values_list("code", "shared_with__code")
    assert list(shared) == [("POV-03", "EMP")]


def test_percentages_are_pooled_from_claimants_and_people(plan):
    found = {code: one.current for code, one in places("EMP-02").items()}
    assert len(found) == 12
    assert (found["family"].numerator, found["family"].denominator, found["family"].shown) == (
        9400,
        118961,
        "7.9%",
    )
    assert found["scotland"].shown == "7.2%"
    assert found["fife"].value.quantize(Decimal("0.0001")) == Decimal("7.7035")
    assert all(len(one.values) == 10 for one in places("EMP-02").values())


def test_starts_on_programmes_are_totals_since_april_and_their_quarters_are_derived(plan):
    own = [part.value for part in series("EMP-04").own_parts]
    assert own == [62, 118, 140, 171]


def test_the_gap_in_awards_is_that_between_two_published_shares(plan):
    found = {value.period.label: value.value for value in series("SKI-06").values}
    assert found == {
        "2012/13 school year": 25,
        "2013/14 school year": 20,
        "2014/15 school year": 26,
        "2015/16 school year": 30,
        "2016/17 school year": 32,
        "2017/18 school year": 28,
        "2018/19 school year": 30,
        "2019/20 school year": 29,
    }
    assert series("SKI-06").current.shown == "29 percentage points"


def test_small_numbers_by_ward_are_hidden_and_one_more_where_the_total_would_tell(plan):
    hidden = Reading.objects.filter(measure__code="POV-06", is_suppressed=True)
    reasons = hidden.order_by("starts_on", "place__code").values_list(
        "starts_on__year", "place__code", "value", "suppressed_because"
    )
    assert list(reasons) == [
        (2018, "ward-04", 2, "small_count"),
        (2018, "ward-09", 4, "small_count"),
        (2019, "ward-04", 1, "small_count"),
        (2019, "ward-05", 2, "small_count"),
        (2019, "ward-09", 3, "small_count"),
        (2020, "ward-02", 5, "protects_others"),
        (2020, "ward-04", 3, "small_count"),
    ]
    assert Clearance.objects.get().policy_name == "Disclosure policy of the partnership"
    found = places("POV-06")
    assert (found["ward-04"].latest_unshown.symbol, found["ward-11"].current.shown) == ("[c]", "14")


@pytest.mark.parametrize("code", ["POV-04", "POV-06"])
def test_the_wards_make_up_the_area(plan, code):
    assert Locality.objects.count() == 12
    readings = Reading.objects.filter(measure__code=code)
    whole = {one.starts_on: one.value for one in readings if one.place_id is None}
    for starts_on, value in whole.items():
        assert sum(one.value for one in readings if one.place_id and one.starts_on == starts_on) == value


def test_other_areas_have_ten_years_of_figures_for_measures_of_three_priorities(plan):
    for code in ("POV-01", "WEL-01", "WEL-02", "WEL-03", "EMP-02"):
        found = places(code)
        for area in ("scotland", "moray", "scottish-borders", "aberdeen-city"):
            assert len(found[area].values) == 10, (code, area)
        assert len(series(code).values) == 10
    assert not Reading.objects.filter(comparator__isnull=False, is_illustrative=True).exists()
    assert Comparator.objects.filter(kind="similar").count() == 7


def test_the_series_of_child_poverty_was_replaced_as_a_whole(plan):
    before = dt.datetime(2020, 6, 30, tzinfo=EDINBURGH)
    assert series("POV-01", known_at=before).value_for(series("POV-01").values[5].period).shown == "10.4%"
    assert [value.shown for value in series("POV-01").values][-5:] == [
        "13.0%",
        "14.0%",
        "16.0%",
        "15.0%",
        "17.0%",
    ]


def test_some_figures_are_not_for_everyone_or_not_yet(plan):
    assert series("EMP-05").current.shown == "11.5%"
    assert series("EMP-05", for_public=True).current.shown == "8.6%"
    later = dt.datetime(2022, 1, 31, 9, 30, tzinfo=EDINBURGH)
    assert series("POV-03").current.shown == "21.1%"
    assert series("POV-03", known_at=later).current.shown == "25.3%"
    assert series("EMP-05", known_at=later).current.shown == "11.2%"


def test_a_report_was_published_in_time_or_not(plan):
    assert [value.shown for value in series("POV-07").values] == ["Yes", "No", "Yes"]
    assert series("POV-07").status == "on_target"
