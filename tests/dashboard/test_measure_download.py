"""A measure to take away: what is in its files, who gets them, and what never leaves by them."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from actionplans.models import Measure
from priorities.clock import EDINBURGH
from priorities.models import Locality
from priorities.periods import FinancialQuarter
from tests.actionplans.factories import (
    ClearanceFactory,
    GapFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    SeriesBreakFactory,
    TargetFactory,
    period_of,
)
from tests.factories import NOW, Cast, ComparatorFactory, cast
from tests.priorities.workbook_reading import csv_rows, ods_rows, parts, xlsx_book, xlsx_rows

pytestmark = pytest.mark.django_db

Q1, Q2, Q3 = (FinancialQuarter.parse(f"{label} 2021/22") for label in ("Q1", "Q2", "Q3"))
ADDRESS = "/strathmuir/measures/POV-01/download."
KINDS = ("xlsx", "ods", "csv")


@dataclass(frozen=True)
class Shelf:
    """The cast with one measure, and a browser in which a Board member is signed in."""

    cast: Cast
    measure: Measure
    client: object

    def read(self, quarter: FinancialQuarter, value: object, **fields: object) -> None:
        """Released five days after its quarter ended."""
        released = quarter.ends_on + dt.timedelta(days=5)
        known = {"released_at": dt.datetime.combine(released, dt.time(9, 30), EDINBURGH)}
        whole = {"measure": self.measure, "value": value and Decimal(value), **period_of(quarter), **known}
        ReadingFactory(**(whole | fields))

    def aim(self, quarter: FinancialQuarter, value: str, **fields: object) -> None:
        TargetFactory(**({"measure": self.measure, "value": Decimal(value), **period_of(quarter)} | fields))

    def change(self, **fields: object) -> None:
        Measure.objects.filter(pk=self.measure.pk).update(**fields)
        self.measure.refresh_from_db()

    def get(self, extension: str) -> bytes:
        response = self.client.get(f"{ADDRESS}{extension}")
        assert response.status_code == 200
        return response.content

    def csv(self) -> list[dict[str, str]]:
        head, *rows = csv_rows(self.get("csv"))
        return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture
def shelf(client):
    found = cast()
    client.force_login(found.board, backend="django.contrib.auth.backends.ModelBackend")
    measure = MeasureFactory(
        priority=found.poverty, code="POV-01", name="Families helped", unit_name="families"
    )
    return Shelf(found, measure, client)


@pytest.fixture
def ratio(shelf):
    """Half of the families in Q2, provisional, and 60% of more of them in Q3, beside Scotland and a locality."""
    shelf.change(
        is_ratio=True,
        numerator_name="Families helped",
        denominator_name="Families who asked",
        caution="<b>Small",
    )
    partnership = shelf.cast.partnership
    shelf.read(Q1, "40", numerator=40, denominator=100)
    shelf.read(Q2, "50", numerator=50, denominator=100, flag="provisional", note="=Early & <late>")
    shelf.read(Q3, "60", numerator=Decimal("66.5"), denominator=Decimal("110.83"), flag="corrected")
    shelf.aim(Q3, "60")
    SeriesBreakFactory(measure=shelf.measure, on=Q2.starts_on)
    north = Locality.objects.create(partnership=partnership, code="NORTH", name="North", kind="ward")
    shelf.read(Q3, "25", place=north, numerator=1, denominator=4, is_illustrative=True)
    shelf.read(Q3, "70", comparator=ComparatorFactory(partnership=partnership, code="SCO"))
    return shelf


# Figures

HEADINGS = [
    "Period", "Place", "Place code", "Figure (% of families)", "Numerator", "Denominator",
    "Target (% of families)", "Status", "Flag", "Break in series", "Released on", "Release", "Note",
]  # fmt: skip


def figures_of(area_code):
    return [
        ["Q1 2021/22", "Strath", area_code, "40.0", "40", "100", "[z]", "Data only", "Final", "No",
         "2021-07-05", "Published", "[z]"],
        ["Q2 2021/22", "Strath", area_code, "50.0", "50", "100", "[z]", "Data only", "[p]", "[b]",
         "2021-10-05", "Published", "'=Early & <late>"],
        ["Q3 2021/22", "Strath", area_code, "60.002", "66.5", "110.83", "60.000", "On target", "Corrected", "No",
         "2022-01-05", "Published", "[z]"],
        ["Q3 2021/22", "North", "NORTH", "25.0", "1", "4", "60.0", "Off target", "Final", "No",
         "2022-01-05", "Published", "Illustrative."],
        ["Q3 2021/22", "Scotland", "SCO", "70.0", "[x]", "[x]", "[z]", "[z]", "Final", "No",
         "2022-01-05", "Published", "[z]"],
    ]  # fmt: skip


def test_csv_has_every_figure_of_every_place(ratio):
    partnership = ratio.cast.partnership
    partnership.area_name = "Strath"
    partnership.save()

    assert csv_rows(ratio.get("csv")) == [HEADINGS, *figures_of(partnership.area_code)]


@pytest.mark.parametrize(("extension", "read"), [("xlsx", xlsx_rows), ("ods", ods_rows)])
def test_workbooks_have_the_same_figures_as_numbers_and_days(ratio, extension, read):
    (title, one_table, first, second, head, *rows) = read(ratio.get(extension), "Figures")

    assert (title, one_table) == (["Figures: Families helped"], ["This worksheet contains one table."])
    assert (first, second) == (["Numerator: Families helped."], ["Denominator: Families who asked."])
    assert head == HEADINGS
    assert len(rows) == 5
    area = ratio.cast.partnership
    assert rows[2] == [
        "Q3 2021/22", area.area_name, area.area_code, Decimal("60.002"), Decimal("66.5"), Decimal("110.83"),
        Decimal(60), "On target", "Corrected", "No", dt.date(2022, 1, 5), "Published", "[z]",
    ]  # fmt: skip
    assert rows[1][-1] == "=Early & <late>"


def test_numbers_are_those_of_the_page_however_close_to_the_target(ratio):
    page = ratio.client.get("/strathmuir/measures/POV-01/").content.decode()

    assert "60.002%" in page
    assert "60.000%" in page


def test_a_plain_count_has_no_numerators(shelf):
    shelf.change(unit="number", unit_name="families", decimals=0)
    shelf.read(Q3, "1234")

    (row,) = shelf.csv()

    assert list(row)[3:5] == ["Figure (families)", "Target (families)"]
    assert row["Figure (families)"] == "1234"


def test_a_year_to_date_count_says_what_each_quarter_added(shelf):
    shelf.change(unit="number", unit_name="", decimals=0, is_cumulative=True, roll_up="sum")
    shelf.read(Q1, "10")
    shelf.read(Q2, "25")

    assert [(row["Figure (number)"], row["In the period itself (number)"]) for row in shelf.csv()] == [
        ("10", "10"),
        ("25", "15"),
    ]


def test_yes_or_no_is_said_in_words(shelf):
    shelf.change(unit="yes_no", unit_name="", decimals=0)
    shelf.read(Q3, "1")

    assert [row["Figure (yes or no)"] for row in shelf.csv()] == ["Yes"]


def test_a_gap_has_figures_of_the_area_alone(shelf):
    scotland = ComparatorFactory(partnership=shelf.cast.partnership)
    shelf.read(Q3, "60")
    shelf.read(Q3, "70", comparator=scotland)
    gap = GapFactory(of=shelf.measure, second_comparator=scotland)
    Measure.objects.filter(pk=gap.measure_id).update(code="POV-02", unit_name="")

    response = shelf.client.get("/strathmuir/measures/POV-02/download.csv")
    head, *rows = csv_rows(response.content)

    assert [row[1:4] for row in rows] == [
        [shelf.cast.partnership.area_name, shelf.cast.partnership.area_code, "-10.0"]
    ]
    assert head[3] == "Figure (percentage points)"


def test_a_period_without_a_figure_says_why(shelf):
    shelf.read(Q1, "40")
    shelf.read(Q3, None, symbol="x")
    shelf.aim(Q3, "60")

    rows = [list(row.values()) for row in shelf.csv()]

    assert rows[1][3:] == ["[x]", "[z]", "[x]", "[x]", "[x]", "[x]", "[x]", "No figure."]
    assert rows[2][3:] == ["[x]", "60.0", "[x]", "[x]", "[x]", "2022-01-05", "[x]", "Not available."]


# The other sheets


def test_every_target_is_there_with_who_set_it_and_why(shelf):
    shelf.read(Q3, "60")
    shelf.aim(Q3, "55", set_on=dt.date(2020, 4, 1))
    shelf.aim(
        Q3, "60", version=2, set_on=dt.date(2021, 4, 1), set_at=NOW - dt.timedelta(days=200),
        set_by=shelf.cast.manager, reason="A faster start.", basis="A straight line.", is_illustrative=True,
    )  # fmt: skip

    assert xlsx_rows(shelf.get("xlsx"), "Targets")[2:] == [
        ["Period", "Target (% of families)", "Version", "In use", "Set on", "Set by", "Reason",
         "How it was worked out", "Decision", "Note"],
        ["Q3 2021/22", Decimal(60), Decimal(2), "Yes", dt.date(2021, 4, 1), "CP manager", "A faster start.",
         "A straight line.", "None recorded", "Illustrative."],
        ["Q3 2021/22", Decimal(55), Decimal(1), "No", dt.date(2020, 4, 1), "The plan", "None given", "[z]", "None recorded",
         "[z]"],
    ]  # fmt: skip


def test_every_vintage_is_there_the_newest_first(shelf):
    shelf.read(Q2, "50", flag="provisional", release_class="management")
    later = NOW - dt.timedelta(days=20)
    shelf.read(Q2, "52.34", flag="revised", released_at=later, note="Late returns.")
    released_on = dt.date(2021, 10, 5)

    assert xlsx_rows(shelf.get("xlsx"), "Every vintage")[2:] == [
        ["Period", "Figure (% of families)", "Flag", "Series", "In use", "Published on", "Entered on", "Release",
         "Note"],
        ["Q2 2021/22", Decimal("52.3"), "[r]", "Series 1", "Yes", later.date(), later.date(), "Published",
         "Late returns."],
        ["Q2 2021/22", Decimal(50), "[p]", "Series 1", "No", released_on, released_on,
         "Management information: for the partnership only", "[z]"],
    ]  # fmt: skip


def test_where_the_area_stands_among_others_is_there(ratio):
    area = ratio.cast.partnership.area_name

    others, places = (
        xlsx_rows(ratio.get("xlsx"), name)[-3:] for name in ("Compared with others", "Places ranked")
    )

    assert others == [
        ["Where", "What it is", "Rank", "Figure (% of families)", f"Against {area}", "Note"],
        ["Scotland", "Country", "Not ranked", Decimal(70), "10.0 percentage points higher", "[z]"],
        [area, "This partnership", "Not ranked", Decimal("60.002"), "[z]", "[z]"],
    ]
    assert places == [
        ["Where", "What it is", "Rank", "Figure (% of families)", f"Against {area}", "Note"],
        [area, "This partnership", "Not ranked", Decimal("60.002"), "[z]", "[z]"],
        ["North", "Locality", "Not ranked", Decimal(25), "35.0 percentage points lower", "[z]"],
    ]


def test_others_without_a_period_in_common_have_their_newest_figures(shelf):
    shelf.change(unit="number", unit_name="families", decimals=0)
    shelf.read(Q3, "60")
    shelf.read(
        Q2, "5100", comparator=ComparatorFactory(partnership=shelf.cast.partnership), flag="provisional"
    )
    area = shelf.cast.partnership.area_name

    assert xlsx_rows(shelf.get("xlsx"), "Compared with others")[2:] == [
        [f"Figures are numbers, and the others differ from {area} in size, so they are not ranked."],
        ["Where", "What it is", "Period", "Figure (families)", "Flag"],
        [area, "This partnership", "Q3 2021/22", Decimal(60), "Final"],
        ["Scotland", "Country", "Q2 2021/22", Decimal(5100), "[p]"],
    ]


def test_what_its_charts_draw_is_there(shelf):
    """A forecast, the medians with their signals, and quarters made into years: all as the page tells them."""
    shelf.change(unit="number", unit_name="", decimals=0, roll_up="sum")
    quarter = Q3
    for value in ("52", "51", "50", "49", "48", "47", "46", "45", "44", "43", "42", "41"):
        shelf.read(quarter, value)
        quarter = quarter.previous()
    shelf.aim(Q3.next(), "60")

    book = shelf.get("xlsx")

    assert xlsx_rows(book, "Forecast")[2:] == [
        ["If the last three quarters’ pace holds."],
        ["Period", "Forecast (number)", "Lowest likely (number)", "Highest likely (number)"],
        ["Q3 2021/22", Decimal(52), Decimal(52), Decimal(52)],
        ["Q4 2021/22", Decimal(53), Decimal(53), Decimal(53)],
    ]
    assert xlsx_rows(book, "Medians")[2:] == [
        ["From", "To", "Median (number)", "Signals"],
        ["Q4 2018/19", "Q3 2021/22", Decimal(47),
         ("Six quarters in a row are below the median (a shift), Q4 2018/19 to Q1 2020/21: worsening. 12 quarters in "
         "a row rise (a trend), Q4 2018/19 to Q3 2021/22: improving. Six quarters in a row are above the median (a "
         "shift), Q2 2020/21 to Q3 2021/22: improving.")],
    ]  # fmt: skip
    assert xlsx_rows(book, "By financial year")[2:] == [
        ["Financial year", "Figure (number)", "Note"],
        ["2021/22", Decimal(153), "to Q3 only"],
        ["2020/21", Decimal(190), "[z]"],
        ["2019/20", Decimal(174), "[z]"],
        ["2018/19", "Incomplete", "no figure for Q1"],
    ]


def test_the_cover_says_what_the_measure_is(ratio):
    partnership = ratio.cast.partnership
    partnership.contact = "CPP team, team@example.org"
    partnership.save()

    cover = [row[0] for row in xlsx_rows(ratio.get("xlsx"), "Cover")]

    assert cover[:6] == [
        "POV-01: Families helped",
        "This worksheet contains one table.",
        "Contact: CPP team, team@example.org",
        "Made on: 10 January 2022",
        "Next update: March 2022",
        "Strathmuir Community Planning Partnership. What was known on 10 January 2022 of periods up to Q3 2021/22.",
    ]
    assert "Which way is better: Higher is better" in cover
    assert "Watch for: <b>Small" in cover
    assert "What the pattern says: Too few figures." in cover
    assert cover[-10:] == [
        "Numbers are rounded as the page shows them: page and file say the same.",
        "What is made up for illustration says so in its note.",
        "Worksheet",
        "Cover",
        "Notes",
        "Figures",
        "Targets",
        "Every vintage",
        "Compared with others",
        "Places ranked",
    ]


def test_a_measure_without_figures_says_so(shelf):
    book = xlsx_book(shelf.get("xlsx"))

    words = [row[0].value for row in book["Cover"].iter_rows()]
    assert book.sheetnames == ["Cover"]
    assert words.index("There are no figures yet.") == words.index("No targets have been set.") - 1
    assert len(csv_rows(shelf.get("csv"))) == 1


def test_management_information_is_marked(shelf):
    shelf.read(Q3, "60", release_class="management")

    assert [row["Release"] for row in shelf.csv()] == ["Management information: for the partnership only"]
    cover = [row[0] for row in ods_rows(shelf.get("ods"), "Cover")]
    assert "Some figures are management information, for the partnership only: do not publish them." in cover


# What never leaves

SECRETS = [f"7770{number}" for number in range(1, 14)]


@pytest.fixture
def guarded(shelf):
    """Every kind of figure that may not be shown, each with a number of its own, beside one that may be."""
    shelf.change(
        unit="number", decimals=0, unit_name="", is_ratio=False, is_disclosure_controlled=True,
        numerator_name="", denominator_name="",
    )  # fmt: skip
    measure, partnership = shelf.measure, shelf.cast.partnership
    clearance = ClearanceFactory(measure=measure)
    hidden = {"clearance": clearance, "is_suppressed": True, "suppressed_because": "small_count"}
    north = Locality.objects.create(partnership=partnership, code="NORTH", name="North", kind="ward")
    parts_of = {"numerator": Decimal(SECRETS[11]), "denominator": Decimal(SECRETS[12])}
    shelf.read(Q1, "41", clearance=clearance)
    shelf.read(Q2, SECRETS[0], note=f"Was {SECRETS[1]}.", **parts_of, **hidden)
    shelf.read(Q2, SECRETS[2], released_at=NOW - dt.timedelta(days=30), note=SECRETS[3], **hidden)
    shelf.read(Q3, SECRETS[4], note=f"Not cleared: {SECRETS[5]}.")
    shelf.read(Q3, SECRETS[6], released_at=NOW + dt.timedelta(hours=1), clearance=clearance)
    shelf.read(Q3, SECRETS[7], place=north, note=SECRETS[8], **hidden)
    shelf.read(
        Q3, SECRETS[9], state="draft",
        quarterly_return=QuarterlyReturnFactory(priority=shelf.cast.poverty, quarter=shelf.cast.quarter),
    )  # fmt: skip
    other = MeasureFactory(priority=shelf.cast.poverty, code="POV-02")
    shelf.read(Q1, SECRETS[10], measure=other)
    shelf.aim(Q2, "40")
    return shelf


def everything_in(content, extension):
    """All that a file says, in its own words and in what it says of itself."""
    whole = [content] if extension == "csv" else list(parts(content).values())
    return re.sub(r"[,\s]", "", b" ".join(whole).decode())


@pytest.mark.parametrize("extension", KINDS)
def test_what_may_not_be_shown_does_not_leave(guarded, extension):
    found = everything_in(guarded.get(extension), extension)

    assert "41" in found
    assert [secret for secret in SECRETS if secret in found] == []


def test_a_hidden_figure_takes_its_parts_and_status_with_it(guarded):
    rows = [(row["Period"], row["Place"], *list(row.values())[3:]) for row in guarded.csv()]
    area = guarded.cast.partnership.area_name

    why = "Confidential: not shown, so that nobody can be identified."
    assert rows == [
        ("Q1 2021/22", area, "41", "[z]", "Data only", "Final", "No", "2021-07-05", "Published", "[z]"),
        ("Q2 2021/22", area, "[c]", "40", "[c]", "[c]", "[c]", "2021-12-11", "[c]", why),
        ("Q3 2021/22", area, "[c]", "[z]", "[c]", "[c]", "[c]", "2022-01-05", "[c]", why),
        ("Q3 2021/22", "North", "[c]", "[z]", "[c]", "[c]", "[c]", "2022-01-05", "[c]", why),
    ]


def test_an_older_vintage_is_hidden_too(guarded):
    rows = xlsx_rows(guarded.get("xlsx"), "Every vintage")[3:]

    assert [row[:3] for row in rows] == [
        ["Q3 2021/22", "[c]", "[c]"],
        ["Q2 2021/22", "[c]", "[c]"],
        ["Q2 2021/22", "[c]", "[c]"],
        ["Q1 2021/22", Decimal(41), "Final"],
    ]


# Who gets it, and how


@pytest.mark.parametrize(
    ("extension", "content_type", "begins"),
    [
        ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfPeriod,"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("ods", "application/vnd.oasis.opendocument.spreadsheet", b"PK"),
    ],
)
def test_a_file_says_what_it_is_and_what_to_call_it(shelf, extension, content_type, begins):
    shelf.read(Q3, "60")

    response = shelf.client.get(f"{ADDRESS}{extension}")
    head = shelf.client.head(f"{ADDRESS}{extension}")

    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == (
        f'attachment; filename="strathmuir-pov-01-families-helped-2022-01-10.{extension}"'
    )
    assert response["Cache-Control"] == "private, no-cache"
    assert response.content.startswith(begins)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Disposition"] == response["Content-Disposition"]


@pytest.mark.parametrize("extension", ["pdf", "XLSX", "xls", "csv2"])
def test_another_kind_of_file_is_not_found(shelf, extension):
    assert shelf.client.get(f"{ADDRESS}{extension}").status_code == 404


@pytest.mark.parametrize(
    ("person", "status"), [("board", 200), ("viewer", 200), ("stranger", 404), ("nobody", 302)]
)
def test_it_is_for_whoever_may_read_the_measure(shelf, person, status):
    shelf.client.logout()
    if person != "nobody":
        user = getattr(shelf.cast, person)
        shelf.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    for address in (f"{ADDRESS}csv", "/strathmuir/measures/POV-01/"):
        assert shelf.client.get(address).status_code == status


def test_the_page_of_a_measure_leads_to_its_files(shelf):
    shelf.read(Q3, "60")
    page = shelf.client.get("/strathmuir/measures/POV-01/").content.decode()

    found = re.findall(r'href="([^"]+)" download>([^<]+)<', page)

    assert found == [
        (f"{ADDRESS}xlsx", "Excel"),
        (f"{ADDRESS}ods", "OpenDocument"),
        (f"{ADDRESS}csv", "Figures"),
        (f"{ADDRESS}csv?table=every-vintage", "Every vintage"),
    ]
    assert {resolve(address.partition("?")[0]).view_name for address, _ in found} == {
        "dashboard:measure-download"
    }


def test_more_figures_take_no_more_queries(shelf):
    shelf.read(Q3, "60")
    with CaptureQueriesContext(connection) as one:
        shelf.get("xlsx")
    for quarter in (Q1, Q2):
        shelf.read(quarter, "40")
        shelf.aim(quarter, "50")
    with CaptureQueriesContext(connection) as many:
        shelf.get("xlsx")

    assert len(many) == len(one)
