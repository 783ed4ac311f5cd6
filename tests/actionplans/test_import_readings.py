"""Figures from a CSV file are checked whole, loaded whole, and loaded once (a workbook: `test_import_sheets`)."""

import datetime as dt
import re
from collections import Counter
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from actionplans.models import Measure, Reading
from actionplans.plan_file import FaultsFoundError
from actionplans.reading_file import RowsRefusedError, import_readings, read_mapping
from actionplans.reading_file.rows import LeftOut, period_labelled
from priorities.clock import EDINBURGH
from priorities.models import Locality
from priorities.periods import PeriodError
from tests.actionplans.factories import MeasureFactory, QuarterlyReturnFactory, ReadingFactory
from tests.factories import NOW, PartnershipFactory, PlanFactory, PriorityFactory, person

MAPPING = """\
format: 1
partnership: strathmuir
rows: {cpp: Strathmuir}
measure: {column: measure, codes: {Child Poverty: POV-01, Claimants: EMP-01}}
period: {column: period}
value: {column: value}
released: {column: vintage}
flag:
  column: type
  values: {actual: final, imputed: estimated, projected: projected, withdrawn: skip}
note: {text: Improvement Service}
"""

HEADINGS = "cpp,measure,period,vintage,type,value"
ROWS = (
    "Strathmuir,Child Poverty,2019/20,2021-07,actual,17.0",
    "Strathmuir,Child Poverty,2020/21,2021-07,projected,16.8546",
    "Strathmuir,Claimants,2019/20,2021-07-15,imputed,4.5",
    "Glenbeg,Child Poverty,2019/20,2021-07,actual,21.5",
)


@pytest.fixture
def priority(db):
    partnership = PartnershipFactory(slug="strathmuir")
    priority = PriorityFactory(plan=PlanFactory(partnership=partnership))
    yearly = {"priority": priority, "period_kind": "financial_year"}
    MeasureFactory(code="POV-01", name="Children in poverty", **yearly)
    MeasureFactory(code="EMP-01", name="Claimants", is_illustrative=True, **yearly)
    MeasureFactory(code="NUM-01", name="Parcels", unit="number", **yearly)
    for code in ("NORTH", "SOUTH"):
        Locality.objects.create(partnership=partnership, code=code, name=code.title(), kind="area")
    return priority


def csv_of(*rows, headings=HEADINGS):
    return "\n".join([headings, *rows]) + "\n"


def load(text=None, mapping=MAPPING, *, at=NOW, **more):
    content = csv_of(*ROWS) if text is None else text
    source = BytesIO(content if isinstance(content, bytes) else content.encode())
    return import_readings(source, read_mapping(mapping.encode()), at=at, **more)


def faults(text, mapping=MAPPING, **more):
    with pytest.raises(RowsRefusedError) as raised:
        load(text, mapping, **more)
    assert not Reading.objects.exists()
    return [str(fault) for fault in raised.value.faults]


def with_change(before, after, text=MAPPING):
    assert text.count(before) == 1
    return text.replace(before, after)


def loaded():
    return {
        (reading.measure.code, str(reading.ends_on), str(reading.released_at.astimezone(EDINBURGH).date())): (
            f"{reading.value.normalize():f}",
            reading.flag,
        )
        for reading in Reading.objects.select_related("measure")
    }


# What is loaded


def test_the_rows_asked_for_become_vintages(priority):
    report = load()

    assert loaded() == {
        ("POV-01", "2020-03-31", "2021-07-01"): ("17", "final"),
        ("POV-01", "2021-03-31", "2021-07-01"): ("16.8546", "projected"),
        ("EMP-01", "2020-03-31", "2021-07-15"): ("4.5", "estimated"),
    }
    assert report.lines() == ["readings: 3 added", "rows: 4 read, of which 1 not asked for"]


def test_a_reading_says_where_it_comes_from_and_who_entered_it_when(priority):
    manager = person(priority.plan.partnership, "cp_manager")
    load(by=manager)
    reading = Reading.objects.get(measure__code="EMP-01")
    assert (reading.note, reading.state, reading.is_illustrative) == (
        "Improvement Service",
        "confirmed",
        True,
    )
    assert (reading.entered_at, reading.entered_by, reading.place) == (NOW, manager, None)
    assert (reading.starts_on, reading.numerator) == (dt.date(2019, 4, 1), None)
    assert reading.released_at == dt.datetime(2021, 7, 15, 9, 30, tzinfo=EDINBURGH)
    assert not Reading.objects.get(value=Decimal("17.0")).is_illustrative


def test_the_same_file_again_changes_nothing_and_says_so(priority):
    load()
    before = list(Reading.objects.order_by("pk").values())

    report = load(at=NOW + dt.timedelta(days=1))

    assert list(Reading.objects.order_by("pk").values()) == before
    assert report.lines() == [
        "Nothing changed.",
        "readings: 3 as before",
        "rows: 4 read, of which 1 not asked for",
    ]


def test_a_longer_file_adds_only_what_is_new(priority):
    load()
    report = load(csv_of(*ROWS, "Strathmuir,Child Poverty,2019/20,2021-10,actual,16.4"))
    assert (report.added, report.same) == (1, 3)
    assert report.lines()[0] == "readings: 1 added, 3 as before"
    assert loaded()["POV-01", "2020-03-31", "2021-10-01"] == ("16.4", "final")
    assert loaded()["POV-01", "2020-03-31", "2021-07-01"] == ("17", "final")


def test_a_rehearsal_says_what_would_change_and_changes_nothing(priority):
    report = load(is_rehearsal=True)
    assert report.lines() == [
        "readings: 3 added",
        "rows: 4 read, of which 1 not asked for",
        "Nothing was loaded: this was only a check.",
    ]
    assert not Reading.objects.exists()
    load()
    assert load(is_rehearsal=True).lines()[0] == "Nothing would change."


def test_a_draft_of_a_return_is_no_vintage(priority):
    measure = Measure.objects.get(code="POV-01")
    ReadingFactory(
        measure=measure,
        starts_on=dt.date(2019, 4, 1),
        ends_on=dt.date(2020, 3, 31),
        released_at=dt.datetime(2021, 7, 1, 9, 30, tzinfo=EDINBURGH),
        state="draft",
        quarterly_return=QuarterlyReturnFactory(priority=priority),
    )
    assert load().added == 3


def test_a_row_written_twice_counts_once(priority):
    report = load(csv_of(ROWS[0], ROWS[0].replace("17.0", "17.00"), ROWS[2]))
    assert report.lines() == ["readings: 2 added", "rows: 3 read, of which 1 written twice"]
    assert Reading.objects.count() == 2


def test_a_row_can_be_left_out_by_its_flag(priority):
    report = load(csv_of(ROWS[0], ROWS[2].replace("imputed", "withdrawn")))
    assert report.lines() == ["readings: 1 added", "rows: 2 read, of which 1 left out by their flag"]


@pytest.mark.parametrize("symbol", ["", "-", "*", "c", "C", "[c]", "[x]", "z", ":", "..", " ", "–", "dna"])
def test_where_there_is_no_figure_none_is_made_up(priority, symbol):
    report = load(csv_of(ROWS[0].replace("17.0", symbol), ROWS[2]), MAPPING + "no_figure: [DNA]\n")
    assert report.lines() == ["readings: 1 added", "rows: 2 read, of which 1 without a figure"]
    assert set(loaded()) == {("EMP-01", "2020-03-31", "2021-07-15")}


def test_nought_is_a_figure(priority):
    load(csv_of(ROWS[0].replace("17.0", "0")))
    assert loaded() == {("POV-01", "2020-03-31", "2021-07-01"): ("0", "final")}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("20.30", "20.3"),
        ("-3.5", "-3.5"),
        ('"1,234.5"', "1234.5"),
        ("1.2 thousand", "1200"),
        (" 12 ", "12"),
        ("\xa07.5", "7.5"),
        ("0.1234560000", "0.123456"),
        ("99999999999999", "99999999999999"),
        ("123456789.123456", "123456789.123456"),
    ],
)
def test_numbers_keep_every_digit_and_come_back_the_same(priority, written, value):
    mapping = with_change("Claimants: EMP-01", "Parcels: NUM-01")
    text = csv_of(f"Strathmuir,Parcels,2019/20,2021-07,actual,{written}")
    load(text, mapping)
    assert Reading.objects.get().value == Decimal(value)
    assert load(text, mapping).same == 1


@pytest.mark.parametrize(
    ("value", "options", "kept"),
    [
        ("0.20345678", "scale: 100", "20.345678"),
        ("0.07", "scale: 100", "7"),
        ("20345", "scale: 0.001", "20.345"),
        ("16.85464999999", "round_to: 4", "16.8546"),
        ("16.85465", "round_to: 4", "16.8547"),
        ("0.168546512", "scale: 100, round_to: 1", "16.9"),
        ("2.5", "round_to: 0", "3"),
    ],
)
def test_values_are_scaled_exactly_and_rounded_only_when_asked(priority, value, options, kept):
    mapping = with_change("value: {column: value}", f"value: {{column: value, {options}}}")
    load(csv_of(ROWS[0].replace("17.0", value)), mapping)
    assert Reading.objects.get().value == Decimal(kept)


@pytest.mark.parametrize(
    ("unit", "written", "value"),
    [
        ("percent", "12%", "12"),
        ("money", "£1.2m", "1200000"),
        ("days", "34 days", "34"),
        ("points", "3.4pp", "3.4"),
        ("yes_no", "Yes", "1"),
        ("yes_no", "n", "0"),
        ("yes_no", "1.0", "1"),
    ],
)
def test_a_figure_may_be_written_as_its_unit_is(priority, unit, written, value):
    MeasureFactory(priority=priority, code="OWN-01", unit=unit, decimals=0, period_kind="financial_year")

    load(
        csv_of(f"Strathmuir,Own,2019/20,2021-07,actual,{written}"),
        with_change("Claimants: EMP-01", "Own: OWN-01"),
    )

    assert Reading.objects.get().value == Decimal(value)


@pytest.mark.parametrize(
    ("unit", "written", "said"),
    [
        ("number", "12%", "“12%” is a percentage, and this measure is not. Check the figure."),
        ("percent", "£12", "“£12” is money, and this measure is not. Check the figure."),
        (
            "yes_no",
            "maybe",
            "“maybe” is neither yes nor no. If it means that there is no figure, add it to “no_figure”.",
        ),
        ("yes_no", "2", "2 is neither 1 (yes) nor 0 (no), as “Own” must be."),
        (
            "number",
            "yes",
            "“yes” is not a number. If it means that there is no figure, add it to “no_figure”.",
        ),
    ],
)
def test_a_figure_written_as_another_unit_is_a_fault(priority, unit, written, said):
    MeasureFactory(
        priority=priority, code="OWN-01", name="Own", unit=unit, decimals=0, period_kind="financial_year"
    )

    found = faults(
        csv_of(f"Strathmuir,Own,2019/20,2021-07,actual,{written}"),
        with_change("Claimants: EMP-01", "Own: OWN-01"),
    )

    assert found == [f"line 2: value: {said}"]


def test_places_by_their_codes_and_the_whole_area(priority):
    place = "place: {column: cpp, codes: {S1: NORTH, S2: SOUTH}, whole_area: [Strathmuir, '']}\n"
    mapping = with_change("rows: {cpp: Strathmuir}\n", place)
    rows = [
        ROWS[0].replace("Strathmuir", name).replace("17.0", value)
        for name, value in [("S1", "11"), ("S2", "12"), ("Strathmuir", "13"), ("", "13")]
    ]
    assert load(csv_of(*rows), mapping).repeated == 1
    found = dict(Reading.objects.values_list("place__code", "value"))
    assert found == {"NORTH": 11, "SOUTH": 12, None: 13}
    assert load(csv_of(*rows), mapping).same == 4


def test_codes_of_our_own_need_no_table(priority):
    mapping = (
        with_change(", codes: {Child Poverty: POV-01, Claimants: EMP-01}", "") + "place: {column: where}\n"
    )
    load(csv_of("Strathmuir,POV-01,2019/20,2021-07,actual,17,SOUTH", headings=f"{HEADINGS},where"), mapping)
    reading = Reading.objects.get()
    assert (reading.measure.code, reading.place.code) == ("POV-01", "SOUTH")


def test_what_is_the_same_for_every_row_need_not_be_in_the_file(priority):
    mapping = """\
format: 1
partnership: strathmuir
measure: {code: POV-01}
period: {column: Year}
value: {column: Value}
released: {on: 2021-07}
flag: {always: provisional}
note: {column: Source}
"""
    load("Year,Value,Source\n2019-20,17,IS  2021\n", mapping)
    reading = Reading.objects.get()
    assert (reading.flag, reading.note) == ("provisional", "IS 2021")
    assert loaded() == {("POV-01", "2020-03-31", "2021-07-01"): ("17", "provisional")}


def test_a_cell_may_stand_for_a_release_that_its_words_do_not_give(priority):
    mapping = with_change(
        "released: {column: vintage}", "released: {column: vintage, values: {July (corrected): 2021-07-20}}"
    )
    load(csv_of(ROWS[0].replace("2021-07", "July (corrected)"), ROWS[2]), mapping)
    assert set(loaded()) == {
        ("POV-01", "2020-03-31", "2021-07-20"),
        ("EMP-01", "2020-03-31", "2021-07-15"),
    }


# Numerators and denominators

RATIO = with_change("value: {column: value}", "value: {scale: 100}\nnumerator: n\ndenominator: d")
RATIO_HEADINGS = "cpp,measure,period,vintage,type,n,d"


def ratio(numerator, denominator):
    row = f"Strathmuir,Child Poverty,2019/20,2021-07,actual,{numerator},{denominator}"
    return csv_of(row, ROWS[2].replace("4.5", "45,1000"), headings=RATIO_HEADINGS)


def test_a_percentage_is_made_of_its_numerator_and_denominator(priority):
    load(ratio("615", "13850.0"), RATIO)
    reading = Reading.objects.get(measure__code="POV-01")
    assert (reading.value, reading.numerator, reading.denominator) == (Decimal("4.440433"), 615, 13850)
    assert load(ratio("615", "13850"), RATIO).is_unchanged


@pytest.mark.parametrize(("numerator", "denominator"), [("385", ""), ("*", "14000"), ("", ""), ("0", "0")])
def test_nothing_is_made_of_half_a_ratio_or_of_nobody(priority, numerator, denominator):
    assert load(ratio(numerator, denominator), RATIO).left_out == Counter([LeftOut.NO_FIGURE])


def test_a_published_value_stands_without_the_half_of_its_ratio_that_is_hidden(priority):
    mapping = with_change("value: {scale: 100}", "value: {column: value}", RATIO)
    row = "Strathmuir,Child Poverty,2019/20,2021-07,actual,{},1000,4.5"
    headings = f"{RATIO_HEADINGS},value"
    report = load(csv_of(row.format("*"), headings=headings), mapping)
    assert report.lines() == [
        "readings: 1 added",
        "rows: 1 read",
        "figures whose numerator or denominator is not known, kept without it: 1",
    ]
    assert Reading.objects.values_list("value", "numerator", "denominator").get() == (
        Decimal("4.5"),
        None,
        None,
    )
    with pytest.raises(RowsRefusedError) as raised:
        load(csv_of(row.format("45"), headings=headings), mapping)
    assert str(raised.value) == (
        "line 2: “POV-01” for 2019/20, released 1 July 2021, was loaded before as 4.5, final; "
        "here it is 4.5 (45 of 1000), final. A revision has a release date of its own."
    )


# Periods as publishers label them


@pytest.mark.parametrize(
    ("kind", "years", "in_april", "named_by", "label", "starts_on", "ends_on"),
    [
        ("rolling_years", 3, True, "last_year", "2021/22", "2019-04-01", "2022-03-31"),
        ("rolling_years", 3, True, "first_year", "2019/20", "2019-04-01", "2022-03-31"),
        ("rolling_years", 3, False, "last_year", "2019", "2017-01-01", "2019-12-31"),
        ("rolling_years", 3, False, "first_year", "2017", "2017-01-01", "2019-12-31"),
        ("rolling_years", 3, True, "last_year", "2019/20 to 2021/22", "2019-04-01", "2022-03-31"),
        ("rolling_years", 3, False, None, "2017-2019", "2017-01-01", "2019-12-31"),
        ("calendar_year", None, False, "first_year", "2021/22", "2021-01-01", "2021-12-31"),
        ("calendar_year", None, False, "last_year", "2021/22", "2022-01-01", "2022-12-31"),
        ("calendar_year", None, False, "last_year", "2013", "2013-01-01", "2013-12-31"),
        ("financial_year", None, False, "last_year", "2010-11", "2010-04-01", "2011-03-31"),
        ("financial_quarter", None, False, None, "2021/22 Q3", "2021-10-01", "2021-12-31"),
        ("calendar_month", None, False, None, "2021-08", "2021-08-01", "2021-08-31"),
        ("academic_year", None, False, None, "2020/21", "2020-08-01", "2021-07-31"),
        ("point_in_time", None, False, None, "31 March 2021", "2021-03-31", "2021-03-31"),
    ],
)
def test_labels_of_publishers(kind, years, in_april, named_by, label, starts_on, ends_on):
    measure = Measure(period_kind=kind, years_covered=years, years_start_in_april=in_april)
    period = period_labelled(label, measure, named_by)
    assert (str(period.starts_on), str(period.ends_on)) == (starts_on, ends_on)


@pytest.mark.parametrize(
    ("in_april", "named_by", "label"),
    [
        (False, "last_year", "2021/22"),
        (True, "last_year", "2021"),
        (True, None, "2021/22"),
        (False, None, "2021"),
    ],
)
def test_a_label_that_could_be_two_runs_of_years_is_not_guessed(in_april, named_by, label):
    measure = Measure(period_kind="rolling_years", years_covered=3, years_start_in_april=in_april)
    with pytest.raises(PeriodError):
        period_labelled(label, measure, named_by)


# The file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_files_as_they_are_saved(priority, encoding, end):
    text = csv_of(*ROWS, "").replace("Claimants", "Naïve £ –") + ",,,,,\n"
    mapping = with_change("Claimants: EMP-01", "Naïve £ –: EMP-01")
    assert load(text.replace("\n", end).encode(encoding), mapping).added == 3


def test_quoted_cells_may_hold_commas_and_lines(priority):
    text = csv_of('Strathmuir,"Child\nPoverty",2019/20,2021-07,actual,17', ROWS[2].replace("4.5", "x1"))
    assert faults(text) == [
        "line 4: value: “x1” is not a number. If it means that there is no figure, add it to “no_figure”."
    ]
    mapping = with_change("Child Poverty", '"a, b"')
    assert load(csv_of(ROWS[0].replace("Child Poverty", '"a, b"')), mapping).added == 1


def test_rows_may_end_in_empty_cells(priority):
    assert load(csv_of(f"{ROWS[0]},,")).added == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ["The file is empty."]),
        (b"\n\n", ["The file is empty."]),
        (b"\xef\xbb\xbf", ["The file is empty."]),
        (f"{HEADINGS}\n".encode(), ["The file has no rows."]),
        (
            csv_of(ROWS[3]).encode(),
            ["The file has no row that “rows” in the mapping asks for."],
        ),
        (
            b"PK\x03\x04 and so on",
            [
                (
                    "The file is damaged or was cut short on its way. "
                    "Open it in Excel or LibreOffice, save it again and send that file."
                )
            ],
        ),
        (
            csv_of(*ROWS).encode("utf-16"),
            ["This is neither text in UTF-8 nor in Windows-1252. Save the file as CSV in UTF-8."],
        ),
        (
            csv_of(*ROWS).encode() + b"\x81",
            ["This is neither text in UTF-8 nor in Windows-1252. Save the file as CSV in UTF-8."],
        ),
        (
            csv_of(*ROWS).replace(",", ";").encode(),
            ["line 1: The cells are separated by semicolons. Save the file as CSV with commas."],
        ),
        (
            csv_of(ROWS[0], ROWS[1].replace("Child", '"Child')).encode(),
            ["line 3: A quotation mark opened in this row is never closed."],
        ),
        (
            csv_of(ROWS[0], ROWS[1].replace("Child Poverty", '"Child" Poverty'), ROWS[2]).encode(),
            ["line 3: A quotation mark within a cell is not doubled, or text follows a closing one."],
        ),
        (
            csv_of("a" * 200_000 + ROWS[0]).encode(),
            ["line 2: A quotation mark opened in this row is never closed."],
        ),
    ],
)
def test_what_is_no_such_file_is_told_in_plain_words(priority, content, expected):
    assert faults(content) == expected


def test_lines_without_an_end(priority):
    assert faults(csv_of(*ROWS).replace("\n", "\r").encode()) == [
        "line 1: The lines end in a way that is no longer used. Save the file as CSV anew."
    ]
    assert faults(csv_of(ROWS[0], "," * 1_000_000)) == ["line 3: This line is far too long for one row."]


def test_bytes_that_are_text_in_neither_way_are_refused_however_far_down(priority):
    content = csv_of(*[ROWS[3]] * 30_000).encode() + b"\x81\n"
    assert len(content) > 1_000_000
    assert faults(content) == [
        "This is neither text in UTF-8 nor in Windows-1252. Save the file as CSV in UTF-8."
    ]


# Rows that are wrong


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "2019/20",
            "2019/21",
            "period: “2019/21” is not one year: the second year must follow the first, like 2019/20.",
        ),
        (
            "2019/20",
            "44000",
            "period: “44000” looks like a date that a spreadsheet turned into a number. Write it like 2021/22.",
        ),
        ("2019/20", "", "period: Enter a financial year, like 2021/22."),
        (
            "17.0",
            "abc",
            "value: “abc” is not a number. If it means that there is no figure, add it to “no_figure”.",
        ),
        (
            "17.0",
            "<5",
            "value: “<5” is not a number. If it means that there is no figure, add it to “no_figure”.",
        ),
        (
            "17.0",
            '"1,5"',
            "value: “1,5” is not a number. If it means that there is no figure, add it to “no_figure”.",
        ),
        (
            "17.0",
            "#REF!",
            "value: “#REF!” is not a number. If it means that there is no figure, add it to “no_figure”.",
        ),
        (
            "17.0",
            "nan",
            "value: “nan” is not a number. If it means that there is no figure, add it to “no_figure”.",
        ),
        (
            "17.0",
            "1e5",
            "value: “1e5” is not a number. If it means that there is no figure, add it to “no_figure”.",
        ),
        (
            "17.0",
            "17 (p)",
            "value: “17 (p)” has a mark after the figure, (p). Marks go in a column of their own.",
        ),
        (
            "17.0",
            "17.1234567",
            "value: “17.1234567” has 7 decimals, and 6 are kept. Say in “round_to” how many you want.",
        ),
        ("17.0", "1234567890.123456", "value: “1234567890.123456” has 16 digits, and 15 are kept."),
        ("17.0", "100.5", "value: 100.5% is not from 0 to 100%, as “Children in poverty” must be."),
        ("17.0", "-1", "value: -1% is not from 0 to 100%, as “Children in poverty” must be."),
        (
            "Child Poverty",
            "Child poverty",
            "measure: “Child poverty” is not among the “codes” of the measure.",
        ),
        ("actual", "guess", "type: “guess” is not among the “values” of the flag."),
        (
            "2021-07",
            "2021-13",
            "vintage: “2021-13” is not a day or month. Write it like 2021-03-24, or 2021-03.",
        ),
        ("2021-07", "", "vintage: “” is not a day or month. Write it like 2021-03-24, or 2021-03."),
        (
            "2021-07",
            "04/07/2021",
            "vintage: “04/07/2021” could be 4 July or 7 April. Write the month as a word, like 31 March 2021.",
        ),
        ("2021-07", "2022-02", "vintage: “2022-02” is still to come."),
        (
            "2021-07",
            "2020-03",
            (
                "vintage: It was released on 1 March 2020, before its period ended on 31 March 2020. "
                "Only a figure with the flag projected can be."
            ),
        ),
        ("17.0", "17.0,extra", "This row has 7 cells; there are 6 headings."),
        (",17.0", "", "This row has 5 cells; there are 6 headings."),
    ],
)
def test_a_wrong_row_is_told_with_its_line_and_what_was_read(priority, before, after, expected):
    assert faults(csv_of(ROWS[2], with_change(before, after, ROWS[0]))) == [f"line 3: {expected}"]


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_loaded(priority):
    rows = [ROWS[2], "Strathmuir,Wealth,19/20,soon,guess,much", ROWS[0].replace("17.0", "x y")]
    assert faults(csv_of(*rows)) == [
        "line 3: type: “guess” is not among the “values” of the flag.",
        "line 3: value: “much” is not a number. If it means that there is no figure, add it to “no_figure”.",
        "line 3: vintage: “soon” is not a day or month. Write it like 2021-03-24, or 2021-03.",
        "line 3: measure: “Wealth” is not among the “codes” of the measure.",
        "line 4: value: “x y” is not a number. If it means that there is no figure, add it to “no_figure”.",
    ]


def test_codes_that_the_partnership_does_not_have(priority):
    mapping = (
        with_change(", codes: {Child Poverty: POV-01, Claimants: EMP-01}", "") + "place: {column: where}\n"
    )
    rows = [
        "Strathmuir,pov-01,2019/20,2021-07,actual,17,SOUTH",
        "Strathmuir,POV-01,2019/20,2021-07,actual,17,EAST",
    ]
    assert faults(csv_of(*rows, headings=f"{HEADINGS},where"), mapping) == [
        "line 2: measure: There is no measure “pov-01” in the partnership. Did you mean “POV-01”?",
        "line 3: where: There is no locality “EAST” in the partnership.",
    ]


def test_measures_and_places_of_another_partnership_are_not_found(priority):
    elsewhere = PriorityFactory()
    MeasureFactory(priority=elsewhere, code="FAR-01")
    Locality.objects.create(partnership=elsewhere.plan.partnership, code="FAR", name="Far", kind="area")
    mapping = (
        with_change("Claimants: EMP-01", "Claimants: FAR-01") + "place: {column: cpp, codes: {S: FAR}}\n"
    )
    with pytest.raises(FaultsFoundError) as raised:
        load(mapping=mapping)
    assert [fault.message for fault in raised.value.faults] == [
        "There is no measure “FAR-01” in the partnership.",
        "There is no locality “FAR” in the partnership.",
    ]


def test_two_figures_for_one_vintage_are_a_fault(priority):
    text = csv_of(ROWS[0], ROWS[2], ROWS[0].replace("17.0", "17.1"), ROWS[2].replace("imputed", "actual"))
    assert faults(text) == [
        "line 4: “POV-01” for 2019/20, released 1 July 2021, is on line 2 as 17, final; here it is 17.1, final.",
        "line 5: “EMP-01” for 2019/20, released 15 July 2021, is on line 3 as 4.5, estimated; here it is 4.5, final.",
    ]


def test_a_vintage_that_was_loaded_is_never_overwritten(priority):
    load(csv_of(ROWS[0]))
    with pytest.raises(RowsRefusedError) as raised:
        load(csv_of(ROWS[0].replace("17.0", "17.1"), ROWS[2]))
    assert [str(fault) for fault in raised.value.faults] == [
        (
            "line 2: “POV-01” for 2019/20, released 1 July 2021, was loaded before as 17, final; "
            "here it is 17.1, final. A revision has a release date of its own."
        )
    ]
    assert loaded() == {("POV-01", "2020-03-31", "2021-07-01"): ("17", "final")}


def test_a_long_list_of_faults_is_cut_at_its_first_fifty_and_counted(priority):
    good = [
        f"Strathmuir,Claimants,{year}/{(year + 1) % 100:02},2021-07,actual,4" for year in range(1950, 2020)
    ]
    bad = [ROWS[0].replace("17.0", f"x{number}") for number in range(5_000)]
    with pytest.raises(RowsRefusedError) as raised:
        load(csv_of(*good, *bad))
    assert raised.value.count == 5_000
    assert [fault.line for fault in raised.value.faults] == list(range(72, 122))
    assert not Reading.objects.exists()


def test_a_fault_at_the_end_takes_back_what_was_loaded_before_it(priority):
    months = Measure.objects.get(code="NUM-01")
    Measure.objects.filter(pk=months.pk).update(period_kind="calendar_month")
    mapping = with_change("Claimants: EMP-01", "Parcels: NUM-01")
    rows = [
        f"Strathmuir,Parcels,{year}-{month:02},{release},actual,{year}"
        for release in ("2021-07", "2021-08")
        for year in range(1930, 2020)
        for month in range(1, 13)
    ]
    assert faults(csv_of(*rows, ROWS[0].replace("17.0", "?")), mapping) == [
        "line 2162: value: “?” is not a number. If it means that there is no figure, add it to “no_figure”."
    ]
    assert load(csv_of(*rows), mapping).added == 2160


# Cost


@pytest.mark.parametrize(("count", "batches"), [(2_000, 1), (6_000, 3)])
def test_a_fixed_number_of_statements_for_each_batch(
    priority, django_assert_max_num_queries, monkeypatch, count, batches
):
    created = []
    monkeypatch.setattr(
        type(Reading.objects), "bulk_create", lambda _, rows, **options: created.append(len(rows))
    )
    rows = [
        f"Strathmuir,Parcels,{1910 + number % 100}/{(1911 + number % 100) % 100:02},"
        f"{dt.date(2021, 7, 1) + dt.timedelta(days=number // 100)},actual,4"
        for number in range(count)
    ]
    mapping = with_change("Claimants: EMP-01", "Parcels: NUM-01")
    with django_assert_max_num_queries(10):
        load(csv_of(*rows), mapping)
    assert created == [2_000] * batches


# The mapping


def mapping_faults(text):
    with pytest.raises(FaultsFoundError) as raised:
        read_mapping(text.encode())
    return [str(fault) for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("format: 1", "format: 2", ["line 1: format: This is format 2; only format 1 is known."]),
        ("partnership: strathmuir\n", "", ["line 1: “partnership” is missing."]),
        (
            "measure:",
            "mesure:",
            ["line 1: “measure” is missing.", "line 4: “mesure” is not known here. Did you mean “measure”?"],
        ),
        (
            "column: measure,",
            "code: POV-01, column: measure,",
            ["line 4: measure: Write “code”, the same for every row, or “column”: not both."],
        ),
        (
            "column: measure,",
            "code: POV-01,",
            ["line 4: measure › codes: “codes” belongs to a “column”; there is none."],
        ),
        (
            "{column: vintage}",
            "{}",
            ["line 7: released: Write “on”, the same for every row, or “column”: one of the two."],
        ),
        (
            "{column: vintage}",
            "2021-07",
            ["line 7: released: Write names with values here, further in or in braces."],
        ),
        (
            "{column: vintage}",
            "{on: 2021-14}",
            ["line 7: released › on: There is no day “2021-14” in the calendar."],
        ),
        ("{column: period}", '{column: ""}', ["line 5: period: “column” is missing."]),
        (
            "{column: period}",
            "{column: period, named_by: middle_year}",
            ["line 5: period › named_by: “middle_year” is not known here. Use first_year or last_year."],
        ),
        (
            "{column: value}",
            "{column: value, scale: 0}",
            ["line 6: value › scale: A scale of 0 would make every value 0."],
        ),
        (
            "{column: value}",
            "{column: value, scale: x100}",
            [
                (
                    "line 6: value › scale: “x100” is not a number. Write it like 1234.5, with at most 14 digits "
                    "before the point and 6 after it."
                ),
            ],
        ),
        (
            "{column: value}",
            "{column: value, round_to: 7}",
            ["line 6: value › round_to: “7” is not a whole number from 0 to 6."],
        ),
        (
            "{column: value}",
            "{scale: 100}",
            [
                "line 6: value: Write the “column” of the value, or name the numerator and denominator that make it."
            ],
        ),
        (
            "{column: value}",
            "{scale: 100}\nnumerator: n",
            [
                "line 6: value: Write the “column” of the value, or name the numerator and denominator that make it.",
                "line 7: numerator: A numerator and its denominator come together.",
            ],
        ),
        (
            "imputed: estimated",
            "imputed: imputed",
            [
                (
                    "line 10: flag › values: “imputed” is not known here. Use final, provisional, revised, "
                    "corrected, estimated, projected or skip."
                ),
            ],
        ),
        (
            "\n  values: {actual: final, imputed: estimated, projected: projected, withdrawn: skip}",
            "",
            [
                "line 9: flag › column: Say in “values” which flag each cell of “type” means, like {actual: final}."
            ],
        ),
        ("imputed: estimated", "actual: estimated", ["line 10: flag › values: “actual” is written twice."]),
        (
            "imputed: estimated",
            '" actual ": estimated',
            ["line 10: flag › values: “actual” is written twice."],
        ),
        (
            "rows: {cpp: Strathmuir}",
            "rows: Strathmuir",
            ["line 3: rows: Write each cell and what it stands for, like {north: NORTH, south: SOUTH}."],
        ),
        (
            "rows: {cpp: Strathmuir}",
            "rows: {cpp: }",
            ['line 3: rows: Write what the cell holds; an empty one is "".'],
        ),
        (
            "note: {text: Improvement Service}",
            "place: {column: z, codes: {a: NORTH}, whole_area: a}",
            ["line 11: place › whole_area: “a” is among “codes” already."],
        ),
        (
            "note: {text: Improvement Service}",
            "note: {text: a, column: b}",
            ["line 11: note: Write “text”, the same for every row, or “column”: not both."],
        ),
    ],
)
def test_a_wrong_mapping_is_told_with_its_line_and_place(before, after, expected):
    assert mapping_faults(with_change(before, after)) == expected


def test_a_mapping_that_is_no_document_is_told_as_a_mapping_file():
    assert mapping_faults("") == ["The file is empty."]
    assert mapping_faults(f"{MAPPING}---\n{MAPPING}") == [
        "line 12: A second document starts here (“---”). A mapping file holds one."
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "partnership: strathmuir",
            "partnership: strathmur",
            "line 2: partnership: There is no partnership “strathmur”. Did you mean “strathmuir”?",
        ),
        (
            "Child Poverty: POV-01",
            "Child Poverty: POV-1",
            "line 4: measure › codes: There is no measure “POV-1” in the partnership. Did you mean “POV-01”?",
        ),
        (
            "{column: measure, codes: {Child Poverty: POV-01, Claimants: EMP-01}}",
            "{code: WEALTH}",
            "line 4: measure › code: There is no measure “WEALTH” in the partnership.",
        ),
        (
            "{column: period}",
            "{column: Period}",
            "line 5: period › column: The file has no column “Period”. Did you mean “period”?",
        ),
        (
            "rows: {cpp: Strathmuir}",
            "rows: {zone: Strathmuir}",
            (
                "line 3: rows: The file has no column “zone”. "
                "It has “cpp”, “measure”, “period”, “vintage”, “type” and “value”."
            ),
        ),
        ("{column: vintage}", "{on: 2022-02}", "line 7: released › on: 1 February 2022 is still to come."),
    ],
)
def test_a_mapping_that_does_not_fit(priority, before, after, expected):
    with pytest.raises(FaultsFoundError) as raised:
        load(mapping=with_change(before, after))
    assert not isinstance(raised.value, RowsRefusedError)
    assert [str(fault) for fault in raised.value.faults] == [expected]


def test_a_column_that_is_there_twice_is_not_chosen_between(priority):
    with pytest.raises(FaultsFoundError) as raised:
        load(csv_of(*[f"{row},1" for row in ROWS], headings=f"{HEADINGS}, value"))
    assert [str(fault) for fault in raised.value.faults] == [
        "line 6: value › column: The file has 2 columns “value”."
    ]


# The command


@pytest.fixture
def files(tmp_path, priority):
    (tmp_path / "figures.csv").write_text(csv_of(*ROWS))
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    return tmp_path


def run(folder, *options, file="figures.csv", mapping="mapping.yaml"):
    said = StringIO()
    call_command("import_readings", folder / file, "--mapping", folder / mapping, *options, stdout=said)
    return said.getvalue().splitlines()


def test_the_command_checks_loads_and_says_what_it_did(files):
    rows = "rows: 4 read, of which 1 not asked for"
    assert run(files, "--check") == ["readings: 3 added", rows, "Nothing was loaded: this was only a check."]
    assert not Reading.objects.exists()
    assert run(files) == ["readings: 3 added", rows]
    assert run(files) == ["Nothing changed.", "readings: 3 as before", rows]
    assert set(Reading.objects.values_list("entered_at", flat=True)) == {NOW}


def test_the_command_says_which_file_is_to_be_mended(files):
    (files / "wrong.yaml").write_text(with_change("format: 1", "format: 2"))
    with pytest.raises(CommandError) as raised:
        run(files, mapping="wrong.yaml")
    assert str(raised.value) == (
        f"{files / 'wrong.yaml'}: 1 thing has to be mended; nothing was loaded.\n"
        "line 1: format: This is format 2; only format 1 is known."
    )
    (files / "wrong.csv").write_text(csv_of(*[ROWS[0].replace("17.0", "x1")] * 1_051))
    with pytest.raises(CommandError) as raised:
        run(files, file="wrong.csv")
    told = str(raised.value).splitlines()
    assert told[0] == f"{files / 'wrong.csv'}: 1,051 things have to be mended; nothing was loaded."
    assert (len(told), told[-1]) == (52, "And 1,001 more.")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"file": "none.csv"}, "There is no file {}/none.csv."),
        ({"file": "."}, "{} is a folder, not a file of figures."),
        ({"mapping": "none.yaml"}, "There is no file {}/none.yaml."),
        ({"mapping": "."}, "{} is a folder, not a mapping file."),
    ],
)
def test_the_command_names_what_it_cannot_open(files, options, told):
    with pytest.raises(CommandError) as raised:
        run(files, **options)
    assert str(raised.value) == told.format(files)


# Whatever comes


class OrderOfRowsTests(TestCase):
    """A file means the same in any order, and after itself adds nothing."""

    KEYS = tuple((year, release) for year in (2016, 2017, 2018) for release in ("2021-07", "2021-10"))

    @hypothesis_settings(max_examples=25)
    @given(
        st.permutations(KEYS),
        st.lists(st.decimals(0, 100, places=4), min_size=6, max_size=6),
        st.lists(st.sampled_from(KEYS)),
    )
    def test_the_order_of_rows_does_not_matter(self, order, values, again):
        priority = PriorityFactory(plan__partnership__slug="strathmuir")
        for code in ("POV-01", "EMP-01"):
            MeasureFactory(priority=priority, code=code, period_kind="financial_year")
        value_of = dict(zip(self.KEYS, values, strict=True))
        rows = [
            f"Strathmuir,Child Poverty,{year}/{year - 1999},{release},actual,{value_of[year, release]}"
            for year, release in [*order, *again]
        ]

        report = load(csv_of(*rows))

        assert (report.added, report.repeated) == (6, len(again))
        found = {
            (reading.starts_on.year, f"{reading.released_at.astimezone(EDINBURGH):%Y-%m}"): reading.value
            for reading in Reading.objects.all()
        }
        assert found == value_of
        assert load(csv_of(*reversed(rows))).is_unchanged


# The document


def test_the_documented_mapping_can_be_read(priority):
    document = (Path(settings.BASE_DIR) / "docs" / "import.md").read_text()
    for example in re.findall(r"```yaml\n(.+?)```", document, re.DOTALL):
        assert read_mapping(example.encode()).is_sound
