"""What is pasted lands where it says or where its order says, or nowhere at all."""

import datetime as dt
from decimal import Decimal

import pytest

from actionplans.models import Measure
from actionplans.places import AREA
from actionplans.sheets.figures_in_cells import A_DATE
from actionplans.sheets.matching import AREA_KEY, Catalogue, KnownPlace
from actionplans.sheets.pasting import AskedRow, PastePlan, PasteRefused, lines_in, pasted_rows, plan_of
from priorities.models import Quarter

DAYS = "2021-10-01@2021-12-31"
GRANTS, HOMES, SHARE = (f"{code}@area@{DAYS}" for code in ("POV-01", "POV-02", "POV-03"))


def measure(code, name, **fields):
    return Measure(
        pk=int(code[-1]), code=code, name=name, unit="number", period_kind="financial_quarter", **fields
    )


@pytest.fixture
def catalogue():
    quarter = Quarter(year=2021, number=3, due_on=dt.date(2022, 1, 21))
    rows = [
        measure("POV-01", "Grants decided"),
        measure("POV-02", "Homes made warm"),
        measure("POV-03", "Children in poverty", is_ratio=True),
        measure("POV-04", "Advice given"),
    ]
    return Catalogue(
        {row.code: row for row in rows}, {AREA_KEY: KnownPlace(AREA, names=("Strathmuir",))}, quarter
    )


ASKED = [
    AskedRow(GRANTS, "Grants decided", is_ratio=False),
    AskedRow(HOMES, "Homes made warm", is_ratio=False),
    AskedRow(SHARE, "Children in poverty", is_ratio=True),
]
PLAIN = ASKED[:2]


def taken(text, catalogue, asked=ASKED, **how):
    """What each line is and says: (line, id, figure, numerator, denominator, fault)."""
    plan = PastePlan.from_json(plan_of(text, asked, catalogue, **how).as_json())
    return [
        (
            row.where,
            str(row.id or ""),
            row.figure.value,
            row.numerator.value,
            row.denominator.value,
            row.fault or row.figure.fault or row.numerator.fault or row.denominator.fault,
        )
        for row in pasted_rows(text, plan, catalogue).rows
    ]


def test_a_column_alone_goes_in_the_order_of_the_page(catalogue):
    assert taken("1,200\r\n35\r\n", catalogue, PLAIN) == [
        ("Line 1", GRANTS, Decimal(1200), None, None, ""),
        ("Line 2", HOMES, Decimal(35), None, None, ""),
    ]


def test_an_empty_line_is_an_empty_cell(catalogue):
    assert [(row[1], row[2]) for row in taken("\r\n35\r\n", catalogue, PLAIN)] == [
        (GRANTS, None),
        (HOMES, Decimal(35)),
    ]


def test_empty_lines_after_the_last_figure_are_nothing(catalogue):
    assert [(row[1], row[2]) for row in taken("12\n35\n\n\n", catalogue, PLAIN)] == [
        (GRANTS, Decimal(12)),
        (HOMES, Decimal(35)),
    ]


def test_it_may_begin_further_down(catalogue):
    assert [(row[1], row[2]) for row in taken("35", catalogue, PLAIN, first=HOMES)] == [(HOMES, Decimal(35))]


@pytest.mark.parametrize(
    ("text", "first", "words"),
    [
        ("12", "", "You pasted 1 line, and 2 figures are asked for."),
        ("12\n35\n40", "", "You pasted 3 lines, and 2 figures are asked for."),
        ("12\n35", HOMES, "You pasted 2 lines, and from “Homes made warm” on 1 figure is asked for."),
    ],
)
def test_counts_that_do_not_fit_are_said_and_nothing_is_taken(catalogue, text, first, words):
    with pytest.raises(PasteRefused) as refused:
        plan_of(text, PLAIN, catalogue, first=first)

    assert str(refused.value).startswith(f"{words} Nothing is guessed")


def test_two_columns_are_the_two_numbers_of_a_ratio(catalogue):
    assert taken("12\t\n35\t\n412\t2,031", catalogue) == [
        ("Line 1", GRANTS, Decimal(12), None, None, ""),
        ("Line 2", HOMES, Decimal(35), None, None, ""),
        ("Line 3", SHARE, None, Decimal(412), Decimal(2031), ""),
    ]


def test_one_number_for_a_ratio_is_refused_by_its_name(catalogue):
    with pytest.raises(
        PasteRefused, match="“Children in poverty” is worked out from two numbers: copy two columns"
    ):
        plan_of("12\n35\n20.3", ASKED, catalogue)


def test_two_numbers_for_one_figure_are_a_fault_of_that_line(catalogue):
    assert [row[5] for row in taken("12\t7\n35\t", catalogue, PLAIN)] == [
        "Line 1 has two numbers, and this measure takes one figure.",
        "",
    ]


@pytest.mark.parametrize("named", ["POV-02", "homes  made warm", HOMES, "POV-02: Homes made warm"])
def test_a_column_of_names_says_which_figure_each_line_is(catalogue, named):
    assert taken(f"35\t{named}\n12\tPOV-01", catalogue) == [
        ("Line 1", HOMES, Decimal(35), None, None, ""),
        ("Line 2", GRANTS, Decimal(12), None, None, ""),
    ]


def test_a_named_measure_that_is_not_asked_for_is_of_the_period_of_the_round(catalogue):
    assert [row[1] for row in taken("POV-04\t9", catalogue, PLAIN)] == [f"POV-04@area@{DAYS}"]


def test_a_line_of_headings_is_passed_over_and_said(catalogue):
    text = "Measure\tFigure\nPOV-01\t12"
    plan = plan_of(text, ASKED, catalogue)
    sent = pasted_rows(text, plan, catalogue)

    assert (plan.heading, [row.where for row in sent.rows]) == (1, ["Line 2"])
    assert sent.notes == ("Line 1 was taken for headings.",)


def test_a_name_nobody_knows_is_a_fault_of_its_line(catalogue):
    assert taken("POV-01\t12\nNHS-9\t3\n\t4", catalogue)[1:] == [
        ("Line 2", "", None, None, None, "There is no measure “NHS-9” among those you may send figures for."),
        ("Line 3", "", None, None, None, "This line does not say which figure it is."),
    ]


def test_what_is_no_figure_is_said_with_its_line(catalogue):
    assert [row[5] for row in taken("about 12\n3-Jan", catalogue, PLAIN)] == [
        "Line 1: “about 12” is not one number. Enter a number, like 20.3.",
        f"Line 2 holds a date, “3-Jan”, where a figure should be. {A_DATE}",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Paste the figures here first"),
        (" \n\t\n ", "Paste the figures here first"),
        ("POV-01\nPOV-02", "There are names and no figures beside them."),
        ("1\t2\t3\n4\t5\t6", "There are 3 columns and none of them names the measures."),
        ("POV-01\t1\t2\t3", "There are 3 columns beside the one with the names"),
        ("\t" * 20 + "1", "There are 21 columns."),
        ("1\n" * 1001, "There are 1,001 lines; at most 1,000 can be pasted."),
        ("1" * 100_001, "This is 100,001 characters; at most 100,000 can be pasted."),
    ],
)
def test_what_cannot_be_told_apart_is_refused(catalogue, text, words):
    with pytest.raises(PasteRefused) as refused:
        plan_of(text, PLAIN, catalogue)

    assert str(refused.value).startswith(words)


def test_a_return_that_asks_for_nothing_takes_no_column_alone(catalogue):
    with pytest.raises(PasteRefused, match="This return asks for no figures"):
        plan_of("1", [], catalogue)


def test_a_cell_with_a_line_end_in_it_stays_one_cell():
    assert lines_in('"two\nlines"\t1\n2\t3') == [("two lines", "1"), ("2", "3")]


def test_the_ids_are_settled_when_it_comes(catalogue):
    plan = plan_of("12\n35", PLAIN, catalogue)

    assert plan.as_json() == {
        "figure": 1, "second": 0, "ids": {"1": GRANTS, "2": HOMES}, "faults": {}, "heading": 0,
    }  # fmt: skip
