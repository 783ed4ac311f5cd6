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
from actionplans.series import series_of
from priorities.clock import EDINBURGH
from priorities.models import Locality
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


# Numerators and denominators

YOUTH = "Youth claimant count 16-24"
CHILDREN = "Children in relative low-income families (BHC)"
BENEFITS = "Out-of-work benefits"
CODES = {YOUTH: "YOUTH", CHILDREN: "CHILDREN", BENEFITS: "BENEFITS"}
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


# Vintages

FLAGS = {"actual": "final", "imputed": "estimated", "projected": "projected"}
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


def known(codes, month):
    """What is known at the end of a month, by measure and year: value and flag."""
    after = (dt.date.fromisoformat(f"{month}-01") + dt.timedelta(days=32)).replace(day=1)
    known_at = dt.datetime.combine(after, dt.time(), EDINBURGH) - dt.timedelta(seconds=1)
    series = series_of(Measure.objects.all(), ends_by=LAST_DAY, known_at=known_at)
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
