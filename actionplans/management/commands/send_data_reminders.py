"""Remind those who were asked for figures and have not answered."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from actionplans.supply.reminders import Reminders, send_reminders
from priorities import clock
from priorities.models import Partnership


class Command(BaseCommand):
    help = (
        "Writes to each data contact whose answer to a request is due, once a day at most: for a timetable. "
        "Fails when a letter could not be sent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--partnership", help="its slug, as in its address; all of them without it")
        parser.add_argument(
            "--dry-run", action="store_true", help="say who would be written to, and write to nobody"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        partnerships = Partnership.objects.order_by("slug")
        if options["partnership"] is not None:
            partnerships = partnerships.filter(slug=options["partnership"])
            if not partnerships:
                raise CommandError(f"There is no partnership {options['partnership']}.")
        failed = 0
        for partnership in partnerships:
            found = send_reminders(partnership, by=None, at=clock.now(), is_rehearsal=options["dry_run"])
            failed += len(found.failed)
            self.stdout.write(f"{partnership}: {_said(found, is_rehearsal=options['dry_run'])}")
        if failed:
            raise CommandError(f"{failed} {'letter' if failed == 1 else 'letters'} could not be sent.")


def _said(found: Reminders, *, is_rehearsal: bool) -> str:
    return found.in_words.replace("Reminders sent to", "Would write to") if is_rehearsal else found.in_words
