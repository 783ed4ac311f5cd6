"""Measures of every kind in a plan file: what each may say, what is worked out, and that it all comes back."""

import dataclasses
import datetime as dt
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from actionplans.models import DisclosurePolicy, Gap, Measure, Reading, SeriesVersion, Target
from actionplans.plan_file import FaultsFoundError, dump, load, read_plan_file
from actionplans.plan_file.schema import (
    ComparatorEntry,
    DisclosurePolicyEntry,
    MeasureEntry,
    ReadingEntry,
    SeriesVersionEntry,
    TargetEntry,
)
from priorities.clock import EDINBURGH
from priorities.models import Comparator, Partnership, Plan
from tests.actionplans.factories import ReadingFactory
from tests.factories import person

START = """\
format: 1
partnership: {slug: sample, name: Sample CPP, area_name: Sample, area_code: S12000099}
groups:
  - {code: board, name: CPP Board, kind: board}
localities:
  - {code: town, name: Town, kind: ward}
  - {code: hill, name: Hill, kind: ward}
comparators:
  - {code: scotland, name: Scotland, kind: country, area_code: S92000003}
  - {code: poorest, name: Most deprived fifth, kind: population}
  - {code: least, name: Least deprived fifth, kind: population}
disclosure_policies:
  - {version: 1, name: Sample policy, set_on: 2020-10-01}
  - {version: 2, name: Sample policy, threshold: 9, smallest_denominator: 50, set_on: 2021-04-01, reason: NHS data}
meetings:
  - {group: board, held_on: 2020-10-13}
plan:
  code: loip
  title: Plan
  starts_on: 2020-10-01
  ends_on: 2023-09-30
  status: published
  priorities:
    - {code: WEL, name: Wellbeing}
    - {code: DIG, name: Digital}
    - code: POV
      name: Poverty
      measures:
"""

KINDS = """\
        - code: RATIO
          name: Children in families with a low income
          also_under: [WEL]
          unit: percent
          is_ratio: true
          numerator_name: children in low income families
          denominator_name: children
          roll_up: pooled
          decimals: 1
          polarity: minimise
          period_kind: financial_year
          dead_band: 0.5
          owner_title: Head of Finance
          catalogue_key: children-in-low-income-families
          caution: The method changed.
          supplier_contact: Statistics desk
          is_disclosure_controlled: true
          is_sensitive: true
          series_versions:
            - {number: 2, released_on: 2020-07, reason: New method}
            - {number: 3, released_on: 2021-03-25 10:00, reason: Another}
          readings:
            - {period: 2018/19, numerator: 9, denominator: 10, released_on: 2020-01}
            - {period: 2019/20, numerator: 1, denominator: 3, released_on: 2020-07, series: 2}
            - {period: 2019/20, numerator: 0, denominator: 0, released_on: 2020-07, series: 2, place: town}
            - {period: 2019/20, symbol: c, released_on: 2020-07, series: 2, place: hill}
            - {period: 2019/20, value: 22.0, released_on: 2020-07, series: 2, comparator: scotland}
            - {period: 2019/20, value: 40, released_on: 2020-07, series: 2, comparator: poorest}
            - {period: 2019/20, value: 11, released_on: 2020-07, series: 2, comparator: least}
            - {period: 2020/21, value: 40.5, released_on: 2021-08-01 09:00, series: 3, release_class: management}
            - {period: 2020/21, value: 41.25, released_on: 2035-01-31 09:30:15, series: 3}
        - code: GAP
          name: Gap between the most and the least deprived
          unit: points
          polarity: minimise
          period_kind: financial_year
          gap: {of: RATIO, first: {comparator: poorest}, second: {comparator: least}}
          targets:
            - {period: 2021/22, value: 20, basis: A third off, baseline: {period: 2019/20, value: 29}}
        - {code: PLACE-GAP, name: Town less the area, unit: points, polarity: minimise,
           period_kind: financial_year, gap: {of: RATIO, first: {locality: town}}}
        - code: TOTAL
          name: Starts since 1 April
          unit: number
          is_cumulative: true
          roll_up: sum
          polarity: maximise
          period_kind: financial_quarter
          release_class: management
          readings:
            - {period: Q1 2021/22, value: 12, released_on: 2021-07-14}
            - {period: Q2 2021/22, value: 27, released_on: 2021-10-14, release_class: published}
        - code: RATE
          name: Deaths
          unit: rate
          per: 100000
          is_ratio: true
          roll_up: pooled
          polarity: minimise
          period_kind: calendar_year
          readings:
            - {period: 2020, numerator: 123, denominator: 61234, released_on: 2021-07}
        - code: YES
          name: Report published on time
          unit: yes_no
          polarity: maximise
          period_kind: financial_year
          targets:
            - {period: 2020/21, value: 1}
          readings:
            - {period: 2020/21, value: 1, released_on: 2021-07}
"""

VALID = START + KINDS


def with_change(before, after, text=VALID):
    assert text.count(before) == 1, before
    return text.replace(before, after)


def loaded(text=VALID):
    return load(read_plan_file(text.encode()))


def faults_in(text):
    with pytest.raises(FaultsFoundError) as caught:
        read_plan_file(text.encode())
    return [str(fault) for fault in caught.value.faults]


def place_of(reading):
    return (reading.place or reading.comparator or Partnership.objects.get()).name


# What is loaded


@pytest.mark.django_db
def test_figures_are_worked_out_from_numerator_and_denominator_and_nothing_over_nothing_does_not_apply():
    loaded()

    found = {
        (one.series, place_of(one), one.starts_on.year): (one.value, one.symbol, one.numerator)
        for one in Reading.objects.filter(measure__code="RATIO").exclude(starts_on__year=2020)
    }
    assert found == {
        (1, "Sample CPP", 2018): (Decimal(90), "", 9),
        (2, "Sample CPP", 2019): (Decimal("33.333333"), "", 1),
        (2, "Town", 2019): (None, "z", 0),
        (2, "Hill", 2019): (None, "c", None),
        (2, "Scotland", 2019): (Decimal(22), "", None),
        (2, "Most deprived fifth", 2019): (Decimal(40), "", None),
        (2, "Least deprived fifth", 2019): (Decimal(11), "", None),
    }
    assert Reading.objects.get(measure__code="RATE").value == Decimal("200.868798")


@pytest.mark.django_db
def test_every_field_of_a_measure_is_loaded():
    loaded()

    measure = Measure.objects.get(code="RATIO")
    assert (measure.is_ratio, measure.roll_up, measure.dead_band) == (True, "pooled", Decimal("0.5"))
    assert (measure.numerator_name, measure.denominator_name) == (
        "children in low income families",
        "children",
    )
    assert (measure.owner_title, measure.supplier_contact) == ("Head of Finance", "Statistics desk")
    assert (measure.caution, measure.catalogue_key) == (
        "The method changed.",
        "children-in-low-income-families",
    )
    assert measure.is_disclosure_controlled
    assert measure.is_sensitive
    assert [one.code for one in measure.shared_with.all()] == ["WEL"]
    total = Measure.objects.get(code="TOTAL")
    assert (total.is_cumulative, total.roll_up, total.release_class) == (True, "sum", "management")
    assert Measure.objects.get(code="RATE").per == 100_000
    yes = Measure.objects.get(code="YES")
    assert (yes.tolerance_kind, yes.tolerance_amber) == ("absolute", 0)


@pytest.mark.django_db
def test_gaps_know_their_sides_and_a_side_left_out_is_the_area():
    loaded()

    fifths = Gap.objects.get(measure__code="GAP")
    assert (fifths.of.code, fifths.first_comparator.code, fifths.second_comparator.code) == (
        "RATIO",
        "poorest",
        "least",
    )
    place = Gap.objects.get(measure__code="PLACE-GAP")
    assert (place.first_locality.code, place.second_locality, place.second_comparator) == ("town", None, None)
    assert Measure.objects.get(code="GAP").tolerance_kind == "absolute"


@pytest.mark.django_db
def test_a_target_keeps_what_its_path_starts_from():
    loaded()

    target = Target.objects.get(measure__code="GAP")
    assert (target.basis, target.baseline_value) == ("A third off", 29)
    assert (target.baseline_starts_on, target.baseline_ends_on) == (dt.date(2019, 4, 1), dt.date(2020, 3, 31))
    report = loaded(with_change(", baseline: {period: 2019/20, value: 29}", ""))
    assert report.lines() == ["targets: 1 changed, 1 as before"]


@pytest.mark.django_db
def test_releases_have_a_moment_and_a_class():
    loaded()

    newest = Reading.objects.filter(measure__code="RATIO", series=3).order_by("released_at")
    assert [(one.release_class, one.released_at) for one in newest] == [
        ("management", dt.datetime(2021, 8, 1, 9, 0, tzinfo=EDINBURGH)),
        ("published", dt.datetime(2035, 1, 31, 9, 30, 15, tzinfo=EDINBURGH)),
    ]
    total = Reading.objects.filter(measure__code="TOTAL").order_by("starts_on")
    assert [one.release_class for one in total] == ["management", "published"]
    assert list(SeriesVersion.objects.values_list("number", "released_at", "taken_in_at")) == [
        (2, *[dt.datetime(2020, 7, 1, 9, 30, tzinfo=EDINBURGH)] * 2),
        (3, *[dt.datetime(2021, 3, 25, 10, 0, tzinfo=EDINBURGH)] * 2),
    ]


@pytest.mark.django_db
def test_the_newest_disclosure_policy_is_that_of_the_file():
    loaded()

    newest = DisclosurePolicy.objects.last()
    assert (newest.policy.version, newest.policy.threshold, newest.policy.smallest_denominator) == (
        "2",
        9,
        50,
    )
    first = DisclosurePolicy.objects.get(version=1)
    assert (first.threshold, first.smallest_denominator) == (4, 30)


@pytest.mark.django_db
def test_a_disclosure_policy_is_changed_only_by_a_new_version():
    loaded()
    changed = read_plan_file(with_change("threshold: 9", "threshold: 5").encode())

    with pytest.raises(FaultsFoundError) as caught:
        load(changed)

    assert [str(fault) for fault in caught.value.faults] == [
        (
            "line 14: disclosure_policies › 2: Version 2 of the disclosure policy is in the service already, and "
            "figures may have been cleared by it. A change is a new version."
        )
    ]
    assert DisclosurePolicy.objects.get(version=2).threshold == 9


@pytest.mark.django_db
def test_a_measure_with_figures_of_its_own_does_not_become_a_gap():
    loaded(
        with_change(
            "          gap: {of: RATIO, first: {comparator: poorest}, second: {comparator: least}}\n", ""
        )
    )
    ReadingFactory(measure=Measure.objects.get(code="GAP"))

    with pytest.raises(FaultsFoundError, match="it cannot become a gap"):
        loaded()


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_a_changed_file_just_that():
    loaded()
    assert loaded().is_unchanged
    report = loaded(with_change("also_under: [WEL]", "also_under: [DIG]"))
    assert report.lines() == ["measures: 1 changed, 5 as before"]
    assert [one.code for one in Measure.objects.get(code="RATIO").shared_with.all()] == ["DIG"]
    report = loaded(
        with_change("first: {comparator: poorest}, second: {comparator: least}", "first: {locality: hill}")
    )
    assert "gaps: 1 changed, 1 as before" in report.lines()
    assert Gap.objects.get(measure__code="GAP").first_locality.code == "hill"


@pytest.mark.django_db
def test_when_a_figure_was_entered_is_not_the_files_to_change():
    loaded()
    reading = Reading.objects.get(measure__code="YES")
    Reading.objects.filter(pk=reading.pk).update(entered_at=dt.datetime(2021, 8, 2, 12, 0, tzinfo=EDINBURGH))
    assert loaded().is_unchanged


# What is told


MEASURE = "priorities › POV › measures › "


@pytest.mark.parametrize(
    ("before", "after", "faults"),
    [
        (
            "per: 100000\n          is_ratio: true\n          roll_up: pooled",
            "is_ratio: true\n          roll_up: pooled",
            [
                (
                    f"line 84: {MEASURE}RATE › is_ratio: A rate that is worked out needs “per”: how many it is per, "
                    "like 1000."
                )
            ],
        ),
        (
            "is_ratio: true\n          numerator_name: children in low income families",
            "numerator_name: children in low income families",
            [
                (
                    f"line 35: {MEASURE}RATIO › roll_up: Only a figure that is worked out keeps its numerators to be "
                    "pooled. Say “is_ratio: true”."
                ),
                (
                    f"line 50: {MEASURE}RATIO › readings › 1: “value” is missing. Write it, or a “symbol” that says why "
                    "not."
                ),
                (
                    f"line 51: {MEASURE}RATIO › readings › 2: “value” is missing. Write it, or a “symbol” that says why "
                    "not."
                ),
                (
                    f"line 52: {MEASURE}RATIO › readings › 3: “value” is missing. Write it, or a “symbol” that says why "
                    "not."
                ),
            ],
        ),
        (
            "unit: number\n          is_cumulative",
            "unit: number\n          per: 5\n          is_ratio: true\n          is_cumulative",
            [
                f"line 73: {MEASURE}TOTAL › per: Only a rate is per so many.",
                (
                    f"line 74: {MEASURE}TOTAL › is_ratio: Only a percentage or a rate is worked out from a numerator and "
                    "a denominator."
                ),
            ],
        ),
        (
            "roll_up: sum",
            "roll_up: latest",
            [
                f"line 73: {MEASURE}TOTAL › is_cumulative: A total since 1 April adds up: say “roll_up: sum”.",
            ],
        ),
        (
            (
                "period_kind: financial_quarter\n          release_class: management\n          readings:\n"
                "            - {period: Q1 2021/22, value: 12, released_on: 2021-07-14}\n"
                "            - {period: Q2 2021/22, value: 27, released_on: 2021-10-14, release_class: published}\n"
            ),
            "period_kind: financial_year\n",
            [
                (
                    f"line 73: {MEASURE}TOTAL › is_cumulative: Only figures by financial quarter or by calendar month add "
                    "up since 1 April."
                )
            ],
        ),
        (
            "roll_up: pooled\n          decimals: 1",
            "roll_up: mean\n          decimals: 1",
            [
                (
                    f"line 36: {MEASURE}RATIO › roll_up: Its figures cannot be put together so. Use pooled or latest or "
                    "not_additive."
                )
            ],
        ),
        (
            "is_disclosure_controlled: true\n",
            "is_disclosure_controlled: false\n",
            [
                (
                    f"line 46: {MEASURE}RATIO › is_sensitive: A sensitive measure is under disclosure control: say "
                    "“is_disclosure_controlled: true”."
                )
            ],
        ),
        (
            "dead_band: 0.5",
            "dead_band: -0.5",
            [f"line 40: {MEASURE}RATIO › dead_band: This cannot be below zero."],
        ),
        (
            "catalogue_key: children-in-low-income-families",
            "catalogue_key: children-in-low-income-familys",
            [
                (
                    f"line 42: {MEASURE}RATIO › catalogue_key: There is no source “children-in-low-income-familys” in the "
                    "catalogue. Did you mean “children-in-low-income-families”?"
                )
            ],
        ),
        (
            "also_under: [WEL]",
            "also_under: [POV, WEL, WEL]",
            [
                f"line 31: {MEASURE}RATIO › also_under: It is reported under “POV” already.",
                f"line 31: {MEASURE}RATIO › also_under: “WEL” is named twice.",
            ],
        ),
        (
            "also_under: [WEL]",
            "also_under: [WELL]",
            [
                f"line 31: {MEASURE}RATIO › also_under: There is no priority “WELL” in the file. Did you mean “WEL”?"
            ],
        ),
        (
            "code: YES",
            "code: New",
            [f"line 91: {MEASURE}New › code: “New” is the address of another page. Choose another."],
        ),
        (
            "unit: yes_no\n",
            "unit: yes_no\n          decimals: 1\n",
            [f"line 94: {MEASURE}YES › decimals: Yes or no has no decimals."],
        ),
        (
            "value: 1, released_on: 2021-07}",
            "value: 2, released_on: 2021-07}",
            [f"line 99: {MEASURE}YES › readings › 1 › value: Write 1 for yes or 0 for no."],
        ),
        (
            "{period: 2020/21, value: 1}",
            "{period: 2020/21, value: 0.5}",
            [
                f"line 97: {MEASURE}YES › targets › 1 › value: The target of a yes or no is 1 for yes or 0 for no."
            ],
        ),
        # Gaps
        (
            "unit: points\n          polarity: minimise\n          period_kind: financial_year",
            "unit: percent\n          polarity: minimise\n          period_kind: calendar_year",
            [
                f"line 62: {MEASURE}GAP › unit: A gap of “RATIO” is in points.",
                f"line 64: {MEASURE}GAP › period_kind: A gap has the periods of “RATIO”: financial_year.",
                f"line 67: {MEASURE}GAP › targets › 1 › period: “2021/22” is not a calendar year. Write it like 2021.",
                (
                    f"line 67: {MEASURE}GAP › targets › 1 › baseline › period: “2019/20” is not a calendar year. "
                    "Write it like 2021."
                ),
            ],
        ),
        (
            "gap: {of: RATIO, first: {comparator: poorest}",
            "gap: {of: GAP, first: {comparator: least}",
            [
                f"line 65: {MEASURE}GAP › gap: The two sides are the same. A side that is left out is the whole area.",
                f"line 65: {MEASURE}GAP › gap › of: A measure cannot be the gap of itself.",
            ],
        ),
        (
            "gap: {of: RATIO, first: {locality: town}}",
            "gap: {of: GAP, first: {locality: town, comparator: least}}",
            [
                f"line 69: {MEASURE}PLACE-GAP › gap › first: A side is a locality or a comparator, not both.",
                f"line 69: {MEASURE}PLACE-GAP › gap › of: “GAP” is a gap itself. Name the measure that has figures.",
            ],
        ),
        (
            "gap: {of: RATIO, first: {locality: town}}",
            "gap: {of: RATE, second: {locality: twon}}",
            [
                (
                    f"line 69: {MEASURE}PLACE-GAP › gap › second › locality: There is no locality “twon” in the file. "
                    "Did you mean “town”?"
                ),
                f"line 68: {MEASURE}PLACE-GAP › unit: A gap of “RATE” is in rate.",
                f"line 69: {MEASURE}PLACE-GAP › period_kind: A gap has the periods of “RATE”: calendar_year.",
            ],
        ),
        (
            "gap: {of: RATIO, first: {locality: town}}",
            "gap: {of: YES, first: {locality: town}}",
            [f"line 69: {MEASURE}PLACE-GAP › gap › of: Yes or no has no gap. Choose a measure of numbers."],
        ),
        (
            (
                "          targets:\n"
                "            - {period: 2021/22, value: 20, basis: A third off, baseline: {period: 2019/20, value: 29}}"
            ),
            "          readings:\n            - {period: 2021/22, value: 20, released_on: 2023-01}",
            [
                f"line 67: {MEASURE}GAP › readings: A gap is worked out from its two sides. It has no readings of its own."
            ],
        ),
        (
            "baseline: {period: 2019/20, value: 29}",
            "baseline: {period: 2021/22, value: 29}",
            [
                (
                    f"line 67: {MEASURE}GAP › targets › 1 › baseline › period: A baseline comes before its target, "
                    "for 2021/22."
                )
            ],
        ),
        # Figures
        (
            "value: 22.0, released_on: 2020-07, series: 2, comparator: scotland",
            "value: 22.0, symbol: x, released_on: 2020-07, series: 2, comparator: scotlan, place: town",
            [
                (
                    f"line 55: {MEASURE}RATIO › readings › 5 › comparator: There is no comparator “scotlan” in the file. "
                    "Did you mean “scotland”?"
                ),
                (
                    f"line 55: {MEASURE}RATIO › readings › 5 › comparator: A reading is of a place or of a comparator, "
                    "not both."
                ),
                (
                    f"line 55: {MEASURE}RATIO › readings › 5 › symbol: There is a value, or a symbol that says why there "
                    "is none: not both."
                ),
            ],
        ),
        (
            "symbol: c, released_on: 2020-07, series: 2, place: hill",
            "released_on: 2020-07, series: 2, place: hill",
            [
                (
                    f"line 54: {MEASURE}RATIO › readings › 4: “value” is missing. Write it, or a numerator and denominator "
                    "or a “symbol” that says why not."
                )
            ],
        ),
        (
            "symbol: c, released_on: 2020-07",
            "symbol: c, numerator: 2, denominator: 31, released_on: 2020-07",
            [
                (
                    f"line 54: {MEASURE}RATIO › readings › 4 › symbol: A figure that is not there has no numerator and "
                    "denominator."
                )
            ],
        ),
        (
            "numerator: 9, denominator: 10,",
            "value: 90.06, numerator: 9, denominator: 10,",
            [
                (
                    f"line 51: {MEASURE}RATIO › readings › 1 › value: 90.06 is not what the numerator and denominator "
                    "make, which is 90.0. Check all three."
                )
            ],
        ),
        (
            "numerator: 0, denominator: 0,",
            "value: 0, numerator: 0, denominator: 0,",
            [
                (
                    f"line 53: {MEASURE}RATIO › readings › 3 › value: Over a denominator of zero there is no value. "
                    "Leave it out."
                )
            ],
        ),
        (
            "numerator: 9, denominator: 10,",
            "numerator: 11, denominator: 10,",
            [
                (
                    f"line 51: {MEASURE}RATIO › readings › 1 › numerator: 11 is more than 10, the number it is part of. "
                    "Check both."
                ),
            ],
        ),
        (
            "numerator: 9, denominator: 10,",
            "numerator: 9,",
            [
                f"line 51: {MEASURE}RATIO › readings › 1 › numerator: A numerator and its denominator come together."
            ],
        ),
        (
            "numerator: 123, denominator: 61234,",
            "numerator: 99999999999999, denominator: 0.001,",
            [
                (
                    f"line 90: {MEASURE}RATE › readings › 1: 9,999,999,999,999,900,000,000.000000 has too many digits: at "
                    "most 14 before the point are kept."
                )
            ],
        ),
        # Series
        (
            "numerator: 1, denominator: 3, released_on: 2020-07, series: 2",
            "numerator: 1, denominator: 3, released_on: 2020-06-30, series: 2",
            [f"line 52: {MEASURE}RATIO › readings › 2 › released_on: This was released before series 2 was."],
        ),
        (
            "numerator: 1, denominator: 3, released_on: 2020-07, series: 2",
            "numerator: 1, denominator: 3, released_on: 2020-07, series: 4",
            [
                (
                    f"line 52: {MEASURE}RATIO › readings › 2 › series: There is no series 4 among the “series_versions” "
                    "of the measure."
                )
            ],
        ),
        (
            "number: 3, released_on: 2021-03-25 10:00",
            "number: 4, released_on: 2020-06",
            [
                (
                    f"line 49: {MEASURE}RATIO › series_versions › 2 › number: There is no series 3. Number them in a row, "
                    "from 2."
                ),
                (
                    f"line 49: {MEASURE}RATIO › series_versions › 2 › released_on: Series 2, which it replaces, was not "
                    "released before it."
                ),
                (
                    f"line 58: {MEASURE}RATIO › readings › 8 › series: There is no series 3 among the “series_versions” "
                    "of the measure."
                ),
                (
                    f"line 59: {MEASURE}RATIO › readings › 9 › series: There is no series 3 among the “series_versions” "
                    "of the measure."
                ),
            ],
        ),
        (
            "released_on: 2021-03-25 10:00",
            "released_on: 2021-03-25 24:00",
            [
                (
                    f"line 49: {MEASURE}RATIO › series_versions › 2 › released_on: “2021-03-25 24:00” is not a day or "
                    "month. Write it like 2021-03-24, or 2021-03."
                )
            ],
        ),
        # The partnership
        (
            "{code: least, name: Least deprived fifth, kind: population}",
            "{code: poorest, name: Least deprived fifth, kind: population}",
            [
                "line 11: comparators › poorest › code: The code “poorest” is already used on line 10.",
                f"line 57: {MEASURE}RATIO › readings › 7 › comparator: There is no comparator “least” in the file.",
                f"line 65: {MEASURE}GAP › gap › second › comparator: There is no comparator “least” in the file.",
            ],
        ),
        (
            "set_on: 2021-04-01, reason: NHS data}",
            "set_on: 2020-04-01}",
            [
                "line 14: disclosure_policies › 2 › set_on: Version 1 was set after this one.",
                "line 14: disclosure_policies › 2 › version: Say in “reason” why the policy was changed.",
            ],
        ),
    ],
)
def test_a_wrong_entry_is_told_with_its_line_and_place(before, after, faults):
    assert sorted(faults_in(with_change(before, after))) == sorted(faults)


# Written and read back


OURS = {"id", "measure", "partnership", "priority", "position", "is_illustrative", "starts_on", "ends_on"}


@pytest.mark.parametrize(
    ("model", "entry", "elsewhere"),
    [
        # What a tolerance, a baseline or the service itself says.
        (Measure, MeasureEntry, {"tolerance_kind", "tolerance_amber", "tolerance_green"}),
        (
            Target,
            TargetEntry,
            {"set_at", "set_by", "baseline_value", "baseline_starts_on", "baseline_ends_on"},
        ),
        (
            Reading,
            ReadingEntry,
            {
                *("state", "entered_at", "entered_by", "quarterly_return", "answered_doubt", "clearance"),
                *("is_suppressed", "suppressed_because", "delivery"),
            },
        ),
        (DisclosurePolicy, DisclosurePolicyEntry, {"set_by"}),
        (SeriesVersion, SeriesVersionEntry, {"taken_in_at", "taken_in_by"}),
        (Comparator, ComparatorEntry, set()),
    ],
)
def test_a_plan_file_can_say_all_that_is_kept(model, entry, elsewhere):
    said = {declared.name for declared in dataclasses.fields(entry)}
    kept = {column.name for column in model._meta.concrete_fields}
    assert kept - said - OURS == elsewhere


def dumped(slug="sample"):
    return dump(Plan.objects.get(partnership__slug=slug))


LEFT_OUT = {"id", "partnership_id", "priority_id", "supplier_id"}


def rows(slug):
    """All measures, figures and comparators of a partnership, without keys."""
    readings = Reading.objects.filter(measure__partnership__slug=slug).values(
        *(
            "measure__code",
            "series",
            "place__code",
            "comparator__code",
            "starts_on",
            "ends_on",
            "value",
            "symbol",
        ),
        *("numerator", "denominator", "flag", "release_class", "released_at", "note", "is_illustrative"),
    )
    measures = Measure.objects.filter(partnership__slug=slug).order_by("code").values()
    comparators = Comparator.objects.filter(partnership__slug=slug).values("code", "name", "kind", "position")
    return (
        [{name: value for name, value in one.items() if name not in LEFT_OUT} for one in measures],
        sorted(readings, key=repr),
        list(comparators),
    )


@pytest.mark.django_db
def test_what_is_written_reads_back_as_the_same():
    loaded()
    text = dumped()
    assert load(read_plan_file(text.encode())).is_unchanged

    elsewhere = with_change("slug: sample", "slug: other", text)
    load(read_plan_file(elsewhere.encode()))

    assert rows("other") == rows("sample")
    assert dumped("other") == elsewhere


@pytest.mark.django_db
def test_a_shipped_plan_is_written_and_read_back_as_the_same():
    path = Path(settings.BASE_DIR) / "fixtures" / "perth-and-kinross-2021.yaml"
    load(read_plan_file(path.read_bytes()))

    text = dumped("perth-and-kinross")

    report = load(read_plan_file(text.encode()))
    assert report.is_unchanged, report.lines()
    assert report.left == ()


@pytest.mark.django_db
def test_what_was_entered_in_the_service_is_written_with_its_moment():
    loaded()
    measure = Measure.objects.get(code="TOTAL")
    at = dt.datetime(2022, 1, 20, 14, 5, 6, 789, tzinfo=EDINBURGH)
    ReadingFactory(
        measure=measure,
        starts_on=dt.date(2021, 10, 1),
        ends_on=dt.date(2021, 12, 31),
        value=Decimal("36.500"),
        released_at=at,
        entered_by=person(measure.partnership, "cp_manager"),
        note="Telephoned: 36.5, #1\nand a half",
    )

    text = dumped()

    assert "value: 36.5\n" in text
    assert "released_on: '2022-01-20 14:05:06.000789'\n" in text
    assert load(read_plan_file(text.encode())).is_unchanged


def run(*arguments):
    out = StringIO()
    call_command("dump_plan", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_writes_the_published_plan_or_the_one_named():
    loaded()
    assert run("sample") == dumped()
    assert run("sample", "--plan", "loip") == dumped()
    with pytest.raises(CommandError, match=r"^“sample” has no plan “draft”\.$"):
        run("sample", "--plan", "draft")
    with pytest.raises(CommandError, match=r"^“elsewhere” has no published plan\.$"):
        run("elsewhere")
