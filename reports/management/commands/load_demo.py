"""Load the demonstration partnership and its lived-in year."""

import secrets
from pathlib import Path
from typing import Any

import environ
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from actionplans.plan_file import FaultsFoundError
from priorities.models import Membership
from reports.demonstration import DOMAIN, load_demonstration

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


class Command(BaseCommand):
    help = "Loads the demonstration: Perth and Kinross's plan, its people and two quarters already reported."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.LOIP_DEMONSTRATION:
            raise CommandError("The demonstration is loaded only where LOIP_DEMONSTRATION is True.")
        password = environ.Env().str("LOIP_DEMO_PASSWORD", default="") or secrets.token_urlsafe(12)
        try:
            lines = load_demonstration(
                FIXTURES / "perth-and-kinross-2021.yaml",
                FIXTURES / "demonstration-year.yaml",
                password=password,
            )
        except FaultsFoundError as error:
            raise CommandError("\n".join(map(str, error.faults))) from None
        for line in lines:
            self.stdout.write(line)
        self.stdout.write("\nAccounts:")
        for membership in Membership.objects.filter(user__email__endswith=f"@{DOMAIN}").select_related(
            "user"
        ):
            self.stdout.write(f"  {membership.user.email:<28} {membership.user.name}")
        self.stdout.write(f"\nThe password of all of them is {password}")
