"""Load a plan file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from actionplans.management.files import content_of, refusal
from actionplans.plan_file import FaultsFoundError, load, read_plan_file


class Command(BaseCommand):
    help = "Checks a plan file (docs/plan-file.md) and loads all of it, or reports every fault and loads nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the plan file, YAML or JSON")
        parser.add_argument("--check", action="store_true", help="say what would change, and change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            report = load(read_plan_file(content_of(path, "a plan file")), is_rehearsal=options["check"])
        except FaultsFoundError as error:
            raise CommandError(refusal(path, error.faults)) from None
        for line in report.lines():
            self.stdout.write(line)
