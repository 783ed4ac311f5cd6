"""Who sends the partnership its figures, what they were asked for, and what came."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from actionplans.models.measures import Measure
from priorities import permissions
from priorities.models import Organisation, Partnership, Quarter
from priorities.models.constraints import one_of
from priorities.roles import RETURN_READERS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models import User


class DataContactQuerySet(models.QuerySet["DataContact"]):
    def visible_to(self, user: User | AnonymousUser) -> DataContactQuerySet:
        """Contacts of the partnerships whose returns the person reads all of."""
        return self.filter(partnership__in=permissions.partnerships_of(user, RETURN_READERS))

    def there(self, on: dt.date) -> DataContactQuerySet:
        """Those who had not left by a day."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=on))


class DataContact(models.Model):
    """A person who sends figures for an organisation. No account is needed.

    One who has left stays on record, is asked for nothing and reminded of nothing.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="data_contacts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="data_contacts")
    name = models.CharField(max_length=150)
    email = models.EmailField()
    left_on = models.DateField("no longer there since", null=True, blank=True)
    measures = models.ManyToManyField(
        Measure, related_name="data_contacts", blank=True, verbose_name="measures they send figures for"
    )

    objects = DataContactQuerySet.as_manager()

    class Meta:
        ordering = ("organisation__name", "name", "pk")
        constraints = [
            models.UniqueConstraint("partnership", Lower("email"), name="one_data_contact_per_email"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_there(self, on: dt.date) -> bool:
        """Whether they had not left by a day; as `DataContactQuerySet.there`."""
        return self.left_on is None or self.left_on > on


class AskedBy(models.TextChoices):
    EMAIL = "email", "E-mail"
    LINK = "link", "A link to fill in"
    SHEET = "sheet", "A sheet to fill in"
    PHONE = "phone", "Telephone"
    MEETING = "meeting", "A meeting"


class AnsweredBy(models.TextChoices):
    LINK = "link", "Figures by link"
    SHEET = "sheet", "Figures in a sheet"
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Telephone"
    NOT_PROVIDED = "not_provided", "Not provided"


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def visible_to(self, user: User | AnonymousUser) -> DataRequestQuerySet:
        """Requests of the partnerships whose returns the person reads all of."""
        return self.filter(partnership__in=permissions.partnerships_of(user, RETURN_READERS))

    def open(self) -> DataRequestQuerySet:
        return self.filter(answered_at__isnull=True)


class DataRequest(models.Model):
    """Information that was asked of a partner, and how it answered (2015 Act, section 14(4)).

    A partner must provide what the partnership reasonably asks for. `what` is all that was asked, in words, each
    figure with its period. `reminded_at` is of the last reminder; one that a timetable sent has no `reminded_by`.
    """

    Asked = AskedBy

    Answered = AnsweredBy

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="data_requests")
    quarter = models.ForeignKey(Quarter, on_delete=models.PROTECT, related_name="data_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="data_requests")
    contact = models.ForeignKey(
        DataContact, on_delete=models.PROTECT, null=True, blank=True, related_name="requests"
    )
    measures = models.ManyToManyField(Measure, related_name="data_requests", blank=True)
    what = models.TextField("what is asked for")
    asked_how = models.CharField("how it was asked", max_length=12, choices=AskedBy)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_how = models.CharField("how it was answered", max_length=12, choices=AnsweredBy, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField("who answered", max_length=150, blank=True)
    answer = models.TextField(blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        constraints = [
            one_of("asked_how", AskedBy.values, name="request_was_asked_in_a_known_way"),
            one_of("answered_how", ["", *AnsweredBy.values], name="request_was_answered_in_a_known_way"),
            models.CheckConstraint(
                condition=Q(reminded_by__isnull=True) | Q(reminded_at__isnull=False),
                name="reminder_by_someone_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_how="")
                | (Q(answered_at__isnull=False) & ~Q(answered_how="")),
                name="answered_request_says_when_and_how",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("asked_at")),
                name="request_is_answered_after_it_was_asked",
            ),
            models.CheckConstraint(
                condition=~Q(answered_how="not_provided", answer=""), name="what_is_not_provided_is_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.quarter}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


class CalendarFeed(models.Model):
    """One person's own address of a partnership's data supply calendar, for a calendar program.

    Such a program cannot sign in, so the address itself is signed with `number`. A new address has a higher
    number, and the old one stops working.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="calendar_feeds")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_feeds"
    )
    number = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("partnership", "user")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "user"], name="one_calendar_feed_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.partnership}"
