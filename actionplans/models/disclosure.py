"""What a partnership does not show, and who made sure of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from actionplans.disclosure import Policy
from actionplans.models.measures import Measure
from priorities.models import Partnership


class DisclosurePolicy(models.Model):
    """When a partnership does not show a figure, as agreed on a day. A change is a new version; the old one stays.

    The newest version is in force. Source: domain rules 5.10.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="disclosure_policies")
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    threshold = models.PositiveSmallIntegerField("largest count that is not shown", default=4)
    smallest_denominator = models.PositiveSmallIntegerField("smallest group whose rate is shown", default=30)
    reason = models.TextField(blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("partnership", "version")
        verbose_name_plural = "disclosure policies"
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "version"], name="one_disclosure_policy_per_version"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="disclosure_policies_count_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def policy(self) -> Policy:
        return Policy(
            name=self.name,
            version=str(self.version),
            threshold=self.threshold,
            smallest_denominator=self.smallest_denominator,
        )


class Clearance(models.Model):
    """One check of a measure's figures against the policy in force: who, when, by what, and what came of it.

    The policy is kept in the words of the day. `exposed` counts figures that should be hidden and are out already.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="clearances")
    policy_name = models.CharField(max_length=120)
    policy_version = models.CharField(max_length=20)
    policy_in_words = models.TextField()
    cleared_at = models.DateTimeField()
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    shown = models.PositiveIntegerField()
    hidden = models.PositiveIntegerField()
    exposed = models.PositiveIntegerField(default=0)
    outcome = models.TextField()

    class Meta:
        ordering = ("measure", "cleared_at", "pk")

    def __str__(self) -> str:
        return f"{self.measure}: {self.outcome}"
