"""One cell as a figure of a measure: what people write, and what is said of what cannot be one."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.numbers import Unit
from actionplans.sheets.cells import Cell
from actionplans.sheets.figures_in_cells import FigureInCell, figure_in


def words(text):
    return Cell(7, 2, text, text)


def number(value, text=None, number_format=""):
    return Cell(7, 2, text or value, Decimal(value), number_format)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("12", Unit.NUMBER, "12"),
        ("1,234", Unit.NUMBER, "1234"),
        ("1 234", Unit.NUMBER, "1234"),
        ("12%", Unit.PERCENT, "12"),
        ("0.12", Unit.PERCENT, "0.12"),
        ("£1.2m", Unit.MONEY, "1200000"),
        ("£1,200.50", Unit.MONEY, "1200.50"),
        ("'12", Unit.NUMBER, "12"),
        ("−3.5", Unit.POINTS, "-3.5"),
        ("Yes", Unit.YES_NO, "1"),
        ("FALSE", Unit.YES_NO, "0"),
        ("TRUE", Unit.YES_NO, "1"),
        ("0.12345678", Unit.RATE, "0.123457"),
    ],
)
def test_figures_that_are_text(text, unit, value):
    assert figure_in(words(text), unit) == FigureInCell(Decimal(value))


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        (number("12"), Unit.NUMBER, "12"),
        (number("0.12", "12%", "0%"), Unit.PERCENT, "12"),
        (number("0.1234", "12%", "0%"), Unit.PERCENT, "12.34"),
        (number("0.12", "12%", "0%"), Unit.POINTS, "12"),
        (number("0.12"), Unit.PERCENT, "0.12"),
        (number("1200000", "£1.2m", '£0.0,,"m"'), Unit.MONEY, "1200000"),
        (number("-5", "-£5", "£0"), Unit.MONEY, "-5"),
        (number("0.333333333333333"), Unit.RATE, "0.333333"),
        (number("0.333333333333333", "33%", "0%"), Unit.PERCENT, "33.333333"),
        (number("123456789012345"), Unit.NUMBER, "123456789012345"),
        (number("1.50", "1.5"), Unit.SCORE, "1.5"),
        (number("0"), Unit.NUMBER, "0"),
        (number("1"), Unit.YES_NO, "1"),
        (number("1E+3", "1000"), Unit.NUMBER, "1000"),
    ],
)
def test_figures_that_are_numbers(cell, unit, value):
    assert figure_in(cell, unit) == FigureInCell(Decimal(value))


@pytest.mark.parametrize(
    ("cell", "flag"),
    [
        (words("12 (p)"), "provisional"),
        (words("12 [r]"), "revised"),
        (words("12(e)"), "estimated"),
        (words("12"), "final"),
        (number("12", "12.0 (p)", '0.0" (p)"'), "provisional"),
    ],
)
def test_marks_say_how_firm_a_figure_is(cell, flag):
    assert figure_in(cell, Unit.NUMBER) == FigureInCell(Decimal(12), flag=flag)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("<5", "c"),
        ("< 5", "c"),
        ("less than 5", "c"),
        ("*", "c"),
        ("[c]", "c"),
        ("c", "c"),
        ("suppressed", "c"),
        ("..", "x"),
        (":", "x"),
        ("[x]", "x"),
        ("not available", "x"),
        ("[z]", "z"),
        ("not applicable", "z"),
    ],
)
@pytest.mark.parametrize("unit", [Unit.NUMBER, Unit.PERCENT, Unit.YES_NO])
def test_symbols_are_never_numbers(text, symbol, unit):
    assert figure_in(words(text), unit) == FigureInCell(symbol=symbol)


@pytest.mark.parametrize("cell", [None])
def test_a_blank_cell_is_no_zero(cell):
    assert figure_in(cell, Unit.NUMBER) == FigureInCell()
    assert figure_in(cell, Unit.NUMBER).is_blank
    assert not figure_in(number("0"), Unit.NUMBER).is_blank
    assert not figure_in(words("[c]"), Unit.NUMBER).is_blank
    assert not figure_in(words("soon"), Unit.NUMBER).is_blank


A_DATE = (
    " where a figure should be. Excel makes a date of what looks like one, such as 1-3. "
    "Format the cell as text and type the figure again."
)
MORE_THAN_ONE = (
    "which may mean more than one thing. Leave the cell empty, or write [c] where the figure may not be shown, "
    "[x] where it is not available or [z] where it does not apply."
)


@pytest.mark.parametrize(
    ("cell", "unit", "fault"),
    [
        (
            Cell(7, 2, "01-Mar", dt.date(2022, 3, 1), "d-mmm"),
            Unit.NUMBER,
            f"Cell B7 holds a date, 1 March 2022,{A_DATE}",
        ),
        (words("01-Mar"), Unit.NUMBER, f"Cell B7 holds a date, “01-Mar”,{A_DATE}"),
        (words("Mar-22"), Unit.NUMBER, f"Cell B7 holds a date, “Mar-22”,{A_DATE}"),
        (words("1/3"), Unit.NUMBER, f"Cell B7 holds a date, “1/3”,{A_DATE}"),
        (words("2022-03-01"), Unit.NUMBER, f"Cell B7 holds a date, “2022-03-01”,{A_DATE}"),
        (
            number("0.5", "12:00", "h:mm"),
            Unit.NUMBER,
            "Cell B7 is shown as a time, “12:00”. Show it as a number and check it.",
        ),
        (words("-"), Unit.NUMBER, f"Cell B7 says “-”, {MORE_THAN_ONE}"),
        (words("n/a"), Unit.PERCENT, f"Cell B7 says “n/a”, {MORE_THAN_ONE}"),
        (words("12 people"), Unit.NUMBER, "Cell B7: “12 people” is not a number. Enter a number, like 20.3."),
        (words(">5"), Unit.NUMBER, "Cell B7: “>5” is not one number. Enter a number, like 20.3."),
        (
            words("1.234,5"),
            Unit.NUMBER,
            (
                "Cell B7: “1.234,5” has a comma in an odd place. "
                "Use commas only between thousands and a point for decimals, like 1,234.5."
            ),
        ),
        (words("2O"), Unit.NUMBER, "Cell B7: “2O” has the letter O in it. Use the figure 0."),
        (words("£5"), Unit.PERCENT, "Cell B7: “£5” is money, and this measure is not. Check the figure."),
        (
            number("0.12", "12%", "0%"),
            Unit.RATE,
            "Cell B7: “12%” is a percentage, and this measure is not. Check the figure.",
        ),
        (
            number("5", "£5", "£0"),
            Unit.PERCENT,
            "Cell B7: “£5” is money, and this measure is not. Check the figure.",
        ),
        (
            number("1E+20"),
            Unit.NUMBER,
            "Cell B7: “100000000000000000000” is too long. Enter a number of at most 15 digits.",
        ),
        (number("2"), Unit.YES_NO, "Cell B7: “2” is neither yes nor no. Answer Yes or No."),
        (words("TRUE"), Unit.NUMBER, "Cell B7: “TRUE” is not a number. Enter a number, like 20.3."),
        (
            Cell(7, 2, "#REF!", None, error="shows the error #REF! and not a figure."),
            Unit.NUMBER,
            "Cell B7 shows the error #REF! and not a figure.",
        ),
    ],
)
def test_what_is_no_figure_is_said_with_its_cell(cell, unit, fault):
    assert figure_in(cell, unit) == FigureInCell(fault=fault)


@given(st.text(max_size=30), st.sampled_from(list(Unit)))
def test_any_text_is_a_figure_a_symbol_or_a_fault(text, unit):
    read = figure_in(words(text), unit)
    assert [read.value is not None, bool(read.symbol), bool(read.fault)].count(True) == 1


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=8), st.sampled_from(["", "0%", "£0", "d/m/yy"])
)
def test_any_number_is_a_figure_or_a_fault(value, number_format):
    read = figure_in(number(str(value), number_format=number_format), Unit.PERCENT)
    assert (read.value is None) == bool(read.fault)
    if number_format == "" and not read.fault:
        assert abs(read.value - value) <= Decimal("0.0000005")
