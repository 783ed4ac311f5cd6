"""The plan: themes, where its priorities came from, and the priorities themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from priorities import permissions
from priorities.models.constraints import ends_after_it_starts, one_of
from priorities.models.partnership import CODE, Group, Partnership
from priorities.roles import READERS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models.people import User


class NationalOutcome(models.Model):
    """An outcome of the National Performance Framework, in one version of it."""

    code = models.CharField(max_length=40, validators=[CODE])
    name = models.CharField(max_length=200)
    framework_version = models.CharField(max_length=20)

    class Meta:
        ordering = ("framework_version", "name")
        constraints = [
            models.UniqueConstraint(
                fields=["framework_version", "code"], name="one_national_outcome_per_code"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlanQuerySet(models.QuerySet["Plan"]):
    def published(self) -> PlanQuerySet:
        return self.filter(status=Plan.Status.PUBLISHED)

    def visible_to(self, user: User | AnonymousUser) -> PlanQuerySet:
        """Published plans, and every version to the people of the partnership who may read it."""
        return self.filter(
            Q(status__in=[Plan.Status.PUBLISHED, Plan.Status.SUPERSEDED])
            | Q(partnership__in=permissions.partnerships_of(user, READERS))
        )


class PlanStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    CONSULTATION = "consultation", "In consultation"
    AGREED = "agreed", "Agreed"
    PUBLISHED = "published", "Published"
    SUPERSEDED = "superseded", "Superseded"


class Plan(models.Model):
    """One version of a plan, such as the Local Outcomes Improvement Plan (2015 Act, section 6)."""

    class Kind(models.TextChoices):
        LOIP = "loip", "Local Outcomes Improvement Plan"
        LOCALITY = "locality", "Locality plan"
        COMMUNITY = "community", "Community plan"
        WORK = "work", "Work plan"
        IMPROVEMENT = "improvement", "Improvement plan"

    Status = PlanStatus

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="plans")
    code = models.CharField(max_length=40, validators=[CODE])
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.LOIP)
    version = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    ends_on = models.DateField()
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    vision = models.TextField(blank=True)
    needs = models.TextField("needs and circumstances of residents (section 6(2)(d))", blank=True)
    source = models.TextField(blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "-version")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "code"], name="one_plan_per_code"),
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(kind="loip", status="published"),
                name="one_published_loip_per_partnership",
            ),
            ends_after_it_starts("starts_on", "ends_on", name="plan_ends_after_it_starts"),
            one_of("status", PlanStatus.values, name="plan_has_a_known_status"),
        ]

    def __str__(self) -> str:
        return self.title


class Theme(models.Model):
    """A grouping above priorities; it may hold none (Environment in the Perth and Kinross Offer)."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="themes")
    code = models.CharField(max_length=40, validators=[CODE])
    name = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "name")
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="one_theme_per_code")]

    def __str__(self) -> str:
        return self.name


class PriorityQuerySet(models.QuerySet["Priority"]):
    def strategic(self) -> PriorityQuerySet:
        """Those with a lead officer who reports each quarter."""
        return self.filter(kind=Priority.Kind.STRATEGIC)

    def current(self) -> PriorityQuerySet:
        """Those of the plan that is in force: the published Local Outcomes Improvement Plan."""
        return self.filter(plan__kind=Plan.Kind.LOIP, plan__status=Plan.Status.PUBLISHED)

    def visible_to(self, user: User | AnonymousUser) -> PriorityQuerySet:
        """Priorities of published plans to all; of any plan to those who may read it."""
        return self.filter(plan__in=Plan.objects.visible_to(user))

    def led_by(self, user: User | AnonymousUser) -> PriorityQuerySet:
        """Those the person answers for, as lead officer or deputy."""
        return self.filter(permissions.leads(user)).distinct()


class PriorityKind(models.TextChoices):
    STRATEGIC = "strategic", "Strategic priority"
    ENABLING = "enabling", "Enabling action"


class Priority(models.Model):
    """An agreed focus with one lead officer and one lead group.

    `position` is display order, never identity: the sources number the same priorities in two ways.
    """

    Kind = PriorityKind

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="priorities")
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="priorities"
    )
    code = models.CharField(max_length=40, validators=[CODE])
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.STRATEGIC)
    position = models.PositiveSmallIntegerField(default=0)
    description = models.TextField(blank=True)
    inequality = models.TextField("inequality of outcome it addresses (section 5)", blank=True)
    lead_officer_title = models.CharField("lead officer, by role", max_length=150, blank=True)
    lead_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="priorities_led",
    )
    deputies = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="priorities_deputised"
    )
    lead_group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, blank=True, related_name="priorities_led"
    )
    groups = models.ManyToManyField(Group, blank=True, related_name="priorities")
    related_strategies = models.JSONField(default=list, blank=True)
    national_outcomes = models.ManyToManyField(NationalOutcome, blank=True, related_name="priorities")

    objects = PriorityQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "position", "name")
        verbose_name_plural = "priorities"
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="one_priority_per_code"),
            models.UniqueConstraint(fields=["plan", "slug"], name="one_priority_per_slug"),
            one_of("kind", PriorityKind.values, name="priority_has_a_known_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class EmergingIssue(models.Model):
    """An issue that rose to the fore, and what became of it when the priorities were set."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="emerging_issues")
    code = models.CharField(max_length=40, validators=[CODE])
    name = models.CharField(max_length=200)
    what_became_of_it = models.TextField()
    priorities = models.ManyToManyField(Priority, blank=True, related_name="emerging_issues")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "name")
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="one_emerging_issue_per_code")]

    def __str__(self) -> str:
        return self.name
