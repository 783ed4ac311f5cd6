"""Figures as they were published, brought in from their files: pooled and replayed they are what was published.

The files are not part of the product; without them beside the repository there is nothing to test.
"""

import csv
import datetime as dt
from collections import defaultdict
from decimal import Decimal
from itertools import groupby

import pytest
from django.conf import settings
from django.utils.text import slugify

from actionplans.models import Measure, Reading
from actionplans.reading_file import import_readings, read_mapping
from actionplans.reading_file.rows import LeftOut
from actionplans.rollups import Amount, pooled
from actionplans.series import series_by_place, series_of
from priorities.clock import EDINBURGH
from priorities.models import Locality, Partnership
from tests.actionplans.factories import MeasureFactory
from tests.factories import PartnershipFactory, PlanFactory, PriorityFactory

FOLDER = settings.BASE_DIR.parent / "shared" / "data"
AT = dt.datetime(2024, 1, 15, 10, 0, tzinfo=EDINBURGH)
LAST_DAY = dt.date(2040, 12, 31)

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="The published files are not beside the repository."
)


def rows_of(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def load(name, mapping):
    with (FOLDER / name).open("rb") as source:
        return import_readings(source, read_mapping(mapping.encode()), at=AT)


def table(codes):
    return "{" + ", ".join(f'"{cell}": "{code}"' for cell, code in codes.items()) + "}"


FLAGS = {"actual": "final", "imputed": "estimated", "projected": "projected"}

# Numerators and denominators

YOUTH = "Youth claimant count 16-24"
CHILDREN = "Children in relative low-income families (BHC)"
BENEFITS = "Out-of-work benefits"
CODES = {YOUTH: "YOUTH", CHILDREN: "CHILDREN", BENEFITS: "BENEFITS"}
PUBLISHED_OTHERWISE = [
    "“BENEFITS” for 2020 is published as 11.7466; they make 11.7467",
    "“BENEFITS” for 2016 is published as 8.9062; they make 8.9063",
]
PRINTED_DECIMALS = {YOUTH: 1, CHILDREN: 4, BENEFITS: 4}


@pytest.fixture
def counts(db):
    """The numerators and denominators of every council, and of Scotland as the whole area."""
    partnership = PartnershipFactory(slug="scotland")
    priority = PriorityFactory(plan=PlanFactory(partnership=partnership))
    MeasureFactory(priority=priority, code="YOUTH", period_kind="financial_year")
    MeasureFactory(priority=priority, code="CHILDREN", period_kind="financial_year")
    MeasureFactory(priority=priority, code="BENEFITS", period_kind="calendar_year")
    councils = sorted({row["cpp"] for row in rows_of("numden.csv")} - {"Scotland"})
    for name in councils:
        Locality.objects.create(partnership=partnership, code=slugify(name), name=name, kind="area")
    mapping = f"""\
format: 1
partnership: scotland
measure: {{column: measure, codes: {table(CODES)}}}
period: {{column: period}}
value: {{scale: 100}}
numerator: numerator
denominator: denominator
released: {{on: 2021-11}}
place: {{column: cpp, codes: {table({name: slugify(name) for name in councils})}, whole_area: Scotland}}
note: {{column: source}}
"""
    report = load("numden.csv", mapping)
    assert load("numden.csv", mapping).is_unchanged
    return report


def readings():
    """By measure, place and the year as it is printed."""
    found = Reading.objects.select_related("measure", "place")
    return {
        (one.measure.code, one.place.name if one.place else "Scotland", _printed(one)): one for one in found
    }


def _printed(reading):
    year = reading.starts_on.year
    return str(year) if reading.starts_on.month == 1 else f"{year}/{(year + 1) % 100:02}"


def test_percentages_made_of_their_counts_are_the_published_ones(counts):
    rows = rows_of("numden.csv")
    published = [row for row in rows if row["rate"]]
    assert counts.added == len(published) == Reading.objects.count() == 846
    # The newest year's population was not published yet: a count alone is no percentage.
    assert counts.left_out[LeftOut.NO_FIGURE] == len(rows) - len(published) == 32

    made = readings()

    for row in published:
        reading = made[CODES[row["measure"]], row["cpp"], row["period"]]
        half_a_digit = Decimal("0.5").scaleb(-PRINTED_DECIMALS[row["measure"]])
        assert abs(reading.value - Decimal(row["rate"])) <= half_a_digit, row
        assert reading.numerator == Decimal(row["numerator"])
        assert reading.note == row["source"]


def test_councils_pooled_are_scotland_as_published_and_their_mean_is_not(counts):
    made = readings()
    parts = defaultdict(list)
    for (code, place, year), reading in made.items():
        if place != "Scotland":
            parts[code, year].append(reading)
    whole = {(code, year): reading for (code, place, year), reading in made.items() if place == "Scotland"}
    assert len(whole) == 14

    for key, scotland in whole.items():
        councils = parts[key]
        assert len(councils) == 32
        found = pooled([Amount.ratio(one.numerator, one.denominator) for one in councils])
        mean = sum(one.value for one in councils) / 32
        # Each count is worked back from a rate and a rounded population, so the last decimals may differ.
        assert abs(found.value - scotland.value) < Decimal("0.005"), key
        assert found.denominator == scotland.denominator
        assert abs(mean - scotland.value) > Decimal("0.3"), key


def test_the_same_percentages_in_another_publication(counts):
    made = readings()
    compared = 0
    for row in rows_of("lgbf_key_all.csv"):
        reading = made.get(("YOUTH", row["cpp"], row["period"].replace("-", "/")))
        if row["code"] == "ECON12b" and reading and row["value"]:
            assert abs(reading.value - Decimal(row["value"])) <= Decimal("0.00005"), row
            compared += 1
    assert compared > 300


@pytest.fixture
def compared(db):
    """The same counts of the councils as comparators of measures that are worked out, published rates beside them."""
    partnership = PartnershipFactory(
        slug="perth-and-kinross", area_name="Perth and Kinross", area_code="S12000048"
    )
    priority = PriorityFactory(plan=PlanFactory(partnership=partnership))
    ratio = {"priority": priority, "is_ratio": True, "roll_up": "pooled"}
    MeasureFactory(code="YOUTH", period_kind="financial_year", **ratio)
    MeasureFactory(code="CHILDREN", period_kind="financial_year", decimals=4, **ratio)
    MeasureFactory(code="BENEFITS", period_kind="calendar_year", decimals=4, **ratio)
    names = {row["cpp"] for row in rows_of("numden.csv")} - {"Scotland", "Perth and Kinross"}
    councils = sorted(names)
    return load("numden.csv", counts_mapping(councils)), councils


def counts_mapping(councils):
    listed = ", ".join(f'"{name}"' for name in councils)
    return f"""\
format: 1
partnership: perth-and-kinross
measure: {{column: measure, codes: {table(CODES)}}}
period: {{column: period}}
value: {{column: rate}}
numerator: numerator
denominator: denominator
released: {{on: 2021-11}}
comparator:
  column: cpp
  codes: {{"Edinburgh, City of": edinburgh, City of Edinburgh: edinburgh, Eilean Siar: na-h, Na h-Eileanan Siar: na-h}}
  make: {{country: [Scotland], council: [{listed}]}}
"""


def test_what_councils_counts_make_is_what_was_published_of_every_one(compared):
    report, councils = compared
    # Two councils go by two names each.
    assert (report.added, len(report.made), len(councils)) == (846, 32, 33)
    # Their numerators were worked back from rates of four decimals: the last may differ.
    assert report.differing_count == len(PUBLISHED_OTHERWISE)
    assert [line.split(": ", 1)[1] for line in report.differing] == PUBLISHED_OTHERWISE
    assert load("numden.csv", counts_mapping(councils)).is_unchanged


def test_all_councils_as_comparators_pool_to_scotland_as_published(compared):
    measures = list(Measure.objects.order_by("code"))
    found = series_by_place(measures, ends_by=LAST_DAY, known_at=AT)
    assert [len(found[measure.pk]) for measure in measures] == [33, 33, 32]
    checked = 0
    for measure in measures:
        places = {place.name: one for place, one in found[measure.pk].items()}
        scotland = places.pop("Scotland", None)
        for value in scotland.values if scotland else ():
            parts = [one.value_for(value.period) for one in places.values()]
            assert len(parts) == 32
            whole = pooled([Amount.ratio(part.numerator, part.denominator) for part in parts])
            assert abs(whole.value - value.value) < Decimal("0.005"), (measure.code, value.period)
            checked += 1
    assert checked == 14


# Outcomes of every area


CPOP = "cpop_all.csv"
UNITS = {
    "£ per week": "money",
    "%": "percent",
    "per": "rate",
    "score": "score",
    "index": "index",
    "t CO2": "rate",
}


def unit_of(row):
    return next(unit for start, unit in UNITS.items() if row["unit"].startswith(start))


@pytest.fixture
def profile(db):
    """The community planning outcomes profile of September 2023, all of it: Perth and Kinross beside 32 other areas."""
    partnership = PartnershipFactory(
        slug="perth-and-kinross", area_name="Perth and Kinross", area_code="S12000048"
    )
    priority = PriorityFactory(plan=PlanFactory(partnership=partnership))
    rows = rows_of(CPOP)
    codes = {}
    for row in {row["measure"]: row for row in rows}.values():
        codes[row["measure"]] = slugify(row["measure"])
        is_rolling = row["period_kind"] == "3-year rolling"
        MeasureFactory(
            priority=priority,
            code=codes[row["measure"]],
            name=row["measure"],
            unit=unit_of(row),
            decimals=4,
            polarity="maximise" if row["better"] == "higher" else "minimise",
            period_kind="rolling_years" if is_rolling else "financial_year",
            years_covered=3 if is_rolling else None,
            years_start_in_april=is_rolling,
        )
    return rows, codes, load(CPOP, profile_mapping(codes))


def profile_mapping(codes):
    councils = sorted({row["cpp"] for row in rows_of(CPOP)} - {"Scotland", "Perth and Kinross"})
    listed = ", ".join(f'"{name}"' for name in councils)
    flags = table({**FLAGS, "missing": "skip"})
    return f"""\
format: 1
partnership: perth-and-kinross
measure: {{column: measure, codes: {table(codes)}}}
period: {{column: period, named_by: last_year}}
value: {{column: value}}
released: {{on: 2023-10}}
flag: {{column: value_type, values: {flags}}}
comparator: {{column: cpp, make: {{country: [Scotland], council: [{listed}]}}}}
"""


def test_twenty_outcomes_of_every_area_and_scotland_come_in_at_once(profile):
    rows, codes, report = profile
    assert (len(codes), report.added, len(report.made)) == (20, 8809, 32)
    assert report.left_out[LeftOut.BY_FLAG] == len(rows) - 8809 == 2
    assert load(CPOP, profile_mapping(codes)).is_unchanged


def test_each_area_has_the_series_that_was_published_of_it(profile):
    rows, codes, _ = profile
    measures = {measure.code: measure for measure in Measure.objects.all()}
    found = series_by_place(measures.values(), ends_by=LAST_DAY, known_at=AT)
    published = {
        (codes[row["measure"]], row["cpp"], row["period"]): Decimal(row["value"])
        for row in rows
        if row["value"]
    }
    series = {
        (
            code,
            "Perth and Kinross" if place.code == "" else place.name,
            value.period.label.split(" to ")[-1],
        ): value
        for code, measure in measures.items()
        for place, one in found[measure.pk].items()
        for value in one.values
    }
    assert {key: value.value for key, value in series.items()} == published
    assert series["child-poverty", "Scotland", "2021/22"].shown == "20.7535%"
    assert series["child-poverty", "Perth and Kinross", "2024/25"].flag == "projected"


# Small areas

ZONES = "localities_pk_series.csv"


@pytest.fixture
def zones(profile):
    """The 35 small areas of Perth and Kinross from the same publication, as localities of the partnership."""
    _, codes, _ = profile
    partnership = Partnership.objects.get()
    names = {row["zone_code"]: row["zone"] for row in rows_of(ZONES)}
    for code, name in names.items():
        Locality.objects.create(partnership=partnership, code=code, name=name, kind="area")
    mapping = f"""\
format: 1
partnership: perth-and-kinross
measure: {{column: measure, codes: {table(codes)}}}
period: {{column: period, named_by: last_year}}
value: {{column: value}}
released: {{on: 2023-10}}
flag: {{column: value_type, values: {table(FLAGS)}}}
place: {{column: zone_code}}
note: {{column: source}}
"""
    return load(ZONES, mapping), names


def test_small_areas_come_in_as_localities_and_the_area_lies_between_them(zones):
    report, names = zones
    assert (report.added, len(names)) == (4200, 35)
    measures = list(Measure.objects.all())
    found = series_by_place(measures, ends_by=LAST_DAY, known_at=AT, is_of_localities=True)
    compared = 0
    for measure in measures:
        area, *places = found[measure.pk].values()
        for value in area.values if places else ():
            parts = [one.value_for(value.period).value for one in places]
            assert len(parts) == 35
            assert min(parts) <= value.value <= max(parts), (measure.code, value.period)
            compared += 1
    assert compared == 8 * 15


def test_the_weakest_places_are_not_hidden_by_the_average(zones):
    measure = Measure.objects.get(code="child-poverty")
    found = series_by_place([measure], ends_by=LAST_DAY, known_at=AT, is_of_localities=True)[measure.pk]
    in_2021 = measure.period_containing(dt.date(2022, 3, 31))
    ranked = sorted(
        ((one.value_for(in_2021).value, place.name) for place, one in found.items()), reverse=True
    )
    assert [name for _, name in ranked[:3]] == ["Letham", "North Muirton and Old Scone", "North Inch"]
    assert (ranked[0][0], ranked[-1]) == (Decimal("37.0514"), (Decimal("6.4669"), "Burghmuir and Oakbank"))


# Vintages

WITHDRAWN = "2023-09 (withdrawn 2023-10-23)"


@pytest.fixture
def revisions(db):
    """Perth and Kinross's figures as published from 2018 to 2023, and a mapping for one vintage of them."""
    partnership = PartnershipFactory(slug="perth-and-kinross")
    priority = PriorityFactory(plan=PlanFactory(partnership=partnership))
    rows = [row for row in rows_of("revisions.csv") if row["cpp"] == "Perth and Kinross"]
    codes = {name: slugify(name) for name in sorted({row["measure"] for row in rows})}
    for code in codes.values():
        MeasureFactory(priority=priority, code=code, unit="score", decimals=4, period_kind="financial_year")

    def mapping(vintages):
        return f"""\
format: 1
partnership: perth-and-kinross
rows: {{cpp: Perth and Kinross, vintage: {vintages}}}
measure: {{column: measure, codes: {table(codes)}}}
period: {{column: period}}
value: {{column: value}}
released: {{column: vintage, values: {{"{WITHDRAWN}": 2023-09}}}}
flag: {{column: value_type, values: {table(FLAGS)}}}
"""

    return rows, codes, mapping


def end_of(month):
    after = (dt.date.fromisoformat(f"{month}-01") + dt.timedelta(days=32)).replace(day=1)
    return dt.datetime.combine(after, dt.time(), EDINBURGH) - dt.timedelta(seconds=1)


def known(codes, month):
    """What is known at the end of a month, by measure and year: value and flag."""
    series = series_of(Measure.objects.all(), ends_by=LAST_DAY, known_at=end_of(month))
    return {
        (one.measure.code, value.period.label): (value.value, value.flag)
        for one in series.values()
        for value in one.values
    }


def test_replayed_in_order_each_month_knows_what_was_published_by_then(revisions):
    rows, codes, mapping = revisions
    published, by_month = {}, {}
    rows = sorted(rows, key=lambda row: row["vintage"])
    for vintage, group in groupby(rows, key=lambda row: row["vintage"]):
        fresh = list(group)
        report = load("revisions.csv", mapping(f'["{vintage}"]'))
        assert (report.added, report.same) == (len(fresh), 0)
        for row in fresh:
            key = codes[row["measure"]], row["period"]
            published[key] = Decimal(row["value"]), FLAGS[row["value_type"]]
        by_month[vintage[:7]] = dict(published)
        assert known(codes, vintage[:7]) == published

    assert len(by_month) == 14
    assert known(codes, "2018-08") == {}
    for month, then in by_month.items():
        assert known(codes, month) == then, month


def test_all_vintages_at_once_are_the_same_as_one_by_one(revisions):
    rows, codes, mapping = revisions
    vintages = sorted({row["vintage"] for row in rows})
    everything = mapping("[" + ", ".join(f'"{one}"' for one in vintages) + "]")
    assert load("revisions.csv", everything).added == len(rows) == 1125
    assert load("revisions.csv", everything).is_unchanged
    assert all(not load("revisions.csv", mapping(f'["{one}"]')).added for one in vintages[:2])
    latest = {}
    for row in sorted(rows, key=lambda row: row["vintage"]):
        latest[codes[row["measure"]], row["period"]] = Decimal(row["value"]), FLAGS[row["value_type"]]
    assert known(codes, "2023-12") == latest


def test_a_forecast_of_child_poverty_is_revised_until_it_is_an_outcome_and_once_withdrawn(revisions):
    rows, codes, mapping = revisions
    for vintage in sorted({row["vintage"] for row in rows}):
        load("revisions.csv", mapping(f'["{vintage}"]'))
    story = [
        ("2018-09", "10.42", "projected"),
        ("2019-02", "10.46", "projected"),
        ("2020-07", "16.96", "projected"),
        ("2021-07", "16.85", "projected"),
        ("2022-08", "13.80", "final"),
        ("2023-09", "16.47", "final"),
        ("2023-10", "13.53", "final"),
    ]
    found = [(month, *known(codes, month)["child-poverty", "2020/21"]) for month, _, _ in story]
    assert [(month, f"{value:.2f}", flag) for month, value, flag in found] == story


def test_the_vintages_of_five_areas_replayed_at_once_know_at_each_month_what_was_published(db):
    partnership = PartnershipFactory(
        slug="perth-and-kinross", area_name="Perth and Kinross", area_code="S12000048"
    )
    priority = PriorityFactory(plan=PlanFactory(partnership=partnership))
    rows = rows_of("revisions.csv")
    codes = {name: slugify(name) for name in sorted({row["measure"] for row in rows})}
    for code in codes.values():
        MeasureFactory(priority=priority, code=code, unit="score", decimals=4, period_kind="financial_year")
    mapping = f"""\
format: 1
partnership: perth-and-kinross
measure: {{column: measure, codes: {table(codes)}}}
period: {{column: period}}
value: {{column: value}}
released: {{column: vintage, values: {{"{WITHDRAWN}": 2023-09}}}}
flag: {{column: value_type, values: {table(FLAGS)}}}
comparator: {{column: cpp, make: {{country: [Scotland], council: [Moray, Scottish Borders, Aberdeen City]}}}}
"""
    assert load("revisions.csv", mapping).added == len(rows) == 5628
    published = {}
    for vintage, group in groupby(
        sorted(rows, key=lambda row: row["vintage"]), key=lambda row: row["vintage"]
    ):
        for row in group:
            published[row["cpp"], codes[row["measure"]], row["period"]] = Decimal(row["value"])
        if vintage[:7] in {"2018-09", "2020-07", "2021-07", "2022-08", "2023-10"}:
            assert known_everywhere(vintage[:7]) == published, vintage


def known_everywhere(month):
    found = series_by_place(Measure.objects.all(), ends_by=LAST_DAY, known_at=end_of(month))
    return {
        (
            "Perth and Kinross" if place.code == "" else place.name,
            one.measure.code,
            value.period.label,
        ): value.value
        for places in found.values()
        for place, one in places.items()
        for value in one.values
    }
