"""Numbers the partnership watches, what it aims for and what was read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from actionplans.numbers import Unit
from actionplans.status import Polarity, Tolerance, ToleranceKind
from actionplans.trends import Comparison
from priorities import permissions
from priorities.clock import EDINBURGH
from priorities.models import Decision, Locality, Organisation, Partnership, Priority
from priorities.models.constraints import both_or_neither, ends_after_it_starts, one_of
from priorities.models.partnership import CODE
from priorities.periods import Period, PeriodKind
from priorities.roles import READERS

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models import User


def figure_field(verbose_name: str | None = None, **options: Any) -> models.DecimalField[Any, Any]:
    """A value as it was published, unrounded: up to fourteen digits and six decimals."""
    return models.DecimalField(verbose_name, max_digits=20, decimal_places=6, **options)


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User | AnonymousUser) -> MeasureQuerySet:
        """Measures of the partnerships whose dashboard the person may read."""
        return self.filter(partnership__in=permissions.partnerships_of(user, READERS))

    def in_use(self, on: dt.date) -> MeasureQuerySet:
        """Measures that had not been discontinued by a day."""
        return self.filter(Q(discontinued_on__isnull=True) | Q(discontinued_on__gt=on))


class Measure(models.Model):
    """One defined series of numbers by which a priority is judged.

    The reporting quarter is not the data period: `period_kind` says what period a value of this measure covers.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="measures")
    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="measures")
    code = models.CharField(max_length=40, validators=[CODE])
    name = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    unit = models.CharField(max_length=12, choices=Unit.choices())
    unit_name = models.CharField("what is counted", max_length=60, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    polarity = models.CharField("which way is better", max_length=12, choices=Polarity.choices())
    is_bounded = models.BooleanField("cannot be over 100% or below zero", default=True)
    period_kind = models.CharField(max_length=20, choices=PeriodKind.choices())
    years_covered = models.PositiveSmallIntegerField("years in a rolling period", null=True, blank=True)
    years_start_in_april = models.BooleanField("taken by financial year", default=False)
    comparison = models.CharField(
        max_length=12, choices=Comparison.choices(), default=Comparison.ONGOING.value
    )
    tolerance_kind = models.CharField(max_length=10, choices=ToleranceKind.choices())
    tolerance_amber = figure_field()
    tolerance_green = figure_field(default=0)
    source = models.CharField(max_length=250, blank=True)
    source_url = models.URLField(blank=True)
    supplier = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="measures_supplied"
    )
    publication_lag_days = models.PositiveSmallIntegerField("days from period end to publication", default=0)
    grace_days = models.PositiveSmallIntegerField("days before a late figure is overdue", default=30)
    discontinued_on = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_illustrative = models.BooleanField(default=False)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ("priority", "position", "code")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "code"], name="one_measure_per_code"),
            one_of("unit", [u.value for u in Unit], name="measure_has_a_known_unit"),
            one_of("polarity", [p.value for p in Polarity], name="measure_has_a_known_polarity"),
            one_of("period_kind", [k.value for k in PeriodKind], name="measure_has_a_known_period_kind"),
            one_of("comparison", [c.value for c in Comparison], name="measure_has_a_known_comparison"),
            one_of("tolerance_kind", [k.value for k in ToleranceKind], name="tolerance_has_a_known_kind"),
            models.CheckConstraint(condition=Q(decimals__lte=6), name="measure_shows_at_most_6_decimals"),
            models.CheckConstraint(
                condition=Q(tolerance_amber__gte=0, tolerance_green__gte=0), name="tolerance_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(tolerance_green__lte=F("tolerance_amber")), name="green_is_no_wider_than_amber"
            ),
            models.CheckConstraint(
                condition=(
                    Q(period_kind="rolling_years", years_covered__gte=2)
                    | (~Q(period_kind="rolling_years") & Q(years_covered__isnull=True))
                ),
                name="only_a_rolling_measure_covers_several_years",
            ),
            models.CheckConstraint(
                condition=Q(years_start_in_april=False) | Q(period_kind="rolling_years"),
                name="only_a_rolling_measure_says_when_its_years_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tolerance(self) -> Tolerance:
        return Tolerance(
            ToleranceKind(self.tolerance_kind), amber=self.tolerance_amber, green=self.tolerance_green
        )

    def is_in_use(self, on: dt.date) -> bool:
        """Whether it had not been discontinued by a day; as `MeasureQuerySet.in_use`."""
        return self.discontinued_on is None or self.discontinued_on > on

    def period_containing(self, day: dt.date) -> Period:
        """The period of this measure's kind that a day falls in."""
        return Period.containing(
            PeriodKind(self.period_kind),
            day,
            years=self.years_covered,
            by_financial_year=self.years_start_in_april,
        )

    def expected_on(self, period: Period) -> dt.date:
        """When the figure for a period should be published."""
        return period.ends_on + dt.timedelta(days=self.publication_lag_days)

    def overdue_after(self, period: Period) -> dt.date:
        """The last day on which a missing figure for a period is not yet overdue (Pentana's "days until overdue")."""
        return self.expected_on(period) + dt.timedelta(days=self.grace_days)


class TargetQuerySet(models.QuerySet["Target"]):
    def known_at(self, moment: dt.datetime) -> TargetQuerySet:
        """What had been set by a moment; a target without a moment was set when its day began."""
        on = moment.astimezone(EDINBURGH).date()
        return self.filter(Q(set_at__lte=moment) | Q(set_at__isnull=True, set_on__lte=on))


class Target(models.Model):
    """What a measure should be in one period. A change is a new version; the old one stays.

    `set_at` and `set_by` are of a target set in the service; `basis` says how it was worked out.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="targets")
    starts_on = models.DateField("period starts")
    ends_on = models.DateField("period ends")
    value = figure_field()
    version = models.PositiveSmallIntegerField(default=1)
    set_on = models.DateField()
    set_at = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True)
    basis = models.TextField("how it was worked out", blank=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="targets"
    )
    is_illustrative = models.BooleanField(default=False)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ("measure", "starts_on", "version")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "starts_on", "ends_on", "version"],
                name="one_target_per_period_and_version",
            ),
            ends_after_it_starts("starts_on", "ends_on", name="target_period_ends_after_it_starts"),
            both_or_neither("set_at", "set_by", name="target_is_set_by_someone_at_a_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: {self.value} by {self.ends_on}"


class SeriesBreak(models.Model):
    """A day on which the way of counting changed: values on either side are not compared."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="breaks")
    on = models.DateField("first day of the new series")
    reason = models.TextField()

    class Meta:
        ordering = ("measure", "on")
        constraints = [models.UniqueConstraint(fields=["measure", "on"], name="one_break_a_day")]

    def __str__(self) -> str:
        return f"{self.measure}: {self.reason}"


class ReadingQuerySet(models.QuerySet["Reading"]):
    def confirmed(self) -> ReadingQuerySet:
        return self.filter(state=Reading.State.CONFIRMED)

    def known_at(self, moment: dt.datetime) -> ReadingQuerySet:
        """What had been released and confirmed by a moment."""
        return self.confirmed().filter(released_at__lte=moment)


class ReadingState(models.TextChoices):
    DRAFT = "draft", "Draft"
    CONFIRMED = "confirmed", "Confirmed"


class ReadingFlag(models.TextChoices):
    FINAL = "final", "Final"
    PROVISIONAL = "provisional", "Provisional"
    REVISED = "revised", "Revised"
    ESTIMATED = "estimated", "Estimated"
    PROJECTED = "projected", "Projected"


class Reading(models.Model):
    """One value of a measure for one data period and place, as one vintage; a revision is a new vintage.

    `released_at` is when the figure became known: its publisher's release, or the day the partnership took it in.
    A draft belongs to a quarterly return and is nobody's figure until that return is accepted.
    """

    State = ReadingState

    Flag = ReadingFlag

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="readings")
    place = models.ForeignKey(
        Locality, on_delete=models.PROTECT, null=True, blank=True, related_name="readings"
    )
    starts_on = models.DateField("period starts")
    ends_on = models.DateField("period ends")
    value = figure_field()
    numerator = figure_field(null=True, blank=True)
    denominator = figure_field(null=True, blank=True)
    flag = models.CharField(max_length=12, choices=Flag, default=Flag.FINAL)
    state = models.CharField(max_length=12, choices=State, default=State.CONFIRMED)
    released_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quarterly_return = models.ForeignKey(
        "QuarterlyReturn", on_delete=models.PROTECT, null=True, blank=True, related_name="readings"
    )
    answered_doubt = models.TextField("what was asked, and answered yes", blank=True)
    note = models.TextField("source or reason for a correction", blank=True)
    is_illustrative = models.BooleanField(default=False)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ("measure", "ends_on", "released_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "starts_on", "ends_on", "released_at"],
                condition=Q(place__isnull=True, state="confirmed"),
                name="one_vintage_of_a_reading_per_release",
            ),
            models.UniqueConstraint(
                fields=["measure", "place", "starts_on", "ends_on", "released_at"],
                condition=Q(place__isnull=False, state="confirmed"),
                name="one_vintage_of_a_place_reading_per_release",
            ),
            models.UniqueConstraint(
                fields=["quarterly_return", "measure"],
                condition=Q(state="draft"),
                name="one_draft_reading_per_return_and_measure",
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(quarterly_return__isnull=False),
                name="draft_reading_belongs_to_a_return",
            ),
            ends_after_it_starts("starts_on", "ends_on", name="reading_period_ends_after_it_starts"),
            both_or_neither("numerator", "denominator", name="numerator_comes_with_its_denominator"),
            one_of("state", ReadingState.values, name="reading_has_a_known_state"),
            one_of("flag", ReadingFlag.values, name="reading_has_a_known_flag"),
        ]
        indexes = [models.Index(fields=["measure", "state", "ends_on"], name="reading_of_measure_by_period")]

    def __str__(self) -> str:
        return f"{self.measure}: {self.value} to {self.ends_on}"
