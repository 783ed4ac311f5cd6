"""Figures that somebody sent, as they came, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from actionplans.models.links import SupplyLink
from actionplans.models.supply import DataContact
from priorities import permissions
from priorities.models import Organisation, Partnership, Priority, Quarter
from priorities.models.constraints import one_of
from priorities.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models import User


class DeliveryWay(models.TextChoices):
    """How figures came."""

    SHEET = "sheet", "Sheet"
    PASTE = "paste", "Pasted"
    LINK = "link", "Link"


class Destination(models.TextChoices):
    """What becomes of figures once they are saved."""

    DRAFTS = "drafts", "Drafts in the returns"
    RECORD = "record", "On record at once"


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Not saved yet"
    SAVED = "saved", "Saved"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User | AnonymousUser) -> DeliveryQuerySet:
        """What the person sent and, once it is saved, all of it to the CP manager: it may hold small numbers."""
        theirs = Q(sent_by=user.pk or 0, partnership__in=permissions.partnerships_of(user))
        checks = Q(
            state=DeliveryState.SAVED, partnership__in=permissions.partnerships_of(user, [Role.CP_MANAGER])
        )
        return self.filter(theirs | checks)

    def saved(self) -> DeliveryQuerySet:
        return self.filter(state=DeliveryState.SAVED)


class Delivery(models.Model):
    """Figures that came at one time in one way: the evidence of who sent what, and of what became of it.

    What came is its `file`; `sha256` is the SHA-256 of it in hexadecimal. While it waits, only who sent it knows of it
    and may drop it; saved, it stays. By link nobody is signed in: `contact` is who sent
    it. `priority` is that of the return into which it was pasted. `plan` says which column holds what, where that
    had to be told. `counts` is how many figures were new, changed, same, left empty and refused.
    """

    Way = DeliveryWay

    Destination = Destination

    State = DeliveryState

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="deliveries")
    quarter = models.ForeignKey(Quarter, on_delete=models.PROTECT, related_name="deliveries")
    way = models.CharField(max_length=8, choices=DeliveryWay)
    destination = models.CharField(max_length=8, choices=Destination, default=Destination.DRAFTS)
    priority = models.ForeignKey(
        Priority, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    contact = models.ForeignKey(
        DataContact, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    link = models.ForeignKey(
        SupplyLink, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    name = models.CharField("name of the file", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField("size in bytes")
    plan = models.JSONField("which column holds what", default=dict, blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.TextField("what became of it", blank=True)
    counts = models.JSONField(default=dict, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-sent_at", "-pk")
        verbose_name_plural = "deliveries"
        constraints = [
            one_of("way", DeliveryWay.values, name="delivery_came_in_a_known_way"),
            one_of("destination", Destination.values, name="delivery_has_a_known_destination"),
            one_of("state", DeliveryState.values, name="delivery_has_a_known_state"),
            models.CheckConstraint(
                condition=Q(way="link", link__isnull=False, contact__isnull=False, sent_by__isnull=True)
                | (~Q(way="link") & Q(link__isnull=True, sent_by__isnull=False)),
                name="delivery_was_sent_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", saved_at__isnull=True, outcome="")
                | (Q(state="saved", saved_at__isnull=False) & ~Q(outcome="")),
                name="saved_delivery_says_when_and_what_became_of_it",
            ),
            models.CheckConstraint(
                condition=~Q(way="link", destination="record"), name="figures_by_link_wait_for_approval"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.quarter}"

    @property
    def is_waiting(self) -> bool:
        return self.state == DeliveryState.WAITING


class DeliveryFile(models.Model):
    """What came, byte for byte: apart from its delivery, so that nobody fetches it who does not want it."""

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.delivery)


class SheetMapping(models.Model):
    """Which column of an organisation's own sheets holds what, told once and remembered.

    `headings_sha256` is of the sheet's headings: sheets with the same ones are read in the same way. Without an
    organisation it is the partnership's own.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="sheet_mappings")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="sheet_mappings"
    )
    headings_sha256 = models.CharField(max_length=64)
    plan = models.JSONField("which column holds what")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("partnership", "organisation__name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "headings_sha256"], name="one_mapping_per_organisation_and_headings"
            ),
            models.UniqueConstraint(
                fields=["partnership", "headings_sha256"],
                condition=Q(organisation__isnull=True),
                name="one_mapping_of_its_own_per_partnership_and_headings",
            ),
        ]

    def __str__(self) -> str:
        return f"Columns of {self.organisation or self.partnership}"
