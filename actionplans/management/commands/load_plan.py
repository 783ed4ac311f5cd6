"""Load a plan file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from actionplans.plan_file import FaultsFoundError, load, read_plan_file


class Command(BaseCommand):
    help = "Checks a plan file (docs/plan-file.md) and loads all of it, or reports every fault and loads nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the plan file, YAML or JSON")
        parser.add_argument("--check", action="store_true", help="say what would change, and change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            report = load(read_plan_file(_content_of(path)), is_rehearsal=options["check"])
        except FaultsFoundError as error:
            raise CommandError(_in_words(path, error)) from None
        for line in report.lines():
            self.stdout.write(line)


def _content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CommandError(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise CommandError(f"{path} is a folder, not a plan file.") from None
    except OSError as error:
        raise CommandError(f"The file {path} cannot be read: {error.strerror}.") from None


def _in_words(path: Path, error: FaultsFoundError) -> str:
    count = len(error.faults)
    things = "1 thing has" if count == 1 else f"{count} things have"
    return "\n".join([f"{path}: {things} to be mended; nothing was loaded.", *map(str, error.faults)])
