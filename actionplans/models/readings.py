"""What was read of a measure: every figure of every period and place, in every version."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from actionplans.disclosure import Reason
from actionplans.models.deliveries import Delivery
from actionplans.models.disclosure import Clearance
from actionplans.models.measures import Measure, ReleaseClass, figure_field
from priorities.models import Comparator, Locality
from priorities.models.constraints import ends_after_it_starts, one_of


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


class SeriesVersion(models.Model):
    """A replacement of a whole series by its publisher: a census put it on a new footing, a method changed.

    From `released_at` on, only readings with this number count; the older ones stay and are never mixed with
    them on one chart. The first series, number 1, has no row.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="series_versions")
    number = models.PositiveSmallIntegerField()
    released_at = models.DateTimeField()
    reason = models.TextField("what changed, and where it was announced")
    taken_in_at = models.DateTimeField()
    taken_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("measure", "number")
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="one_series_version_per_number"),
            models.CheckConstraint(condition=Q(number__gte=2), name="series_version_replaces_another"),
        ]

    def __str__(self) -> str:
        return f"{self.measure}: series {self.number}"


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
    """How firm a figure is. A revision was planned by its publisher; a correction puts an error right."""

    FINAL = "final", "Final"
    PROVISIONAL = "provisional", "Provisional"
    REVISED = "revised", "Revised"
    CORRECTED = "corrected", "Corrected"
    ESTIMATED = "estimated", "Estimated"
    PROJECTED = "projected", "Projected"


class ReadingSymbol(models.TextChoices):
    """Why there is no figure, in the shorthand of the Government Statistical Service (domain rules A8)."""

    CONFIDENTIAL = "c", "Confidential"
    NOT_AVAILABLE = "x", "Not available"
    NOT_APPLICABLE = "z", "Not applicable"


class Reading(models.Model):
    """One value of a measure for one data period and place, as one vintage; a revision is a new vintage.

    `released_at` is when the figure became known: its publisher's release, or the day the partnership took it in;
    to come, it is under embargo. A draft belongs to a quarterly return and is nobody's figure until that return is
    accepted; until then it may be half given, without a value or its denominator. With a `symbol` there is no value,
    and the symbol says why. `series` is the version of the whole series it belongs to. `delivery` is how it was sent,
    where it was not typed in. The newest `clearance` says whether it may be shown.
    """

    State = ReadingState

    Flag = ReadingFlag

    Symbol = ReadingSymbol

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="readings")
    place = models.ForeignKey(
        Locality, on_delete=models.PROTECT, null=True, blank=True, related_name="readings"
    )
    comparator = models.ForeignKey(
        Comparator, on_delete=models.PROTECT, null=True, blank=True, related_name="readings"
    )
    series = models.PositiveSmallIntegerField("version of the whole series", default=1)
    starts_on = models.DateField("period starts")
    ends_on = models.DateField("period ends")
    value = figure_field(null=True, blank=True)
    symbol = models.CharField("why there is no figure", max_length=1, choices=ReadingSymbol, blank=True)
    numerator = figure_field(null=True, blank=True)
    denominator = figure_field(null=True, blank=True)
    flag = models.CharField(max_length=12, choices=Flag, default=Flag.FINAL)
    state = models.CharField(max_length=12, choices=State, default=State.CONFIRMED)
    release_class = models.CharField(max_length=12, choices=ReleaseClass, default=ReleaseClass.PUBLISHED)
    released_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quarterly_return = models.ForeignKey(
        "QuarterlyReturn", on_delete=models.PROTECT, null=True, blank=True, related_name="readings"
    )
    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="readings"
    )
    answered_doubt = models.TextField("what was asked, and answered yes", blank=True)
    note = models.TextField("source or reason for a correction", blank=True)
    clearance = models.ForeignKey(
        Clearance, on_delete=models.PROTECT, null=True, blank=True, related_name="readings"
    )
    is_suppressed = models.BooleanField("may not be shown", default=False)
    suppressed_because = models.CharField(
        max_length=20, choices=[(reason.value, reason.label) for reason in Reason], blank=True
    )
    is_illustrative = models.BooleanField(default=False)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ("measure", "ends_on", "released_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "series", "starts_on", "ends_on", "released_at"],
                condition=Q(place__isnull=True, comparator__isnull=True, state="confirmed"),
                name="one_vintage_of_a_reading_per_release",
            ),
            models.UniqueConstraint(
                fields=["measure", "place", "series", "starts_on", "ends_on", "released_at"],
                condition=Q(place__isnull=False, state="confirmed"),
                name="one_vintage_of_a_place_reading_per_release",
            ),
            models.UniqueConstraint(
                fields=["measure", "comparator", "series", "starts_on", "ends_on", "released_at"],
                condition=Q(comparator__isnull=False, state="confirmed"),
                name="one_vintage_of_a_comparator_reading_per_release",
            ),
            models.UniqueConstraint(
                fields=["quarterly_return", "measure", "starts_on", "ends_on"],
                condition=Q(state="draft", place__isnull=True, comparator__isnull=True),
                name="one_draft_reading_per_return_measure_and_period",
            ),
            models.UniqueConstraint(
                fields=["quarterly_return", "measure", "place", "starts_on", "ends_on"],
                condition=Q(state="draft", place__isnull=False),
                name="one_draft_reading_of_a_place_per_return_and_period",
            ),
            models.UniqueConstraint(
                fields=["quarterly_return", "measure", "comparator", "starts_on", "ends_on"],
                condition=Q(state="draft", comparator__isnull=False),
                name="one_draft_reading_of_a_comparator_per_return_and_period",
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(quarterly_return__isnull=False),
                name="draft_reading_belongs_to_a_return",
            ),
            ends_after_it_starts("starts_on", "ends_on", name="reading_period_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__isnull=False),
                name="numerator_comes_with_its_denominator",
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=True) | Q(comparator__isnull=True),
                name="reading_is_of_a_place_or_a_comparator",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", value__isnull=True)
                | Q(value__isnull=False, symbol="")
                | (Q(value__isnull=True) & ~Q(symbol="")),
                name="reading_has_a_value_or_says_why_not",
            ),
            models.CheckConstraint(condition=Q(series__gte=1), name="reading_is_of_a_series_from_1"),
            models.CheckConstraint(
                condition=Q(is_suppressed=False, suppressed_because="")
                | (Q(is_suppressed=True, clearance__isnull=False) & ~Q(suppressed_because="")),
                name="suppressed_reading_was_cleared_for_a_reason",
            ),
            one_of("symbol", ["", *ReadingSymbol.values], name="reading_has_a_known_symbol"),
            one_of("release_class", ReleaseClass.values, name="reading_has_a_known_release_class"),
            one_of("state", ReadingState.values, name="reading_has_a_known_state"),
            one_of("flag", ReadingFlag.values, name="reading_has_a_known_flag"),
        ]
        indexes = [models.Index(fields=["measure", "state", "ends_on"], name="reading_of_measure_by_period")]

    def __str__(self) -> str:
        return f"{self.measure}: {self.symbol or self.value} to {self.ends_on}"

    @property
    def is_figure(self) -> bool:
        """Whether it has a value or says why there is none; a draft may still have neither."""
        return self.value is not None or bool(self.symbol)
