"""Risks to the delivery of the plan, and how they were judged each quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from actionplans.models.returns import QuarterlyReturn
from actionplans.risk_bands import IMPACTS, LIKELIHOODS, Band, default_cells, faults_in_cells
from priorities import permissions
from priorities.models import Organisation, Partnership, Priority, Quarter
from priorities.models.constraints import ends_after_it_starts, one_of
from priorities.models.partnership import CODE
from priorities.roles import READERS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models import User


def check_cells(value: Any) -> None:
    """Refuse a table that is not five rows of five known bands."""
    if faults := faults_in_cells(value):
        raise ValidationError(faults)


def one_to_five(field: str, *, name: str) -> models.CheckConstraint:
    known = Q((f"{field}__gte", 1), (f"{field}__lte", 5))
    return models.CheckConstraint(condition=known | Q((f"{field}__isnull", True)), name=name)


class RiskMatrix(models.Model):
    """Which band each of the 25 cells of likelihood by impact falls in; a change is a new version."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="risk_matrices")
    version = models.PositiveSmallIntegerField(default=1)
    effective_on = models.DateField()
    cells = models.JSONField(default=default_cells, validators=[check_cells])

    class Meta:
        ordering = ("partnership", "version")
        verbose_name_plural = "risk matrices"
        constraints = [
            models.UniqueConstraint(fields=["partnership", "version"], name="one_risk_matrix_per_version"),
        ]

    def __str__(self) -> str:
        return f"Risk matrix version {self.version}"

    def band_of(self, likelihood: int, impact: int) -> Band:
        return Band(self.cells[likelihood - 1][impact - 1])


class RiskQuerySet(models.QuerySet["Risk"]):
    def visible_to(self, user: User | AnonymousUser) -> RiskQuerySet:
        """Risks of the partnerships whose dashboard the person may read."""
        return self.filter(partnership__in=permissions.partnerships_of(user, READERS))

    def open(self) -> RiskQuerySet:
        return self.filter(closed_on__isnull=True)


class RiskResponse(models.TextChoices):
    TREAT = "treat", "Treat"
    TOLERATE = "tolerate", "Tolerate"
    TRANSFER = "transfer", "Transfer"
    TERMINATE = "terminate", "Terminate"


class Risk(models.Model):
    """Something that may keep the partnership from delivering its plan: a cause, an event, a consequence.

    It is a risk to the plan, not a partner's own corporate risk; its owner has an organisation.
    """

    Response = RiskResponse

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="risks")
    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="risks")
    code = models.CharField(max_length=40, validators=[CODE])
    title = models.CharField(max_length=200)
    cause = models.TextField()
    event = models.TextField()
    consequence = models.TextField()
    owner_title = models.CharField("owner, by role", max_length=150)
    owner_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="risks"
    )
    response = models.CharField(max_length=12, choices=Response, default=Response.TREAT)
    appetite = models.CharField(
        "highest acceptable band", max_length=12, choices=[(b.value, b.label) for b in Band], default="medium"
    )
    target_likelihood = models.PositiveSmallIntegerField(null=True, blank=True)
    target_impact = models.PositiveSmallIntegerField(null=True, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    closed_reason = models.TextField(blank=True)
    is_illustrative = models.BooleanField(default=False)

    objects = RiskQuerySet.as_manager()

    class Meta:
        ordering = ("partnership", "code")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "code"], name="one_risk_per_code"),
            one_to_five("target_likelihood", name="target_likelihood_is_1_to_5"),
            one_to_five("target_impact", name="target_impact_is_1_to_5"),
            ends_after_it_starts("opened_on", "closed_on", name="risk_closes_after_it_opens"),
            one_of("response", RiskResponse.values, name="risk_has_a_known_response"),
            one_of("appetite", [b.value for b in Band], name="risk_appetite_is_a_band"),
        ]

    def __str__(self) -> str:
        return self.title


class RiskAssessmentQuerySet(models.QuerySet["RiskAssessment"]):
    def official(self) -> RiskAssessmentQuerySet:
        """Those of accepted returns, and those that came with the plan."""
        return self.filter(
            Q(quarterly_return__isnull=True) | Q(quarterly_return__state=QuarterlyReturn.State.ACCEPTED)
        )


class RiskAssessment(models.Model):
    """How likely and how grave a risk was judged in one quarter, and why."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="assessments")
    quarter = models.ForeignKey(Quarter, on_delete=models.PROTECT, related_name="risk_assessments")
    quarterly_return = models.ForeignKey(
        QuarterlyReturn, on_delete=models.PROTECT, null=True, blank=True, related_name="risk_assessments"
    )
    matrix = models.ForeignKey(RiskMatrix, on_delete=models.PROTECT, related_name="assessments")
    inherent_likelihood = models.PositiveSmallIntegerField(choices=LIKELIHOODS, null=True, blank=True)
    inherent_impact = models.PositiveSmallIntegerField(choices=IMPACTS, null=True, blank=True)
    likelihood = models.PositiveSmallIntegerField(choices=LIKELIHOODS, null=True, blank=True)
    impact = models.PositiveSmallIntegerField(choices=IMPACTS, null=True, blank=True)
    score = models.GeneratedField(
        expression=F("likelihood") * F("impact"),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )
    rationale = models.TextField(blank=True)
    assessed_at = models.DateTimeField()
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RiskAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ("risk", "quarter")
        constraints = [
            models.UniqueConstraint(fields=["risk", "quarter"], name="one_assessment_per_risk_and_quarter"),
            one_to_five("inherent_likelihood", name="inherent_likelihood_is_1_to_5"),
            one_to_five("inherent_impact", name="inherent_impact_is_1_to_5"),
            one_to_five("likelihood", name="likelihood_is_1_to_5"),
            one_to_five("impact", name="impact_is_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.risk}, {self.quarter}: {self.likelihood} × {self.impact}"


class RiskControl(models.Model):
    """A control already in place, or a mitigating action not yet done; the two are kept apart."""

    class Kind(models.TextChoices):
        EXISTING = "existing", "Existing control"
        PLANNED = "planned", "Planned action"

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="controls")
    code = models.CharField(max_length=40, validators=[CODE])
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField()
    owner_title = models.CharField(max_length=150, blank=True)
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("risk", "kind", "code")
        constraints = [models.UniqueConstraint(fields=["risk", "code"], name="one_control_per_code")]

    def __str__(self) -> str:
        return self.text
