"""Write a plan file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from actionplans.plan_file import dump
from priorities.models import Plan
from priorities.wording import quoted


class Command(BaseCommand):
    help = "Writes a partnership and its plan as a plan file (docs/plan-file.md) that load_plan reads back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("partnership", help="the address of the partnership, like perth-and-kinross")
        parser.add_argument("--plan", help="the code of the plan; without it the published one")

    def handle(self, *_args: Any, **options: Any) -> None:
        plans = Plan.objects.filter(partnership__slug=options["partnership"])
        named = options["plan"]
        found = plans.filter(code=named) if named else plans.published().filter(kind=Plan.Kind.LOIP)
        plan = found.first()
        if plan is None:
            what = f"plan {quoted(named)}" if named else "published plan"
            raise CommandError(f"{quoted(options['partnership'])} has no {what}.")
        self.stdout.write(dump(plan), ending="")
