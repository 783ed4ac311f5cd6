"""The reporting quarter: a row, never a computation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from priorities import permissions
from priorities.models.constraints import both_or_neither, ends_after_it_starts
from priorities.models.governance import Meeting
from priorities.models.partnership import Partnership
from priorities.periods import FinancialQuarter, FinancialYear
from priorities.roles import READERS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models.people import User


class QuarterQuerySet(models.QuerySet["Quarter"]):
    def visible_to(self, user: User | AnonymousUser) -> QuarterQuerySet:
        """Quarters of the partnerships whose dashboard the person may read."""
        return self.filter(partnership__in=permissions.partnerships_of(user, READERS))

    def opened_by(self, on: dt.date) -> QuarterQuerySet:
        """Quarters whose round of reporting has begun, newest first."""
        return self.filter(opens_on__lte=on).order_by("-year", "-number")

    def in_progress(self, on: dt.date) -> QuarterQuerySet:
        """Rounds that have begun and are not locked, oldest first."""
        return self.filter(opens_on__lte=on, locked_at__isnull=True).order_by("year", "number")


class Quarter(models.Model):
    """One round of reporting: a financial quarter, when its returns open and are due, and its meeting.

    `year` is the calendar year in which the financial year starts: 2021 for 2021/22.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="quarters")
    year = models.PositiveSmallIntegerField("financial year that starts in")
    number = models.PositiveSmallIntegerField()
    opens_on = models.DateField()
    due_on = models.DateField()
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="quarters"
    )
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = QuarterQuerySet.as_manager()

    class Meta:
        ordering = ("year", "number")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "year", "number"], name="one_row_per_quarter"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=4), name="quarter_is_1_to_4"),
            ends_after_it_starts("opens_on", "due_on", name="quarter_is_due_after_it_opens"),
            both_or_neither("locked_at", "locked_by", name="quarter_is_locked_by_someone_at_a_moment"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def financial_quarter(self) -> FinancialQuarter:
        return FinancialQuarter(FinancialYear(self.year), self.number)

    @property
    def label(self) -> str:
        return self.financial_quarter.label

    @property
    def year_slug(self) -> str:
        return self.financial_quarter.year.slug

    @property
    def slug(self) -> str:
        return self.financial_quarter.slug

    @property
    def starts_on(self) -> dt.date:
        return self.financial_quarter.starts_on

    @property
    def ends_on(self) -> dt.date:
        return self.financial_quarter.ends_on

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    def is_late(self, on: dt.date) -> bool:
        """Whether returns not yet submitted are late on that day."""
        return on > self.due_on
