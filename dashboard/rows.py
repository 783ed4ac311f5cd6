"""The rows a dashboard is made of: words, numbers and dates, so that a report can freeze them.

Nothing here asks the database or the time, and nothing here is a model: what is on a page today can be printed
from these rows years later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from actionplans.models.measures import ReleaseClass
from actionplans.models.returns import ActionStatus
from actionplans.models.work import ActionDoneBy
from actionplans.status import Status, StatusCounts
from actionplans.trends import Direction, compared_in_words
from dashboard.charts.series import ChartSeries

# What a reader with little time looks at first.
EXCEPTIONS = (Status.OFF_TARGET, Status.OVERDUE, Status.SLIGHTLY_OFF)
# More measures of one priority than a page shows at once.
LONG = 8


@dataclass(frozen=True)
class TrendRow:
    """Better or worse, by how much and compared with what, in words."""

    direction: Direction
    change: str
    compared_with: str

    @property
    def in_words(self) -> str:
        """ "up 2.0 percentage points from 2019/20", or "" where nothing may be compared."""
        return compared_in_words(self.change, self.compared_with) if self.compared_with else ""


@dataclass(frozen=True)
class Commentary:
    """Why a measure is off target, what is being done, and by when it will be back; as said in `quarter`.

    `no_figure_reason` says why a figure that was due has not come.
    """

    cause: str
    response: str
    back_on_track: str
    quarter: str
    no_figure_reason: str = ""


@dataclass(frozen=True)
class MeasureRow:
    """One measure as a board member reads it.

    `value` and `target` are unrounded, for the attached data; `shown` and `target_shown` are what is printed.
    `period` is the data period, "" when there is no value. `freshness` says how old the value is and when the
    next is due. `is_new` says that the figure came since the last report; `status_before` is how the measure
    stood in that report, None when there was none. `places_note` says that localities are off target where the area
    as a whole is not ("2 of 5 localities are off target"), "" where there is nothing to say of them. `reported_under`
    names its own priority where it is shown under another. `release_class` is that of the figure shown;
    `management_periods` are the periods, of those charted or behind
    `places_note`, whose figures are for the partnership only.
    """

    code: str
    name: str
    definition: str
    unit: str
    unit_name: str
    better: str
    source: str
    source_url: str
    period: str
    value: Decimal | None
    shown: str
    flag: str
    released_on: dt.date | None
    previous_period: str
    previous_shown: str
    target: Decimal | None
    target_shown: str
    status: Status
    rule: str
    short: TrendRow
    long: TrendRow
    is_new: bool
    freshness: str
    is_illustrative: bool
    commentary: Commentary | None
    chart: ChartSeries
    sentence: str
    status_before: Status | None = None
    places_note: str = ""
    reported_under: str = ""
    release_class: str = ReleaseClass.PUBLISHED.value
    management_periods: tuple[str, ...] = ()

    @property
    def is_exception(self) -> bool:
        return self.status in EXCEPTIONS

    @property
    def has_worse_status(self) -> bool:
        """Whether the measure was on target in the last report and no longer is."""
        return self.status_before is Status.ON_TARGET and self.status in {
            Status.SLIGHTLY_OFF,
            Status.OFF_TARGET,
        }


@dataclass(frozen=True)
class ActionRow:
    """One action and how it stands; `status` is None until a return says."""

    code: str
    title: str
    done_by: str
    lead: str
    due_on: dt.date | None
    status: ActionStatus | None
    line: str
    quarter: str
    is_past_due: bool
    support: str = ""


@dataclass(frozen=True)
class OutcomeRow:
    """A stretch outcome with its aims for plan years 1, 2 and 3."""

    statement: str
    achieve_by: dt.date
    yearly_aims: tuple[str, ...]
    long_term_aim: str = ""


@dataclass(frozen=True)
class Judgement:
    """The lead officer's own assessment, a field of its own beside the counts: value, words and reason."""

    value: str
    label: str
    reason: str
    quarter: str = ""


@dataclass(frozen=True)
class StatusCount:
    """How many measures have one status."""

    number: int
    status: Status


def counted(counts: StatusCounts) -> tuple[StatusCount, ...]:
    """The statuses that any measure has, in their usual order."""
    rows = (StatusCount(getattr(counts, status.value), status) for status in Status)
    return tuple(row for row in rows if row.number)


def trends_in_words(measures: Iterable[MeasureRow]) -> str:
    """How many measures go which way: "3 improving, 1 worsening, 2 without enough data". Every one is counted."""
    found = [measure.short.direction for measure in measures]
    words = {direction: direction.label.lower() for direction in Direction}
    words[Direction.NO_CHANGE] = "with no change"
    words[Direction.HIGHER] = "higher with no better direction"
    words[Direction.LOWER] = "lower with no better direction"
    words[Direction.SAME] = "the same"
    words[Direction.NOT_ENOUGH_DATA] = "without enough data to compare"
    return ", ".join(f"{found.count(step)} {words[step]}" for step in Direction if step in found)


@dataclass(frozen=True)
class PriorityRow:
    """One strategic priority in one quarter.

    `has_reported` says that the quarter's return is accepted; until then the words are empty and the figures are
    those known. `earlier_judgement` is the last one given in an earlier quarter, kept apart from this quarter's.
    `shared` are measures shown here and reported, and counted, under their own priority.
    """

    code: str
    slug: str
    name: str
    theme: str
    description: str
    lead_officer: str
    lead_group: str
    has_reported: bool
    judgement: Judgement | None
    progress: str
    exceptional_issues: str
    good_practice: str
    counts: StatusCounts
    improving: int
    worsening: int
    outcomes: tuple[OutcomeRow, ...]
    measures: tuple[MeasureRow, ...]
    actions: tuple[ActionRow, ...]
    earlier_judgement: Judgement | None = None
    shared: tuple[MeasureRow, ...] = ()

    @property
    def actions_in_words(self) -> str:
        """How many actions stand where: "3 on track, 1 late"."""
        counts = [
            (sum(1 for row in self.actions if row.status is status), status.label.lower())
            for status in ActionStatus
        ]
        silent = sum(1 for row in self.actions if row.status is None)
        parts = [f"{count} {words}" for count, words in [*counts, (silent, "not yet reported")] if count]
        return ", ".join(parts) or "No actions"

    @property
    def trends_in_words(self) -> str:
        return trends_in_words(self.measures)

    @property
    def status_counts(self) -> tuple[StatusCount, ...]:
        return counted(self.counts)

    @property
    def exceptions(self) -> tuple[MeasureRow, ...]:
        """Measures to look at first, the gravest first."""
        found = [row for row in self.measures if row.is_exception]
        return tuple(sorted(found, key=lambda row: EXCEPTIONS.index(row.status)))

    @property
    def exceptions_first(self) -> tuple[MeasureRow, ...]:
        return (*self.exceptions, *self.other_measures)

    @property
    def is_long(self) -> bool:
        """Whether a page shows the exceptions and folds the rest away."""
        return len(self.measures) > LONG

    @property
    def other_measures(self) -> tuple[MeasureRow, ...]:
        """Measures that are no exception, as the plan orders them."""
        return tuple(row for row in self.measures if not row.is_exception)

    @property
    def actions_for_partners(self) -> tuple[ActionRow, ...]:
        return tuple(row for row in self.actions if row.done_by != ActionDoneBy.COMMUNITIES.label)

    @property
    def actions_for_communities(self) -> tuple[ActionRow, ...]:
        return tuple(row for row in self.actions if row.done_by == ActionDoneBy.COMMUNITIES.label)


def counted_under(rows: Sequence[PriorityRow]) -> tuple[tuple[PriorityRow, MeasureRow], ...]:
    """Every measure of some priorities once, with the one it is counted under, as the priorities stand.

    That is its own priority or, where that is not among these, the first that shows it.
    """
    taken = {measure.code for row in rows for measure in row.measures}
    found: list[tuple[PriorityRow, MeasureRow]] = []
    for row in rows:
        found += [(row, measure) for measure in row.measures]
        strays = [measure for measure in row.shared if measure.code not in taken]
        found += [(row, measure) for measure in strays]
        taken |= {measure.code for measure in strays}
    return tuple(found)


@dataclass(frozen=True)
class Attention:
    """Something the Board should look at first, by rule or because a lead officer says so (domain rules 5.9).

    `status` is that of a measure; a late action and an issue have none. `said_in` is the quarter in which why,
    response and when were said.
    """

    kind: str
    priority: str
    priority_slug: str
    title: str
    measure_code: str
    status: Status | None
    facts: str
    why: str
    response: str
    back_on_track: str
    direction: Direction | None = None
    said_in: str = ""


@dataclass(frozen=True)
class GoodPractice:
    """What a lead officer offers for others to learn from."""

    priority: str
    priority_slug: str
    text: str


@dataclass(frozen=True)
class Scorecard:
    """The whole dashboard of a quarter as known at a cut-off.

    `since` is the quarter of the last report, "" when this is the first.
    """

    partnership: str
    board: str
    quarter: str
    months: str
    ends_on: dt.date
    cut_off: dt.datetime
    counts: StatusCounts
    sentence: str
    improving: int
    worsening: int
    new_figures: int
    attention: tuple[Attention, ...]
    good_practice: tuple[GoodPractice, ...]
    priorities: tuple[PriorityRow, ...]
    since: str = ""

    @property
    def reported(self) -> int:
        """How many priorities' returns are accepted."""
        return sum(1 for row in self.priorities if row.has_reported)

    @property
    def is_complete(self) -> bool:
        return self.reported == len(self.priorities)

    @property
    def returns_in_words(self) -> str:
        """How far the round has come: "2 of 5 returns accepted; figures are those accepted so far."."""
        if self.is_complete:
            return (
                "The return is accepted." if self.reported == 1 else f"All {self.reported} returns accepted."
            )
        noun = "return" if len(self.priorities) == 1 else "returns"
        return (
            f"{self.reported} of {len(self.priorities)} {noun} accepted; figures are those accepted so far."
        )

    @property
    def unreported(self) -> str:
        """The priorities whose returns are not accepted; their names have commas, so semicolons part them."""
        return "; ".join(row.name for row in self.priorities if not row.has_reported)

    @property
    def measures(self) -> tuple[MeasureRow, ...]:
        """Every measure once, however many priorities show it."""
        return tuple(measure for _, measure in counted_under(self.priorities))

    @property
    def status_counts(self) -> tuple[StatusCount, ...]:
        return counted(self.counts)

    @property
    def trends_in_words(self) -> str:
        return trends_in_words(self.measures)

    @property
    def improved(self) -> tuple[MeasureRow, ...]:
        """Measures whose figure is new and better than the one before."""
        return self._new_and(Direction.BETTER)

    @property
    def worsened(self) -> tuple[MeasureRow, ...]:
        """Measures whose figure is new and worse than the one before."""
        return self._new_and(Direction.WORSE)

    def _new_and(self, direction: Direction) -> tuple[MeasureRow, ...]:
        return tuple(row for row in self.measures if row.is_new and row.short.direction is direction)
