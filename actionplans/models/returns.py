"""What a lead officer tells the partnership once a quarter."""

from __future__ import annotations

from enum import nonmember
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from actionplans.models.measures import Measure
from actionplans.models.work import Action
from priorities import permissions
from priorities.models import Priority, Quarter
from priorities.models.constraints import both_or_neither, one_of
from priorities.roles import RETURN_READERS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models import User


class QuarterlyReturnQuerySet(models.QuerySet["QuarterlyReturn"]):
    def visible_to(self, user: User | AnonymousUser) -> QuarterlyReturnQuerySet:
        """Returns of the priorities a person leads, and every return to those who check them."""
        checks = Q(priority__plan__partnership__in=permissions.partnerships_of(user, RETURN_READERS))
        return self.filter(checks | permissions.leads(user, "priority__")).distinct()

    def accepted(self) -> QuarterlyReturnQuerySet:
        return self.filter(state=QuarterlyReturn.State.ACCEPTED)


class ReturnState(models.TextChoices):
    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned"
    ACCEPTED = "accepted", "Accepted"

    open_to_changes = nonmember(frozenset({"not_started", "in_progress", "returned"}))


class QuarterlyReturn(models.Model):
    """One priority's report for one quarter.

    A draft may be rewritten freely. Once submitted its words wait for the CP manager; once accepted they are
    the record.
    """

    State = ReturnState

    class Assessment(models.TextChoices):
        ON_TRACK = "on_track", "On track"
        SOME_CONCERN = "some_concern", "Some concern"
        SERIOUS_CONCERN = "serious_concern", "Serious concern"

    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="returns")
    quarter = models.ForeignKey(Quarter, on_delete=models.PROTECT, related_name="returns")
    state = models.CharField(max_length=12, choices=State, default=State.NOT_STARTED)
    progress = models.TextField(blank=True)
    exceptional_issues = models.TextField(blank=True)
    good_practice = models.TextField(blank=True)
    assessment = models.CharField(max_length=16, choices=Assessment, blank=True)
    assessment_reason = models.TextField(blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    return_reason = models.TextField(blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = QuarterlyReturnQuerySet.as_manager()

    class Meta:
        ordering = ("quarter", "priority")
        constraints = [
            models.UniqueConstraint(
                fields=["priority", "quarter"], name="one_return_per_priority_and_quarter"
            ),
            one_of("state", ReturnState.values, name="return_has_a_known_state"),
            both_or_neither("saved_at", "saved_by", name="return_is_saved_by_someone_at_a_moment"),
            both_or_neither(
                "submitted_at", "submitted_by", name="return_is_submitted_by_someone_at_a_moment"
            ),
            both_or_neither("returned_at", "returned_by", name="return_is_sent_back_by_someone_at_a_moment"),
            both_or_neither("accepted_at", "accepted_by", name="return_is_accepted_by_someone_at_a_moment"),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "accepted"]) | Q(submitted_at__isnull=False),
                name="submitted_return_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_at__isnull=False),
                name="accepted_return_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""), name="return_sent_back_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.priority}, {self.quarter}"

    @property
    def is_open_to_changes(self) -> bool:
        return self.state in self.State.open_to_changes and not self.quarter.is_locked


class ActionUpdateQuerySet(models.QuerySet["ActionUpdate"]):
    def official(self) -> ActionUpdateQuerySet:
        """Those of accepted returns."""
        return self.filter(quarterly_return__state=QuarterlyReturn.State.ACCEPTED)


class ActionStatus(models.TextChoices):
    NOT_STARTED = "not_started", "Not started"
    ON_TRACK = "on_track", "On track"
    LATE = "late", "Late"
    COMPLETED = "completed", "Completed"
    PAUSED = "paused", "Paused"
    CANCELLED = "cancelled", "Cancelled"

    needs_a_line = nonmember(frozenset({"late", "paused", "cancelled"}))


class ActionUpdate(models.Model):
    """How an action stands this quarter, in a status and a line."""

    Status = ActionStatus

    quarterly_return = models.ForeignKey(
        QuarterlyReturn, on_delete=models.PROTECT, related_name="action_updates"
    )
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="updates")
    status = models.CharField(max_length=12, choices=Status, blank=True)
    line = models.TextField(blank=True)

    objects = ActionUpdateQuerySet.as_manager()

    class Meta:
        ordering = ("quarterly_return", "action")
        constraints = [
            models.UniqueConstraint(
                fields=["quarterly_return", "action"], name="one_update_per_return_and_action"
            ),
            one_of("status", ["", *ActionStatus.values], name="action_update_has_a_known_status"),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.get_status_display()}"


class MeasureCommentary(models.Model):
    """Why a measure is off target, what is being done and when it will be back; or why there is no figure."""

    quarterly_return = models.ForeignKey(
        QuarterlyReturn, on_delete=models.PROTECT, related_name="commentaries"
    )
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="commentaries")
    cause = models.TextField(blank=True)
    response = models.TextField(blank=True)
    back_on_track_on = models.DateField(
        "end of the quarter by which it is back on track", null=True, blank=True
    )
    no_figure_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("quarterly_return", "measure")
        verbose_name_plural = "measure commentaries"
        constraints = [
            models.UniqueConstraint(
                fields=["quarterly_return", "measure"], name="one_commentary_per_return_and_measure"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: {self.cause}"
