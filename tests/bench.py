"""What `make bench` measures: each part beside its own bare minimum, in one run and on an empty database.

Ratios hold from machine to machine; seconds are those of this one. `docs/performance.md` records both.
"""

from __future__ import annotations

import csv
import datetime as dt
import gc
import io
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, BinaryIO

import django

django.setup()

import openpyxl  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from openpyxl.cell import WriteOnlyCell  # noqa: E402

from actionplans.clearing import clear_measure  # noqa: E402
from actionplans.models import Delivery, Gap, Measure, Reading, SeriesBreak, Target  # noqa: E402
from actionplans.places import place_of_locality  # noqa: E402
from actionplans.reading_file import import_readings, read_mapping  # noqa: E402
from actionplans.series import series_by_place, series_of  # noqa: E402
from actionplans.sheets.committing import receive  # noqa: E402
from actionplans.sheets.outgoing import COLUMNS, NOT_NEEDED, SHEET_NAME, VERSION, SheetMark  # noqa: E402
from actionplans.sheets.permits import permit_for  # noqa: E402
from actionplans.sheets.preview import Preview  # noqa: E402
from actionplans.sheets.previewing import preview_delivery  # noqa: E402
from actionplans.sheets.reading import read_workbook  # noqa: E402
from actionplans.sheets.row_ids import row_id  # noqa: E402
from priorities.clock import EDINBURGH  # noqa: E402
from priorities.models import Comparator, Locality, Partnership, Priority  # noqa: E402
from priorities.periods import FinancialQuarter, FinancialYear, Period  # noqa: E402
from priorities.roles import Role  # noqa: E402
from priorities.workbooks import Row, Symbol, csv_blocks  # noqa: E402
from tests.actionplans.factories import MeasureFactory, SeriesBreakFactory  # noqa: E402
from tests.factories import NOW, ComparatorFactory, MembershipFactory, PriorityFactory, QuarterFactory  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actionplans.models.readings import ReadingQuerySet

LEAST_READINGS_A_SECOND = 5_000
MOST_MEGABYTES = 300
MOST_MEGABYTES_SENDING = 5
MOST_TIMES_FETCHING = 3
MOST_TIMES_OPENPYXL = 3
MOST_MEGABYTES_OF_A_SHEET = 250
ROUNDS = 7

QUARTERS = [
    FinancialQuarter(FinancialYear(year), number) for year in range(2011, 2021) for number in (1, 2, 3, 4)
]
RELEASED_AT = dt.datetime(2021, 7, 1, 9, 30, tzinfo=EDINBURGH)


@dataclass(frozen=True)
class Finding:
    """One line of the report; `is_met` is false when a limit is passed."""

    words: str
    is_met: bool = True

    def __str__(self) -> str:
        return f"{'    ' if self.is_met else 'OVER'} {self.words}"


def seconds(work: Callable[[], object]) -> float:
    """Of the processor, SQLite's work among it: what else the machine does is not measured."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def megabytes() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def a_partnership(measures: int, places: int) -> Priority:
    priority = PriorityFactory(plan__partnership__slug="bench")
    MeasureFactory.create_batch(measures, priority=priority)
    Locality.objects.bulk_create(
        Locality(
            partnership=priority.plan.partnership, code=f"L{number}", name=f"Place {number}", kind="area"
        )
        for number in range(places)
    )
    return priority


# Bringing in figures

MAPPING = b"""\
format: 1
partnership: bench
rows: {cpp: Bench}
measure: {column: measure}
period: {column: period}
value: {column: value}
numerator: numerator
denominator: denominator
released: {column: released}
flag: {column: type, values: {actual: final, projected: projected}}
place: {column: place}
note: {column: source}
"""


def bench_import() -> list[Finding]:
    """50 measures, 40 quarters and 50 places: 100,000 readings from a file, against the file and SQLite alone."""
    a_partnership(measures=50, places=50)
    with tempfile.TemporaryFile() as source:
        count = _write_figures(source)
        bare = seconds(lambda: _bare_import(source))
        first = seconds(lambda: _import(source))
        again = seconds(lambda: _import(source))
    assert Reading.objects.count() == count
    rate, most = count / first, megabytes()
    return [
        Finding(f"import of {count:,} readings: {rate:,.0f} a second", rate >= LEAST_READINGS_A_SECOND),
        Finding(f"    {first / bare:.1f} times as long as the file and SQLite alone ({bare:.1f} s)"),
        Finding(f"    the same file again: {count / again:,.0f} a second"),
        Finding(f"    memory: {most:,.0f} MB at most", most <= MOST_MEGABYTES),
    ]


def _import(source: BinaryIO) -> None:
    source.seek(0)
    import_readings(source, read_mapping(MAPPING), at=NOW)


def _write_figures(source: BinaryIO) -> int:
    text = io.TextIOWrapper(source, encoding="utf-8", newline="")
    table = csv.writer(text)
    table.writerow(
        [
            "cpp",
            "measure",
            "place",
            "period",
            "type",
            "numerator",
            "denominator",
            "value",
            "released",
            "source",
        ]
    )
    codes = Measure.objects.values_list("code", flat=True)
    places = Locality.objects.values_list("code", flat=True)
    count = 0
    for code in codes:
        for number, place in enumerate(places):
            for quarter in QUARTERS:
                row = (120 + number, 1000, f"{12 + number / 10}", "2021-07-01", "As published in July 2021")
                table.writerow(("Bench", code, place, quarter.label, "actual", *row))
                count += 1
    text.detach()
    return count


# A reading as a row of its table: what a file says of it, and what is the same of all.
COLUMNS_READ = [
    "measure_id",
    "place_id",
    "starts_on",
    "ends_on",
    "value",
    "numerator",
    "denominator",
    "released_at",
    "note",
]
SAME_OF_ALL = {
    "flag": "final",
    "state": "confirmed",
    "entered_at": str(NOW),
    "answered_doubt": "",
    "is_illustrative": 0,
    "series": 1,
    "symbol": "",
    "release_class": "published",
    "is_suppressed": 0,
    "suppressed_because": "",
}


def _bare_import(source: BinaryIO) -> None:
    """The same rows into the same table by the CSV reader and SQLite, taken back again."""
    measures = dict(Measure.objects.values_list("code", "pk"))
    places = dict(Locality.objects.values_list("code", "pk"))
    quarters = {quarter.label: (str(quarter.starts_on), str(quarter.ends_on)) for quarter in QUARTERS}
    marks = ", ".join("?" * (len(COLUMNS_READ) + len(SAME_OF_ALL)))
    statement = (
        f"INSERT INTO {Reading._meta.db_table} ({', '.join([*COLUMNS_READ, *SAME_OF_ALL])}) VALUES ({marks})"  # noqa: S608
    )
    source.seek(0)
    text = io.TextIOWrapper(source, encoding="utf-8", newline="")
    rows = csv.DictReader(text)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.cursor.connection.executemany(
            statement,
            (
                (
                    measures[row["measure"]],
                    places[row["place"]],
                    *quarters[row["period"]],
                    row["value"],
                    row["numerator"],
                    row["denominator"],
                    row["released"],
                    row["source"],
                    *SAME_OF_ALL.values(),
                )
                for row in rows
            ),
        )
        transaction.set_rollback(True)
    text.detach()


# Building series


def bench_series() -> list[Finding]:
    """300 measures over 40 quarters, with a target for each: in the whole area, and in 8 places beside it."""
    a_partnership(measures=300, places=4)
    partnership = Partnership.objects.get()
    ComparatorFactory.create_batch(4, partnership=partnership)
    _fill_series()
    measures = list(Measure.objects.all())
    everywhere = Reading.objects.known_at(NOW)
    area = everywhere.filter(place__isnull=True, comparator__isnull=True)
    return [
        *_compare("in the whole area", measures, area, series_of, rounds=ROUNDS),
        *_compare("in 8 places too", measures, everywhere, series_by_place, rounds=3),
        _status_of_every_year(measures),
    ]


def _compare(
    where: str,
    measures: list[Measure],
    readings: ReadingQuerySet,
    build: Callable[..., object],
    *,
    rounds: int,
) -> list[Finding]:
    """Series beside the bare fetching of their rows, and their queries beside those of one measure."""

    def fetch() -> None:
        list(readings.filter(measure__in=measures, ends_on__lte=NOW.date()))
        targets = Target.objects.known_at(NOW).filter(measure__in=measures)
        list(targets.select_related("decision__meeting__group"))
        list(SeriesBreak.objects.filter(measure__in=measures))
        list(Gap.objects.filter(measure__in=measures))

    def built() -> None:
        build(measures, ends_by=NOW.date(), known_at=NOW)

    pairs = [(seconds(fetch), seconds(built)) for _ in range(rounds)]
    ratio = median(build_time / fetch_time for fetch_time, build_time in pairs)
    fetched, taken = (median(times) for times in zip(*pairs, strict=True))
    all_queries, one_query = _queries(build, measures), _queries(build, measures[:1])
    size = f"{len(measures)} measures over {len(QUARTERS)} quarters {where}"
    return [
        Finding(f"series of {size}: {ratio:.2f} times fetching the rows", ratio <= MOST_TIMES_FETCHING),
        Finding(f"    {taken * 1000:,.0f} ms against {fetched * 1000:,.0f} ms"),
        Finding(f"    queries: {all_queries}, for one measure {one_query}", all_queries == one_query),
    ]


def _queries(build: Callable[..., object], measures: list[Measure]) -> int:
    with CaptureQueriesContext(connection) as queries:
        build(measures, ends_by=NOW.date(), known_at=NOW)
    return len(queries)


def _status_of_every_year(measures: list[Measure]) -> Finding:
    """How each measure stood against its target at the end of each of ten years: read from one building."""
    with CaptureQueriesContext(connection) as queries:
        found = series_of(measures, ends_by=NOW.date(), known_at=NOW)
        statuses = [
            value.status for one in found.values() for value in one.values if value.period.ends_on.month == 3
        ]
    assert len(statuses) == len(measures) * len(QUARTERS) // 4
    one = _queries(series_of, measures[:1])
    words = f"status of {len(measures)} measures in each of 10 years: {len(queries)} queries, for one measure {one}"
    return Finding(words, len(queries) == one)


def _fill_series() -> None:
    places: list[dict[str, object]] = [{}]
    places += [{"place": one} for one in Locality.objects.all()]
    places += [{"comparator": one} for one in Comparator.objects.all()]
    for position, measure in enumerate(Measure.objects.all()):
        SeriesBreakFactory(measure=measure, on=dt.date(2014, 4, 1))
        values = {
            quarter: Decimal(40) + Decimal((position * 7 + number * 13) % 200) / 10
            for number, quarter in enumerate(QUARTERS)
        }
        Reading.objects.bulk_create(
            Reading(
                measure=measure,
                **place,
                starts_on=quarter.starts_on,
                ends_on=quarter.ends_on,
                value=value,
                released_at=RELEASED_AT,
                entered_at=RELEASED_AT,
            )
            for place in places
            for quarter, value in values.items()
        )
        Target.objects.bulk_create(
            Target(
                measure=measure,
                starts_on=quarter.starts_on,
                ends_on=quarter.ends_on,
                value=Decimal(50),
                set_on=dt.date(2020, 4, 1),
            )
            for quarter in QUARTERS
        )


# Sending a table


def bench_csv() -> list[Finding]:
    """100,000 rows sent as CSV, against the CSV writer alone; the rows are made as they are asked for."""
    headings = ("Period", "Place", "Figure", "Flag", "Released on", "Note")
    count = 100_000

    def rows() -> Iterator[Row]:
        for number in range(count):
            figure = Decimal(number) / 10
            yield "Q2 2021/22", "North", figure, Symbol.PROVISIONAL, NOW.date(), "As the publisher has it"

    def bare() -> None:
        line = csv.writer(io.StringIO()).writerow
        for row in rows():
            line([str(cell) for cell in row])

    asked = rows()
    blocks = csv_blocks(headings, asked)
    next(blocks)
    is_at_once = next(asked)[2] == 0
    before = megabytes()
    sent = seconds(lambda: sum(len(block) for block in csv_blocks(headings, rows())))
    growth, least = megabytes() - before, seconds(bare)
    return [
        Finding(f"{count:,} rows sent as CSV: {count / sent:,.0f} a second"),
        Finding(f"    {sent / least:.1f} times as long as the CSV writer alone ({least:.1f} s)"),
        Finding(f"    memory: {growth:,.1f} MB more at most", growth <= MOST_MEGABYTES_SENDING),
        Finding("    the headings leave before the first row is asked for", is_at_once),
    ]


# Reading a sheet


def bench_sheet() -> list[Finding]:
    """A workbook of 10,000 rows read as cells, checks and all, against openpyxl alone reading its values."""
    content = _sheet_of(10_000)

    def read() -> int:
        (sheet,) = read_workbook(content, "figures.xlsx").sheets
        return len(sheet.rows)

    def bare() -> int:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return sum(1 for _ in book.active.iter_rows(values_only=True))

    assert read() == 10_001
    most = megabytes()
    assert bare() == 10_001
    pairs = [(seconds(bare), seconds(read)) for _ in range(3)]
    ratio = median(ours / theirs for theirs, ours in pairs)
    bare_time, read_time = (median(times) for times in zip(*pairs, strict=True))
    return [
        Finding(
            f"a sheet of 10,000 rows read: {ratio:.2f} times openpyxl alone", ratio <= MOST_TIMES_OPENPYXL
        ),
        Finding(f"    {read_time:.2f} s against {bare_time:.2f} s"),
        Finding(f"    memory: {most:,.0f} MB at most", most <= MOST_MEGABYTES_OF_A_SHEET),
    ]


def _sheet_of(count: int) -> bytes:
    """A workbook such as goes out to be filled: one row a measure, period and place, twelve columns."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Figures")
    sheet.append([f"Heading {number}" for number in range(12)])
    for number in range(count):
        share = WriteOnlyCell(sheet, number % 97 / 100)
        share.number_format = "0.0%"
        words = (f"POV-{number:05}@@2021-22-q3", f"Children in poverty {number % 60}", "North", "Q3 2021/22")
        figures = (number / 10, number, share, NOW.date(), number * 3)
        sheet.append([*words, *figures, "Higher is better", f"Note {number}", None])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# Previewing a sheet


def bench_preview() -> list[Finding]:
    """A sheet of 10,000 figures that came back filled, previewed beside two years known, against openpyxl alone."""
    delivery, content = _a_full_sheet()
    permit = permit_for(delivery.sent_by, delivery.quarter, delivery.destination)

    def previewed() -> Preview:
        found = preview_delivery(delivery, permit, at=NOW)
        assert isinstance(found, Preview)
        return found

    def bare() -> int:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return sum(1 for sheet in book for _ in sheet.iter_rows(values_only=True))

    before = megabytes()
    with CaptureQueriesContext(connection) as queries:
        counts = previewed().counts
    most = megabytes()
    assert counts == {"new": 9_700, "changed": 0, "same": 0, "empty": 100, "refused": 200}, counts
    assert bare() > 10_000
    pairs = [(seconds(bare), seconds(previewed)) for _ in range(3)]
    ratio = median(ours / theirs for theirs, ours in pairs)
    bare_time, preview_time = (median(times) for times in zip(*pairs, strict=True))
    return [
        Finding(
            f"a sheet of 10,000 figures previewed: {ratio:.2f} times openpyxl alone",
            ratio <= MOST_TIMES_OPENPYXL,
        ),
        Finding(f"    {preview_time:.2f} s against {bare_time:.2f} s, {len(queries)} queries"),
        Finding(
            f"    memory: {most:,.0f} MB at most, {before:,.0f} MB before it",
            most <= MOST_MEGABYTES_OF_A_SHEET,
        ),
    ]


def _a_full_sheet() -> tuple[Delivery, bytes]:
    """Fifty measures in fifty places, four quarters of each given, and eight before them known."""
    priority = a_partnership(measures=50, places=50)
    partnership = priority.plan.partnership
    manager = MembershipFactory(partnership=partnership, role=Role.CP_MANAGER).user
    quarter = QuarterFactory(partnership=partnership)
    places = list(Locality.objects.all())
    given = [
        FinancialQuarter(FinancialYear(2020), 4),
        *(FinancialQuarter(FinancialYear(2021), n) for n in (1, 2, 3)),
    ]
    rows: list[tuple[object, ...]] = []
    for measure in Measure.objects.all():
        Reading.objects.bulk_create(
            Reading(
                measure=measure, place=place, starts_on=one.starts_on, ends_on=one.ends_on, released_at=RELEASED_AT,
                entered_at=RELEASED_AT, value=Decimal(40) + number,
            )
            for place in places
            for number, one in enumerate(QUARTERS[-9:-1])
        )  # fmt: skip
        for place in places:
            rows += [_full_row(measure, place, one, len(rows) + number) for number, one in enumerate(given)]
    mark = SheetMark(VERSION, partnership.slug, quarter.year_slug, quarter.slug)
    content = _sheet_filled(mark, rows)
    delivery = receive(
        quarter, way=Delivery.Way.SHEET, name="figures.xlsx", content=content, destination=Delivery.Destination.DRAFTS,
        organisation=None, priority=None, by=manager, at=NOW,
    )  # fmt: skip
    return delivery, content


def _full_row(
    measure: Measure, place: Locality, quarter: FinancialQuarter, number: int
) -> tuple[object, ...]:
    """One row in a hundred is empty, and two hold no figure of it."""
    period = Period.for_quarter(quarter)
    odd = {0: None, 1: "forty", 2: dt.date(2022, 1, 3)}
    figure = odd.get(number % 100, 40 + number % 97 / 10)
    what = (f"{measure.code}: {measure.name}", place.name, period.label, "% of families. Higher is better.")
    id_ = row_id(measure, place_of_locality(place), period)
    last = (None, f"Note {number}", id_)
    return (*what, "47.0% in Q3 2020/21", "None set", figure, NOT_NEEDED, NOT_NEEDED, *last)


def _sheet_filled(mark: SheetMark, rows: list[tuple[object, ...]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(SHEET_NAME)
    for line in ((SHEET_NAME,), ("One table",), (str(mark),), COLUMNS.headings, *rows):
        sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# Disclosure control


def bench_clearing() -> list[Finding]:
    """Clearing one measure of 300 periods and 8 places, in which one place in five has a small count."""
    measure = _fill_clearing()
    first = seconds(lambda: clear_measure(measure, by=None, at=NOW))
    again = seconds(lambda: clear_measure(measure, by=None, at=NOW))
    figures, hidden = Reading.objects.count(), Reading.objects.filter(is_suppressed=True).count()
    return [
        Finding(
            f"{figures:,} percentages of one measure cleared, {hidden} hidden: {first:.1f} s", first <= 20
        ),
        Finding(f"    the same again, which changes nothing: {again:.1f} s", again <= 20),
    ]


def _fill_clearing() -> Measure:
    """Percentages of 300 quarters in the area and the seven localities that make it up."""
    priority = a_partnership(1, 7)
    measure = Measure.objects.get()
    measure.is_disclosure_controlled = measure.is_ratio = True
    measure.save()
    places = list(Locality.objects.filter(partnership=priority.plan.partnership))
    start = FinancialYear(1946)
    for number in range(300):
        quarter = FinancialQuarter(FinancialYear(start.start_year + number // 4), number % 4 + 1)
        pairs = [_few_or_many(number, place) for place in range(len(places))]
        whole = (sum(above for above, _ in pairs), sum(below for _, below in pairs))
        Reading.objects.bulk_create(
            Reading(
                measure=measure,
                place=place,
                starts_on=quarter.starts_on,
                ends_on=quarter.ends_on,
                value=round(Decimal(100 * above) / below, 6),
                numerator=above,
                denominator=below,
                released_at=RELEASED_AT,
                entered_at=RELEASED_AT,
            )
            for place, (above, below) in zip([None, *places], [whole, *pairs], strict=True)
        )
    return measure


def _few_or_many(number: int, place: int) -> tuple[int, int]:
    """A numerator and denominator: a small numerator once in ten, a small group once in ten."""
    above = 20 + (number * 7 + place * 13) % 180
    match (number * 3 + place * 7) % 10:
        case 0:
            return 1 + number % 4, 120 + place
        case 1:
            return 9, 25
        case _:
            return above, above + 100 + place


PARTS = {
    "import": bench_import,
    "series": bench_series,
    "csv": bench_csv,
    "sheet": bench_sheet,
    "preview": bench_preview,
    "clearing": bench_clearing,
}


def main(part: str) -> int:
    findings = PARTS[part]()
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    return 0 if all(finding.is_met for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
