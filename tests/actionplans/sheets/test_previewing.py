"""What people really send: each is read, or refused with its cell, what stood there and why."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans.clearing import clear_measure
from actionplans.figure_kinds import Given
from actionplans.models import Delivery, QuarterlyReturn, Reading
from actionplans.operations import FigureEntry, save_figures
from actionplans.return_sheet import return_of
from actionplans.sheets.committing import discard
from actionplans.sheets.figures_in_cells import FigureInCell
from actionplans.sheets.permits import permit_for, permit_for_link
from actionplans.sheets.preview import SentRow, Verdict
from actionplans.sheets.previewing import preview_delivery, preview_rows
from actionplans.sheets.row_ids import parse_row_id
from priorities.clock import EDINBURGH
from tests.actionplans.factories import (
    DataContactFactory,
    GapFactory,
    MeasureCommentaryFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    SupplyLinkFactory,
)
from tests.actionplans.sheets.sending import (
    HEADINGS,
    MARK,
    a_round,
    csv_of,
    days,
    figure_row,
    fill_sheet,
    filled,
    id_of,
    own_sheet,
    preview,
    previewed,
    quarter,
    said,
    save,
    saved,
    sent,
    the_row,
)
from tests.factories import NOW, LocalityFactory


@pytest.fixture
def world(db):
    return a_round()


def verdicts(found):
    return [row.verdict.value for row in found.rows]


def in_cells(world, *figures, unit="percent", **how):
    """What becomes of each of several figures: (value, number format) or a value, each of a measure of its own."""
    bounded = how.pop("is_bounded", True)
    decimals = how.pop("decimals", 1)
    measures = [
        MeasureFactory(
            priority=world.people.poverty,
            unit=unit,
            code=f"X-{number}",
            is_bounded=bounded,
            decimals=decimals,
        )
        for number in range(len(figures))
    ]
    book = own_sheet([figure_row(id_of(measure)) for measure in measures])
    for number, figure in enumerate(figures, start=5):
        cell = book.active[f"G{number}"]
        value, *number_format = figure if isinstance(figure, tuple) else (figure,)
        cell.value = value
        if number_format:
            (cell.number_format,) = number_format
        if isinstance(value, str):
            cell.data_type = "s"
    return previewed(world, book, **how)


# What stands in a cell

NONE = (
    "Leave the cell empty, or write [c] where the figure may not be shown, [x] where it is not available or [z] where "
    "it does not apply."
)


PERCENTAGES = [
    (51, "51.0%", ""),
    (51.25, "51.25%", ""),
    ((0.512, "0.0%"), "51.2%", ""),
    ("51%", "51.0%", ""),
    ("51 per cent", "51.0%", ""),
    ("51\u00a0%", "51.0%", ""),
    (" 51 ", "51.0%", ""),
    ("'51", "51.0%", ""),
    ("51 (p)", "51.0% (provisional)", ""),
    ("51 [r]", "51.0% (revised)", ""),
    ("<5", "[c] confidential", ""),
    ("*", "[c] confidential", ""),
    ("[c]", "[c] confidential", ""),
    ("suppressed", "[c] confidential", ""),
    ("..", "[x] not available", ""),
    ("[z]", "[z] does not apply", ""),
    ("-", "", f"Cell G21 says “-”, which may mean more than one thing. {NONE}"),
    ("n/a", "", f"Cell G22 says “n/a”, which may mean more than one thing. {NONE}"),
    (
        dt.date(2022, 3, 1),
        "",
        (
            "Cell G23 holds a date, 1 March 2022, where a figure should be. Excel makes a date of what looks like one, such "
            "as 1-3. Format the cell as text and type the figure again."
        ),
    ),
    ("fifty", "", "Cell G24: “fifty” is not a number. Enter a number, like 20.3."),
    (
        "1.234,5",
        "",
        (
            "Cell G25: “1.234,5” has a comma in an odd place. Use commas only between thousands and a point for decimals, "
            "like 1,234.5."
        ),
    ),
    ("5O", "", "Cell G26: “5O” has the letter O in it. Use the figure 0."),
    ("£51", "", "Cell G27: “£51” is money, and this measure is not. Check the figure."),
    ("NaN", "", "Cell G28: “NaN” is not a number. Enter a number, like 20.3."),
    ("nil", "", "Cell G29: “nil” is not a number. If the figure is zero, enter 0."),
    (
        "12345678901234567",
        "",
        "Cell G30: “12345678901234567” is too long. Enter a number of at most 15 digits.",
    ),
    ("900000000000000", "", "900000000000000 has too many digits. Check the figure."),
]


def test_what_stands_in_a_cell_of_a_percentage(world):
    found = in_cells(world, *(figure for figure, _, _ in PERCENTAGES))

    assert [(row.shown, row.reason) for row in found.rows] == [(shown, why) for _, shown, why in PERCENTAGES]
    assert [row.verdict for row in found.rows] == [
        Verdict.REFUSED if why else Verdict.NEW for _, _, why in PERCENTAGES
    ]
    assert {row.where for row in found.rows} == {
        f"Cell G{number}" for number in range(5, 5 + len(PERCENTAGES))
    }


MONEY = [
    ("£1.2m", "£1,200,000", ""),
    ("£1,200,000", "£1,200,000", ""),
    ((1_200_000, "£#,##0"), "£1,200,000", ""),
    ("1 200 000", "£1,200,000", ""),
    ("1\u00a0200\u00a0000", "£1,200,000", ""),
    ("-£5", "−£5", ""),
    ("12%", "", "Cell G11: “12%” is a percentage, and this measure is not. Check the figure."),
    (
        "1.2m",
        "",
        "Cell G12: “1.2m” may be short for a larger number. Write the number in full, like 1,200,000.",
    ),
]


def test_what_stands_in_a_cell_of_money(world):
    found = in_cells(world, *(figure for figure, _, _ in MONEY), unit="money", decimals=0, is_bounded=False)

    assert [(row.shown, row.reason) for row in found.rows] == [(shown, why) for _, shown, why in MONEY]


def test_what_stands_in_a_cell_of_a_count(world):
    found = in_cells(world, -3, "1,234", 12.5, "=1+1", unit="number", decimals=0)

    assert [(row.verdict.value, row.shown, row.reason, row.question) for row in found.rows] == [
        ("refused", "", "−3 is below zero, and this measure is a count. Check the figure.", ""),
        ("new", "1,234", "", ""),
        ("new", "12.5", "", "12.5 is not a whole number, and this measure is a count. Is this right?"),
        ("refused", "", "Cell G8: “=1+1” is not a number. Enter a number, like 20.3.", ""),
    ]


def test_a_formula_that_was_never_worked_out_is_refused(world):
    book = own_sheet([figure_row(id_of(world.grants))])
    book.active["G5"] = "=40+11"

    (row,) = previewed(world, book).rows

    assert (row.verdict, row.reason) == (
        Verdict.REFUSED,
        (
            "Cell G5 has a formula that has not been worked out. "
            "Open the file in Excel or LibreOffice, save it and send it again."
        ),
    )


# A ratio, and what is typed


RATIOS = [
    ({"numerator": 13, "denominator": 26}, "new", "13 out of 26", "50.0%", ""),
    (
        {"figure": "Worked out from the next two", "numerator": 13, "denominator": 26},
        "new",
        "13 out of 26",
        "50.0%",
        "",
    ),
    ({"figure": 50, "numerator": 13, "denominator": 26}, "new", "50", "50.0%", ""),
    ({"numerator": 0, "denominator": 0}, "new", "0 out of 0", "[z] does not apply", ""),
    ({"numerator": "<5", "denominator": 26}, "new", "<5 out of 26", "[c] confidential", ""),
    (
        {"figure": 50},
        "refused",
        "50",
        "",
        "Give the two numbers that it is worked out from: Families helped and All families.",
    ),
    (
        {"figure": 51, "numerator": 13, "denominator": 26},
        "refused",
        "51",
        "",
        "The two numbers make 50.0%, and 51.0% is typed. Check them.",
    ),
    ({"numerator": 13}, "refused", "13 out of nothing", "", "Still to give: All families."),
    ({"denominator": 26}, "refused", "nothing out of 26", "", "Still to give: Families helped."),
    (
        {"numerator": 27, "denominator": 26},
        "refused",
        "27 out of 26",
        "",
        "27 is more than 26, the number it is part of. Check both.",
    ),
    (
        {"numerator": 5, "denominator": 0},
        "refused",
        "5 out of 0",
        "",
        "Nothing can be divided by zero. If there is no figure, leave this empty and say why.",
    ),
    (
        {"numerator": -1, "denominator": 26},
        "refused",
        "-1 out of 26",
        "",
        "-1 is below zero. A part of something cannot be.".replace("-", "−"),
    ),
    (
        {"numerator": "x1", "denominator": "y"},
        "refused",
        "x1 out of y",
        "",
        (
            "Cell H17: “x1” is not a number. Enter a number, like 20.3. "
            "Cell I17: “y” is not a number. Enter a number, like 20.3."
        ),
    ),
]


def test_a_ratio_is_given_as_two_numbers(world):
    measures = [
        MeasureFactory(
            priority=world.people.poverty, code=f"X-{number}", is_ratio=True, numerator_name="Families helped",
            denominator_name="All families",
        )
        for number in range(len(RATIOS))
    ]  # fmt: skip
    rows = [figure_row(id_of(measure), **row) for measure, (row, *_) in zip(measures, RATIOS, strict=True)]

    found = previewed(world, own_sheet(rows))

    assert [(row.verdict.value, row.read, row.shown, row.reason) for row in found.rows] == [
        tuple(expected) for _, *expected in RATIOS
    ]
    assert found.rows[0].where == "Cells H5 and I5"
    assert found.rows[0].sent.given == Given(Decimal(50), Decimal(13), Decimal(26))
    assert (found.rows[3].sent.symbol, found.rows[3].sent.given) == ("z", Given(None, Decimal(0), Decimal(0)))


def test_two_numbers_for_what_is_typed_are_refused(world):
    row = the_row(world, figure_row(id_of(world.grants), numerator=1, denominator=2))

    assert row.reason == "This figure is typed, not worked out from two numbers. Give it under “New figure”."


def test_what_is_not_kept_of_a_row_is_told(world):
    typed = the_row(world, figure_row(id_of(world.grants), 50, numerator=13, denominator=26))
    noted = the_row(world, figure_row(id_of(world.grants), note="Not yet"))

    assert (typed.verdict, typed.question) == (
        "new",
        "Two numbers stand beside it, which are not kept: this figure is typed. Is it right?",
    )
    assert (noted.verdict, noted.reason, noted.note) == (
        "empty",
        "A note is kept only with a figure.",
        "Not yet",
    )


def test_why_there_is_no_figure(world):
    more = [MeasureFactory(priority=world.people.poverty, code=f"X-{number}") for number in range(4)]
    rows = [
        figure_row(id_of(world.grants), why_none="Not published yet"),
        figure_row(id_of(more[0]), why_none="Confidential"),
        figure_row(id_of(more[1]), why_none="Does not apply"),
        figure_row(id_of(more[2]), 12, why_none="Not published yet"),
        figure_row(id_of(world.count, place="place:WARD-2"), why_none="The survey was late"),
        figure_row(id_of(more[3], quarter(2)), why_none="The survey was late"),
        figure_row(id_of(world.share), why_none="x" * 501),
    ]

    found = previewed(world, own_sheet(rows))

    told = "Why there is no figure is kept only for the whole area and the period asked for."
    assert [(row.where, row.verdict.value, row.shown[:40], row.reason) for row in found.rows] == [
        ("Cell J5", "new", "No figure: Not published yet", ""),
        ("Cell J6", "new", "[c] confidential", ""),
        ("Cell J7", "new", "[z] does not apply", ""),
        (
            "Cell G8",
            "refused",
            "",
            "There is a figure, and a reason why there is none. Clear the one that is not meant.",
        ),
        ("Cell J9", "empty", "No figure: The survey was late", told),
        ("Cell J10", "empty", "No figure: The survey was late", told),
        ("Cell J11", "refused", "", "The reason why there is no figure takes 500 characters. Shorten it."),
    ]
    assert found.rows[0].sent.no_figure_reason == "Not published yet"
    assert found.rows[1].sent.symbol == "c"


# The sheet itself


def test_rows_left_empty_bring_nothing(world):
    found = previewed(world, fill_sheet(world))

    assert verdicts(found) == ["empty"] * 4
    assert [row.measure_name for row in found.rows] == [
        "Grants decided in a day",
        "Families helped",
        "People advised",
        "People advised",
    ]
    assert found.notes == ()


def test_our_own_sheet_in_other_files(world):
    """As CSV in every writing, named as something else, from Excel and as it was saved again."""
    rows = [[MARK], HEADINGS, [None] * 6 + ["51", None, None, None, "Bòrd – 5 £", id_of(world.grants)]]
    for encoding, name in [
        ("utf-8-sig", "figures.csv"),
        ("utf-16", "figures.csv"),
        ("cp1252", "figures.csv"),
        ("utf-8", "figures.txt"),
    ]:
        (row,) = previewed(world, csv_of(*rows, encoding=encoding), name=name).rows
        assert (row.verdict, row.where, row.shown, row.note) == ("new", "Cell G3", "51.0%", "Bòrd – 5 £")
    found = previewed(world, own_sheet([figure_row(id_of(world.grants), 51)]), name="figures.csv")
    assert verdicts(found) == ["new"]
    assert found.notes == (
        "The file is named .csv, but it is an Excel workbook (.xlsx) and was read as one.",
    )


def test_a_sheet_of_another_partnership_is_refused_whole(world):
    mark = MARK.replace("strathmuir", "glenbeg")

    found = previewed(world, own_sheet([figure_row(id_of(world.grants), 51)], mark=mark))

    assert found.refusal == (
        "This sheet was made for another partnership, so none of it is taken. "
        "Send the sheet that Strathmuir Community Planning Partnership made."
    )
    assert found.rows == ()


def test_an_old_sheet_is_refused_whole_with_what_to_do(world):
    found = previewed(world, own_sheet([], mark=MARK.replace("version 1", "version 0")))

    assert found.refusal.endswith("Ask for a new sheet, copy the figures into it and send that one.")


def test_a_sheet_of_another_round_is_read_by_its_rows(world):
    mark = MARK.replace("q3", "q2")

    found = previewed(world, own_sheet([figure_row(id_of(world.grants), 51)], mark=mark))

    assert verdicts(found) == ["new"]
    assert found.notes == (
        "This sheet was made for Q2 2021/22, not for Q3 2021/22. Each figure is of the period that its row names.",
    )


def test_rows_without_their_names_are_read_by_measure_place_and_period(world):
    rows = [
        {
            "Measure": "POV-01: Grants decided in a day",
            "Place": "Strathmuir",
            "Period": "Q3 2021/22",
            "New figure": 51,
        },
        {"Measure": "people advised", "Place": "Letham", "Period": dt.date(2021, 12, 31), "New figure": 8},
        {"Measure": "POV-03", "Place": "S12000099", "Period": 44_470, "New figure": 33},
        {"Measure": "POV-03", "Place": "Letham", "Period": dt.date(2021, 11, 2), "New figure": 8},
        {"Measure": "Nobody’s", "Place": "Letham", "Period": "Q3 2021/22", "New figure": 8},
        {"Measure": "POV-01", "Place": "Nowhere", "Period": "Q3 2021/22", "New figure": 8},
        {"Measure": "POV-01", "Place": "Letham", "Period": "Q5 2021/22", "New figure": 8},
        {"Measure": "POV-01", "Place": "Letham", "Period": "2021/23", "New figure": 8},
        {"Measure": "POV-01", "Place": "Letham", "New figure": 8},
        {"Measure": "Nobody’s"},
    ]

    found = previewed(world, own_sheet(rows, headings=HEADINGS[:-1]))

    named = [(row.measure_code, row.place_name, row.period_label) for row in found.rows[:3]]
    assert named == [
        ("POV-01", "Strathmuir", "Q3 2021/22"),
        ("POV-03", "Letham", "Q3 2021/22"),
        ("POV-03", "Strathmuir", "Q3 2021/22"),
    ]
    assert found.rows[2].question == (
        "Cell C7 holds 44470, which is 1 October 2021 as a spreadsheet counts days. "
        "Is this the figure for Q3 2021/22?"
    )
    assert [row.reason for row in found.rows[3:]] == [
        "Cell C8 holds a date, 2 November 2021, where a financial quarter should be. Write it like Q3 2021/22.",
        "Cell A9: There is no measure “Nobody’s” among those you may send figures for.",
        "Cell B10: There is no place “Nowhere” among those you may send figures for.",
        "Cell C11: There is no quarter 5. Quarters run from Q1 to Q4.",
        "Cell C12: “2021/23” is not a financial quarter. Write it like Q3 2021/22.",
        "Cell C13, the period, is empty.",
    ]
    assert found.notes == (
        "The column that names the rows is missing, so they are read by their measure, place and period.",
    )


def test_a_name_of_a_row_that_is_none(world):
    rows = [figure_row("POV-01", 51), figure_row(id_of(world.grants).replace("2021-12-31", "2021-12-32"), 51)]

    found = previewed(world, own_sheet(rows, headings=[*HEADINGS[6:]]))

    assert [row.reason for row in found.rows] == [
        "Cell F5 says “POV-01”, which is not the name of a row. Copy it from the sheet that was sent to you.",
        (
            "Cell F6 says “POV-01@area@2021-10-01@2021-12-32”, which is not the name of a row. "
            "Copy it from the sheet that was sent to you."
        ),
    ]


def test_a_row_of_which_a_part_was_moved_is_refused(world):
    rows = [
        figure_row(id_of(world.grants), 51, measure="POV-02: Families helped"),
        figure_row(id_of(world.count), 33, measure="POV-03: edited by hand", place="Letham"),
        figure_row(id_of(world.count, place="place:WARD-2"), 8, place="Letham", period="Q2 2021/22"),
        figure_row(id_of(world.skills), 41, measure="Anything else", place="Anywhere", period="Whenever"),
    ]

    found = previewed(world, own_sheet(rows))

    end = "A part of the row may have been moved. Put it back in its place, or ask for a new sheet."
    assert [row.reason for row in found.rows] == [
        f"Cell A5 says “POV-02: Families helped”, but row 5 is named as one of the measure POV-01. {end}",
        f"Cell B6 says “Letham”, but row 6 is named as one of Strathmuir. {end}",
        f"Cell C7 says “Q2 2021/22”, but row 7 is named as one of another period. {end}",
        "",
    ]


def test_hidden_rows_columns_and_sheets_are_told(world):
    book = own_sheet([figure_row(id_of(world.grants), 51), figure_row(id_of(world.count), 33)])
    book.active.row_dimensions[6].hidden = True
    book.active.column_dimensions["K"].hidden = True
    book.create_sheet("Old").sheet_state = "hidden"
    book.create_sheet("Sums").append(["One", 2])

    found = previewed(world, book)

    assert [row.question for row in found.rows] == ["", "Row 6 is hidden in the sheet. Is this figure right?"]
    assert found.notes == (
        "The hidden sheet “Old” is not read.",
        "Only the sheet “Figures to fill” is read, and not “Sums”.",
        "Row 6 is hidden in the sheet. A hidden figure is saved only if you say that it is right.",
    )


def test_figures_in_a_hidden_column_are_asked_about(world):
    book = own_sheet([figure_row(id_of(world.grants), 51)])
    book.active.column_dimensions["G"].hidden = True

    found = previewed(world, book)

    assert found.rows[0].question == "Column G is hidden in the sheet. Is this figure right?"
    assert found.notes == ("Column G is hidden in the sheet.",)


def test_merged_cells(world):
    """A name merged over several rows names them all; of a figure nobody can tell which row it is of."""
    rows = [
        {"Measure": "POV-03", "Place": "Strathmuir", "Period": "Q3 2021/22", "New figure": 33},
        {"Place": "Letham", "Period": "Q3 2021/22", "New figure": 8},
        {"Measure": "POV-01", "Place": "Strathmuir", "Period": "Q3 2021/22", "New figure": 51},
        {"Measure": "SKI-01", "Place": "Strathmuir", "Period": "Q3 2021/22"},
    ]
    book = own_sheet(rows, headings=HEADINGS[:-1])
    book.active.merge_cells("A5:A6")
    book.active.merge_cells("G7:G8")

    found = previewed(world, book)

    assert [(row.measure_code, row.verdict.value, row.reason) for row in found.rows] == [
        ("POV-03", "new", ""),
        ("POV-03", "new", ""),
        (
            "POV-01",
            "refused",
            (
                "Cell G7 is merged with those below it, down to row 8, so nobody can tell which row the figure is of. "
                "Unmerge them, and write each figure in its own row."
            ),
        ),
        ("SKI-01", "empty", ""),
    ]
    assert found.notes[-1] == "Cell A5 is merged over several rows, and was read for each of them."


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ({"Measure": "Total", "New figure": 41}, "“41”"),
        ({"Place": "All wards", "New figure": 99}, "“99”"),
        ({"What to give": "Sum", "New figure": 41}, "“41”"),
        ({"New figure": 41}, "“41”"),
    ],
)
def test_a_row_of_totals_is_left_out_and_told(world, last, words):
    rows = [figure_row(id_of(world.count), 33), figure_row(id_of(world.count, place="place:WARD-2"), 8), last]

    found = previewed(world, own_sheet(rows))

    assert verdicts(found) == ["new", "new"]
    assert found.notes == (f"Row 7 ({words}) looks like a total and was left out.",)


def test_a_last_row_without_a_name_that_is_no_sum_is_refused(world):
    rows = [figure_row(id_of(world.count), 33), figure_row(id_of(world.grants), 8), {"New figure": 42}]

    found = previewed(world, own_sheet(rows))

    assert (found.rows[-1].verdict, found.rows[-1].reason, found.notes) == (
        "refused",
        "Cell A7, the measure, is empty.",
        (),
    )


def test_columns_that_are_not_ours_are_passed_over_and_named(world):
    rows = [figure_row(id_of(world.grants), 51) | {"Checked by": "Ann"}]

    found = previewed(world, own_sheet(rows, headings=["Checked by", *reversed(HEADINGS)]))

    assert said(found) == [("Cell G5", "new", "51", "51.0%")]
    assert found.notes == ("Columns that are not ours are passed over: “Checked by” (A4).",)


def test_of_many_columns_that_are_not_ours_it_is_said_how_many_more_there_are(world):
    others = [f"Extra {number}" for number in range(1, 11)]

    found = previewed(world, own_sheet([figure_row(id_of(world.grants), 51)], headings=[*HEADINGS, *others]))

    assert found.notes[0].endswith("“Extra 8” (T4) and 2 more.")


def test_of_many_rows_that_give_one_figure_a_few_are_named(world):
    """As when nobody said which column holds the place: every row would name every other."""
    rows = [figure_row(id_of(world.grants), number) for number in range(1, 41)]

    found = previewed(world, own_sheet(rows))

    named = "Cell G5, Cell G6, Cell G7, Cell G8, Cell G9, Cell G10, Cell G11, Cell G12 and 32 more"
    reason = f"This figure is given more than once, and not the same: {named}. Leave one of them."
    assert {row.reason for row in found.rows} == {reason}


def test_the_same_figure_twice(world):
    rows = [
        figure_row(id_of(world.grants), 51),
        figure_row(id_of(world.grants), "51%"),
        figure_row(id_of(world.count), 33),
        figure_row(id_of(world.count), 34),
        figure_row(id_of(world.count)),
    ]

    found = previewed(world, own_sheet(rows))

    twice = "This figure is given more than once, and not the same: Cell G7 and Cell G8. Leave one of them."
    assert [(row.verdict.value, row.reason) for row in found.rows] == [
        ("new", ""),
        ("same", "Cell G5 says the same."),
        ("refused", twice),
        ("refused", twice),
        ("empty", ""),
    ]


def test_a_file_without_figures_is_refused_whole(world):
    found = previewed(world, own_sheet([]))

    assert found.refusal == "There are no figures in it. Check that it is the right one."


# Beside what is known


def test_a_figure_on_record_is_the_same_or_not_for_a_return(world):
    """Q2 is known: 48% of grants, 31 people advised."""
    rows = [
        figure_row(id_of(world.grants, quarter(2)), 48),
        figure_row(id_of(world.count, quarter(2)), 32),
        figure_row(id_of(world.share, quarter(2)), numerator=12, denominator=25),
        figure_row(id_of(world.skills, quarter(2)), why_none="Not published yet"),
    ]
    book = saved(own_sheet(rows))

    found = previewed(world, book)

    known = "48.0%, released 15 October 2021"
    assert [(row.verdict.value, row.shown, row.before, row.reason) for row in found.rows] == [
        ("same", "48.0%", known, f"It is on record already: {known}."),
        (
            "refused",
            "32",
            "31, released 15 October 2021",
            "31 is known already. To put it right, choose to put the figures on record.",
        ),
        ("same", "48.0%", known, f"It is on record already: {known}."),
        (
            "refused",
            "No figure: Not published yet",
            "40.0%, released 15 October 2021",
            "40.0% is known already. To put it right, choose to put the figures on record.",
        ),
    ]
    theirs = previewed(world, book, by=world.lead)
    assert theirs.rows[1].reason == "31 is known already. To put it right, ask the CP manager."


def test_a_figure_for_the_record_takes_the_place_of_another(world):
    ReadingFactory(measure=world.grants, value=45, flag="provisional", **days(quarter(1)))
    rows = [
        figure_row(id_of(world.grants, quarter(2)), 48),
        figure_row(id_of(world.count, quarter(2)), 32),
        figure_row(id_of(world.grants, quarter(1)), 45),
        figure_row(id_of(world.skills, quarter(2)), "41 (p)"),
        figure_row(id_of(world.skills), 41),
        figure_row(id_of(world.share), why_none="Not published yet"),
        figure_row(id_of(world.share, quarter(2)), why_none="Confidential"),
    ]

    found = previewed(world, own_sheet(rows), destination="record")

    assert [(row.verdict.value, row.shown, row.before, row.question) for row in found.rows] == [
        ("same", "48.0%", "48.0%, released 15 October 2021", ""),
        ("changed", "32", "31, released 15 October 2021", ""),
        ("changed", "45.0%", "45.0% (provisional), released 15 October 2021", ""),
        (
            "changed",
            "41.0% (provisional)",
            "40.0%, released 15 October 2021",
            (
                "The figure for Q2 2021/22 is final already: 40.0%, released 15 October 2021. "
                "Is this later one really provisional?"
            ),
        ),
        ("new", "41.0%", "", ""),
        ("empty", "No figure: Not published yet", "", ""),
        ("changed", "[c] confidential", "48.0%, released 15 October 2021", ""),
    ]
    assert [row.sent.flag if row.sent else "" for row in found.rows] == [
        "", "revised", "final", "provisional", "final", "", "revised",
    ]  # fmt: skip


def test_drafts_in_the_return_are_known_with_who_and_when(world):
    at = dt.datetime(2022, 1, 8, 9, tzinfo=EDINBURGH)
    held = return_of(world.people.poverty, world.quarter)
    save_figures(held, [FigureEntry(world.grants.pk, Decimal(50))], seen=None, by=world.lead, at=at)
    save(sent(world, own_sheet([figure_row(id_of(world.count), "33 (p)")]), organisation=world.nhs))
    rows = [figure_row(id_of(world.grants), 51), figure_row(id_of(world.count), "33 (p)")]

    found = previewed(world, own_sheet(rows), by=world.lead)

    came = f"33 (provisional), from NHS Strathmuir, by sheet on 10 January 2022, put in by {world.manager}"
    assert [(row.verdict.value, row.before, row.reason) for row in found.rows] == [
        ("changed", "50.0%, typed by Poverty lead on 8 January 2022", ""),
        ("same", came, f"It is in the return already: {came}."),
    ]


def test_why_there_is_none_beside_what_the_return_says(world):
    held = QuarterlyReturnFactory(priority=world.people.poverty, quarter=world.quarter)
    for measure in (world.grants, world.count):
        MeasureCommentaryFactory(quarterly_return=held, measure=measure, no_figure_reason="Not published yet")
    ReadingFactory(
        measure=world.share,
        quarterly_return=held,
        state="draft",
        value=48,
        entered_by=world.lead,
        **days(quarter(3)),
    )
    rows = [
        figure_row(id_of(world.grants), why_none="Not published yet"),
        figure_row(id_of(world.count), why_none="The survey was late"),
        figure_row(id_of(world.share), why_none="Not published yet"),
    ]

    found = previewed(world, own_sheet(rows))

    assert [(row.verdict.value, row.before, row.question) for row in found.rows] == [
        ("same", "No figure: Not published yet", ""),
        ("changed", "No figure: Not published yet", ""),
        (
            "changed",
            "48.0%, typed by Poverty lead on 15 October 2021",
            "A figure is in the return already (48.0%, typed by Poverty lead on 15 October 2021). Is there really none?",
        ),
    ]


# What is refused


def test_what_no_figure_can_be_given_for(world):
    gap = GapFactory(of=world.grants, measure__code="GAP", measure__priority=world.people.poverty).measure
    gone = MeasureFactory(priority=world.people.poverty, code="GONE", discontinued_on=dt.date(2021, 10, 1))
    yearly = MeasureFactory(priority=world.people.poverty, code="YEAR", period_kind="financial_year")
    runs = MeasureFactory(
        priority=world.people.poverty, code="RUNS", period_kind="rolling_years", years_covered=3
    )
    closed = LocalityFactory(
        partnership=world.partnership, code="OLD", name="Old ward", closed_on=dt.date(2021, 3, 31)
    )
    rows = [
        figure_row(id_of(gap), 3),
        figure_row(id_of(gone), 3),
        figure_row(id_of(yearly), 3),
        figure_row("RUNS@area@2018-01-01@2019-12-31", 3),
        figure_row("RUNS@area@2018-04-01@2021-03-31", 3),
        figure_row(id_of(world.count, place=f"place:{closed.code}"), 3),
        figure_row(id_of(world.count, quarter(4)), 3),
        figure_row(id_of(world.count, place="place:NONE"), 3),
        figure_row("NONE@area@2021-10-01@2021-12-31", 3),
    ]

    found = previewed(world, own_sheet(rows))

    assert runs.years_covered == 3
    assert [(row.verdict.value, row.reason) for row in found.rows] == [
        (
            "refused",
            (
                "This measure is a gap: its figures are worked out from those of Grants decided in a day. "
                "Record the figures there."
            ),
        ),
        ("refused", "The measure was discontinued on 1 October 2021, before Q3 2021/22 ended."),
        (
            "refused",
            (
                "1 October 2021 to 31 December 2021 is not a financial year. This measure is read for a financial year, "
                "like 2021/22."
            ),
        ),
        ("refused", "2018-2019 is not a run of years of this measure, like 2017-2019."),
        ("refused", "2018/19 to 2020/21 is not a run of years of this measure, like 2019-2021."),
        ("refused", "Old ward was closed on 31 March 2021, before Q3 2021/22 began."),
        (
            "refused",
            "Q4 2021/22 ends on 31 March 2022. There can be no figure for a period that has not ended.",
        ),
        ("refused", "There is no place “NONE” among those you may send figures for."),
        ("refused", "There is no measure “NONE” among those you may send figures for."),
    ]


def test_each_sends_what_is_theirs_and_nobody_learns_what_else_there_is(world):
    rows = [
        figure_row(id_of(world.grants), 51),
        figure_row(id_of(world.skills), 41),
        figure_row("NONE-1@area@2021-10-01@2021-12-31", 1),
        figure_row(id_of(world.skills)),
    ]
    book = saved(own_sheet(rows))

    assert verdicts(previewed(world, book)) == ["new", "new", "refused", "empty"]
    for person in (world.lead, world.people.deputy):
        found = previewed(world, book, by=person)
        assert [(row.verdict.value, row.measure_name, row.reason) for row in found.rows] == [
            ("new", "Grants decided in a day", ""),
            ("refused", "", "There is no measure “SKI-01” among those you may send figures for."),
            ("refused", "", "There is no measure “NONE-1” among those you may send figures for."),
            ("empty", "", ""),
        ]
    assert verdicts(previewed(world, book, by=world.people.other_lead)) == [
        "refused",
        "new",
        "refused",
        "empty",
    ]
    for nobody in ("officer", "board", "viewer", "stranger"):
        assert permit_for(getattr(world.people, nobody), world.quarter, "record").measures == {}


def test_only_the_cp_manager_puts_figures_on_record_at_once(world):
    assert permit_for(world.manager, world.quarter, "record").goes_on_record
    assert not permit_for(world.lead, world.quarter, "record").goes_on_record


@pytest.mark.parametrize(
    ("state", "word", "way_out"),
    [
        (
            QuarterlyReturn.State.SUBMITTED,
            "submitted",
            "Return it to its lead officer first, or send this again and choose “On record at once”.",
        ),
        (
            QuarterlyReturn.State.ACCEPTED,
            "accepted",
            "Send this again and choose “On record at once”.",
        ),
    ],
)
def test_a_closed_return_takes_nothing_in_and_who_may_open_it_is_told_how(world, state, word, way_out):
    QuarterlyReturnFactory(
        priority=world.people.poverty, quarter=world.quarter, state=state, submitted_at=NOW,
        submitted_by=world.lead, accepted_at=NOW, accepted_by=world.manager,
    )  # fmt: skip
    rows = [figure_row(id_of(world.grants), 51), figure_row(id_of(world.skills), 41)]

    found = previewed(world, own_sheet(rows))
    theirs = previewed(world, own_sheet(rows[:1]), by=world.lead)

    closed = f"The return of Poverty is {word}, so its figures can no longer be sent in."
    assert [(row.verdict.value, row.reason) for row in found.rows] == [
        ("refused", f"{closed} {way_out}"),
        ("new", ""),
    ]
    assert [row.reason for row in theirs.rows] == [f"{closed} Ask the CP manager."]


# What is asked


def test_what_looks_odd_is_asked_about(world):
    """Earlier values 48%; what comes in the same sheet counts too."""
    run = MeasureFactory(priority=world.people.poverty, code="RUN", unit="number", decimals=0)
    for number in (1, 2):
        ReadingFactory(measure=run, value=7, **days(quarter(number)))
    ReadingFactory(measure=run, value=7, **days(quarter(4, 2020)))
    year = MeasureFactory(
        priority=world.people.poverty,
        code="YTD",
        unit="number",
        decimals=0,
        is_cumulative=True,
        roll_up="sum",
    )
    ReadingFactory(measure=year, value=40, **days(quarter(2)))
    more = [MeasureFactory(priority=world.people.poverty, code=f"X-{number}") for number in range(6)]
    for measure in more:
        ReadingFactory(measure=measure, value=48)
    fresh = MeasureFactory(priority=world.people.poverty, code="NEW", unit="number", decimals=0)
    periods = [quarter(4, 2020), quarter(1), quarter(2), quarter(3)]
    rows = [
        figure_row(id_of(more[0]), 0.5),
        figure_row(id_of(more[1]), 480),
        figure_row(id_of(more[2]), 4.8),
        figure_row(id_of(more[3]), -2),
        figure_row(id_of(more[4]), 0),
        figure_row(id_of(more[5], quarter(2, 2020)), 44),
        figure_row(id_of(run), 7),
        figure_row(id_of(year), 39),
        *(figure_row(id_of(fresh, period), 12) for period in reversed(periods)),
    ]

    found = previewed(world, own_sheet(rows), by=world.lead)

    assert verdicts(found) == ["new"] * len(rows)
    assert [row.questions for row in found.rows] == [
        ("Is this really 0.5%, or did you mean 50%?",),
        (
            "480% is over 100%. Is this right?",
            "480% is ten times the last figure, 48%, or more. Is this right?",
        ),
        ("4.8% is a tenth of the last figure, 48%, or less. Is this right?",),
        (
            "−2% is below zero. Is this right?",
            "−2% is a tenth of the last figure, 48%, or less. Is this right?",
        ),
        ("The last figure was 48%. Is this one really zero?",),
        ("Q2 2020/21 ended more than a year before this round. Is it the right period?",),
        ("7 is the same as the three figures before it. Is this a new figure, and not a copy?",),
        ("The total since 1 April is lower than that to the end of Q2. Is this right?",),
        ("12 is the same as the three figures before it. Is this a new figure, and not a copy?",),
        (),
        (),
        (),
    ]


def test_a_note_explains_a_total_that_fell(world):
    year = MeasureFactory(
        priority=world.people.poverty,
        code="YTD",
        unit="number",
        decimals=0,
        is_cumulative=True,
        roll_up="sum",
    )
    ReadingFactory(measure=year, value=40, **days(quarter(2)))

    row = the_row(world, figure_row(id_of(year), 39, note="Three cases were counted twice."))

    assert (row.questions, row.note) == ((), "Three cases were counted twice.")


def test_a_question_answered_in_the_preview_is_answered_in_the_return(world):
    delivery = sent(world, own_sheet([figure_row(id_of(world.grants), 480)]))

    save(delivery, "all")

    draft = Reading.objects.get(state="draft")
    assert draft.answered_doubt == (
        "480% is over 100%. Is this right? 480% is ten times the last figure, 48%, or more. Is this right?"
    )


# By link, and what may not be told


def by_link(world, *measures, contact=None):
    link = SupplyLinkFactory(quarter=world.quarter, **({"contact": contact} if contact else {}))
    link.measures.set(measures)
    return permit_for_link(link, at=NOW)


def link_row(measure, value, period=None, place="area"):
    figure = FigureInCell(Decimal(value)) if value is not None else FigureInCell()
    id_ = parse_row_id(id_of(measure, period, place))
    return SentRow(measure.name, id_, "" if value is None else str(value), figure)


def test_a_link_is_for_its_own_rows_alone(world):
    permit = by_link(world, world.grants)
    rows = [
        link_row(world.grants, 51),
        link_row(world.grants, 51, quarter(1)),
        link_row(world.grants, 51, place="place:WARD-2"),
        link_row(world.skills, 51),
        SentRow("Elsewhere", parse_row_id("NONE@area@2021-10-01@2021-12-31"), "1", FigureInCell(Decimal(1))),
    ]

    found = preview_rows(rows, permit, at=NOW)

    end = "is not among the figures that you were asked for."
    assert [row.reason for row in found.rows] == [
        "",
        f"Grants decided in a day, Strathmuir, Q1 2021/22 {end}",
        f"Grants decided in a day, Letham, Q3 2021/22 {end}",
        "There is no measure “SKI-01” among those you may send figures for.",
        "There is no measure “NONE” among those you may send figures for.",
    ]
    assert not permit.goes_on_record


def controlled(world):
    """A count under disclosure control, of which Q1 may be shown and Q2, 3 people, may not."""
    measure = MeasureFactory(
        priority=world.people.poverty, code="SMALL", unit="number", decimals=0, is_disclosure_controlled=True
    )
    ReadingFactory(measure=measure, value=60, **days(quarter(1)))
    ReadingFactory(measure=measure, value=3)
    clear_measure(measure, by=None, at=NOW)
    assert [row.is_suppressed for row in measure.readings.order_by("ends_on")] == [False, True]
    return measure


def test_what_is_held_back_is_told_to_who_answers_for_it_alone(world):
    measure = controlled(world)
    book = saved(own_sheet([figure_row(id_of(measure), 44)]))
    asked = "44 is ten times the last figure, 3, or more. Is this right?"

    for person in (world.manager, world.lead):
        assert previewed(world, book, by=person).rows[0].questions == (asked,)
    for value in (44, 3, 30, 600):
        (row,) = preview_rows([link_row(measure, value)], by_link(world, measure), at=NOW).rows
        assert (row.verdict, row.before, row.questions) == ("new", "", ())


@pytest.mark.parametrize("value", [3, 4, 60])
def test_a_figure_held_back_is_never_told_by_guessing_it(world, value):
    """Whatever is sent for a period whose figure may not be seen, the answer is the same."""
    measure = controlled(world)
    delivery = sent(world, own_sheet([figure_row(id_of(measure, quarter(2)), value)]))
    permit = permit_for(world.manager, world.quarter, "drafts").for_a_file
    assert delivery.pk

    (row,) = preview_rows([link_row(measure, value, quarter(2))], permit, at=NOW).rows

    assert (row.verdict, row.before, row.reason) == (
        "refused",
        "[c], released 15 October 2021",
        "A figure for Q2 2021/22 is known already, [c]. To put it right, choose to put the figures on record.",
    )


def test_by_link_one_sees_the_drafts_one_sent_and_no_others(world):
    contact = DataContactFactory(partnership=world.partnership, organisation=world.nhs)
    save_figures(
        return_of(world.people.poverty, world.quarter),
        [FigureEntry(world.grants.pk, Decimal(50)), FigureEntry(world.count.pk, Decimal(33))],
        seen=None,
        by=world.lead,
        at=NOW,
    )
    own = by_link(world, world.grants, world.count, contact=contact)
    mine = Delivery.objects.create(
        partnership=world.partnership, quarter=world.quarter, way="link", link=own.link, contact=contact, name="By link",
        sha256="", size=0, sent_at=NOW,
    )  # fmt: skip
    Reading.objects.filter(measure=world.count, state="draft").update(delivery=mine)
    rows = [link_row(world.grants, 50), link_row(world.count, 33)]

    found = preview_rows(rows, own, at=NOW)

    assert [(row.verdict.value, row.before) for row in found.rows] == [
        ("changed", "A figure that somebody else gave"),
        ("same", f"33, from {contact.name}, NHS Strathmuir, by link on 10 January 2022"),
    ]
    others = preview_rows(rows, by_link(world, world.grants, world.count), at=NOW)
    assert [row.before for row in others.rows] == ["A figure that somebody else gave"] * 2


# The whole


@pytest.mark.parametrize("count", [1, 3])
def test_a_preview_takes_as_many_queries_for_many_rows_as_for_one(world, count):
    measures = [MeasureFactory(priority=world.people.poverty, code=f"X-{number}") for number in range(count)]
    for measure in measures:
        ReadingFactory(measure=measure)
    rows = [figure_row(id_of(measure, quarter(n)), 50) for measure in measures for n in (1, 3)]
    delivery = sent(world, own_sheet(rows))
    permit = permit_for(world.manager, world.quarter, "drafts")

    with CaptureQueriesContext(connection) as queries:
        found = preview_delivery(delivery, permit, at=NOW)

    assert verdicts(found) == ["new"] * 2 * count
    assert len(queries) == 6


def test_a_preview_saves_nothing_and_is_the_same_twice(world):
    book = filled(fill_sheet(world), {"G5": 51, "H6": 13, "I6": 26, "G7": "forty", "G8": "<5"})
    delivery = sent(world, book)
    before = Reading.objects.count()

    first, second = preview(delivery), preview(delivery)

    assert (first.fingerprint, first.rows) == (second.fingerprint, second.rows)
    assert len({row.key for row in first.rows}) == 4
    assert first.counts == {"new": 3, "changed": 0, "same": 0, "empty": 0, "refused": 1}
    delivery.refresh_from_db()
    assert (Reading.objects.count(), delivery.is_waiting) == (before, True)


def test_a_preview_has_another_fingerprint_once_something_changed(world):
    delivery = sent(world, own_sheet([figure_row(id_of(world.grants), 51)]))
    before = preview(delivery).fingerprint
    held = return_of(world.people.poverty, world.quarter)
    save_figures(held, [FigureEntry(world.grants.pk, Decimal(50))], seen=None, by=world.lead, at=NOW)

    assert preview(delivery).fingerprint != before


WORDS = st.text(st.characters(exclude_categories=["C"]), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.one_of(st.none(), st.dates(), WORDS, st.sampled_from(["Q3 2021/22", "2021/22"])),
            st.one_of(st.none(), st.integers(), st.floats(), st.dates(), WORDS),
            st.one_of(
                st.none(),
                WORDS,
                st.builds(
                    "{}@area@{}@{}".format, st.sampled_from(["POV-01", "RUNS", "YTD"]), st.dates(), st.dates()
                ),
                st.sampled_from(["YTD@area@1900-01-01@1900-03-31", "RUNS@area@1900-01-01@1902-12-31"]),
            ),
            WORDS,
        ),
        max_size=6,
    )
)
def test_whatever_stands_in_a_sheet_is_previewed(world, rows):
    """Nothing that people can type makes a preview break."""
    poverty = world.people.poverty
    for code, fields in {
        "RUNS": {"period_kind": "rolling_years", "years_covered": 3},
        "YTD": {"is_cumulative": True, "roll_up": "sum", "unit": "number"},
    }.items():
        if not poverty.measures.filter(code=code).exists():
            MeasureFactory(priority=poverty, code=code, **fields)
    measures = ["POV-01", "POV-02", "POV-03", "RUNS", "YTD", "None"]
    lines = [
        [measure, "Letham", period, figure, words, id_]
        for measure, (period, figure, id_, words) in zip(measures, rows, strict=False)
    ]
    headings = ["Measure", "Place", "Period", "New figure", "Not available because", "Row (leave as it is)"]

    delivery = sent(world, csv_of([MARK], headings, *lines), name="figures.csv")
    found = preview(delivery)

    assert found.fingerprint == preview(delivery).fingerprint
    assert all(row.reason for row in found.of(Verdict.REFUSED))
    assert all((row.sent is not None) == row.verdict.is_saved for row in found.rows)
    discard(delivery, by=world.manager)
