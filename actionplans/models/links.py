"""A link by which somebody without an account sends figures, and every use that was made of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from actionplans.models.measures import Measure
from actionplans.models.supply import DataContact, DataRequest
from priorities import permissions
from priorities.models import Partnership, Quarter
from priorities.models.constraints import both_or_neither, one_of
from priorities.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models import User


class SupplyLinkQuerySet(models.QuerySet["SupplyLink"]):
    def visible_to(self, user: User | AnonymousUser) -> SupplyLinkQuerySet:
        """Links that the person sent, and every link to the CP manager."""
        return self.filter(
            Q(partnership__in=permissions.partnerships_of(user, [Role.CP_MANAGER]))
            | Q(sent_by=user.pk or 0, partnership__in=permissions.partnerships_of(user, [Role.LEAD_OFFICER]))
        )

    def usable(self, at: dt.datetime) -> SupplyLinkQuerySet:
        """Those that are neither withdrawn nor expired at a moment."""
        return self.filter(withdrawn_at__isnull=True, expires_at__gt=at)


class SupplyLink(models.Model):
    """A way for one person to send the figures of some measures for one round, without an account.

    The address holds a random token, which is not kept: `token_sha256` is its SHA-256 in hexadecimal.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="supply_links")
    quarter = models.ForeignKey(Quarter, on_delete=models.PROTECT, related_name="supply_links")
    contact = models.ForeignKey(DataContact, on_delete=models.PROTECT, related_name="links")
    request = models.ForeignKey(
        DataRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="links"
    )
    measures = models.ManyToManyField(Measure, related_name="supply_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SupplyLinkQuerySet.as_manager()

    class Meta:
        ordering = ("-sent_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="link_expires_after_it_was_sent"
            ),
            both_or_neither("withdrawn_at", "withdrawn_by", name="link_is_withdrawn_by_someone_at_a_moment"),
        ]

    def __str__(self) -> str:
        return f"Link for {self.contact}, {self.quarter}"

    def is_usable(self, at: dt.datetime) -> bool:
        """Whether it is neither withdrawn nor expired; as `SupplyLinkQuerySet.usable`."""
        return self.withdrawn_at is None and self.expires_at > at


class LinkUse(models.TextChoices):
    OPENED = "opened", "Opened"
    SAVED = "saved", "Figures saved"
    REFUSED = "refused", "Refused"


class SupplyLinkUse(models.Model):
    """One use of a link: opened, figures saved, or refused with what was tried and why, in words."""

    What = LinkUse

    link = models.ForeignKey(SupplyLink, on_delete=models.PROTECT, related_name="uses")
    used_at = models.DateTimeField()
    what = models.CharField(max_length=8, choices=LinkUse)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ("-used_at", "-pk")
        constraints = [
            one_of("what", LinkUse.values, name="use_of_a_link_is_of_a_known_kind"),
            models.CheckConstraint(
                condition=~Q(what="refused", words=""), name="refused_use_of_a_link_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.link}: {self.get_what_display()}"
