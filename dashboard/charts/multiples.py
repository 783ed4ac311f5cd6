"""Places side by side over time: a small chart for each, all to one scale, the whole area faint in every one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from actionplans.status import Polarity, Status
from dashboard.charts.scale import Scale, scale_for
from dashboard.charts.sentence import when
from dashboard.charts.series import ChartPoint, ChartSeries
from priorities.wording import listed

# How many small charts a page shows before it folds the rest away, and how many periods its table has.
MOST_SHOWN = 12
# How many places a sentence names.
MOST_LISTED = 6
TABLE_PERIODS = 8


@dataclass(frozen=True)
class PlaceChart:
    """One place over the periods of `Multiples`, a point for each of them.

    `period`, `shown` and `flag` are of its newest figure. Where that may not be shown, `shown` is its symbol ("[c]")
    and nothing here hints at it. `is_part` says that it is a part of the population and not a locality.
    """

    name: str
    points: tuple[ChartPoint, ...]
    period: str
    shown: str
    flag: str
    status: Status
    is_part: bool = False

    @cached_property
    def newest(self) -> ChartPoint | None:
        """The point of the newest figure; None where there is none or it may not be shown."""
        return next(
            (point for point in self.points if point.label == self.period and point.value is not None), None
        )


@dataclass(frozen=True)
class TableCell:
    """A figure as people read it, or why there is none; `note` is "provisional" or ""."""

    shown: str
    note: str


@dataclass(frozen=True)
class TableRow:
    """One place's figures for the periods of the table."""

    name: str
    is_area: bool
    cells: tuple[TableCell, ...]


@dataclass(frozen=True)
class Group:
    """Places under one heading: those shown at once, and those a page folds away."""

    heading: str
    shown: tuple[PlaceChart, ...]
    folded: tuple[PlaceChart, ...]


@dataclass(frozen=True)
class Multiples:
    """A measure's places over time beside the area as a whole. Every point tuple has one point for each period.

    `is_amount` says that figures are numbers of people or sums of money: places that differ in size are then shown
    without the area behind them, in the order of their names, and are not judged.
    """

    measure: str
    unit_label: str
    better: str
    polarity: Polarity
    decimals: int
    area: PlaceChart
    places: tuple[PlaceChart, ...]
    is_amount: bool = False

    @property
    def periods(self) -> tuple[str, ...]:
        return tuple(point.label for point in self.area.points)

    @cached_property
    def scale(self) -> Scale:
        """The one axis of all of them."""
        numbers = [
            number
            for place in self.places
            for point in place.points
            for number in (point.value, point.target)
            if number is not None
        ]
        widest = self.places[0] if self.is_amount and self.places else self.area
        return scale_for(self.series_of(widest), intervals=3, also=numbers)

    @property
    def unit_words(self) -> str:
        """What the axis counts, and where it starts when that is not zero."""
        return f"{self.series_of(self.area).unit_words}{self.scale.zero_note}"

    def series_of(self, place: PlaceChart) -> ChartSeries:
        return ChartSeries(self.measure, self.unit_label, self.better, place.points, self.decimals)

    @cached_property
    def localities(self) -> tuple[PlaceChart, ...]:
        return self._worst_first([place for place in self.places if not place.is_part])

    @cached_property
    def parts(self) -> tuple[PlaceChart, ...]:
        """Parts of the population."""
        return self._worst_first([place for place in self.places if place.is_part])

    @property
    def groups(self) -> tuple[Group, ...]:
        named = (("Localities", self.localities), ("Parts of the population", self.parts))
        return tuple(
            Group(heading, places[:MOST_SHOWN], places[MOST_SHOWN:]) for heading, places in named if places
        )

    @property
    def order_words(self) -> str:
        """In which order the places stand."""
        is_blind = self.polarity is Polarity.GOLDILOCKS and not self.has_target
        if self.is_amount or self.polarity is Polarity.NONE or is_blind:
            return "Places stand in the order of their names."
        return "The worst newest figure comes first."

    @property
    def has_target(self) -> bool:
        return not self.is_amount and any(
            point.target is not None for place in (self.area, *self.places) for point in place.points
        )

    @property
    def table_periods(self) -> tuple[str, ...]:
        """The periods of the table, newest first."""
        return self.periods[: -TABLE_PERIODS - 1 : -1]

    @property
    def table(self) -> tuple[TableRow, ...]:
        """The area as a whole, then the places in the order of their charts."""
        return tuple(
            TableRow(
                place.name,
                place is self.area,
                tuple(
                    TableCell(point.shown, "provisional" if point.is_provisional else "")
                    for point in place.points[: -TABLE_PERIODS - 1 : -1]
                ),
            )
            for place in (self.area, *self.localities, *self.parts)
        )

    def _worst_first(self, places: Sequence[PlaceChart]) -> tuple[PlaceChart, ...]:
        """By the newest figure; by name where neither way is better. What has no figure to show comes last."""
        return tuple(sorted(places, key=lambda place: (*self._order(place), place.name)))

    def _order(self, place: PlaceChart) -> tuple[int, Decimal]:
        newest = place.newest
        if newest is None or newest.value is None:
            return 1, Decimal(0)
        if self.is_amount:
            return 0, Decimal(0)
        match self.polarity:
            case Polarity.MAXIMISE:
                return 0, newest.value
            case Polarity.MINIMISE:
                return 0, -newest.value
            case Polarity.GOLDILOCKS if newest.target is not None:
                return 0, -abs(newest.value - newest.target)
            case _:
                return 0, Decimal(0)


def describe_place(multiples: Multiples, place: PlaceChart) -> str:
    """What a small chart shows, where figure and status stand over it in words."""
    valued = [point for point in place.points if point.value is not None]
    if not valued:
        return f"{place.name}: no figures to show"
    first, last = valued[0], valued[-1]
    if len(valued) == 1:
        told = f"one figure, {last.shown} {when(last.label)}"
    else:
        told = f"{first.shown} {when(first.label)} to {last.shown} {when(last.label)}"
    area = multiples.area
    beside = f"; {area.name} as a whole {area.shown} {when(area.period)}" if area.newest else ""
    return f"{place.name}: {told}{beside}"


def describe_places(multiples: Multiples) -> str:
    """How many places are off target while the area as a whole stands where it does, by name.

    "2 of 5 localities are off target while Perth and Kinross is on target: Strathmore, Highland."
    """
    if multiples.is_amount:
        return "Places differ in size, so their numbers are shown side by side and not judged."
    groups = (
        (multiples.localities, "locality", "localities"),
        (multiples.parts, "part", "parts of the population"),
    )
    return " ".join(_judged(multiples.area, places, one, many) for places, one, many in groups if places)


def off_target_note(area: Status, places: Sequence[Status]) -> str:
    """ "2 of 5 localities are off target" where the area as a whole is on target and localities are not; else ""."""
    judged = [status for status in places if status.is_assessed]
    off, slightly = judged.count(Status.OFF_TARGET), judged.count(Status.SLIGHTLY_OFF)
    if area is not Status.ON_TARGET or not (off or slightly):
        return ""
    noun = "locality" if len(judged) == 1 else "localities"
    number, word = (off, "off target") if off else (slightly, "slightly off target")
    also = f", {slightly} slightly off target" if off and slightly else ""
    return f"{number} of {len(judged)} {noun} {'is' if number == 1 else 'are'} {word}{also}"


def _judged(area: PlaceChart, places: Sequence[PlaceChart], one: str, many: str) -> str:
    judged = [place for place in places if place.status.is_assessed]
    if not judged:
        has_none = all(place.status is Status.DATA_ONLY for place in places)
        why = "there is no target for their periods" if has_none else "their newest figures cannot be"
        return f"None of the {_many(len(places), one, many)} can be judged: {why}."
    sentences = _off_target(area, judged, places, one, many)
    others = [place for place in places if not place.status.is_assessed]
    if others:
        told = listed([f"{place.name} ({place.status.label.lower()})" for place in others])
        sentences.append(f"Not judged: {told}.")
    return " ".join(sentences)


def _off_target(
    area: PlaceChart, judged: Sequence[PlaceChart], places: Sequence[PlaceChart], one: str, many: str
) -> list[str]:
    """A sentence for those off target and one for those slightly off, or one that none is."""
    of = _many(len(judged), one, many)
    if len(judged) < len(places):
        of += " that can be judged"
    sentences: list[str] = []
    for status in (Status.OFF_TARGET, Status.SLIGHTLY_OFF):
        found = [place.name for place in judged if place.status is status]
        if not found:
            continue
        is_are, word = "is" if len(found) == 1 else "are", status.label.lower()
        if sentences:
            sentences.append(f"{len(found)} {is_are} {word}: {_names(found)}.")
        elif len(judged) == 1:
            sentences.append(f"{found[0]} is {word}{_beside(area, status)}.")
        else:
            who = _all(len(judged), of) if len(found) == len(judged) else f"{len(found)} of {of}"
            sentences.append(f"{who} {is_are} {word}{_beside(area, status)}: {_names(found)}.")
    if sentences:
        return sentences
    who = f"{judged[0].name} is" if len(judged) == 1 else f"{_all(len(judged), of)} are"
    return [f"{who} on target{_beside(area, Status.ON_TARGET)}."]


def _beside(area: PlaceChart, status: Status) -> str:
    """How the area as a whole stands beside places of one status."""
    if not area.status.is_assessed:
        return ""
    if area.status is status:
        return f", as {area.name} is"
    return f" while {area.name} is {area.status.label.lower()}"


def _all(number: int, of: str) -> str:
    """ "All 5 localities", "Both localities"."""
    return f"Both {of.removeprefix('2 ')}" if number == 2 else f"All {of}"


def _names(names: Sequence[str]) -> str:
    """Names of places, parted by semicolons where one has a comma of its own; of many the first, and how many more."""
    mark = "; " if any("," in name for name in names) else ", "
    if len(names) <= MOST_LISTED:
        return mark.join(names)
    return f"{mark.join(names[: MOST_LISTED - 1])} and {len(names) - MOST_LISTED + 1} others"


def _many(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
