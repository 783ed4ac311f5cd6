"""A figure recorded, or put right, outside a return: one vintage more, the older ones stay.

A figure is for the public, for the partnership only, or for the public from a moment to come: until then, under
embargo, it is kept and nobody but the CP manager is told of it (domain rules 5.2, 5.8 and part 7 "Revisions").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from actionplans.clearing import clear_controlled
from actionplans.models import Delivery, Measure, Reading, ReleaseClass
from actionplans.numbers import format_value
from actionplans.operations import Refused
from actionplans.series_versions import AHEAD_OF_TIME
from priorities.clock import EDINBURGH
from priorities.models import Comparator, Locality, User
from priorities.periods import Period, PeriodKind
from priorities.wording import day_in_words

# Say of a figure that it takes the place of another.
REPLACING = frozenset({Reading.Flag.REVISED, Reading.Flag.CORRECTED})


class FigureRefused(Refused):
    """A figure that may not be recorded; `field` says which part of it is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class PublishedFigure:
    """A figure as someone published it, or put it right, for one period and place.

    `value` is None where `symbol` says why there is none; that of a ratio is worked out already. `released_at`
    is when it was known, or with `is_embargoed` will be. It is of the whole area unless it names a place or a
    comparator. `note` says where it comes from, of a correction what was wrong; `effect` what a correction changes for
    readers. `answered_doubt` is the question that the figure raised and the person answered with yes.
    """

    period: Period
    value: Decimal | None
    flag: str
    released_at: dt.datetime
    note: str
    answered_doubt: str = ""
    symbol: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    place: Locality | None = None
    comparator: Comparator | None = None
    release_class: str = ReleaseClass.PUBLISHED
    is_embargoed: bool = False
    effect: str = ""

    @property
    def full_note(self) -> str:
        """What is kept beside it: the reason, and of a correction its effect."""
        return f"{self.note} Effect: {self.effect}" if self.effect else self.note


@dataclass(frozen=True)
class Embargoed:
    """A figure that is known already and released later.

    One that came with a whole new series cannot be taken back by itself.
    """

    key: int
    period: str
    place: str
    shown: str
    released_at: dt.datetime
    note: str
    may_be_taken_back: bool

    @property
    def until(self) -> str:
        """ "09:30 on 27 March 2022"."""
        return moment_in_words(self.released_at)


def moment_in_words(moment: dt.datetime) -> str:
    """A moment as Scotland's clocks show it: "09:30 on 27 March 2022"."""
    local = moment.astimezone(EDINBURGH)
    return f"{local:%H:%M} on {day_in_words(local.date())}"


@transaction.atomic
def record_reading(measure: Measure, figure: PublishedFigure, *, by: User, at: dt.datetime) -> Reading:
    """Add a figure that was published or put right, as a new vintage; the older ones stay.

    Locked quarters and reports already made do not move: the dashboard shows the new figure from its release on.
    Raises FigureRefused, naming the part that is wrong.
    """
    reading = _added(measure, figure, None, by=by, at=at)
    clear_controlled([measure.pk], by=by, at=at)
    return reading


@transaction.atomic
def record_sent(
    figures: Sequence[tuple[Measure, PublishedFigure]], delivery: Delivery, *, by: User, at: dt.datetime
) -> None:
    """Add figures that came in a delivery, as `record_reading` does each.

    Raises FigureRefused, which names the figure; then none is added.
    """
    for measure, figure in figures:
        try:
            _added(measure, figure, delivery, by=by, at=at)
        except FigureRefused as refusal:
            where = figure.place or figure.comparator or measure.partnership.area_name
            which = f"{measure.name} ({measure.code}), {where}, {figure.period.label}"
            raise FigureRefused(refusal.field, f"{which}: {refusal}") from None
    clear_controlled([measure.pk for measure, _ in figures], by=by, at=at)


def _added(
    measure: Measure, figure: PublishedFigure, delivery: Delivery | None, *, by: User, at: dt.datetime
) -> Reading:
    _check_measure(measure, figure)
    _check_release(figure, at)
    _check_words(figure)
    series = measure.series_at(figure.released_at)
    vintages = vintages_of(measure, figure.period, series, place=figure.place, comparator=figure.comparator)
    _check_against(measure, figure, vintages)
    return Reading.objects.create(
        measure=measure,
        place=figure.place,
        comparator=figure.comparator,
        series=series,
        starts_on=figure.period.starts_on,
        ends_on=figure.period.ends_on,
        value=figure.value,
        symbol=figure.symbol,
        numerator=figure.numerator,
        denominator=figure.denominator,
        flag=figure.flag,
        release_class=figure.release_class,
        released_at=figure.released_at,
        entered_at=at,
        entered_by=by,
        delivery=delivery,
        note=figure.full_note,
        answered_doubt=figure.answered_doubt,
    )


def vintages_of(
    measure: Measure,
    period: Period,
    series: int,
    *,
    place: Locality | None = None,
    comparator: Comparator | None = None,
) -> list[Reading]:
    """Every confirmed vintage of a period in a place, the first released first; those under embargo too."""
    rows = Reading.objects.confirmed().filter(
        measure=measure,
        place=place,
        comparator=comparator,
        series=series,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
    )
    return list(rows.order_by("released_at", "pk"))


def question_about_flag(measure: Measure, period: Period, flag: str, earlier: Sequence[Reading]) -> str:
    """What to ask about a loose figure that comes after a firm one, or ""."""
    last = earlier[-1] if earlier else None
    if last is None:
        return ""
    return question_about_loose(
        period, flag, firm=last.flag, shown=words_of(measure, last), released_on=_released_on(last)
    )


def question_about_loose(period: Period, flag: str, *, firm: str, shown: str, released_on: dt.date) -> str:
    """As `question_about_flag`, of a figure with the flag `firm` that was released on a day."""
    if flag not in AHEAD_OF_TIME or firm in AHEAD_OF_TIME:
        return ""
    return (
        f"The figure for {period.label} is {Reading.Flag(firm).label.lower()} already: {shown}, "
        f"released {day_in_words(released_on)}. Is this later one really {Reading.Flag(flag).label.lower()}?"
    )


def words_of(measure: Measure, row: Reading) -> str:
    """A vintage's figure as pages print it, or its symbol."""
    if row.value is None:
        return f"[{row.symbol}]"
    return format_value(row.value, unit=measure.unit, decimals=measure.decimals)


def under_embargo(measure: Measure, at: dt.datetime) -> tuple[Embargoed, ...]:
    """The measure's figures whose release is to come, the next first. For the CP manager alone."""
    rows = (
        Reading.objects.confirmed()
        .filter(measure=measure, released_at__gt=at)
        .select_related("place", "comparator")
        .order_by("released_at", "ends_on", "pk")
    )
    series = measure.series_at(at) if rows else 0
    return tuple(
        Embargoed(
            key=row.pk,
            period=period_of(measure, row).label,
            place=str(row.place or row.comparator or "Whole area"),
            shown=words_of(measure, row),
            released_at=row.released_at,
            note=row.note,
            may_be_taken_back=row.series <= series,
        )
        for row in rows
    )


@transaction.atomic
def take_back(measure: Measure, key: int, *, at: dt.datetime) -> Embargoed:
    """Drop a figure under embargo, of which nobody has been told. Raises Refused once it is released."""
    kept = {figure.key: figure for figure in under_embargo(measure, at)}.get(key)
    if kept is None:
        raise Refused(
            "That figure is not under embargo any more, so it cannot be taken back. Put it right instead."
        )
    if not kept.may_be_taken_back:
        raise Refused("That figure came with a whole new series, so it cannot be taken back by itself.")
    # As an object, so that the audit record tells who took back what.
    Reading.objects.get(pk=key).delete()
    return kept


def period_of(measure: Measure, row: Reading) -> Period:
    """The period a figure of a measure is about."""
    return Period(PeriodKind(measure.period_kind), row.starts_on, row.ends_on)


# What must hold


def _check_measure(measure: Measure, figure: PublishedFigure) -> None:
    if reason := why_not_recorded(measure):
        raise FigureRefused("value", reason)
    if reason := why_not_for(measure, figure.period) or why_not_of(figure.place, figure.period):
        raise FigureRefused("period", reason)


def why_not_for(measure: Measure, period: Period) -> str:
    """Why a measure has no figure for a period; "" where it may have one."""
    if measure.is_in_use(period.ends_on):
        return ""
    assert measure.discontinued_on is not None
    day = day_in_words(measure.discontinued_on)
    return f"The measure was discontinued on {day}, before {period.label} ended."


def why_not_of(place: Locality | None, period: Period) -> str:
    """Why there is no figure of a place for a period; "" where there may be one."""
    if place is None:
        return ""
    if place.closed_on is not None and place.closed_on < period.starts_on:
        return f"{place} was closed on {day_in_words(place.closed_on)}, before {period.label} began."
    if place.opened_on is not None and place.opened_on > period.ends_on:
        return f"{place} was opened on {day_in_words(place.opened_on)}, after {period.label} ended."
    return ""


def why_not_recorded(measure: Measure) -> str:
    """Why no figure can be recorded for a measure at all; "" where one can."""
    gap = getattr(measure, "gap", None)
    if gap is None:
        return ""
    return (
        f"This measure is a gap: its figures are worked out from those of {gap.of}. Record the figures there."
    )


def _check_release(figure: PublishedFigure, at: dt.datetime) -> None:
    if figure.is_embargoed and figure.released_at <= at:
        raise FigureRefused(
            "released_on",
            "An embargo ends in the future. If the figure is out already, choose Published.",
        )
    if not figure.is_embargoed and figure.released_at > at:
        raise FigureRefused("released_on", "A figure cannot be released in the future.")
    if figure.is_embargoed and figure.release_class != ReleaseClass.PUBLISHED:
        raise FigureRefused("release", "A figure under embargo is one that will be published.")


def _check_words(figure: PublishedFigure) -> None:
    if not figure.note.strip():
        raise FigureRefused("note", "Say where the figure comes from, or why it was put right.")
    if figure.flag == Reading.Flag.CORRECTED and not figure.effect.strip():
        raise FigureRefused(
            "effect", "Say what the correction changes for those who used the earlier figure."
        )
    if (figure.value is None) == (not figure.symbol):
        raise FigureRefused("value", "Give a figure, or say why there is none.")


def _check_against(measure: Measure, figure: PublishedFigure, vintages: Sequence[Reading]) -> None:
    """What a new vintage may not be, beside those there are of the same period and place."""
    period, newest = figure.period.label, vintages[-1] if vintages else None
    if newest and _is_the_same(figure, newest):
        raise FigureRefused("value", f"This figure for {period} is already recorded.")
    if any(row.released_at == figure.released_at for row in vintages):
        raise FigureRefused("released_on", f"There is already a figure for {period} released at that moment.")
    if figure.flag not in REPLACING:
        return
    if figure.flag == Reading.Flag.CORRECTED and not vintages:
        raise FigureRefused("flag", f"There is no earlier figure for {period} that this one could correct.")
    earlier = [row for row in vintages if row.released_at < figure.released_at]
    word = Reading.Flag(figure.flag).label.lower()
    if vintages and not earlier:
        first = day_in_words(_released_on(vintages[0]))
        raise FigureRefused(
            "released_on",
            f"The figure for {period} was first released on {first}. A {word} one cannot be released before it.",
        )
    if earlier and (earlier[-1].value, earlier[-1].symbol) == (figure.value, figure.symbol):
        raise FigureRefused(
            "value",
            f"{words_of(measure, earlier[-1])} is the figure for {period} already, so nothing is {word}. "
            "If its publisher has confirmed it, choose Final.",
        )


def _is_the_same(figure: PublishedFigure, row: Reading) -> bool:
    """Whether a vintage says what one before it said. Other counts behind an equal result say something else."""
    counts = (figure.numerator, figure.denominator)
    if None not in counts and row.numerator is not None and counts != (row.numerator, row.denominator):
        return False
    return (figure.value, figure.symbol, figure.flag, figure.release_class) == (
        row.value,
        row.symbol,
        row.flag,
        row.release_class,
    )


def _released_on(row: Reading) -> dt.date:
    return row.released_at.astimezone(EDINBURGH).date()
