"""Write the figures of a partnership to a file that import_readings reads back."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from actionplans.management.files import WRONG_USE
from actionplans.models import Measure
from actionplans.reading_file.outgoing import HEADINGS, Asked, mapping_text, rows_of, workbook_of
from priorities import clock
from priorities.clock import EDINBURGH
from priorities.models import Partnership, Priority
from priorities.periods import FinancialQuarter, FinancialYear, PeriodError
from priorities.wording import quoted
from priorities.workbooks import FileKind, Row, csv_blocks, ods_bytes, xlsx_bytes

MOST_ROWS_IN_A_WORKBOOK = 19_000
"""A workbook is made and read in memory, so import_readings takes so many; a CSV file may have any number."""


class Command(BaseCommand):
    help = (
        "Writes every version of every figure that may be shown (docs/import.md). "
        "Ends with 0 when all is written, 1 when nothing is, 2 when what was asked for cannot be."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("partnership", help="the address of the partnership, like perth-and-kinross")
        parser.add_argument(
            "file", nargs="?", default="-", help="the file to write; - or nothing is standard output"
        )
        parser.add_argument(
            "--format", choices=list(FileKind), help="without it as the file's name ends, or CSV"
        )
        parser.add_argument("--mapping", type=Path, help="also write the mapping for import_readings here")
        parser.add_argument("--measure", action="append", default=[], help="only this code; may be repeated")
        parser.add_argument("--priority", action="append", default=[], help="only this code; may be repeated")
        parser.add_argument("--since", help="only what was released on or after this day, like 2021-10-01")
        parser.add_argument("--period", help="only periods that end in 2021/22, or in “Q3 2021/22”")
        parser.add_argument(
            "--with-management-information", action="store_true", help="what is for the partnership only too"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be written, and write nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        asked, kind = _asked(options), _kind(options["format"], options["file"])
        if options["dry_run"]:
            count = sum(1 for _ in rows_of(asked))
            self.stdout.write(f"{_counted(count)} would be written as {kind.upper()}. Nothing was.")
            return
        # Closed however it ends: a database may still be in the middle of its answer.
        with closing(rows_of(asked)) as rows:
            counter = _Counter(rows)
            try:
                if options["mapping"]:
                    options["mapping"].write_text(mapping_text(asked), encoding="utf-8")
                _write(_blocks(kind, asked, counter), options["file"], self.stdout)
            except OSError as error:
                where = error.filename or options["file"]
                raise CommandError(f"{where} cannot be written: {error.strerror}.") from None
        self.stderr.write(f"{_counted(counter.count)} written.")


class _Counter:
    """Rows, counted as they pass."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.count += 1
            yield row


def _counted(count: int) -> str:
    return "1 figure" if count == 1 else f"{count:,} figures"


# What was asked for


def _asked(options: dict[str, Any]) -> Asked:
    slug = options["partnership"]
    partnership = Partnership.objects.filter(slug=slug).first()
    if partnership is None:
        raise CommandError(f"There is no partnership {quoted(slug)}.", returncode=WRONG_USE)
    return Asked(
        partnership,
        _measures(partnership, options["measure"], options["priority"]),
        clock.now(),
        since=_since(options["since"]),
        within=_within(options["period"]),
        with_management_information=options["with_management_information"],
    )


def _measures(partnership: Partnership, codes: list[str], priorities: list[str]) -> list[Measure]:
    measures = Measure.objects.filter(partnership=partnership)
    known = set(measures.values_list("code", flat=True)) if codes else set()
    plans = Priority.objects.filter(plan__partnership=partnership)
    led = set(plans.values_list("code", flat=True)) if priorities else set()
    for asked, there, noun in ((codes, known, "measure"), (priorities, led, "priority")):
        if missing := next((code for code in asked if code not in there), None):
            raise CommandError(f"There is no {noun} {quoted(missing)}.", returncode=WRONG_USE)
    if codes:
        measures = measures.filter(code__in=codes)
    if priorities:
        measures = measures.filter(priority__code__in=priorities)
    return list(measures)


def _since(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        message = f"{quoted(text)} is not a day. Write it like 2021-10-01."
        raise CommandError(message, returncode=WRONG_USE) from None
    return dt.datetime.combine(day, dt.time(), EDINBURGH)


def _within(text: str | None) -> tuple[dt.date, dt.date] | None:
    if text is None:
        return None
    for kind in (FinancialYear, FinancialQuarter):
        try:
            found = kind.parse(text)
        except PeriodError:
            continue
        return found.starts_on, found.ends_on
    message = f"{quoted(text)} is no financial year or quarter. Write 2021/22 or Q3 2021/22."
    raise CommandError(message, returncode=WRONG_USE)


def _kind(named: str | None, file: str) -> FileKind:
    """The format asked for; otherwise what the file is called says it."""
    if named:
        return FileKind(named)
    ending = Path(file).suffix.lower().removeprefix(".")
    if file == "-":
        return FileKind.CSV
    if ending not in list(FileKind):
        message = f"{quoted(file)} ends with none of .csv, .xlsx and .ods. Say which with --format."
        raise CommandError(message, returncode=WRONG_USE)
    return FileKind(ending)


# The file


def _blocks(kind: FileKind, asked: Asked, rows: _Counter) -> Iterator[bytes]:
    if kind is FileKind.CSV:
        yield from csv_blocks(HEADINGS, rows)
        return
    book = workbook_of(asked, _few_enough(rows))
    yield xlsx_bytes(book) if kind is FileKind.XLSX else ods_bytes(book)


def _few_enough(rows: _Counter) -> Iterator[Row]:
    for row in rows:
        if rows.count > MOST_ROWS_IN_A_WORKBOOK:
            message = f"A workbook takes {MOST_ROWS_IN_A_WORKBOOK:,} figures, and there are more."
            raise CommandError(f"{message} Ask for fewer, or for CSV. Nothing was written.")
        yield row


def _write(blocks: Iterator[bytes], file: str, stdout: Any) -> None:
    if file == "-":
        _pour(blocks, stdout)
        return
    path = Path(file)
    # Under another name until it is whole: who finds the file finds all of it.
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as target:
            target.writelines(blocks)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _pour(blocks: Iterator[bytes], stdout: Any) -> None:
    """Block by block to standard output; whoever reads it may stop when they have seen enough."""
    try:
        for block in blocks:
            stdout.buffer.write(block)
            stdout.flush()
    except BrokenPipeError:
        # What is still to be flushed at the end has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
