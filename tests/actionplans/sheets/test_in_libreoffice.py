"""What we send is opened in LibreOffice, typed into, saved in each format and sent back: it is what was typed."""

from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command

from actionplans.models import Reading
from actionplans.reading_file import import_readings, read_mapping
from actionplans.sheets.asking import measures_of, rows_asked
from actionplans.sheets.figures_in_cells import FigureInCell, figure_in
from actionplans.sheets.outgoing import COLUMNS, SHEET_NAME, SheetMark, mark_in
from actionplans.sheets.reading import read_workbook
from priorities.workbooks import FileKind
from tests.actionplans.factories import MeasureFactory, ReadingFactory
from tests.actionplans.sheets import sending
from tests.factories import NOW

pytestmark = pytest.mark.office

EVERY_FORMAT = ("xlsx", "ods", "csv")
BOTH_SENT = pytest.mark.parametrize("kind", [FileKind.XLSX, FileKind.ODS])


@pytest.fixture
def world(db):
    """A round that asks for a figure of each kind, with a place among them."""
    world = sending.a_round()
    poverty = {"priority": world.people.poverty, "supplier": world.nhs}
    MeasureFactory(code="POV-04", name="=Charter signed", unit="yes_no", decimals=0, **poverty)
    MeasureFactory(code="POV-05", name="Saved", unit="money", decimals=0, is_bounded=False, **poverty)
    MeasureFactory(code="POV-06", name="Bòrd members", unit="number", decimals=0, **poverty)
    return world


# Row by row of the sheet: id, figure, numerator, denominator, why there is none, note.
TYPED = {
    "G5": "51.25%", "K5": 'From the "new" system: =checked',
    "H6": "13", "I6": "26",
    "G7": "1,234",
    "J8": "Confidential",
    "G9": "Yes",
    "G10": "-£1,200.50",
    "J11": "Not published yet", "K11": "-due in May",
}  # fmt: skip
SENT_BACK = [
    ("POV-01@area@2021-10-01@2021-12-31", "51.25", None, None, "", 'From the "new" system: =checked'),
    ("POV-02@area@2021-10-01@2021-12-31", None, "13", "26", "", ""),
    ("POV-03@area@2021-10-01@2021-12-31", "1234", None, None, "", ""),
    ("POV-03@place:WARD-2@2021-10-01@2021-12-31", None, None, None, "Confidential", ""),
    ("POV-04@area@2021-10-01@2021-12-31", "1", None, None, "", ""),
    ("POV-05@area@2021-10-01@2021-12-31", "-1200.5", None, None, "", ""),
    ("POV-06@area@2021-10-01@2021-12-31", None, None, None, "Not published yet", "-due in May"),
]
NOT_YET = SENT_BACK[-1][0]
UNITS = ("percent", "percent", "number", "number", "yes_no", "money", "number")


def read_back(content, name):
    """The rows of a sheet that came back, in the words of `SENT_BACK`."""
    (sheet,) = [
        one for one in read_workbook(content, name).shown if one.at("A3") and mark_in(one.at("A3").text)
    ]
    assert mark_in(sheet.at("A3").text) == SheetMark(1, "strathmuir", "2021-22", "q3")
    header, *rows = [row for row in sheet.rows if row.number > 3]
    assert [cell.text for cell in header.cells] == list(COLUMNS.headings)
    return [_row(row, unit) for row, unit in zip(rows, UNITS, strict=True)]


def _row(row, unit):
    figure, *two = [row.at(column) for column in (7, 8, 9)]
    has_two = figure is not None and figure.text == "Worked out from the next two"
    return (
        row.at(12).text,
        None if has_two else _value(figure, unit),
        *[_value(cell, "number") if has_two else None for cell in two],
        *(cell.text if cell else "" for cell in (row.at(10), row.at(11))),
    )


def _value(cell, unit):
    read = figure_in(cell, unit)
    assert read == FigureInCell(read.value)
    return None if read.value is None else f"{read.value.normalize():f}"


PREVIEWED = [
    ("Cell G5", "new", "51.25%", "51.25%"),
    ("Cells H6 and I6", "new", "13 out of 26", "50.0%"),
    ("Cell G7", "new", "1234", "1,234"),
    ("Cell J8", "new", "Confidential", "[c] confidential"),
    ("Cell G9", "new", "Yes", "Yes"),
    ("Cell G10", "new", "-£1,200.50", "−£1,200.50"),
    ("Cell J11", "new", "Not published yet", "No figure: Not published yet"),
]


# A sheet to fill


@BOTH_SENT
def test_a_sheet_that_was_filled_in_comes_back_as_it_was_typed(world, libreoffice, kind):
    content = sending.fill_sheet(world, kind=kind)
    edited = libreoffice.edit(content, kind, sheet=SHEET_NAME, typed=TYPED, save_as=EVERY_FORMAT)
    assert edited.refused == []
    assert not edited.has_invalid
    for ending in EVERY_FORMAT:
        back, name = edited.files[ending], f"back.{ending}"
        assert read_back(back, name) == SENT_BACK, ending
        preview = sending.previewed(world, back, name=name)
        assert (preview.refusal, preview.notes) == ("", ())
        assert sending.said(preview) == PREVIEWED


@pytest.mark.parametrize(("kind", "ending"), [("xlsx", "csv"), ("ods", "xlsx"), ("xlsx", "ods")])
def test_what_was_saved_of_it_is_not_asked_for_again(world, libreoffice, kind, ending):
    content = sending.fill_sheet(world, kind=FileKind(kind))
    edited = libreoffice.edit(content, kind, sheet=SHEET_NAME, typed=TYPED, save_as=[ending])
    delivery = sending.sent(world, edited.files[ending], name=f"back.{ending}", destination="record")
    delivery = sending.save(delivery, "all")
    assert delivery.outcome == "6 figures were saved: 6 new. 1 was left empty."

    rows = rows_asked(world.quarter, measures_of(world.quarter), at=NOW)
    assert [row.id for row in rows if row.measure.priority == world.people.poverty] == [NOT_YET]
    again = sending.previewed(world, edited.files[ending], name=f"back.{ending}", destination="record")
    assert [row.verdict.value for row in again.rows] == ["same"] * 6 + ["empty"]


# What each cell takes, by LibreOffice's own judgement

FITTING = [
    {"G5": "0", "H6": "0", "I6": "0.5", "G7": "0", "G8": "1", "G9": "No", "G10": "-1e9", "J5": "Confidential"},
    {"G5": "100", "H6": "12.5", "I6": "1000000", "G7": "1,000,000,000", "G9": "Yes", "J9": "Does not apply"},
    {"G5": "0.1%", "H6": "1e6", "G7": "12", "G10": "£0.01", "J7": "Lost in the post", "K7": "n" * 1000},
    {"G5": "100%", "G10": "0", "K6": "Bòrd, £5"},
]  # fmt: skip
UNFIT = [
    {"G5": "100.1"}, {"G5": "-1"}, {"G5": "[c]"}, {"H6": "-1"}, {"I6": "0"}, {"G7": "1.5"}, {"G7": "-1"},
    {"G7": "none"}, {"G9": "Maybe"}, {"G10": "a lot"}, {"K5": "n" * 1001},
]  # fmt: skip


@BOTH_SENT
def test_a_cell_takes_every_figure_that_can_be_right_and_no_other(world, libreoffice, kind):
    content = sending.fill_sheet(world, kind=kind)

    def is_taken(typed):
        edited = libreoffice.edit(content, kind, sheet=SHEET_NAME, typed=typed)
        assert edited.refused == []
        return not edited.has_invalid

    assert [typed for typed in FITTING if not is_taken(typed)] == []
    assert [typed for typed in UNFIT if is_taken(typed)] == []


@BOTH_SENT
def test_only_the_cells_to_fill_can_be_changed(world, libreoffice, kind):
    content = sending.fill_sheet(world, kind=kind)
    headings = [f"{letter}4" for letter in "ABCDEFGHIJKL"]
    told = ["A1", "A3", "A5", "F5", "H5", "G6", *(f"L{row}" for row in range(5, 12)), "A12"]
    rows = ["4:4", "5:5", "3:7"]
    to_fill = ["G5", "H6", "I6", "G7", "J5", "K11"]
    edited = libreoffice.edit(
        content, kind, sheet=SHEET_NAME, attempts=[*headings, *told, *rows, *to_fill], typed={"A4": "Other"}
    )
    assert edited.refused == [*headings, *told, *rows, "A4"]
    assert edited.shown == {"A4": "Measure"}


# A file of figures


@BOTH_SENT
def test_figures_that_were_saved_by_libreoffice_come_back_the_same(world, libreoffice, kind, tmp_path):
    mapping = tmp_path / "mapping.yaml"
    file = tmp_path / f"figures.{kind}"
    ReadingFactory(measure=world.grants, value=Decimal("33.333333"), note="=1+1\nChecked.", released_at=NOW)
    ReadingFactory(measure=world.grants, value=None, symbol="c", place=world.letham, flag="provisional")
    words = ["strathmuir", str(file), "--mapping", str(mapping)]
    call_command("export_readings", *words, stderr=StringIO())
    count = Reading.objects.count()

    edited = libreoffice.edit(file.read_bytes(), kind, sheet="Figures", save_as=EVERY_FORMAT)
    for ending in EVERY_FORMAT:
        report = import_readings(
            BytesIO(edited.files[ending]), read_mapping(mapping.read_bytes()), at=NOW, name=f"back.{ending}"
        )
        assert (report.added, report.same) == (0, count)

    edited = libreoffice.edit(
        file.read_bytes(),
        kind,
        sheet="Figures",
        typed={"F4": "32.5", "J4": "10/12/2021"},
        save_as=EVERY_FORMAT,
    )
    for ending in EVERY_FORMAT:
        report = import_readings(
            BytesIO(edited.files[ending]), read_mapping(mapping.read_bytes()), at=NOW, is_rehearsal=True
        )
        assert (report.added, report.same) == (1, count - 1)
