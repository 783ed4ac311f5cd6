"""Numbers the partnership watches, what it aims for and what was read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from actionplans.numbers import Unit
from actionplans.rollups import RollUp
from actionplans.status import Polarity, Tolerance, ToleranceKind
from actionplans.trends import Comparison
from priorities import permissions
from priorities.clock import EDINBURGH
from priorities.models import Comparator, Decision, Locality, Organisation, Partnership, Priority
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


class ReleaseClass(models.TextChoices):
    """Who a figure is for. One under embargo is a published one whose release is still to come."""

    PUBLISHED = "published", "Published"
    MANAGEMENT = "management", "Management information: for the partnership only"


def _same_sides() -> Q:
    """Whether both sides of a gap are the same place."""
    same: Q = Q()
    for kind in ("locality", "comparator"):
        first, second = f"first_{kind}", f"second_{kind}"
        neither = Q((f"{first}__isnull", True), (f"{second}__isnull", True))
        same &= neither | Q((first, F(second)))
    return same


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
    It is reported under its own priority and may be shown under others too, counted once. Its figures under
    disclosure control are shown once a clearance has covered them (domain rules 5.10).
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="measures")
    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="measures")
    shared_with = models.ManyToManyField(
        Priority, related_name="shared_measures", blank=True, verbose_name="also shown under"
    )
    code = models.CharField(max_length=40, validators=[CODE])
    name = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    unit = models.CharField(max_length=12, choices=Unit.choices())
    unit_name = models.CharField("what is counted", max_length=60, blank=True)
    per = models.PositiveIntegerField("per how many, for a rate", null=True, blank=True)
    is_ratio = models.BooleanField("worked out from a numerator and a denominator", default=False)
    numerator_name = models.CharField("what the numerator counts", max_length=120, blank=True)
    denominator_name = models.CharField("what the denominator counts", max_length=120, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    polarity = models.CharField("which way is better", max_length=12, choices=Polarity.choices())
    is_bounded = models.BooleanField("cannot be over 100% or below zero", default=True)
    period_kind = models.CharField(max_length=20, choices=PeriodKind.choices())
    years_covered = models.PositiveSmallIntegerField("years in a rolling period", null=True, blank=True)
    years_start_in_april = models.BooleanField("taken by financial year", default=False)
    is_cumulative = models.BooleanField("each figure is the total since 1 April", default=False)
    roll_up = models.CharField(
        "how its periods make a year",
        max_length=12,
        choices=RollUp.choices(),
        default=RollUp.NOT_ADDITIVE.value,
    )
    comparison = models.CharField(
        max_length=12, choices=Comparison.choices(), default=Comparison.ONGOING.value
    )
    tolerance_kind = models.CharField(max_length=10, choices=ToleranceKind.choices())
    tolerance_amber = figure_field()
    tolerance_green = figure_field(default=0)
    dead_band = figure_field("change too small to speak of", default=0)
    owner_title = models.CharField("who answers for its figures", max_length=150, blank=True)
    catalogue_key = models.CharField("entry in the source catalogue", max_length=40, blank=True)
    source = models.CharField(max_length=250, blank=True)
    caution = models.TextField("what to watch for", blank=True)
    source_url = models.URLField(blank=True)
    supplier = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="measures_supplied"
    )
    supplier_contact = models.CharField("who sends the figures", max_length=200, blank=True)
    publication_lag_days = models.PositiveSmallIntegerField("days from period end to publication", default=0)
    grace_days = models.PositiveSmallIntegerField("days before a late figure is overdue", default=30)
    release_class = models.CharField(
        "who its figures are for", max_length=12, choices=ReleaseClass, default=ReleaseClass.PUBLISHED
    )
    is_disclosure_controlled = models.BooleanField("small numbers are not shown", default=False)
    is_sensitive = models.BooleanField("zero is not shown either", default=False)
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
            models.CheckConstraint(
                condition=Q(is_ratio=False) | Q(unit="percent") | Q(unit="rate", per__isnull=False),
                name="only_a_percentage_or_a_rate_per_so_many_is_a_ratio",
            ),
            models.CheckConstraint(
                condition=Q(per__isnull=True) | Q(unit="rate", per__gte=1), name="only_a_rate_is_per_so_many"
            ),
            models.CheckConstraint(
                condition=~Q(roll_up="pooled") | Q(is_ratio=True), name="pooled_measure_keeps_its_numerators"
            ),
            models.CheckConstraint(
                condition=Q(is_cumulative=False)
                | Q(roll_up="sum", period_kind__in=["financial_quarter", "calendar_month"]),
                name="only_quarters_and_months_that_add_up_run_through_the_year",
            ),
            models.CheckConstraint(
                condition=~Q(unit="yes_no") | Q(decimals=0), name="yes_or_no_has_no_decimals"
            ),
            models.CheckConstraint(condition=Q(dead_band__gte=0), name="dead_band_is_not_negative"),
            models.CheckConstraint(
                condition=Q(is_sensitive=False) | Q(is_disclosure_controlled=True),
                name="sensitive_measure_is_under_disclosure_control",
            ),
            one_of("roll_up", [rule.value for rule in RollUp], name="measure_has_a_known_roll_up"),
            one_of("release_class", ReleaseClass.values, name="measure_has_a_known_release_class"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tolerance(self) -> Tolerance:
        if self.unit == Unit.YES_NO:
            return Tolerance.none()
        return Tolerance(
            ToleranceKind(self.tolerance_kind), amber=self.tolerance_amber, green=self.tolerance_green
        )

    @property
    def ratio_per(self) -> int:
        """What a numerator over its denominator is taken of: 100 for a percentage."""
        return self.per or 100

    def series_at(self, moment: dt.datetime) -> int:
        """Which version of its whole series is in use at a moment: the first, or the newest released by then."""
        released = self.series_versions.filter(released_at__lte=moment)
        return max(released.values_list("number", flat=True), default=1)

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

    `set_at` and `set_by` are of a target set in the service; `basis` says how it was worked out. The baseline is the
    figure and period that its path starts from, as they were known when it was set: a later revision does not move
    it (domain rules 5.6).
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
    baseline_value = figure_field(null=True, blank=True)
    baseline_starts_on = models.DateField(null=True, blank=True)
    baseline_ends_on = models.DateField(null=True, blank=True)
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
            both_or_neither("baseline_value", "baseline_ends_on", name="baseline_has_a_value_and_a_period"),
            both_or_neither("baseline_starts_on", "baseline_ends_on", name="baseline_period_starts_and_ends"),
            models.CheckConstraint(
                condition=Q(baseline_ends_on__isnull=True)
                | Q(baseline_ends_on__gte=F("baseline_starts_on"), baseline_ends_on__lt=F("ends_on")),
                name="baseline_is_before_its_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: {self.value} by {self.ends_on}"


class Gap(models.Model):
    """What makes a measure the difference between two sides of another: its first side less its second.

    A side is a locality, a comparator (the most deprived fifth, Scotland) or, with neither, the partnership's
    area. Such a measure has its own targets, status and trend, and no readings.
    """

    measure = models.OneToOneField(Measure, on_delete=models.PROTECT, related_name="gap")
    of = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="gaps")
    first_locality = models.ForeignKey(
        Locality, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_comparator = models.ForeignKey(
        Comparator, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_locality = models.ForeignKey(
        Locality, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_comparator = models.ForeignKey(
        Comparator, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(measure=F("of")), name="gap_is_of_another_measure"),
            models.CheckConstraint(
                condition=Q(first_locality__isnull=True) | Q(first_comparator__isnull=True),
                name="first_side_of_a_gap_is_one_place",
            ),
            models.CheckConstraint(
                condition=Q(second_locality__isnull=True) | Q(second_comparator__isnull=True),
                name="second_side_of_a_gap_is_one_place",
            ),
            models.CheckConstraint(condition=~_same_sides(), name="sides_of_a_gap_differ"),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: a gap of {self.of}"
