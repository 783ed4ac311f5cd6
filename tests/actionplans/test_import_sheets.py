"""Figures from a workbook: the same mapping, the same figures and the same refusals as from a CSV file."""

import datetime as dt
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from actionplans.models import Reading
from actionplans.plan_file import FaultsFoundError
from actionplans.reading_file import RowsRefusedError, import_readings, read_mapping
from actionplans.sheets.gathering import NOT_WORKED_OUT
from actionplans.sheets.limits import MOST_BYTES
from priorities.clock import EDINBURGH
from priorities.workbooks import Sheet, Workbook, ods_bytes, xlsx_bytes
from tests.actionplans.factories import MeasureFactory
from tests.actionplans.sheets.made_files import cells, ods, ods_row, ods_sheet, ods_text, packed, xlsx
from tests.factories import NOW, PartnershipFactory, PlanFactory, PriorityFactory

MAPPING = """\
format: 1
partnership: strathmuir
measure: {column: Measure}
period: {column: Period}
value: {column: Figure}
released: {column: Released}
"""
HEADINGS = ("Measure", "Period", "Released", "Figure")
POVERTY = ("POV-01", "2019/20", "2021-07-15", Decimal("17.5"))
CLAIMS = ("EMP-01", "2020/21", dt.date(2021, 7, 15), Decimal(4))
NOTE = "sheet: Sheet, its headings in row 1"


@pytest.fixture
def priority(db):
    priority = PriorityFactory(plan=PlanFactory(partnership=PartnershipFactory(slug="strathmuir")))
    for code in ("POV-01", "EMP-01"):
        MeasureFactory(priority=priority, code=code, name=code, period_kind="financial_year")
    return priority


def book_of(*rows, headings=HEADINGS, formats=None):
    """A workbook of one sheet; `formats` are the number formats of cells by "B2"."""
    book = openpyxl.Workbook()
    for row in (headings, *rows):
        book.active.append(row)
    for place, number_format in (formats or {}).items():
        book.active[place].number_format = number_format
    return book


def saved(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def excel(*rows, **more):
    return saved(book_of(*rows, **more))


def load(content, mapping=MAPPING, **more):
    return import_readings(BytesIO(content), read_mapping(mapping.encode()), at=NOW, **more)


def faults(content, mapping=MAPPING):
    with pytest.raises(RowsRefusedError) as raised:
        load(content, mapping)
    assert not Reading.objects.exists()
    return [str(fault) for fault in raised.value.faults]


def mapping_faults(content, mapping=MAPPING):
    with pytest.raises(FaultsFoundError) as raised:
        load(content, mapping)
    assert not isinstance(raised.value, RowsRefusedError)
    assert not Reading.objects.exists()
    return [str(fault) for fault in raised.value.faults]


def day_of(moment):
    return moment.astimezone(EDINBURGH).date()


def kept():
    rows = Reading.objects.order_by("measure__code", "ends_on")
    return [(row.measure.code, row.ends_on.year, row.value, day_of(row.released_at)) for row in rows]


KEPT = [
    ("EMP-01", 2021, Decimal(4), dt.date(2021, 7, 15)),
    ("POV-01", 2020, Decimal("17.5"), dt.date(2021, 7, 15)),
]


# The same whatever the format


def our_own(write):
    sheets = (Sheet("Figures", "Every figure", "All figures", HEADINGS, (POVERTY, CLAIMS)),)
    return write(Workbook("Figures", "policy@example.org", "in January 2022", NOW, (), sheets))


@pytest.mark.parametrize("write", [xlsx_bytes, ods_bytes])
def test_a_workbook_gives_the_figures_of_the_same_table_as_csv(priority, write):
    report = load(our_own(write), MAPPING + "sheet: Figures\n")
    assert kept() == KEPT
    assert report.lines() == [
        "readings: 2 added",
        "rows: 2 read",
        "sheet: Figures, its headings in row 3",
    ]
    text = ",".join(HEADINGS) + "\nPOV-01,2019/20,2021-07-15,17.5\nEMP-01,2020/21,2021-07-15,4\n"
    assert load(text.encode(), MAPPING + "sheet: Figures\n").lines() == [
        "Nothing changed.",
        "readings: 2 as before",
        "rows: 2 read",
    ]


def test_what_a_file_is_its_content_says_and_not_its_name(priority):
    note = "The file is named .csv, but it is an Excel workbook (.xlsx) and was read as one."
    assert load(excel(POVERTY), name="figures.csv").notes == (note, NOTE)


def test_a_heading_may_begin_as_a_packed_file_does(priority):
    text = "PK," + ",".join(HEADINGS) + "\n7,POV-01,2019/20,2021-07-15,17.5\n"
    assert load(text.encode()).added == 1


# One way to read a number


@pytest.mark.parametrize(
    ("unit", "written", "number_format", "value"),
    [
        ("percent", 0.12, "0%", "12"),
        ("percent", 0.1234, "0%", "12.34"),
        ("percent", "12%", "", "12"),
        ("percent", 0.12, "", "0.12"),
        ("percent", 20.299999999999997, "", "20.3"),
        ("percent", 0.07, "0.00%", "7"),
        ("number", 1234.5, "#,##0", "1234.5"),
        ("number", "1,234", "", "1234"),
        ("number", "1\u00a0234", "", "1234"),
        ("number", "'12", "", "12"),
        ("money", 1200000, '£0.0,,"m"', "1200000"),
        ("money", "£1.2m", "", "1200000"),
        ("points", -0.03, "0%", "-3"),
        ("yes_no", True, "", "1"),
        ("yes_no", "No", "", "0"),
        ("number", 0, "", "0"),
        ("number", "[c]", "", None),
        ("number", None, "", None),
    ],
)
def test_numbers_are_as_they_are_seen(priority, unit, written, number_format, value):
    MeasureFactory(
        priority=priority, code="X-1", unit=unit, decimals=0, period_kind="financial_year", is_bounded=False
    )
    formats = {"D2": number_format} if number_format else None
    content = excel(("X-1", "2019/20", "2021-07-15", written), POVERTY, formats=formats)
    load(content)
    found = Reading.objects.filter(measure__code="X-1").values_list("value", flat=True)
    assert list(found) == ([] if value is None else [Decimal(value)])


A_DATE = "Excel makes a date of what looks like one, such as 1-3. Format the cell as text and type the figure again."


@pytest.mark.parametrize(
    ("unit", "written", "number_format", "said"),
    [
        ("rate", 0.12, "0%", "“12%” is a percentage, and this measure is not. Check the figure."),
        ("percent", 5, "£0", "“£5” is money, and this measure is not. Check the figure."),
        (
            "number", 12, '0" (p)"',
            "“12 (p)” has a mark after the figure, (p). Marks go in a column of their own.",
        ),
        (
            "number", dt.date(2022, 3, 1), "d-mmm",
            f"“2022-03-01” is a date, where a figure should be. {A_DATE}",
        ),
        (
            "number", "01-Mar", "",
            f"“01-Mar” is a date, where a figure should be. {A_DATE}",
        ),
        (
            "number", 0.5, "h:mm",
            "Cell D2 is shown as a time, “12:00”. Show it as a number and check it.",
        ),
        (
            "number", 0.333333333333333, "",
            "“0.33333333333333” has 14 decimals, and 6 are kept. Say in “round_to” how many you want.",
        ),
        ("number", "<5", "", "“<5” is not a number. If it means that there is no figure, add it to “no_figure”."),
        ("number", "#N/A", "", "Cell D2 shows the error #N/A and not a figure."),
        (
            "number", "=6*2", "",
            f"Cell D2 {NOT_WORKED_OUT}",
        ),
        (
            "number", True, "",
            "“TRUE” is not a number. If it means that there is no figure, add it to “no_figure”.",
        ),
    ],
)  # fmt: skip
def test_what_is_no_number_is_told_with_its_row(priority, unit, written, number_format, said):
    MeasureFactory(priority=priority, code="X-1", unit=unit, period_kind="financial_year", is_bounded=False)
    row = ("X-1", "2019/20", "2021-07-15", written)
    formats = {"D2": number_format} if number_format else None
    assert faults(excel(row, formats=formats)) == [f"row 2: Figure: {said}"]


def test_decimals_are_rounded_where_the_mapping_says_so(priority):
    mapping = MAPPING.replace("{column: Figure}", "{column: Figure, round_to: 4, scale: 100}")
    load(excel(("POV-01", "2019/20", "2021-07-15", 1 / 3)), mapping)
    assert Reading.objects.get().value == Decimal("33.3333")


def test_days_are_days_and_serial_numbers_are_none(priority):
    rows = [
        ("POV-01", "2019/20", dt.date(2021, 7, 15), 17),
        ("POV-01", "2020/21", dt.date(2021, 7, 1), 18),
    ]
    load(excel(*rows, formats={"C3": "mmm-yy"}))
    assert [row[3] for row in kept()] == [dt.date(2021, 7, 15), dt.date(2021, 7, 1)]
    Reading.objects.all().delete()
    assert faults(excel(("POV-01", "2019/20", 44392, 17), ("POV-01", 44287, "2021-07", 17))) == [
        "row 2: Released: “44392” is not a day or month. Write it like 2021-03-24, or 2021-03.",
        (
            "row 3: Period: “44287” looks like a date that a spreadsheet turned into a number. "
            "Write it like 2021/22."
        ),
    ]


def test_a_day_that_is_shown_as_a_month_is_that_month(priority):
    MeasureFactory(priority=priority, code="MON-1", period_kind="calendar_month")
    row = ("MON-1", dt.date(2021, 6, 1), "2021-07-15", 17)
    load(excel(row, formats={"B2": "mmm-yy"}))
    assert (Reading.objects.get().starts_on, Reading.objects.get().ends_on) == (
        dt.date(2021, 6, 1),
        dt.date(2021, 6, 30),
    )
    Reading.objects.all().delete()
    content = ods(
        ods_sheet(
            ods_row("".join(ods_text(heading) for heading in HEADINGS))
            + ods_row(
                ods_text("MON-1")
                + '<table:table-cell office:value-type="date" office:date-value="2021-06-01">'
                "<text:p>June 2021</text:p></table:table-cell>"
                + ods_text("2021-07-15")
                + '<table:table-cell office:value-type="float" office:value="17"/>'
            )
        )
    )
    load(content)
    assert Reading.objects.get().ends_on == dt.date(2021, 6, 30)


# Which sheet, and where its headings are


def two_sheets():
    book = book_of(POVERTY)
    other = book.create_sheet("More")
    for row in (HEADINGS, CLAIMS):
        other.append(row)
    return book


def test_of_several_sheets_the_mapping_names_one(priority):
    content = saved(two_sheets())
    assert mapping_faults(content) == [
        "line 1: The workbook has 2 sheets: “Sheet” and “More”. Say which one to read in “sheet”."
    ]
    assert mapping_faults(content, MAPPING + "sheet: Mor\n") == [
        "line 7: sheet: The workbook has no sheet “Mor”. Did you mean “More”?"
    ]
    assert mapping_faults(content, MAPPING + "sheet: Zzz\n") == [
        "line 7: sheet: The workbook has no sheet “Zzz”. It has 2 sheets: “Sheet” and “More”."
    ]
    load(content, MAPPING + "sheet: More\n")
    assert kept() == KEPT[:1]


def test_hidden_and_empty_sheets_are_not_chosen_between(priority):
    book = two_sheets()
    book["More"].sheet_state = "hidden"
    book.create_sheet("Empty")
    assert load(saved(book)).added == 1
    assert kept() == KEPT[1:]
    assert load(saved(book), MAPPING + "sheet: More\n").added == 1
    with pytest.raises(RowsRefusedError) as raised:
        load(saved(book), MAPPING + "sheet: Empty\n")
    assert str(raised.value) == "The sheet “Empty” is empty."


def test_headings_are_found_below_what_a_publisher_writes_above_them(priority):
    above = [("Children in poverty", None), (None,), ("Period", "is a financial year")]
    content = excel(*above, HEADINGS, POVERTY, headings=("Table 1", None))
    assert load(content).notes == ("sheet: Sheet, its headings in row 5",)
    assert kept() == KEPT[1:]


def test_and_so_they_are_in_csv(priority):
    text = 'Children in poverty,,,\n\nPeriod,"is a financial\nyear",,\n' + ",".join(HEADINGS) + "\n"
    rows = "POV-01,2019/20,2021-07-15,17.5\nEMP-01,2020/21,2021-07-15,4\n"
    assert load((text + rows).encode()).added == 2
    assert kept() == KEPT
    Reading.objects.all().delete()
    assert faults((text + rows.replace("17.5", "abc")).encode()) == [
        "line 6: Figure: “abc” is not a number. If it means that there is no figure, add it to “no_figure”."
    ]
    assert faults((text + '"').encode()) == ["line 6: A quotation mark opened in this row is never closed."]


def test_rows_that_were_looked_at_for_headings_are_read_as_well(priority):
    MeasureFactory(priority=priority, code="X-1", unit="number", period_kind="financial_year")
    years = [f"X-1,{year}/{(year + 1) % 100:02},2021-07-15,{year}\n" for year in range(1940, 2020)]
    text = "Yearly figures,,,\n" + ",".join(HEADINGS) + "\n" + "".join(years)
    assert load(text.encode()).added == 80
    found = Reading.objects.filter(measure__code="X-1").values_list("value", flat=True)
    assert sorted(found) == [Decimal(year) for year in range(1940, 2020)]


def test_the_mapping_may_say_where_the_headings_are(priority):
    twice = excel(POVERTY, HEADINGS, CLAIMS)
    assert load(twice, MAPPING + "header_row: 3\n").added == 1
    assert kept() == KEPT[:1]
    text = "A title\n\n" + ",".join(HEADINGS) + "\nPOV-01,2019/20,2021-07-15,17.5\n"
    assert load(text.encode(), MAPPING + "header_row: 3\n").added == 1
    assert kept() == KEPT


def test_a_row_of_headings_that_is_not_there(priority):
    assert mapping_faults(excel(POVERTY), MAPPING + "header_row: 7\n") == [
        "line 7: header_row: Row 7 of the sheet “Sheet” is empty."
    ]
    text = ",".join(HEADINGS) + "\n"
    assert faults(text.encode(), MAPPING + "header_row: 7\n") == ["The file is empty from row 7 on."]
    with pytest.raises(FaultsFoundError) as raised:
        read_mapping((MAPPING + "header_row: 0\nsheet: ''\n").encode())
    assert [str(fault) for fault in raised.value.faults] == [
        "line 7: header_row: “0” is not a whole number from 1 to 1,000.",
        "line 8: sheet: Write the name of a sheet.",
    ]


def test_a_column_that_is_missing_is_told_with_those_there_are(priority):
    content = excel(POVERTY, headings=("Measure", "Period", "Released", "Figures"))
    assert mapping_faults(content) == [
        "line 5: value › column: The file has no column “Figure”. Did you mean “Figures”?"
    ]


# What lies in a sheet beside its figures


def test_merged_cells_are_not_guessed_at(priority):
    book = book_of(POVERTY, (None, "2020/21", "2021-07-15", 18))
    book.active.merge_cells("A2:A3")
    told = "Measure: Cells A2 to A3 are merged. Take them apart and write in each what it holds."
    assert faults(saved(book)) == [f"row 2: {told}", f"row 3: {told}"]


def test_merged_cells_that_no_figure_is_in_do_no_harm(priority):
    book = book_of(("Figures of Strathmuir",), HEADINGS, (*POVERTY, "seen"), headings=())
    book.active.merge_cells("A1:D1")
    book.active["E2"] = "Remarks"
    book.active.merge_cells("E3:E4")
    assert load(saved(book)).added == 1


def test_hidden_rows_count_and_are_told(priority):
    book = book_of(POVERTY, CLAIMS)
    book.active.row_dimensions[3].hidden = True
    assert load(saved(book)).lines() == [
        "readings: 2 added",
        "rows: 2 read",
        NOTE,
        "rows that the workbook hides, read like the others: 1",
    ]


def test_an_error_counts_only_in_a_column_that_is_read(priority):
    more = (*HEADINGS, "Change")
    assert load(excel((*POVERTY, "#REF!"), headings=more)).added == 1
    Reading.objects.all().delete()
    row = ("POV-01", "#REF!", "2021-07-15", "#VALUE!")
    assert faults(excel(row)) == [
        "row 2: Period: Cell B2 shows the error #REF! and not a figure.",
        "row 2: Figure: Cell D2 shows the error #VALUE! and not a figure.",
    ]


def test_an_error_where_rows_are_chosen_is_no_reason_to_leave_one_out(priority):
    mapping = MAPPING + "rows: {Measure: POV-01}\n"
    assert faults(excel(POVERTY, ("#N/A", *CLAIMS[1:])), mapping) == [
        "row 3: Measure: Cell A3 shows the error #N/A and not a figure."
    ]


def test_more_cells_than_headings_are_told(priority):
    assert faults(excel((*POVERTY, None, "extra"))) == ["row 2: This row has 6 cells; there are 4 headings."]
    assert load(excel(POVERTY, (None,), (" ",))).lines()[1] == "rows: 1 read"


def test_two_figures_for_one_vintage_are_told_by_their_rows(priority):
    assert faults(excel(POVERTY, CLAIMS, (*POVERTY[:3], 18))) == [
        "row 4: “POV-01” for 2019/20, released 15 July 2021, is on row 2 as 17.5, final; here it is 18, final."
    ]


# The command


@pytest.fixture
def files(tmp_path, priority):
    (tmp_path / "figures.xlsx").write_bytes(excel(POVERTY, CLAIMS))
    (tmp_path / "figures.ods").write_bytes(our_own(ods_bytes))
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    return tmp_path


def run(folder, file, *options):
    said = StringIO()
    mapping = folder / "mapping.yaml"
    call_command("import_readings", folder / file, "--mapping", mapping, *options, stdout=said)
    return said.getvalue().splitlines()


def test_the_command_rehearses_loads_and_changes_nothing_the_second_time(files):
    rows = "rows: 2 read"
    checked = ["readings: 2 added", rows, NOTE, "Nothing was loaded: this was only a check."]
    assert run(files, "figures.xlsx", "--dry-run") == checked
    assert not Reading.objects.exists()
    assert run(files, "figures.xlsx") == ["readings: 2 added", rows, NOTE]
    assert run(files, "figures.xlsx") == ["Nothing changed.", "readings: 2 as before", rows, NOTE]


def test_the_command_says_which_file_is_to_be_mended(files):
    with pytest.raises(CommandError) as raised:
        run(files, "figures.ods")
    assert (str(raised.value), raised.value.returncode) == (
        (
            f"{files / 'mapping.yaml'}: 1 thing has to be mended; nothing was loaded.\n"
            "line 1: The workbook has 2 sheets: “Cover” and “Figures”. Say which one to read in “sheet”."
        ),
        1,
    )


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (packed({"word/document.xml": ""}), "The file is a Word document, not a spreadsheet."),
        (b"PK\x05\x06" + b"\0" * 18, "The file is a packed file, not a spreadsheet."),
        (b"PK\x03\x04" + b"\0" * MOST_BYTES, "The file is larger than 5 MB."),
        (excel(POVERTY)[:-400], "The file is damaged or was cut short on its way"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "The file is protected by a password.",
        ),
        (xlsx(cells("<c><v>1</v></c>") + ENTITIES), "The file is damaged"),
        (xlsx("<sheetData/>"), "The file has nothing in it."),
    ],
    ids=["word", "packed", "large", "cut short", "locked", "entities", "empty"],
)
def test_what_is_not_read_is_refused_in_plain_words(files, content, said):
    (files / "wrong.xlsx").write_bytes(content)
    with pytest.raises(CommandError) as raised:
        run(files, "wrong.xlsx")
    first, second = str(raised.value).splitlines()
    assert first == f"{files / 'wrong.xlsx'}: 1 thing has to be mended; nothing was loaded."
    assert second.startswith(said)
    assert raised.value.returncode == 1
    assert not Reading.objects.exists()
