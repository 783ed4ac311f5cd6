"""Give a person an account and a role in a partnership."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from priorities import clock, operations
from priorities.models import Organisation, Partnership, Role


class Command(BaseCommand):
    help = "Gives a person an account and a role; they choose a password with “I have forgotten my password”."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="as pages and reports show it")
        parser.add_argument("--partnership", required=True, help="its slug, as in its address")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--organisation", help="its code in the plan file")

    def handle(self, *_args: Any, **options: Any) -> None:
        partnership = Partnership.objects.filter(slug=options["partnership"]).first()
        if partnership is None:
            raise CommandError(f"There is no partnership {options['partnership']}.")
        organisation = _organisation(partnership, options["organisation"])
        try:
            membership = operations.add_member(
                partnership,
                email=options["email"],
                name=options["name"],
                role=Role(options["role"]),
                organisation=organisation,
                on=clock.today(),
            )
        except ValidationError as error:
            raise CommandError(f"{options['email']}: {' '.join(error.messages)}") from None
        self.stdout.write(f"{membership.user.email}: {membership.get_role_display()} of {partnership}.")


def _organisation(partnership: Partnership, code: str | None) -> Organisation | None:
    if code is None:
        return None
    found = Organisation.objects.filter(partnership=partnership, code=code).first()
    if found is None:
        raise CommandError(f"{partnership} has no organisation {code}.")
    return found
