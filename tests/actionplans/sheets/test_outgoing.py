"""A sheet that goes out to be filled says what is asked, takes nothing else, and tells nothing that pages do not."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from odf import table

from actionplans.sheets.asking import measures_of, rows_asked, scopes_of
from actionplans.sheets.outgoing import COLUMNS, SHEET_NAME, SheetMark, fill_file, mark_in
from actionplans.sheets.reading import read_workbook
from priorities.workbooks import FileKind
from tests.actionplans.factories import (
    ClearanceFactory,
    GapFactory,
    MeasureFactory,
    ReadingFactory,
    TargetFactory,
)
from tests.factories import (
    NOW,
    ComparatorFactory,
    LocalityFactory,
    OrganisationFactory,
    cast,
)
from tests.priorities.workbook_reading import ods_book, ods_cells, ods_rows, ods_words, parts, xlsx_rows

Q1 = {"starts_on": dt.date(2021, 4, 1), "ends_on": dt.date(2021, 6, 30)}
WHO = "CP manager, manager@example.org"
MARK = "Sheet version 1 for strathmuir 2021-22 q3. Leave this line as it is."


@pytest.fixture
def world(db):
    """A measure of each kind: a share made of two numbers, a count by ward, a yes or no, money below zero."""
    people = cast()
    partnership = people.partnership
    partnership.area_name = "Strathmuir"
    partnership.save()
    nhs = OrganisationFactory(partnership=partnership, code="NHS", name="=NHS Strathmuir")
    share = MeasureFactory(
        priority=people.poverty, code="POV-01", name="Families helped", is_ratio=True, unit_name="families",
        numerator_name="Families helped", denominator_name="All families", supplier=nhs,
    )  # fmt: skip
    count = MeasureFactory(
        priority=people.poverty, code="POV-02", name="=Advice", unit="number", decimals=0, polarity="minimise",
        unit_name="people",
    )  # fmt: skip
    answer = MeasureFactory(priority=people.skills, code="SKI-01", unit="yes_no", decimals=0, supplier=nhs)
    saved = MeasureFactory(priority=people.skills, code="SKI-02", unit="money", decimals=0, is_bounded=False)
    ward = LocalityFactory(partnership=partnership, code="WARD-2", name="Letham")
    scotland = ComparatorFactory(partnership=partnership, code="SCO")
    ReadingFactory(measure=share, value=48, numerator=12, denominator=25)
    ReadingFactory(measure=count, value=7, place=ward)
    ReadingFactory(measure=count, value=70000, comparator=scotland)
    ReadingFactory(measure=count, value=31, **Q1)
    TargetFactory(measure=share, value=50)
    return SimpleNamespace(
        people=people, quarter=people.quarter, partnership=partnership,
        share=share, count=count, answer=answer, saved=saved, ward=ward,
    )  # fmt: skip


def asked(world):
    return rows_asked(world.quarter, measures_of(world.quarter), at=NOW)


def scope(world, key):
    return next(one for one in scopes_of(asked(world)) if one.key == key)


def sheet_of(world, key, kind=FileKind.XLSX):
    return fill_file(scope(world, key), world.quarter, kind, return_to=WHO, at=NOW)


def page_of(world, key):
    return openpyxl.load_workbook(BytesIO(sheet_of(world, key).content))[SHEET_NAME]


# What is asked


def test_a_row_is_asked_for_each_measure_period_and_place_without_a_figure(world):
    assert [row.id for row in asked(world)] == [
        "POV-01@area@2021-10-01@2021-12-31",
        "POV-02@area@2021-07-01@2021-09-30",
        "POV-02@area@2021-10-01@2021-12-31",
        "POV-02@place:WARD-2@2021-10-01@2021-12-31",
        "SKI-01@area@2021-10-01@2021-12-31",
        "SKI-02@area@2021-10-01@2021-12-31",
    ]


def test_what_is_known_discontinued_or_worked_out_is_not_asked_for(world):
    q3 = {"starts_on": dt.date(2021, 10, 1), "ends_on": dt.date(2021, 12, 31)}
    ReadingFactory(measure=world.share, value=49, released_at=NOW, **q3)
    ReadingFactory(measure=world.saved, value=None, symbol="x", released_at=NOW, **q3)
    world.count.discontinued_on = dt.date(2021, 12, 1)
    world.count.save()
    GapFactory(of=world.share)
    MeasureFactory(priority=world.people.skills, code="SKI-09", period_kind="point_in_time")
    assert [row.id for row in asked(world)] == ["SKI-01@area@2021-10-01@2021-12-31"]


def test_at_most_a_year_of_quarters_is_asked_for(world):
    ReadingFactory(measure=world.saved, starts_on=dt.date(2019, 4, 1), ends_on=dt.date(2019, 6, 30))
    periods = [row.period.label for row in asked(world) if row.measure == world.saved]
    assert periods == ["Q4 2020/21", "Q1 2021/22", "Q2 2021/22", "Q3 2021/22"]


def test_there_is_a_sheet_for_each_supplier_priority_and_measure(world):
    assert [(one.kind.value, one.key, one.name, len(one.rows)) for one in scopes_of(asked(world))] == [
        ("supplier", "NHS", "=NHS Strathmuir", 2),
        ("priority", "poverty", "Poverty", 4),
        ("priority", "skills", "Skills", 2),
        ("measure", "POV-01", "Families helped", 1),
        ("measure", "POV-02", "=Advice", 3),
        ("measure", "SKI-01", world.answer.name, 1),
        ("measure", "SKI-02", world.saved.name, 1),
    ]


def test_many_measures_and_places_take_as_many_queries_as_few(world):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            list(scopes_of(asked(world)))
        return len(caught)

    few = queries()
    for _ in range(5):
        measure = MeasureFactory(priority=world.people.poverty)
        ReadingFactory(measure=measure, place=world.ward)
        TargetFactory(measure=measure)
    assert few == queries() == 7


# What it says


POVERTY_ROWS = [
    ["POV-01: Families helped", "Strathmuir", "Q3 2021/22",
     "% of families. Higher is better. Worked out. Numerator: Families helped. Denominator: All families.",
     "48.0% in Q2 2021/22", "50.0%", "Worked out from the next two", "POV-01@area@2021-10-01@2021-12-31"],
    ["POV-02: =Advice", "Strathmuir", "Q2 2021/22", "People. Lower is better.",
     "31 in Q1 2021/22", "None set", "Not needed", "Not needed", "POV-02@area@2021-07-01@2021-09-30"],
    ["POV-02: =Advice", "Strathmuir", "Q3 2021/22", "People. Lower is better.",
     "31 in Q1 2021/22", "None set", "Not needed", "Not needed", "POV-02@area@2021-10-01@2021-12-31"],
    ["POV-02: =Advice", "Letham", "Q3 2021/22", "People. Lower is better.",
     "7 in Q2 2021/22", "None set", "Not needed", "Not needed", "POV-02@place:WARD-2@2021-10-01@2021-12-31"],
]  # fmt: skip
TITLE = "Figures for Q3 2021/22: Poverty"
ABOVE = [[TITLE], ["This worksheet contains one table."], [MARK], list(COLUMNS.headings)]


def test_excel_and_opendocument_say_the_same(world):
    excel = xlsx_rows(sheet_of(world, "poverty").content, SHEET_NAME)
    opened = ods_rows(sheet_of(world, "poverty", FileKind.ODS).content, SHEET_NAME)
    assert excel == [*ABOVE, *POVERTY_ROWS]
    assert [[cell for cell in row if cell != ""] for row in opened] == [*ABOVE, *POVERTY_ROWS]


def test_the_cover_says_what_to_do_by_when_and_to_whom_it_goes_back(world):
    cover = [row[0] for row in xlsx_rows(sheet_of(world, "NHS").content, "Cover")]
    assert cover == [
        "Strathmuir Community Planning Partnership: Figures for Q3 2021/22: =NHS Strathmuir",
        "This worksheet contains one table.",
        "2 figures are asked for of =NHS Strathmuir, for Q3 2021/22.",
        "What to do: open the sheet “Figures to fill” and type each figure under “New figure”.",
        "Where it says “Worked out from the next two”, type the two numbers under “Numerator” and “Denominator”.",
        "If there is no figure, leave it empty and say why under “Not available because”.",
        "You need not fill every row. Only the cells with a border can be changed.",
        "By when: 21 January 2022.",
        "Send it back to: CP manager, manager@example.org.",
        "What was known on 10 January 2022 stands beside the cells to fill.",
        "Worksheet",
        "Cover",
        "Figures to fill",
    ]


def test_a_sheet_is_called_after_its_round_and_what_it_is_of(world):
    assert sheet_of(world, "poverty").name == "strathmuir-q3-2021-22-poverty-figures.xlsx"
    assert sheet_of(world, "NHS", FileKind.ODS).name == "strathmuir-q3-2021-22-nhs-strathmuir-figures.ods"


def test_the_same_sheet_is_the_same_file(world):
    for kind in (FileKind.XLSX, FileKind.ODS):
        assert sheet_of(world, "poverty", kind).content == sheet_of(world, "poverty", kind).content


def test_the_mark_tells_an_old_sheet():
    assert mark_in(MARK) == SheetMark(1, "strathmuir", "2021-22", "q3")
    assert str(mark_in(MARK)) == MARK
    assert mark_in(MARK.replace("version 1", "version 7")).version == 7
    assert mark_in("Sheet version x for strathmuir") is None


def test_what_may_not_be_shown_does_not_leave(world):
    secret = MeasureFactory(
        priority=world.people.skills, code="SML-01", unit="number", decimals=0, is_disclosure_controlled=True
    )
    hidden = {"is_suppressed": True, "suppressed_because": "small"}
    ReadingFactory(measure=secret, value=91827, clearance=ClearanceFactory(measure=secret), **hidden)
    ReadingFactory(measure=secret, value=73645, place=world.ward)
    rows = [row for row in asked(world) if row.measure == secret]
    assert [(row.place_name, row.last) for row in rows] == [
        ("Strathmuir", "[c] in Q2 2021/22"),
        ("Letham", "[c] in Q2 2021/22"),
    ]
    for kind in (FileKind.XLSX, FileKind.ODS):
        everything = b"".join(parts(sheet_of(world, "skills", kind).content).values())
        assert b"[c] in Q2 2021/22" in everything
        for number in (b"91827", b"73645", b"91,827", b"73,645"):
            assert number not in everything


def test_management_information_is_named_on_the_cover(world):
    ReadingFactory(measure=world.saved, value=5, release_class="management")
    cover = [row[0] for row in xlsx_rows(sheet_of(world, "SKI-02").content, "Cover")]
    assert (
        "Some of the last figures are management information, for the partnership only: do not publish them."
    ) in cover


# What can be typed


def rules_of(page):
    return {
        str(cell): (rule.type, rule.operator, rule.formula1, rule.formula2, rule.showErrorMessage)
        for rule in page.data_validations.dataValidation
        for cell in rule.sqref.ranges
    }


def test_each_cell_takes_what_its_figure_can_be(world):
    poverty, skills = rules_of(page_of(world, "poverty")), rules_of(page_of(world, "skills"))
    whole = ("whole", "greaterThanOrEqual", "0", None, True)
    why = ("list", None, '"Not published yet,Confidential,Does not apply"', None, False)
    note = ("textLength", "lessThanOrEqual", "1000", None, True)
    assert poverty == {
        "H5": ("decimal", "greaterThanOrEqual", "0", None, True),
        "I5": ("decimal", "greaterThan", "0", None, True),
        **{f"G{row}": whole for row in (6, 7, 8)},
        **{f"J{row}": why for row in (5, 6, 7, 8)},
        **{f"K{row}": note for row in (5, 6, 7, 8)},
    }
    assert skills["G5"] == ("list", None, '"Yes,No"', None, True)
    assert skills["G6"] == ("decimal", "between", "-1E+15", "1E+15", True)


def test_a_percentage_that_cannot_pass_a_hundred_says_so(world):
    world.share.is_ratio = False
    world.share.save()
    page = page_of(world, "POV-01")
    rule = next(rule for rule in page.data_validations.dataValidation if rule.type == "decimal")
    assert (rule.operator, rule.formula1, rule.formula2) == ("between", "0", "100")
    assert rule.promptTitle == "New figure"
    assert rule.prompt == "Type a number from 0 to 100. Type 20.3 for 20.3%. In: % of families."
    assert rule.error == "Type a number from 0 to 100. If there is none, leave it empty and say why."


def test_opendocument_has_the_same_rules(world):
    conditions = {
        rule.getAttribute("name"): rule.getAttribute("condition")
        for rule in ods_book(sheet_of(world, "poverty", FileKind.ODS).content).spreadsheet.getElementsByType(
            table.ContentValidation
        )
    }
    assert conditions == {
        "rule1": "of:cell-content-is-decimal-number() and cell-content-is-between(0,1E+15)",
        "rule2": "of:cell-content-is-decimal-number() and cell-content()>0",
        "rule3": 'of:cell-content-is-in-list("Not published yet";"Confidential";"Does not apply")',
        "rule4": "of:cell-content-text-length()<=1000",
        "rule5": "of:cell-content-is-whole-number() and cell-content-is-between(0,1E+15)",
    }
    cells = ods_cells(sheet_of(world, "poverty", FileKind.ODS).content, SHEET_NAME)
    assert [cell.getAttribute("contentvalidationname") for cell in cells[4][6:11]] == [
        None, "rule1", "rule2", "rule3", "rule4",
    ]  # fmt: skip
    assert ods_words(cells[4][7]) == ""


def test_only_the_cells_to_fill_can_be_changed(world):
    page = page_of(world, "poverty")
    unlocked = {cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {
        "H5", "I5", "G6", "G7", "G8",
        *(f"{column}{row}" for column in "JK" for row in range(5, 9)),
    }  # fmt: skip
    assert page.protection.sheet
    assert page.protection.password is None
    assert all(page[coordinate].value is None for coordinate in unlocked)


def test_opendocument_protects_the_same_cells(world):
    content = sheet_of(world, "poverty", FileKind.ODS).content
    (sheet,) = [
        one
        for one in ods_book(content).spreadsheet.getElementsByType(table.Table)
        if one.getAttribute("name") == SHEET_NAME
    ]
    assert sheet.getAttribute("protected") == "true"
    styles = [[cell.getAttribute("stylename") for cell in row] for row in ods_cells(content, SHEET_NAME)]
    assert [row.count("ToFill") for row in styles] == [0, 0, 0, 0, 4, 3, 3, 3]
    assert b'style:cell-protect="none"' in parts(content)["styles.xml"]


def test_headings_stay_in_sight_and_the_sheet_prints_across(world):
    page = page_of(world, "poverty")
    assert page.freeze_panes == "A5"
    assert page.print_title_rows == "$4:$4"
    assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 0)
    settings = parts(sheet_of(world, "poverty", FileKind.ODS).content)["settings.xml"].decode()
    assert 'config:name="VerticalSplitPosition" config:type="int">4<' in settings


def test_there_is_nothing_in_it_that_runs_or_reaches_out(world):
    for kind in (FileKind.XLSX, FileKind.ODS):
        files = parts(sheet_of(world, "poverty", kind).content)
        assert not [name for name in files if "vba" in name.lower() or "external" in name.lower()]
        everything = b"".join(files.values())
        assert b"<f>" not in everything
        assert b"table:formula" not in everything


def test_what_we_send_our_own_reader_takes(world):
    """Filled in and sent back: ids, mark and figures are where they were."""
    book = openpyxl.load_workbook(BytesIO(sheet_of(world, "poverty").content))
    book[SHEET_NAME]["G7"] = 28
    sent = BytesIO()
    book.save(sent)
    for content in (sent.getvalue(), sheet_of(world, "poverty", FileKind.ODS).content):
        (sheet,) = [one for one in read_workbook(content, "figures").sheets if one.name == SHEET_NAME]
        rows = {row.number: row for row in sheet.rows}
        assert mark_in(rows[3].at(1).text) == SheetMark(1, "strathmuir", "2021-22", "q3")
        assert [cell.text for cell in rows[4].cells] == list(COLUMNS.headings)
        assert rows[8].at(12).text == "POV-02@place:WARD-2@2021-10-01@2021-12-31"
        assert rows[6].at(7) is None
        if content == sent.getvalue():
            assert rows[7].at(7).value == Decimal(28)
