"""Figures as people read and type them."""

import re
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.numbers import (
    NumberError,
    RatioFault,
    Unit,
    decimals_to_tell_apart,
    doubts,
    format_against,
    format_value,
    mark_in,
    parse_figure,
    parse_value,
    ratio_faults,
    sign_in,
    symbol_in,
    unit_in_words,
)

LEAVE_EMPTY = "If there is no figure, leave this empty and say why."


def refusal(text):
    """The words with which a text is refused."""
    with pytest.raises(NumberError) as refused:
        parse_value(text)
    return str(refused.value)


# Writing


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "shown"),
    [
        ("20.3", "percent", 1, "20.3%"),
        ("20", "percent", 1, "20.0%"),
        ("1234", "number", 0, "1,234"),
        ("12.3", "rate", 1, "12.3"),
        ("1234", "money", 0, "£1,234"),
        ("1200000", "money", 0, "£1,200,000"),
        ("1234.5", "money", 2, "£1,234.50"),
        ("1234.5", "money", 1, "£1,234.50"),
        ("5.6187", "score", 2, "5.62"),
        ("34", "days", 0, "34 days"),
        ("1", "days", 0, "1 day"),
        ("1", "days", 1, "1.0 days"),
        ("104.25", "index", 1, "104.3"),
        ("1", "yes_no", 0, "Yes"),
        ("0.00", "yes_no", 2, "No"),
        ("0.5", "yes_no", 1, "0.5"),
        ("3.4", "points", 1, "3.4 percentage points"),
        ("1", "points", 0, "1 percentage point"),
        ("-1", "points", 0, "−1 percentage point"),
        ("1", "points", 1, "1.0 percentage points"),
        ("0", "number", 0, "0"),
        ("0", "percent", 1, "0.0%"),
        ("2.5", "number", 0, "3"),
        ("0.05", "percent", 1, "0.1%"),
        ("1.005", "score", 2, "1.01"),
        ("-2.5", "number", 0, "−3"),
        ("-1234", "money", 0, "−£1,234"),
        ("-0.04", "percent", 1, "0.0%"),
        ("999999999999999", "number", 2, "999,999,999,999,999.00"),
        ("1E+3", "number", 0, "1,000"),
    ],
)
def test_a_value_is_shown_in_its_unit_rounded_half_up(value, unit, decimals, shown):
    assert format_value(Decimal(value), unit=unit, decimals=decimals) == shown


@pytest.mark.parametrize("unit", Unit)
def test_no_value_is_never_shown_as_zero(unit):
    assert format_value(None, unit=unit, decimals=0) == "No value"
    assert format_against(None, Decimal(0), unit=unit, decimals=0) == "No value"


def test_what_is_not_a_figure_is_never_shown():
    for strange in ("NaN", "Infinity"):
        with pytest.raises(ValueError, match="is not a figure"):
            format_value(Decimal(strange), unit=Unit.NUMBER, decimals=0)


@pytest.mark.parametrize(
    ("value", "target", "decimals", "shown"),
    [
        ("91.96", "92.0", 1, "91.96%"),
        ("91.996", "92.0", 1, "91.996%"),
        ("92.0", "92.0", 1, "92.0%"),
        ("92.04", "92.0", 1, "92.04%"),
        ("91.9", "92.0", 1, "91.9%"),
        ("91.6", "92", 0, "91.6%"),
        ("92.000", "92", 1, "92.0%"),
    ],
)
def test_a_value_that_misses_its_target_never_looks_like_it(value, target, decimals, shown):
    assert format_against(Decimal(value), Decimal(target), unit="percent", decimals=decimals) == shown


def test_a_hair_below_zero_is_told_from_zero():
    assert decimals_to_tell_apart(Decimal(0), Decimal("-0.001"), 0) == 3
    assert decimals_to_tell_apart(Decimal(0), Decimal(0), 0) == 0


def test_a_value_without_a_target_has_its_own_decimals():
    assert format_against(Decimal("91.96"), None, unit="percent", decimals=1) == "92.0%"


def test_units_are_offered_in_plain_words():
    assert Unit.choices() == [
        ("percent", "Percentage"),
        ("number", "Number"),
        ("rate", "Rate"),
        ("money", "Money (£)"),
        ("score", "Score"),
        ("days", "Days"),
        ("index", "Index"),
        ("yes_no", "Yes or no"),
        ("points", "Percentage points"),
    ]
    assert [unit.sign for unit in Unit] == ["%", "", "", "£", "", "", "", "", ""]
    points = "percentage points"
    assert [unit.change_word for unit in Unit] == [points, "", "", "£", "", "days", "", "", points]
    assert [unit.usual_decimals for unit in Unit] == [1, 0, 1, 0, 2, 0, 1, 0, 1]


@pytest.mark.parametrize(
    ("unit", "counted", "words"),
    [
        ("percent", "children", "% of children"),
        ("percent", "", "%"),
        ("number", "people", "people"),
        ("number", "", "number"),
        ("money", "", "£"),
        ("money", "a week", "£ a week"),
        ("rate", "per 100,000 people", "rate per 100,000 people"),
        ("rate", "new cases", "rate of new cases"),
        ("score", "out of 10", "score out of 10"),
        ("days", "", "days"),
        ("index", "", "index"),
        ("yes_no", "", "yes or no"),
        ("yes_no", "plans agreed", "yes or no"),
        ("points", "", "percentage points"),
    ],
)
def test_a_unit_in_words(unit, counted, words):
    assert unit_in_words(unit, counted) == words


# Reading


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20.3", "20.3"),
        ("0", "0"),
        ("0.0", "0.0"),
        ("1,234", "1234"),
        ("1,234,567.8", "1234567.8"),
        ("1 234", "1234"),
        ("1\u00a0234", "1234"),
        ("12\u202f345", "12345"),
        ("\u00a020.3 ", "20.3"),
        ("20.3%", "20.3"),
        ("20.3 %", "20.3"),
        ("20.3 per cent", "20.3"),
        ("£1,234", "1234"),
        ("£1.2m", "1200000"),
        ("£1.2 million", "1200000"),
        ("£3bn", "3000000000"),
        ("£12k", "12000"),
        ("2 million", "2000000"),
        ("34 days", "34"),
        ("'123", "123"),
        ("’20.3", "20.3"),
        ("12 (p)", "12"),
        ("12[r]", "12"),
        ("20.3% (e)", "20.3"),
        (".5", "0.5"),
        ("+5", "5"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("–5", "-5"),
        ("-£5", "-5"),
        ("£-5", "-5"),
        ("-0", "0"),
        ("\ufeff7", "7"),
        ("007", "7"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_a_figure_is_read_as_people_type_it(text, value):
    read = parse_value(text)

    assert read == Decimal(value)
    assert str(read) != "-0"


@pytest.mark.parametrize(
    ("text", "mark"),
    [("12 (p)", "p"), ("12[r]", "r"), ("12% (E)", "e"), ("12", ""), ("(p)", ""), ("12 (x)", "")],
)
def test_the_mark_after_a_figure(text, mark):
    assert mark_in(text) == mark


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "c",
        "C",
        "x",
        "-",
        "–",
        "—",
        ".",
        "..",
        "...",
        "…",
        "n/a",
        "N/A",
        "na",
        "[x]",
        "[c]",
        "(p)",
        "[z]",
        ":",
        "z",
        "#N/A",
        "#DIV/0!",
        "tbc",
    ],
)
def test_a_symbol_for_no_figure_is_never_a_number(text):
    assert refusal(text) == f"“{text}” is not a number. {LEAVE_EMPTY}"


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u200b", "\t\n", "'"])
def test_nothing_typed_is_not_zero(text):
    assert refusal(text) == f"Enter a number, like 20.3. {LEAVE_EMPTY}"


@pytest.mark.parametrize("text", ["<5", "< 5", ">95", "≤5", "fewer than 5", "<5 (p)", "~20", "about 20"])
def test_a_bound_is_not_one_number(text):
    words = f"“{text}” is not one number. If the figure may not be shown, leave this empty and say why."
    assert refusal(text) == words


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("", "Enter a number, like 20.3."),
        ("n/a", "“n/a” is not a number. Enter a number, like 20.3."),
        ("<5", "“<5” is not one number. Enter a number, like 20.3."),
        ("nil", "“nil” is not a number. If the figure is zero, enter 0."),
        ("lots", "“lots” is not a number. Enter a number, like 20.3."),
        ("O5", "“O5” has the letter O in it. Use the figure 0."),
    ],
)
def test_what_is_wrong_can_be_said_where_no_reason_is_asked_for(text, alone):
    with pytest.raises(NumberError) as refused:
        parse_value(text)
    assert refused.value.alone == alone


@pytest.mark.parametrize("text", ["nil", "Zero", "O"])
def test_zero_is_typed_as_a_figure(text):
    assert refusal(text) == f"“{text}” is not a number. If the figure is zero, enter 0. {LEAVE_EMPTY}"


@pytest.mark.parametrize(
    "text", ["1.234,5", "12,5", "1,23", "1,2345", ",5", "1,234,5%", "1 234,5", "12,34,567"]
)
def test_a_comma_is_never_taken_for_a_decimal_point(text):
    words = (
        f"“{text}” has a comma in an odd place. "
        "Use commas only between thousands and a point for decimals, like 1,234.5."
    )
    assert refusal(text) == words


@pytest.mark.parametrize("text", ["1O4", "2o.3", "1,OOO"])
def test_the_letter_o_is_named(text):
    assert refusal(text) == f"“{text}” has the letter O in it. Use the figure 0."


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "nan",
        "sNaN",
        "Infinity",
        "-inf",
        "1e5",
        "1_000",
        "٣٤",
        "１２",
        "5²",
        "½",
        "1/2",
        "5.",
        "1.2.3",
        "--5",
        "-£-5",
        "£20%",
        "%",
        "£",
        "=1+2",
        '=HYPERLINK("a")',
        "<b>5</b> 5",
        "20.3 and more",
        "12 50",
        "(12)",
        "0x1F",
        "20 3.5",
    ],
)
def test_what_is_not_a_number_is_named(text):
    assert refusal(text).startswith(f"“{text}” is not ")


def test_a_bare_short_for_thousands_or_millions_is_not_guessed():
    words = "“12m” may be short for a larger number. Write the number in full, like 1,200,000."
    assert refusal("12m") == words


@pytest.mark.parametrize(
    "text", ["1234567890123456", "0.1234567890123456", "1,000,000 billion", "£9999999999m"]
)
def test_a_number_too_long_to_hold_is_refused(text):
    assert refusal(text) == f"“{text}” is too long. Enter a number of at most 15 digits."


def test_a_very_long_text_is_quoted_short():
    assert refusal("1," * 50_000) == (
        f"“{'1,' * 19}1…” has a comma in an odd place. "
        "Use commas only between thousands and a point for decimals, like 1,234.5."
    )


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("Yes", "yes_no", "1"),
        (" yes ", "yes_no", "1"),
        ("y", "yes_no", "1"),
        ("1", "yes_no", "1"),
        ("NO", "yes_no", "0"),
        ("n", "yes_no", "0"),
        ("0", "yes_no", "0"),
        ("20.3%", "percent", "20.3"),
        ("£1.2m", "money", "1200000"),
        ("34 days", "days", "34"),
        ("3.4", "points", "3.4"),
        ("3.4%", "points", "3.4"),
        ("3.4pp", "points", "3.4"),
        ("3.4 pps", "points", "3.4"),
        ("−3.4 percentage points", "points", "-3.4"),
        ("1 percentage point", "points", "1"),
        ("2 points", "points", "2"),
        ("12 points", "score", "12"),
        ("104.3 points", "index", "104.3"),
        ("1,234", "number", "1234"),
        ("12.3 (p)", "rate", "12.3"),
    ],
)
def test_a_figure_is_read_in_its_unit(text: str, unit: str, value: str) -> None:
    assert parse_figure(text, unit) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("maybe", "“maybe” is neither yes nor no. Answer Yes or No. If neither is known"),
        ("2", "“2” is neither yes nor no."),
        ("0.5", "“0.5” is neither yes nor no."),
        ("100%", "“100%” is neither yes nor no."),
        ("", "Answer Yes or No. If neither is known, leave this empty and say why."),
        ("n/a", "Answer Yes or No."),
    ],
)
def test_anything_but_yes_or_no_is_refused_where_these_are_the_figures(text: str, said: str) -> None:
    with pytest.raises(NumberError, match=re.escape(said)):
        parse_figure(text, Unit.YES_NO)


@pytest.mark.parametrize(
    ("text", "unit", "what"),
    [
        ("£20", "percent", "money"),
        ("£20", "number", "money"),
        ("20%", "money", "a percentage"),
        ("20 per cent", "number", "a percentage"),
        ("20%", "rate", "a percentage"),
        ("34 days", "number", "a number of days"),
        ("3 pp", "percent", "a number of percentage points"),
        ("3 percentage points", "rate", "a number of percentage points"),
        ("3 points", "percent", "a number of points"),
        ("£3", "points", "money"),
    ],
)
def test_a_sign_that_does_not_fit_the_unit_is_refused(text: str, unit: str, what: str) -> None:
    with pytest.raises(NumberError, match=f"“{re.escape(text)}” is {what}, and this measure is not"):
        parse_figure(text, unit)


@pytest.mark.parametrize("text", ["£20pp", "£3 days", "£3 points", "£3%"])
def test_two_signs_are_no_number(text: str) -> None:
    with pytest.raises(NumberError, match="is not a number"):
        parse_value(text)


def test_yes_is_no_number_where_figures_are() -> None:
    with pytest.raises(NumberError, match="“yes” is not a number"):
        parse_figure("yes", Unit.NUMBER)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("*", "c"),
        ("c", "c"),
        ("[c]", "c"),
        ("(c)", "c"),
        ("<5", "c"),
        ("< 10", "c"),
        ("fewer than 5", "c"),
        ("Suppressed", "c"),
        ("..", "x"),
        (":", "x"),
        ("[x]", "x"),
        ("not available", "x"),
        ("[z]", "z"),
        ("Not applicable", "z"),
        ("-", ""),
        ("n/a", ""),
        ("", ""),
        ("0", ""),
        ("5", ""),
        ("nil", ""),
        ("<5%", ""),
    ],
)
def test_the_symbol_in_place_of_a_figure(text: str, symbol: str) -> None:
    assert symbol_in(text) == symbol


# Doubting


@pytest.mark.parametrize(
    ("value", "last", "unit", "is_bounded", "questions"),
    [
        ("20.3", "19.8", "percent", True, []),
        ("100", "98", "percent", True, []),
        ("104", "98", "percent", True, ["104% is over 100%. Is this right?"]),
        ("104", "98", "percent", False, []),
        ("-3", "2", "percent", True, ["−3% is below zero. Is this right?"]),
        ("-3", "2", "percent", False, ["−3% is below zero. Is this right?"]),
        ("-3", "-2", "percent", False, []),
        ("-3", None, "number", False, ["−3 is below zero. Is this right?"]),
        ("520", "52", "number", False, ["520 is ten times the last figure, 52, or more. Is this right?"]),
        ("519", "52", "number", False, []),
        ("5", "50", "number", False, ["5 is a tenth of the last figure, 50, or less. Is this right?"]),
        ("6", "50", "number", False, []),
        ("0", "50", "number", False, ["The last figure was 50. Is this one really zero?"]),
        ("50", "0", "number", False, []),
        ("0", "0", "number", False, []),
        ("0", None, "number", False, []),
        (
            "5.5",
            "5",
            "number",
            False,
            ["5.5 is not a whole number, and this measure is a count. Is this right?"],
        ),
        ("5.0", "5", "number", False, []),
        ("5.5", "5", "rate", False, []),
        ("0.12", "12", "percent", True, ["Is this really 0.12%, or did you mean 12%?"]),
        ("0.12", None, "percent", True, ["Is this really 0.12%, or did you mean 12%?"]),
        ("0.12", "0.2", "percent", True, []),
        (
            "1200",
            "12",
            "percent",
            True,
            [
                "1,200% is over 100%. Is this right?",
                "1,200% is ten times the last figure, 12%, or more. Is this right?",
            ],
        ),
        (
            "12000",
            "1000",
            "money",
            False,
            ["£12,000 is ten times the last figure, £1,000, or more. Is this right?"],
        ),
    ],
)
def test_a_figure_that_looks_wrong_raises_a_question(value, last, unit, is_bounded, questions):
    assert (
        doubts(Decimal(value), last=None if last is None else Decimal(last), unit=unit, is_bounded=is_bounded)
        == questions
    )


@pytest.mark.parametrize("value", ["0", "1"])
def test_a_yes_or_no_raises_no_question(value: str) -> None:
    four = [Decimal(value)] * 4
    assert doubts(Decimal(value), last=Decimal(1), unit="yes_no", is_bounded=True, earlier=four) == []


def test_a_gap_may_be_below_zero() -> None:
    assert doubts(Decimal(-3), last=Decimal(2), unit="points", is_bounded=True) == []


@pytest.mark.parametrize(
    ("value", "earlier", "is_asked"),
    [
        ("20.3", ["20.3", "20.3", "20.3"], True),
        ("20.30", ["19", "20.3", "20.3", "20.3"], True),
        ("20.3", ["20.3", "20.3", "20.3", "20.3"], True),
        ("20.3", ["20.3", "20.3"], False),
        ("20.3", ["20.3", "20.3", "20.3", "20.4"], False),
        ("20.4", ["20.3", "20.3", "20.3"], False),
        ("20.3", [], False),
        ("0", ["0", "0", "0"], False),
    ],
)
def test_a_figure_that_never_moves_may_be_a_copy(value: str, earlier: list[str], is_asked: bool) -> None:
    known = [Decimal(figure) for figure in earlier]
    last = known[-1] if known else None

    found = doubts(Decimal(value), last=last, unit="percent", is_bounded=True, earlier=known)

    question = "20.3% is the same as the three figures before it. Is this a new figure, and not a copy?"
    assert found == ([question] if is_asked else [])


RATIO_ZERO = RatioFault(
    "denominator",
    "Nothing can be divided by zero. If there is no figure, leave this empty and say why.",
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "is_share", "faults"),
    [
        ("9", "10", True, []),
        ("10", "10", True, []),
        ("0", "10", True, []),
        (None, None, True, []),
        ("12", "10", False, []),
        (
            "12",
            "10",
            True,
            [RatioFault("numerator", "12 is more than 10, the number it is part of. Check both.")],
        ),
        ("1", "0", True, [RATIO_ZERO]),
        ("0", "0", False, [RATIO_ZERO]),
        (
            "5",
            None,
            True,
            [RatioFault("denominator", "Give both numbers that the figure is worked out from, or neither.")],
        ),
        (
            None,
            "5",
            True,
            [RatioFault("numerator", "Give both numbers that the figure is worked out from, or neither.")],
        ),
        ("-1", "5", False, [RatioFault("numerator", "−1 is below zero. Is this right?", is_question=True)]),
        (
            "-1",
            "5",
            True,
            [RatioFault("numerator", "−1 is below zero. A part of something cannot be.")],
        ),
        (
            "1",
            "-5",
            False,
            [RatioFault("denominator", "−5 is below zero. What a figure is worked out over cannot be.")],
        ),
    ],
)
def test_a_ratio_that_cannot_be_is_told(numerator, denominator, is_share, faults) -> None:
    given = [None if text is None else Decimal(text) for text in (numerator, denominator)]

    assert ratio_faults(*given, is_share=is_share) == faults


# Properties

FIGURES = st.decimals(min_value=-(10**9), max_value=10**9, places=3)


@given(FIGURES, st.sampled_from([unit for unit in Unit if unit is not Unit.YES_NO]))
def test_a_figure_shown_in_full_reads_back(value, unit):
    assert parse_value(format_value(value, unit=unit, decimals=3)) == value


@given(FIGURES, st.sampled_from([unit for unit in Unit if unit is not Unit.YES_NO]))
def test_a_figure_with_its_own_sign_is_read_in_its_unit(value, unit):
    assert parse_figure(format_value(value, unit=unit, decimals=3), unit) == value


@pytest.mark.parametrize("value", [Decimal(0), Decimal(1)])
def test_yes_and_no_read_back(value):
    assert parse_figure(format_value(value, unit=Unit.YES_NO, decimals=0), Unit.YES_NO) == value


@given(st.text(max_size=40), st.sampled_from(Unit))
def test_any_text_is_read_in_any_unit_or_refused(text, unit):
    with suppress(NumberError):
        assert parse_figure(text, unit).is_finite()


@given(st.text(alphabet="0123456789.,-+£%<>*:cpxn/a() '", max_size=12))
def test_a_symbol_is_never_also_a_number(text):
    if symbol_in(text):
        with pytest.raises(NumberError):
            parse_value(text)


@given(FIGURES, st.lists(FIGURES, max_size=6), st.sampled_from(Unit), st.booleans())
def test_earlier_figures_add_one_question_at_most(value, earlier, unit, is_bounded):
    last = earlier[-1] if earlier else None
    without = doubts(value, last=last, unit=unit, is_bounded=is_bounded)

    asked = doubts(value, last=last, unit=unit, is_bounded=is_bounded, earlier=earlier)

    assert asked[: len(without)] == without
    assert len(asked) <= len(without) + 1


@given(FIGURES, FIGURES, st.booleans())
def test_a_ratio_without_faults_can_be_worked_out(numerator, denominator, is_share):
    if not ratio_faults(numerator, denominator, is_share=is_share):
        assert numerator / denominator >= 0
        assert not is_share or numerator <= denominator


@given(FIGURES, FIGURES, st.integers(0, 3))
def test_different_figures_never_look_the_same(value, other, decimals):
    needed = decimals_to_tell_apart(value, other, decimals)

    shown = [format_value(figure, unit=Unit.NUMBER, decimals=needed) for figure in (value, other)]

    assert needed >= decimals
    assert (shown[0] == shown[1]) is (value == other)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_never_fails(text):
    with suppress(NumberError):
        assert parse_value(text).is_finite()


@given(st.text(alphabet="0123456789.,-+£%<>*:cpxn/a() '", max_size=12))
def test_text_without_a_figure_is_never_a_number(text):
    if not any(letter in "0123456789" for letter in text):
        with pytest.raises(NumberError):
            parse_value(text)


@given(FIGURES, st.none() | FIGURES, st.sampled_from(Unit), st.booleans())
def test_a_figure_like_the_last_raises_no_question_of_size(value, last, unit, is_bounded):
    for question in doubts(value, last=last, unit=unit, is_bounded=is_bounded):
        assert question.endswith("?")
    if last and last > 0 and value == last and not (unit is Unit.PERCENT and is_bounded and value > 100):
        assert [q for q in doubts(value, last=last, unit=unit, is_bounded=is_bounded) if "last" in q] == []


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("20.3", ""),
        ("20.3 %", "%"),
        ("20 per cent (p)", "%"),
        ("£ 1.2m", "£"),
        ("-£5", "£"),
        ("1 day", "days"),
        ("34 days", "days"),
        ("3.4pp", "percentage points"),
        ("1 percentage point", "percentage points"),
        ("12 points (p)", "points"),
    ],
)
def test_the_sign_typed_with_a_figure_says_what_it_counts(text: str, sign: str) -> None:
    assert sign_in(text) == sign
