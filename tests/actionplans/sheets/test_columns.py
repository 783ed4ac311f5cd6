"""Which column holds what: known of our own sheets whatever was done to them, told once of any other."""

import datetime as dt

import pytest

from actionplans import operations
from actionplans.models import SheetMapping
from actionplans.sheets.columns import ROUND, BadPlan, ColumnPlan, FigureColumn, Part, find_own, find_plan
from actionplans.sheets.committing import tell_columns
from actionplans.sheets.limits import SheetRefused
from actionplans.sheets.outlines import Unmapped, outlines_of
from actionplans.sheets.previewing import preview_delivery, read_delivery, untold_words
from actionplans.sheets.reading import read_workbook
from priorities.clock import EDINBURGH
from priorities.workbooks import FileKind
from tests.actionplans.sheets.sending import (
    HEADINGS,
    MARK,
    a_round,
    csv_of,
    fill_sheet,
    own_sheet,
    permit,
    preview,
    said,
    saved,
    sent,
    table,
)
from tests.factories import NOW


@pytest.fixture
def world(db):
    return a_round()


def book_of(content, name="figures.xlsx"):
    return read_workbook(content if isinstance(content, bytes) else saved(content), name)


OWN = ColumnPlan(
    "Figures to fill",
    4,
    {
        Part.MEASURE: 1,
        Part.PLACE: 2,
        Part.PERIOD: 3,
        Part.FIGURE: 7,
        Part.NUMERATOR: 8,
        Part.DENOMINATOR: 9,
        Part.WHY_NONE: 10,
        Part.NOTE: 11,
        Part.ID: 12,
    },
)


# Our own


@pytest.mark.parametrize("kind", [FileKind.XLSX, FileKind.ODS])
def test_our_own_sheet_needs_no_telling(world, kind):
    assert find_plan(book_of(fill_sheet(world, kind=kind))) == OWN


def test_our_own_columns_in_another_order_with_others_between():
    headings = ["Checked by", *reversed(HEADINGS), "Old figure"]
    own = find_own(book_of(own_sheet([], headings=headings)))

    assert own.plan.columns == {
        Part.ID: 2, Part.NOTE: 3, Part.WHY_NONE: 4, Part.DENOMINATOR: 5, Part.NUMERATOR: 6, Part.FIGURE: 7,
        Part.PERIOD: 11, Part.PLACE: 12, Part.MEASURE: 13,
    }  # fmt: skip
    assert [(cell.ref, cell.text) for cell in own.extra] == [("A4", "Checked by"), ("N4", "Old figure")]


def test_our_own_sheet_as_csv_and_without_its_first_lines():
    found = find_plan(book_of(csv_of(HEADINGS, ["x"]), "figures.csv"))

    assert (found.header_row, found.columns) == (1, OWN.columns)


def test_headings_are_known_in_other_letters_and_spaces():
    headings = [f"  {heading.upper()} " for heading in HEADINGS]

    assert find_plan(book_of(own_sheet([], headings=headings))) == OWN


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"headings": [*HEADINGS, "New figure"]},
            (
                "The heading “New figure” stands twice in the sheet “Figures to fill”, in G4 and M4. Delete the column that "
                "is not meant, and send the file again."
            ),
        ),
        (
            {"mark": MARK.replace("version 1", "version 0")},
            (
                "The sheet “Figures to fill” is an older kind of sheet to fill, which is not read any more. Ask for a new "
                "sheet, copy the figures into it and send that one."
            ),
        ),
        (
            {"mark": MARK.replace("version 1", "version 2")},
            (
                "The sheet “Figures to fill” is a newer kind of sheet to fill, which is not read any more. Ask for a new "
                "sheet, copy the figures into it and send that one."
            ),
        ),
        (
            {"headings": ["A", "B", "C"]},
            (
                "The headings of the sheet “Figures to fill” have been changed, so nobody can tell which column is which. "
                "There must be “New figure” and “Row (leave as it is)” among them."
            ),
        ),
    ],
)
def test_our_own_sheet_that_cannot_be_taken(change, words):
    with pytest.raises(SheetRefused) as refused:
        find_plan(book_of(own_sheet([], **change)))

    assert str(refused.value) == words


def test_two_sheets_to_fill_in_one_file_are_refused():
    book = own_sheet([])
    book.copy_worksheet(book.active).title = "Copy"

    with pytest.raises(SheetRefused) as refused:
        find_plan(book_of(book))

    assert str(refused.value) == (
        "There is more than one sheet to fill in the file: “Figures to fill” and “Copy”. "
        "Send each as a file of its own."
    )


def test_our_own_sheet_is_not_read_while_it_is_hidden():
    book = own_sheet([])
    book.active.sheet_state = "hidden"
    book.create_sheet("Cover").append(["Figures"])

    with pytest.raises(SheetRefused) as refused:
        find_plan(book_of(book))

    assert str(refused.value) == (
        "The sheet “Figures to fill” is hidden. Show it again, look it through and send the file once more."
    )


def test_a_hidden_copy_of_our_sheet_is_not_read():
    book = own_sheet([])
    copy = book.copy_worksheet(book.active)
    copy.title, copy.sheet_state = "Copy", "hidden"

    assert find_plan(book_of(book)) == OWN


# Any other


FOODBANK = (
    ["Foodbank returns"],
    [],
    ["Indicator", "Ward", "Qtr", "Nos", "Comments"],
    ["Foodbank nos", "Letham", "Q3 2021/22", 9, "Provisional"],
    ["Foodbank nos", "All Strathmuir", "Q3 2021/22", 40, None],
    ["Leaflets", "All Strathmuir", "Q3 2021/22", 4_000, None],
    ["Total", None, None, 4_049, None],
)


def test_a_sheet_of_somebody_else_is_laid_out_with_a_guess(world):
    found = read_delivery(sent(world, table(*FOODBANK)), permit(sent(world, table(*FOODBANK))))

    assert isinstance(found, Unmapped)
    (outline,) = found.sheets
    assert (outline.name, outline.header_row) == ("Sheet1", 3)
    assert [(one.letters, one.text, one.guess, one.samples) for one in outline.headings] == [
        ("A", "Indicator", Part.MEASURE, ("Foodbank nos", "Foodbank nos", "Leaflets")),
        ("B", "Ward", Part.PLACE, ("Letham", "All Strathmuir", "All Strathmuir")),
        ("C", "Qtr", Part.PERIOD, ("Q3 2021/22", "Q3 2021/22", "Q3 2021/22")),
        ("D", "Nos", Part.FIGURE, ("9", "40", "4000")),
        ("E", "Comments", Part.NOTE, ("Provisional",)),
    ]
    assert outline.guess == ColumnPlan(
        "Sheet1", 3, {Part.MEASURE: 1, Part.PLACE: 2, Part.PERIOD: 3, Part.FIGURE: 4, Part.NOTE: 5}
    )


def test_a_wide_sheet_is_guessed_by_the_periods_in_its_headings():
    book = table(
        ["Measure", "Q2 2021/22", "Q3 2021/22", dt.date(2021, 12, 1), "2021"],
        ["POV-03", 30, 33, 12, "late"],
    )
    (outline,) = outlines_of(book_of(book))

    assert outline.guess == ColumnPlan(
        "Sheet1",
        1,
        {Part.MEASURE: 1},
        wide=(FigureColumn(2, "Q2 2021/22"), FigureColumn(3, "Q3 2021/22"), FigureColumn(4, "December 2021")),
    )


def test_only_sheets_that_are_shown_and_hold_something_are_laid_out():
    book = table(["Measure", "Value"], ["POV-03", 3])
    book.create_sheet("Empty")
    hidden = book.create_sheet("Old")
    hidden.append(["Measure", "Value"])
    hidden.sheet_state = "hidden"

    assert [outline.name for outline in outlines_of(book_of(book))] == ["Sheet1"]


# What is told


@pytest.mark.parametrize(
    ("plan", "missing"),
    [
        (ColumnPlan("S", 1, {Part.ID: 1, Part.FIGURE: 2}), ()),
        (ColumnPlan("S", 1, {Part.ID: 1, Part.NUMERATOR: 2, Part.DENOMINATOR: 3}), ()),
        (ColumnPlan("S", 1, {Part.FIGURE: 2}, measure="POV-01", period=ROUND), ()),
        (ColumnPlan("S", 1, {Part.MEASURE: 1}, wide=(FigureColumn(2, "2020/21"),)), ()),
        (
            ColumnPlan("S", 1, {}),
            (
                "Say which column holds the figures.",
                "Say which column names the measure, or which measure all the figures are of.",
                "Say which column holds the period, or which period all the figures are of.",
            ),
        ),
        (
            ColumnPlan("S", 1, {Part.ID: 1, Part.FIGURE: 2}, wide=(FigureColumn(3, "2020/21"),)),
            ("Say of each column of figures which period it is of, or choose one column alone.",),
        ),
    ],
)
def test_what_a_plan_must_say(plan, missing):
    assert plan.missing == missing


def test_a_plan_is_kept_and_read_again():
    plan = ColumnPlan(
        "Síle’s sheet", 3, {Part.MEASURE: 1, Part.NOTE: 9}, (FigureColumn(4, "Q3 2021/22"),), "POV-01", "place:W", "2021",
        {"Foodbank nos": "POV-03", "Leaflets": ""}, {"All": "area"},
    )  # fmt: skip

    assert ColumnPlan.from_json(plan.as_json()) == plan


@pytest.mark.parametrize(
    "kept", [{}, {"sheet": "S"}, ColumnPlan("S", 1, {}).as_json() | {"columns": {"odd": 1}}, {"columns": []}]
)
def test_what_is_no_plan_is_refused(kept):
    with pytest.raises(BadPlan):
        ColumnPlan.from_json(kept)


PLAN = ColumnPlan("Sheet1", 3, {Part.MEASURE: 1, Part.PLACE: 2, Part.PERIOD: 3, Part.FIGURE: 4, Part.NOTE: 5})


def test_words_that_mean_nothing_are_asked_about_and_then_known(world):
    delivery = sent(world, table(*FOODBANK), organisation=world.nhs)
    tell_columns(delivery, PLAN, remember=False, by=world.manager, at=NOW)
    delivery.refresh_from_db()
    asked = untold_words(delivery, permit(delivery))
    assert (asked.measures, asked.places) == (("Foodbank nos", "Leaflets"), ("All Strathmuir",))
    first = preview(delivery).rows[0]
    assert (first.where, first.verdict, first.reason) == (
        "Cell D4",
        "refused",
        "Cell A4: There is no measure “Foodbank nos” among those you may send figures for.",
    )

    told = ColumnPlan.from_json(
        PLAN.as_json()
        | {
            "measure_words": {"Foodbank nos": "POV-03", "Leaflets": ""},
            "place_words": {"All Strathmuir": "area"},
        }
    )
    tell_columns(delivery, told, remember=False, by=world.manager, at=NOW)
    delivery.refresh_from_db()

    found = preview(delivery)
    assert not untold_words(delivery, permit(delivery))
    assert said(found) == [("Cell D4", "new", "9", "9"), ("Cell D5", "new", "40", "40")]
    assert [row.place_name for row in found.rows] == ["Letham", "Strathmuir"]
    assert found.notes == (
        "Row 7 (“4049”) looks like a total and was left out.",
        "Left out, as was told of sheets like this: “Leaflets”.",
    )


def test_what_was_told_is_remembered_by_organisation_and_headings(world):
    first = sent(world, table(*FOODBANK), organisation=world.nhs)
    words = {
        "measure_words": {"Foodbank nos": "POV-03", "Leaflets": ""},
        "place_words": {"All Strathmuir": "area"},
    }
    told = ColumnPlan.from_json(PLAN.as_json() | words)
    tell_columns(first, told, remember=True, by=world.manager, at=NOW)

    later = [*FOODBANK[:3], ["Foodbank nos", "Letham", "Q3 2021/22", 11, None]]
    again = sent(world, table(*later, name="January"), organisation=world.nhs)
    found = preview(again)

    assert said(found) == [("Cell D4", "new", "11", "11")]
    assert found.notes == (f"Read with the columns told on 10 January 2022 by {world.manager}.",)
    for other in (None, type(world.nhs).objects.create(partnership=world.partnership, code="X", name="X")):
        delivery = sent(world, table(*later), organisation=other)
        assert isinstance(read_delivery(delivery, permit(delivery)), Unmapped)
    renamed = [["Indicator", "Ward", "Quarter", "Nos", "Comments"], *later[3:]]
    delivery = sent(world, table(*renamed), organisation=world.nhs)
    assert isinstance(read_delivery(delivery, permit(delivery)), Unmapped)


def test_what_one_may_not_send_and_left_out_is_read_of_those_who_may(world):
    """The lead officer of Poverty has nothing to do with the row of Skills, the CP manager has."""
    rows = [["Measure", "Period", "Figure"], ["POV-01", "Q3 2021/22", 51], ["SKI-01", "Q3 2021/22", 41]]
    told = ColumnPlan(
        "Sheet1", 1, {Part.MEASURE: 1, Part.PERIOD: 2, Part.FIGURE: 3}, measure_words={"SKI-01": ""}
    )
    first = sent(world, table(*rows), by=world.lead, organisation=world.nhs)
    tell_columns(first, told, remember=True, by=world.lead, at=NOW)
    first.refresh_from_db()
    assert said(preview(first)) == [("Cell C2", "new", "51", "51.0%")]

    found = preview(sent(world, table(*rows), organisation=world.nhs))

    assert said(found) == [("Cell C2", "new", "51", "51.0%"), ("Cell C3", "new", "41", "41.0%")]
    assert found.notes == (f"Read with the columns told on 10 January 2022 by {world.lead}.",)


def test_the_word_for_the_period_of_the_round_means_nothing_in_a_cell(world):
    delivery = sent(world, table(["Measure", "Period", "Figure"], ["POV-01", "round", 51]))
    told = ColumnPlan("Sheet1", 1, {Part.MEASURE: 1, Part.PERIOD: 2, Part.FIGURE: 3})
    tell_columns(delivery, told, remember=False, by=world.manager, at=NOW)
    delivery.refresh_from_db()

    (row,) = preview(delivery).rows
    assert (row.verdict, row.reason) == ("refused", "Cell B2: “round” is not a period.")


def test_numbers_where_no_figure_is_looked_for_are_told(world):
    book = table(
        ["Year", None, 2021],
        ["POV-01", "Q2 2021/22", 50],
        ["Measure", "Period", "Figure"],
        ["POV-01", "Q3 2021/22", 51, None, 77],
        ["SKI-01", "Q3 2021/22", 41, "checked"],
    )
    delivery = sent(world, book)
    told = ColumnPlan("Sheet1", 3, {Part.MEASURE: 1, Part.PERIOD: 2, Part.FIGURE: 3})
    tell_columns(delivery, told, remember=False, by=world.manager, at=NOW)
    delivery.refresh_from_db()

    assert preview(delivery).notes == (
        "Rows 1 and 2 stand above the headings and were not read.",
        "Column E has no heading and was not read.",
    )


def test_the_last_plan_told_stands_in_place_of_the_one_before(world):
    delivery = sent(world, table(*FOODBANK), organisation=world.nhs)
    tell_columns(delivery, PLAN, remember=True, by=world.manager, at=NOW)
    later = dt.datetime(2022, 1, 11, 9, tzinfo=EDINBURGH)
    other = ColumnPlan("Sheet1", 3, {Part.FIGURE: 4}, measure="POV-03", period=ROUND)
    tell_columns(delivery, other, remember=True, by=world.manager, at=later)

    (kept,) = SheetMapping.objects.all()
    assert (ColumnPlan.from_json(kept.plan), kept.saved_at) == (other, later)
    assert (kept.partnership, kept.organisation) == (world.partnership, world.nhs)


def test_a_period_told_of_one_sheet_is_asked_again_of_the_next(world):
    plan = ColumnPlan("Sheet1", 3, {Part.MEASURE: 1, Part.FIGURE: 4}, period="Q3 2021/22")
    delivery = sent(world, table(*FOODBANK), organisation=world.nhs)
    tell_columns(delivery, plan, remember=True, by=world.manager, at=NOW)
    again = sent(world, table(*FOODBANK), organisation=world.nhs)

    found = read_delivery(again, permit(again))

    assert isinstance(found, Unmapped)
    assert found.plan == ColumnPlan("Sheet1", 3, {Part.MEASURE: 1, Part.FIGURE: 4})


def test_the_period_of_the_round_holds_for_every_round(world):
    plan = ColumnPlan("Sheet1", 3, {Part.FIGURE: 4}, measure="POV-03", place="place:WARD-2", period=ROUND)
    delivery = sent(world, table(*FOODBANK[:4]), organisation=world.nhs)
    tell_columns(delivery, plan, remember=True, by=world.manager, at=NOW)
    again = sent(world, table(*FOODBANK[:4]), organisation=world.nhs)

    (row,) = preview(again).rows
    assert (row.measure_code, row.place_name, row.period_label) == ("POV-03", "Letham", "Q3 2021/22")


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (ColumnPlan("Sheet1", 3, {Part.ID: 1}), "Say which column holds the figures."),
        (ColumnPlan("Sheet9", 3, {Part.ID: 1, Part.FIGURE: 2}), "There is no sheet “Sheet9” in the file."),
    ],
)
def test_a_plan_that_does_not_hold_is_not_kept(world, plan, words):
    delivery = sent(world, table(*FOODBANK))

    with pytest.raises(operations.Refused) as refused:
        tell_columns(delivery, plan, remember=True, by=world.manager, at=NOW)

    delivery.refresh_from_db()
    assert (str(refused.value), delivery.plan, SheetMapping.objects.count()) == (words, {}, 0)


def test_columns_are_told_by_who_sent_the_sheet(world):
    delivery = sent(world, table(*FOODBANK), by=world.lead)

    with pytest.raises(operations.Refused):
        tell_columns(delivery, PLAN, remember=True, by=world.manager, at=NOW)


def test_a_wide_sheet_gives_a_figure_for_each_period(world):
    book = table(["Measure", "Q2 2021/22", "Q3 2021/22"], ["POV-01", 48, 50.5], ["People advised", None, 33])
    delivery = sent(world, book)
    plan = ColumnPlan(
        "Sheet1", 1, {Part.MEASURE: 1}, wide=(FigureColumn(2, "Q2 2021/22"), FigureColumn(3, "Q3 2021/22"))
    )
    tell_columns(delivery, plan, remember=False, by=world.manager, at=NOW)
    delivery.refresh_from_db()

    assert [(row.where, row.verdict, row.period_label, row.shown) for row in preview(delivery).rows] == [
        ("Cell B2", "same", "Q2 2021/22", "48.0%"),
        ("Cell C2", "new", "Q3 2021/22", "50.5%"),
        ("Cell C3", "new", "Q3 2021/22", "33"),
    ]


def test_a_sheet_of_somebody_else_is_not_previewed_before_its_columns_are_told(world):
    delivery = sent(world, table(*FOODBANK))

    assert isinstance(preview_delivery(delivery, permit(delivery), at=NOW), Unmapped)
