"""Where an area stands among others in one period: the figures, their ranks, and the sentence that says them."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from actionplans.status import Polarity
from dashboard.charts.scale import Scale, spread_scale_for
from dashboard.charts.sentence import when
from dashboard.charts.series import ChartPoint, ChartSeries
from priorities.wording import listed

# With more marks than this only the area and what it is compared with first are named in the picture.
MOST_NAMED = 12


class StripKind(enum.StrEnum):
    """Whose figure a mark stands for."""

    AREA = "area"
    COUNTRY = "country"
    FAMILY = "family"
    SIMILAR = "similar"
    COUNCIL = "council"
    LOCALITY = "locality"
    POPULATION = "population"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_always_named(self) -> bool:
        """Whether the picture names it however many marks there are."""
        return self in (StripKind.AREA, StripKind.COUNTRY, StripKind.FAMILY)


_LABELS = {
    StripKind.AREA: "This partnership",
    StripKind.COUNTRY: "Country",
    StripKind.FAMILY: "Family group",
    StripKind.SIMILAR: "Similar council",
    StripKind.COUNCIL: "Other council",
    StripKind.LOCALITY: "Locality",
    StripKind.POPULATION: "Part of the population",
}

COUNCILS = frozenset({StripKind.AREA, StripKind.SIMILAR, StripKind.COUNCIL})
LOCALITIES = frozenset({StripKind.LOCALITY})


@dataclass(frozen=True)
class StripMark:
    """One area's figure in the period of the strip.

    `value` is unrounded and None where there is no figure to show: `shown` is then its symbol ("[c]") or "No figure",
    `why_none` the symbol in words, and `difference` "". `difference` is from the partnership's own figure, in words
    ("2.0 percentage points higher").
    """

    name: str
    kind: StripKind
    value: Decimal | None
    shown: str
    difference: str = ""
    is_provisional: bool = False
    why_none: str = ""


@dataclass(frozen=True)
class StripRow:
    """One row of the strip's table. `rank` is "9", "joint 9", or "" for what is not ranked.

    `note` says that the figure is provisional, or why there is none.
    """

    rank: str
    name: str
    kind: StripKind
    shown: str
    difference: str
    note: str

    @property
    def is_area(self) -> bool:
        return self.kind is StripKind.AREA


@dataclass(frozen=True)
class Strip:
    """The figures of one period on one axis. One mark is the partnership's own, and it has a figure.

    `ranked` are the kinds that are ranked among themselves; the others (Scotland, a family group) stand beside them.
    `target` is drawn where it is given, and is what closer is measured from where closer is better.
    """

    measure: str
    period: str
    unit_label: str
    decimals: int
    polarity: Polarity
    marks: tuple[StripMark, ...]
    ranked: frozenset[StripKind] = COUNCILS
    noun: str = "councils"
    target: Decimal | None = None
    target_shown: str = ""

    def __post_init__(self) -> None:
        if [mark.value is None for mark in self.marks if mark.kind is StripKind.AREA] != [False]:
            raise ValueError("A strip needs one figure of the partnership's own.")

    @cached_property
    def area(self) -> StripMark:
        return next(mark for mark in self.marks if mark.kind is StripKind.AREA)

    @cached_property
    def valued(self) -> tuple[StripMark, ...]:
        """Those with a figure, the best first; where neither end is better, the highest. Names settle ties."""
        found = [mark for mark in self.marks if mark.value is not None]
        return tuple(sorted(found, key=lambda mark: (self._shortfall(mark), mark.name)))

    @property
    def without_figure(self) -> tuple[StripMark, ...]:
        """Those that have none to show, by name: their order says nothing of it."""
        return tuple(sorted((mark for mark in self.marks if mark.value is None), key=lambda mark: mark.name))

    @cached_property
    def contenders(self) -> tuple[StripMark, ...]:
        """Those that are ranked among themselves, the best first."""
        return tuple(mark for mark in self.valued if mark.kind in self.ranked)

    @property
    def is_judged(self) -> bool:
        """Whether one end is better than the other."""
        is_blind = self.polarity is Polarity.GOLDILOCKS and self.target is None
        return self.polarity is not Polarity.NONE and not is_blind

    @property
    def series(self) -> ChartSeries:
        """The figures as the axis reads them, with the target."""
        points = [ChartPoint(str(n), mark.value, "", None, "") for n, mark in enumerate(self.valued)]
        if self.target is not None:
            points.append(ChartPoint("target", None, "", self.target, ""))
        return ChartSeries(self.measure, self.unit_label, "", tuple(points), self.decimals)

    def scale(self, *, intervals: int) -> Scale:
        return spread_scale_for(self.series, intervals=intervals)

    def rank_of(self, mark: StripMark) -> int:
        """1 for the best; equal figures share a rank, and the next one is as far on as there are before it."""
        return 1 + sum(1 for other in self.contenders if self._shortfall(other) < self._shortfall(mark))

    def is_joint(self, mark: StripMark) -> bool:
        return sum(1 for other in self.contenders if self._shortfall(other) == self._shortfall(mark)) > 1

    def rows(self) -> tuple[StripRow, ...]:
        """The table: the best first, what is not ranked at its place between them, what has no figure last."""
        return tuple(self._row(mark) for mark in (*self.valued, *self.without_figure))

    def compared_with_area(self, mark: StripMark) -> int:
        """-1 where the partnership is better than `mark` (or higher, where neither end is better), 1 where worse."""
        area, other = self._shortfall(self.area), self._shortfall(mark)
        return (area > other) - (area < other)

    def _row(self, mark: StripMark) -> StripRow:
        rank = ""
        if mark in self.contenders and len(self.contenders) > 1:
            rank = f"{'joint ' if self.is_joint(mark) else ''}{self.rank_of(mark)}"
        note = "provisional" if mark.is_provisional else mark.why_none
        return StripRow(rank, mark.name, mark.kind, mark.shown, mark.difference, note)

    def _shortfall(self, mark: StripMark) -> Decimal:
        """How far down the order a figure stands: the smaller the better."""
        assert mark.value is not None
        if self.polarity is Polarity.MINIMISE:
            return mark.value
        if self.polarity is Polarity.GOLDILOCKS and self.target is not None:
            return abs(mark.value - self.target)
        return -mark.value


@dataclass(frozen=True)
class _Words:
    """How one polarity speaks of places in an order, from the best (or highest) to the worst."""

    best: str
    worst: str
    better: str
    same: str
    worse: str


_JUDGED = _Words("best", "worst", "better than", "the same as", "worse than")
_CLOSER = _Words(
    "closest to the target",
    "furthest from the target",
    "closer to the target than",
    "as close to the target as",
    "further from the target than",
)
_NEITHER = _Words("highest", "lowest", "higher than", "the same as", "lower than")


def _words_for(strip: Strip) -> _Words:
    if not strip.is_judged:
        return _NEITHER
    return _CLOSER if strip.polarity is Polarity.GOLDILOCKS else _JUDGED


def describe_standing(strip: Strip) -> str:
    """Where the partnership stands among councils, and against Scotland and the family group.

    "Perth and Kinross (20.3% in 2020/21) is 9th of 32 councils; 1st is best. Better than Scotland (24.0%)."
    """
    words, area = _words_for(strip), strip.area
    opening = f"{area.name} ({_figure(strip, area)}) is"
    versus = _versus(strip, words)
    if len(strip.contenders) < 2:
        return f"{opening} {versus}." if versus else f"{opening} the only one with a figure."
    joint = "joint " if strip.is_joint(area) else ""
    place = ordinal(strip.rank_of(area))
    among = f"of {_how_many(strip)}"
    first = (
        f"{opening} {joint}{place} {among}; 1st is {words.best}."
        if strip.is_judged
        else f"{opening} {joint}{place} highest {among}; neither end is better."
    )
    return f"{first} {versus[:1].upper()}{versus[1:]}." if versus else first


def describe_spread(strip: Strip) -> str:
    """Which locality is best, which worst, and how many are worse than the partnership as a whole."""
    words, area, places = _words_for(strip), strip.area, strip.contenders
    if not places:
        return f"{area.name} is {_figure(strip, area)}; no {strip.noun} have a figure to show."
    if len(places) == 1:
        than = (words.worse, words.same, words.better)[strip.compared_with_area(places[0]) + 1]
        return f"{places[0].name} ({_figure(strip, places[0])}) is {than} {area.name} ({area.shown})."
    best = [place for place in places if strip.rank_of(place) == 1]
    worst = [place for place in places if strip.rank_of(place) == strip.rank_of(places[-1])]
    if len(best) == len(places):
        everyone = f"Both {strip.noun}" if len(best) == 2 else f"All {_how_many(strip)}"
        return f"{everyone} stand at {best[0].shown} {when(strip.period)}."
    behind = sum(1 for place in places if strip.compared_with_area(place) < 0)
    return (
        f"Of {_how_many(strip)} {when(strip.period)}, {_named(best)} {_is(best)} {words.best} and "
        f"{_named(worst)} {_is(worst)} {words.worst}. {_count(behind)} {words.worse} "
        f"{area.name} as a whole ({area.shown})."
    )


def ordinal(number: int) -> str:
    """ "1st", "2nd", "11th", "22nd"."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def _figure(strip: Strip, mark: StripMark) -> str:
    provisional = ", provisional" if mark.is_provisional else ""
    return f"{mark.shown} {when(strip.period)}{provisional}"


def _named(marks: list[StripMark]) -> str:
    return f"{listed([mark.name for mark in marks])} ({marks[0].shown})"


def _is(marks: list[StripMark]) -> str:
    return "is" if len(marks) == 1 else "are"


def _count(number: int) -> str:
    return f"{number or 'None'} {'are' if number != 1 else 'is'}"


def _how_many(strip: Strip) -> str:
    """ "32 councils", or how many of them have a figure, where some have none."""
    everyone = sum(1 for mark in strip.marks if mark.kind in strip.ranked)
    number = len(strip.contenders)
    return f"{number} {strip.noun}" if number == everyone else f"the {number} {strip.noun} with a figure"


def _versus(strip: Strip, words: _Words) -> str:
    """ "better than Scotland (24.0%) but worse than the family group (19.0%)", "" without either."""
    beside = [
        mark for kind in (StripKind.COUNTRY, StripKind.FAMILY) for mark in strip.valued if mark.kind is kind
    ]
    sides = []
    for side, than in ((-1, words.better), (0, words.same), (1, words.worse)):
        marks = [mark for mark in beside if strip.compared_with_area(mark) == side]
        if marks:
            sides.append(f"{than} {_all_of(marks, than)}")
    return " but ".join(sides) if len(sides) < 3 else f"{', '.join(sides[:-1])} but {sides[-1]}"


def _all_of(marks: Iterable[StripMark], than: str) -> str:
    """ "Scotland (24.0%) and than the family group (21.1%)"."""
    again = than.rpartition(" ")[2]
    return f" and {again} ".join(f"{_plainly(mark.name)} ({mark.shown})" for mark in marks)


def _plainly(name: str) -> str:
    return "the family group" if name.lower() == "family group" else name
