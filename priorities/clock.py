"""The one place that asks the time.

Nothing else in the product does (ruff refuses it): pages and commands read this clock and hand what it
says down as an argument. The demonstration and the tests set it with `LOIP_TODAY`.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

EDINBURGH = ZoneInfo("Europe/London")


def now() -> datetime:
    """The moment it is, in Scotland's own time.

    When `LOIP_TODAY` is a date it is that day, at the real time of day, so that a demonstration's
    record keeps its order; when it is a moment it is that moment and stays so.
    """
    pretended: date | datetime | None = settings.LOIP_TODAY
    if isinstance(pretended, datetime):
        return pretended.astimezone(EDINBURGH)
    real = datetime.now(EDINBURGH)
    if pretended is None:
        return real
    return real.replace(year=pretended.year, month=pretended.month, day=pretended.day)


def today() -> date:
    """The day it is in Scotland."""
    return now().date()
