"""Load published figures from a CSV file or a workbook."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from actionplans.management.files import WRONG_USE, content_of, refusal, why_unreadable
from actionplans.plan_file import FaultsFoundError
from actionplans.reading_file import ImportReport, RowsRefusedError, import_readings, read_mapping
from priorities import clock


class Command(BaseCommand):
    help = (
        "Checks the figures of a CSV file or a workbook, read by a mapping file (docs/import.md), and loads all of "
        "them, or reports what is wrong and loads nothing. Ends with 0 when all is loaded, 1 when nothing is, 2 when a file "
        "is not there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the figures: CSV, XLSX or ODS")
        parser.add_argument("--mapping", type=Path, required=True, help="which column is what, YAML or JSON")
        parser.add_argument(
            "--check",
            "--dry-run",
            dest="check",
            action="store_true",
            help="say what would change, and change nothing",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        for line in _load(options["file"], options["mapping"], is_rehearsal=options["check"]).lines():
            self.stdout.write(line)


def _load(path: Path, mapping_path: Path, *, is_rehearsal: bool) -> ImportReport:
    try:
        mapping = read_mapping(content_of(mapping_path, "a mapping file"))
        with path.open("rb") as source:
            return import_readings(source, mapping, at=clock.now(), name=path.name, is_rehearsal=is_rehearsal)
    except RowsRefusedError as error:
        raise CommandError(refusal(path, error.faults, error.count)) from None
    except FaultsFoundError as error:
        raise CommandError(refusal(mapping_path, error.faults)) from None
    except OSError as error:
        raise CommandError(why_unreadable(path, "a file of figures", error), returncode=WRONG_USE) from None
