"""What a priority promises and what is being done about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from priorities.models import Organisation, Priority
from priorities.models.constraints import ends_after_it_starts, one_of
from priorities.models.partnership import CODE


class StretchOutcome(models.Model):
    """An ambitious, measurable, dated statement of what will be different."""

    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="stretch_outcomes")
    code = models.CharField(max_length=40, validators=[CODE])
    statement = models.TextField()
    achieve_by = models.DateField()
    long_term_aim = models.TextField(blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ("priority", "code")
        constraints = [
            models.UniqueConstraint(fields=["priority", "code"], name="one_stretch_outcome_per_code")
        ]

    def __str__(self) -> str:
        return self.statement


class YearlyAim(models.Model):
    """How far a stretch outcome should have come by plan year 1, 2 or 3."""

    stretch_outcome = models.ForeignKey(StretchOutcome, on_delete=models.PROTECT, related_name="yearly_aims")
    plan_year = models.PositiveSmallIntegerField()
    aim = models.TextField()

    class Meta:
        ordering = ("stretch_outcome", "plan_year")
        constraints = [
            models.UniqueConstraint(fields=["stretch_outcome", "plan_year"], name="one_aim_per_plan_year"),
            models.CheckConstraint(
                condition=Q(plan_year__gte=1, plan_year__lte=10), name="plan_year_is_1_to_10"
            ),
        ]

    def __str__(self) -> str:
        return f"Year {self.plan_year}: {self.aim}"


class ActionDoneBy(models.TextChoices):
    PARTNERS = "partners", "Action for partners"
    COMMUNITIES = "communities", "Action for communities"


class Action(models.Model):
    """Something partners, or communities with their support, will do."""

    DoneBy = ActionDoneBy

    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="actions")
    code = models.CharField(max_length=40, validators=[CODE])
    title = models.CharField(max_length=250)
    done_by = models.CharField(max_length=12, choices=DoneBy, default=DoneBy.PARTNERS)
    lead_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    owner_title = models.CharField("owner, by role", max_length=150, blank=True)
    support_offered = models.TextField(blank=True)
    starts_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ("priority", "code")
        constraints = [
            models.UniqueConstraint(fields=["priority", "code"], name="one_action_per_code"),
            ends_after_it_starts("starts_on", "due_on", name="action_is_due_after_it_starts"),
            one_of("done_by", ActionDoneBy.values, name="action_is_for_partners_or_communities"),
        ]

    def __str__(self) -> str:
        return self.title
