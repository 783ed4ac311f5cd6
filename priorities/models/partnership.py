"""The partnership, the bodies in it and the places it covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from priorities import permissions
from priorities.models.constraints import ends_after_it_starts, one_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models.people import User

CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", "Use letters, digits, hyphens and underscores.")

RESERVED_SLUGS = frozenset({"accessibility", "accounts", "components", "favicon.ico", "privacy", "static"})
"""Where the product keeps pages and files of its own: a partnership of that name could not be reached."""


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def visible_to(self, user: User | AnonymousUser) -> PartnershipQuerySet:
        """Those with something published, and those the person belongs to."""
        return self.filter(
            Q(plans__status="published") | Q(pk__in=permissions.partnerships_of(user))
        ).distinct()


class Partnership(models.Model):
    """A Community Planning Partnership: the council and its partners, collectively (2015 Act, section 4(5)).

    It is the root of everything; nothing crosses from one to another.
    """

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    area_name = models.CharField(max_length=100)
    area_code = models.CharField("official code of the council area", max_length=9)
    board_name = models.CharField(max_length=100, default="CPP Board")
    officers_group_name = models.CharField(max_length=100, default="CPP Executive Officer Group")
    contact = models.CharField(max_length=200, blank=True)
    brand_colour = models.CharField(
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "Write a colour like #2b5d6e.")],
    )
    priority_warning_above = models.PositiveSmallIntegerField(default=6)
    has_illustrative_entries = models.BooleanField(default=False)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=sorted(RESERVED_SLUGS)),
                name="partnership_takes_no_address_of_the_product",
                violation_error_message="The product uses this address itself. Choose another.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A body that takes part: a statutory partner, the third sector, a community body or another.

    Partners are data with dates because Ministers may amend schedule 1 (2015 Act, section 4(7)).
    """

    class Kind(models.TextChoices):
        STATUTORY = "statutory", "Statutory partner"
        THIRD_SECTOR = "third_sector", "Third sector"
        COMMUNITY_BODY = "community_body", "Community body"
        OTHER = "other", "Other"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="organisations")
    code = models.CharField(max_length=40, validators=[CODE])
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    is_facilitator = models.BooleanField("must facilitate community planning (section 13)", default=False)
    represents_inequality = models.BooleanField("represents people experiencing inequality", default=False)
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["partnership", "code"], name="one_organisation_per_code"),
            ends_after_it_starts("joined_on", "left_on", name="organisation_leaves_after_it_joins"),
        ]

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """A table people meet round: the Board, the officers' group, a delivery group, a community network.

    Parents make the governance tree: delivery group, officers' group, Board.
    """

    class Kind(models.TextChoices):
        BOARD = "board", "Board"
        OFFICERS = "officers", "Officers' group"
        DELIVERY = "delivery", "Working group"
        NETWORK = "network", "Community network"
        LOCALITY = "locality", "Locality group"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="groups")
    code = models.CharField(max_length=40, validators=[CODE])
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["partnership", "code"], name="one_group_per_code"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="group_is_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Locality(models.Model):
    """A ward, or an area of at most 30,000 people (2015 Act, section 9; SSI 2016/364, regulation 2)."""

    LARGEST_AREA = 30_000

    class Kind(models.TextChoices):
        WARD = "ward", "Electoral ward"
        AREA = "area", "Area of at most 30,000 people"

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        DORMANT = "dormant", "Dormant"
        CLOSED = "closed", "Closed"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="localities")
    code = models.CharField(max_length=40, validators=[CODE])
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    population = models.PositiveIntegerField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    has_poorer_outcomes = models.BooleanField("significantly poorer outcomes (section 9(3))", default=False)
    evidence = models.TextField(blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "localities"
        constraints = [
            models.UniqueConstraint(fields=["partnership", "code"], name="one_locality_per_code"),
            models.CheckConstraint(
                condition=Q(kind="ward") | Q(population__isnull=True) | Q(population__lte=30_000),
                name="locality_that_is_no_ward_has_at_most_30000_people",
            ),
            ends_after_it_starts("opened_on", "closed_on", name="locality_closes_after_it_opens"),
        ]

    def __str__(self) -> str:
        return self.name


class Comparator(models.Model):
    """Another population that measures are read for beside the partnership's own area.

    Scotland, a family group, other councils; or a part of the area's own people, such as its most deprived fifth.
    """

    class Kind(models.TextChoices):
        COUNTRY = "country", "Country"
        FAMILY = "family", "Family group"
        SIMILAR = "similar", "Similar council"
        COUNCIL = "council", "Other council"
        POPULATION = "population", "Part of the population"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="comparators")
    code = models.CharField(max_length=40, validators=[CODE])
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    area_code = models.CharField("official code of the area", max_length=9, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "name")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "code"], name="one_comparator_per_code"),
            one_of(
                "kind",
                ["country", "family", "similar", "council", "population"],
                name="comparator_has_a_known_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name
