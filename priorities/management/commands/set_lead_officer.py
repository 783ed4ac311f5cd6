"""Say who answers for a priority."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from priorities import clock, operations
from priorities.models import Priority, User


class Command(BaseCommand):
    help = "Names the lead officer of a priority of the published plan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("priority", help="its code or its slug")
        parser.add_argument("email", help="of someone who is a lead officer of the partnership")
        parser.add_argument("--partnership", required=True, help="its slug, as in its address")

    def handle(self, *_args: Any, **options: Any) -> None:
        priorities = Priority.objects.current().filter(plan__partnership__slug=options["partnership"])
        wanted = options["priority"]
        priority = priorities.filter(slug=wanted).first() or priorities.filter(code=wanted).first()
        if priority is None:
            raise CommandError(
                f"There is no priority {wanted} in the published plan of {options['partnership']}."
            )
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody has an account with {options['email']}.")
        try:
            operations.name_lead_officer(priority, user, on=clock.today())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"{user} answers for {priority}.")
