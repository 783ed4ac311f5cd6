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

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from actionplans.models import Measure, Reading, SeriesBreak, Target  # noqa: E402
from actionplans.reading_file import import_readings, read_mapping  # noqa: E402
from actionplans.series import series_of  # noqa: E402
from priorities.clock import EDINBURGH  # noqa: E402
from priorities.models import Locality, Priority  # noqa: E402
from priorities.periods import FinancialQuarter, FinancialYear  # noqa: E402
from priorities.workbooks import Row, Symbol, csv_blocks  # noqa: E402
from tests.actionplans.factories import MeasureFactory, SeriesBreakFactory  # noqa: E402
from tests.factories import NOW, PriorityFactory  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LEAST_READINGS_A_SECOND = 5_000
MOST_MEGABYTES = 300
MOST_MEGABYTES_SENDING = 5
MOST_TIMES_FETCHING = 3
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


def _bare_import(source: BinaryIO) -> None:
    """The same rows into the same table by the CSV reader and SQLite, taken back again."""
    measures = dict(Measure.objects.values_list("code", "pk"))
    places = dict(Locality.objects.values_list("code", "pk"))
    quarters = {quarter.label: (str(quarter.starts_on), str(quarter.ends_on)) for quarter in QUARTERS}
    names = [
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
    same = {
        "flag": "final",
        "state": "confirmed",
        "entered_at": str(NOW),
        "answered_doubt": "",
        "is_illustrative": 0,
    }
    marks = ", ".join("?" * (len(names) + len(same)))
    statement = f"INSERT INTO {Reading._meta.db_table} ({', '.join([*names, *same])}) VALUES ({marks})"  # noqa: S608
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
                    *same.values(),
                )
                for row in rows
            ),
        )
        transaction.set_rollback(True)
    text.detach()


# Building series


def bench_series() -> list[Finding]:
    """300 measures over 40 quarters, with a target for each, where 8 places have figures of their own."""
    a_partnership(measures=300, places=8)
    _fill_series()
    measures = list(Measure.objects.all())

    def fetch() -> None:
        list(
            Reading.objects.known_at(NOW).filter(
                measure__in=measures, place__isnull=True, ends_on__lte=NOW.date()
            )
        )
        targets = Target.objects.known_at(NOW).filter(measure__in=measures)
        list(targets.select_related("decision__meeting__group"))
        list(SeriesBreak.objects.filter(measure__in=measures))

    def build() -> None:
        series_of(measures, ends_by=NOW.date(), known_at=NOW)

    pairs = [(seconds(fetch), seconds(build)) for _ in range(ROUNDS)]
    ratio = median(build_time / fetch_time for fetch_time, build_time in pairs)
    all_queries, one_query = _queries(measures), _queries(measures[:1])
    fetched, built = (median(times) for times in zip(*pairs, strict=True))
    return [
        Finding(
            f"series of {len(measures)} measures over {len(QUARTERS)} quarters: {ratio:.2f} times fetching the rows",
            ratio <= MOST_TIMES_FETCHING,
        ),
        Finding(f"    {built * 1000:,.0f} ms against {fetched * 1000:,.0f} ms"),
        Finding(f"    queries: {all_queries}, for one measure {one_query}", all_queries == one_query),
    ]


def _queries(measures: list[Measure]) -> int:
    with CaptureQueriesContext(connection) as queries:
        series_of(measures, ends_by=NOW.date(), known_at=NOW)
    return len(queries)


def _fill_series() -> None:
    places = [None, *Locality.objects.all()]
    for position, measure in enumerate(Measure.objects.all()):
        SeriesBreakFactory(measure=measure, on=dt.date(2014, 4, 1))
        values = {
            quarter: Decimal(40) + Decimal((position * 7 + number * 13) % 200) / 10
            for number, quarter in enumerate(QUARTERS)
        }
        Reading.objects.bulk_create(
            Reading(
                measure=measure,
                place=place,
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


PARTS = {"import": bench_import, "series": bench_series, "csv": bench_csv}


def main(part: str) -> int:
    findings = PARTS[part]()
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    return 0 if all(finding.is_met for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
