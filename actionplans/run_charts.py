"""Signals of a run chart: what in a series is more than the ups and downs of chance (pure, decimals).

A run chart is a line with the median of its baseline drawn through it. Its rules tell change from noise, as NHS
Scotland's improvement teams use them: shift, trend, and too many or too few runs. The fourth rule, the
"astronomical" point, is a matter of judgement and is left to people.

Sources of the rules: Perla, Provost and Murray, "The run chart: a simple analytical tool for learning from
variation in healthcare processes", BMJ Quality & Safety 2011, 20:46-51, for shift (6), trend (5), points on the
median, equal points, ten points at the least, and the table of runs; the table is theirs after Swed and
Eisenhart, Annals of Mathematical Statistics 1943, 14:66-87. A baseline of twelve points that is then held fixed
is the improvement teams' habit.

What they were checked against (`tests/actionplans/test_run_charts.py`): shift and trend against the cases of
`runchart`, the R package of an analyst of the NHS in Scotland, which follows the Scottish improvement hub; every
row of the table against the exact chances of so many runs, from which no limit is more than one run away. There is
no such library for Python, and those for R use other rules for shifts (eight or nine points, or as many as the
length of the chart suggests), so these are our own.

Each rule is one of several looked at together, over and over: a signal is a reason to ask what happened, not
a proof. Values should be of single periods: derive the quarters of year-to-date figures first.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise
from statistics import median

from actionplans.numbers import Unit
from actionplans.status import Polarity
from actionplans.trends import Direction, Point
from priorities.periods import Period, PeriodKind

FEWEST_POINTS = 10
BASELINE_POINTS = 12
SHIFT_POINTS = 6
TREND_POINTS = 5

# Useful observations: the fewest and the most runs that chance explains (about one time in twenty it does not).
EXPECTED_RUNS = {
    10: (3, 9),
    11: (3, 10),
    12: (3, 11),
    13: (4, 11),
    14: (4, 12),
    15: (5, 12),
    16: (5, 13),
    17: (5, 13),
    18: (6, 14),
    19: (6, 15),
    20: (6, 16),
    21: (7, 16),
    22: (7, 17),
    23: (7, 17),
    24: (8, 18),
    25: (8, 18),
    26: (9, 19),
    27: (10, 19),
    28: (10, 20),
    29: (10, 20),
    30: (11, 21),
    31: (11, 22),
    32: (11, 23),
    33: (12, 23),
    34: (12, 24),
    35: (12, 24),
    36: (13, 25),
    37: (13, 25),
    38: (14, 26),
    39: (14, 26),
    40: (15, 27),
    41: (15, 27),
    42: (16, 28),
    43: (16, 28),
    44: (17, 29),
    45: (17, 30),
    46: (17, 31),
    47: (18, 31),
    48: (18, 32),
    49: (19, 32),
    50: (19, 33),
    51: (20, 33),
    52: (20, 34),
    53: (21, 34),
    54: (21, 35),
    55: (22, 35),
    56: (22, 36),
    57: (23, 36),
    58: (23, 37),
    59: (24, 38),
    60: (24, 38),
}


class SignalKind(enum.StrEnum):
    """Which rule of the run chart says that something changed."""

    SHIFT = "shift"
    TREND = "trend"
    TOO_FEW_RUNS = "too_few_runs"
    TOO_MANY_RUNS = "too_many_runs"

    @property
    def label(self) -> str:
        return {
            SignalKind.SHIFT: "Shift",
            SignalKind.TREND: "Trend",
            SignalKind.TOO_FEW_RUNS: "Too few runs",
            SignalKind.TOO_MANY_RUNS: "Too many runs",
        }[self]


@dataclass(frozen=True)
class Signal:
    """One rule met, over the periods `first` to `last`.

    `direction` is better or worse where one way is better, else higher or lower; too many or too few runs have
    none. `is_current` says that the newest value is part of it. `sentence` is how a page says it.
    """

    kind: SignalKind
    first: Period
    last: Period
    direction: Direction | None
    sentence: str
    is_current: bool


@dataclass(frozen=True)
class RunChart:
    """One unbroken stretch of a series, its median, and its signals, oldest first.

    `baseline` are the first and last periods the median is taken over. `useful` is how many points are not on the
    median, and `runs` how many times in a row they lie on one side of it. `note` says in a sentence which rules
    could not be asked and why, or is "".
    """

    points: tuple[Point, ...]
    median: Decimal
    baseline: tuple[Period, Period]
    useful: int
    runs: int
    signals: tuple[Signal, ...]
    note: str

    @property
    def has_enough_points(self) -> bool:
        """Whether its rules may be asked at all."""
        return len(self.points) >= FEWEST_POINTS

    def points_of(self, signal: Signal) -> tuple[Point, ...]:
        """The points a shift or a trend is made of; none for too many or too few runs, which all points make."""
        if signal.kind not in (SignalKind.SHIFT, SignalKind.TREND):
            return ()
        stretch = [point for point in self.points if signal.first <= point.period <= signal.last]
        if signal.kind is SignalKind.TREND:
            return tuple(stretch)
        return tuple(point for point in stretch if point.value != self.median)


def run_charts(
    points: Iterable[Point],
    polarity: Polarity | str,
    *,
    unit: Unit | str = Unit.NUMBER,
    breaks: Iterable[date] = (),
    baseline: int | tuple[Period, Period] = BASELINE_POINTS,
) -> tuple[RunChart, ...]:
    """The run chart of each stretch between breaks, oldest first; none for no points, or of a yes or no.

    `breaks` are the first days of new series. `baseline` is how many points from the start of each stretch give
    its median, or the first and last period of a baseline somebody chose; a stretch with fewer than two points in
    that falls back on its own first twelve. Of averages whose years overlap only those that do not
    are read, counted back from the newest. Raises ValueError for two values of one period, or for a
    baseline of no points.
    """
    if isinstance(baseline, int) and baseline < 1:
        raise ValueError("A baseline needs at least one point.")
    if Unit(unit) is Unit.YES_NO:
        return ()
    polarity = Polarity(polarity)
    stretches = _stretches(points, tuple(breaks))
    return tuple(_run_chart(_apart(stretch), polarity, baseline) for stretch in stretches)


# Which points belong together


def _stretches(points: Iterable[Point], breaks: Sequence[date]) -> list[list[Point]]:
    """The points between breaks, oldest first. A period with a break inside belongs to neither side."""
    in_order = sorted(points, key=lambda point: point.period)
    if len({point.period for point in in_order}) < len(in_order):
        raise ValueError("Two values for one period: give the newest vintage of each.")
    whole = [
        point
        for point in in_order
        if not any(point.period.starts_on < day <= point.period.ends_on for day in breaks)
    ]
    by_series = groupby(whole, key=lambda point: sum(day <= point.period.starts_on for day in breaks))
    return [list(stretch) for _, stretch in by_series]


def _apart(stretch: Sequence[Point]) -> list[Point]:
    """Points of the newest one's kind and length, no two of which share a day, oldest first."""
    newest = stretch[-1].period
    chain: list[Point] = []
    for point in reversed(stretch):
        is_alike = _shape(point.period) == _shape(newest)
        if is_alike and not (chain and point.period.overlaps(chain[-1].period)):
            chain.append(point)
    return chain[::-1]


def _shape(period: Period) -> tuple[PeriodKind, int, bool]:
    return period.kind, period.years, period.is_by_financial_year


def _baseline(points: Sequence[Point], baseline: int | tuple[Period, Period]) -> Sequence[Point]:
    if isinstance(baseline, int):
        return points[:baseline]
    first, last = baseline
    chosen = [
        point
        for point in points
        if first.starts_on <= point.period.starts_on and point.period.ends_on <= last.ends_on
    ]
    return chosen if len(chosen) > 1 else points[:BASELINE_POINTS]


# The rules


def _run_chart(
    points: Sequence[Point], polarity: Polarity, baseline: int | tuple[Period, Period]
) -> RunChart:
    base = _baseline(points, baseline)
    middle = median(point.value for point in base)
    useful = [point for point in points if point.value != middle]
    runs = [list(run) for _, run in groupby(useful, key=lambda point: point.value > middle)]
    signals: list[Signal] = []
    if len(points) >= FEWEST_POINTS:
        signals += _shifts(points, runs, middle, polarity)
        signals += _trends(points, polarity)
        signals += _odd_runs(useful, len(runs))
        signals.sort(key=lambda signal: (signal.first, signal.last, signal.kind))
    return RunChart(
        points=tuple(points),
        median=middle,
        baseline=(base[0].period, base[-1].period),
        useful=len(useful),
        runs=len(runs),
        signals=tuple(signals),
        note=_note(len(points), len(useful)),
    )


def _note(points: int, useful: int) -> str:
    if points < FEWEST_POINTS:
        return (
            f"{_counted(points, 'value')}: too few to tell a change from chance. "
            f"A run chart needs at least {FEWEST_POINTS}."
        )
    if useful < FEWEST_POINTS:
        return (
            f"{_counted(useful, 'value')} off the median: too few to say whether the runs are too many or too few. "
            f"That needs at least {FEWEST_POINTS}."
        )
    if useful > max(EXPECTED_RUNS):
        return (
            f"{useful} values off the median: more than the table of expected runs covers, which is "
            f"{max(EXPECTED_RUNS)}."
        )
    return ""


def _shifts(
    points: Sequence[Point], runs: Iterable[Sequence[Point]], middle: Decimal, polarity: Polarity
) -> Iterator[Signal]:
    """Six or more points in a row on one side of the median. Points on it neither count nor break the row."""
    for run in runs:
        if len(run) < SHIFT_POINTS:
            continue
        is_above = run[0].value > middle
        gains = [_nearness(point, middle) for point in run if point.target is not None]
        nearer_by = sum(gains, Decimal(0)) if len(gains) == len(run) else None
        direction = _direction(polarity, is_up=is_above, nearer_by=nearer_by)
        what = f"are {'above' if is_above else 'below'} the median (a shift)"
        yield _signal(SignalKind.SHIFT, run, points, direction, what, ("on the median", middle))


def _trends(points: Sequence[Point], polarity: Polarity) -> Iterator[Signal]:
    """Five or more points in a row all rising or all falling.

    Of equal points next to each other one counts: they neither make nor break a trend. The first point of the
    rise counts as one of the five, as on the chart.
    """
    # The last of equal points begins a trend and the first of them ends it.
    levels = [list(level) for _, level in groupby(points, key=lambda point: point.value)]
    steps = [(pair, pair[1][0].value > pair[0][0].value) for pair in pairwise(levels)]
    for is_up, climb in groupby(steps, key=lambda step: step[1]):
        pairs = [pair for pair, _ in climb]
        if len(pairs) + 1 < TREND_POINTS:
            continue
        counted = [pairs[0][0][-1], *(pair[1][0] for pair in pairs)]
        direction = _direction(polarity, is_up=is_up, nearer_by=_nearer(counted[0], counted[-1]))
        what = f"{'rise' if is_up else 'fall'} (a trend)"
        aside = ("equal to the one before", counted[-1].value)
        yield _signal(SignalKind.TREND, counted, points, direction, what, aside)


def _odd_runs(useful: Sequence[Point], runs: int) -> Iterator[Signal]:
    """More or fewer runs than chance explains, by the published table; asked of 10 to 60 useful points."""
    if len(useful) not in EXPECTED_RUNS:
        return
    fewest, most = EXPECTED_RUNS[len(useful)]
    if fewest <= runs <= most:
        return
    first, last = useful[0].period, useful[-1].period
    told = f"with {fewest} to {most} expected by chance, {_span(first, last)}"
    if runs < fewest:
        kind = SignalKind.TOO_FEW_RUNS
        many = f"Only {_counted(runs, 'run', in_words=True)}"
        sentence = f"{many} above or below the median (too few), {told}: values stay on one side for long"
    else:
        kind = SignalKind.TOO_MANY_RUNS
        many = _counted(runs, "run")
        sentence = f"{many} above or below the median (too many), {told}: values jump from side to side"
    yield Signal(kind, first, last, None, sentence, is_current=True)


# Which way is better


def _nearness(point: Point, than: Decimal) -> Decimal:
    """How much nearer its target a point is than a value."""
    target = point.target or Decimal(0)
    return abs(than - target) - abs(point.value - target)


def _nearer(first: Point, last: Point) -> Decimal | None:
    """How much nearer its target the last point is than the first was to its own; None without targets."""
    if first.target is None or last.target is None:
        return None
    return abs(first.value - first.target) - abs(last.value - last.target)


def _direction(polarity: Polarity, *, is_up: bool, nearer_by: Decimal | None) -> Direction:
    """Better or worse; for a target in the middle by nearness to it, and up or down where there is none."""
    if polarity is Polarity.NONE or (polarity is Polarity.GOLDILOCKS and nearer_by is None):
        return Direction.HIGHER if is_up else Direction.LOWER
    if polarity is Polarity.GOLDILOCKS and nearer_by is not None:
        if nearer_by == 0:
            return Direction.NO_CHANGE
        return Direction.BETTER if nearer_by > 0 else Direction.WORSE
    return Direction.BETTER if is_up == (polarity is Polarity.MAXIMISE) else Direction.WORSE


# Sentences

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_NOUNS = {
    PeriodKind.FINANCIAL_YEAR: "year",
    PeriodKind.FINANCIAL_QUARTER: "quarter",
    PeriodKind.CALENDAR_YEAR: "year",
    PeriodKind.CALENDAR_MONTH: "month",
    PeriodKind.ACADEMIC_YEAR: "school year",
}


def _signal(
    kind: SignalKind,
    counted: Sequence[Point],
    points: Sequence[Point],
    direction: Direction,
    what: str,
    aside: tuple[str, Decimal],
) -> Signal:
    """A shift or a trend with its sentence.

    `counted` are its points. Others between them are passed over for the reason in `aside`; so are those after
    its end with the value given there, which leave the signal standing.
    """
    why_aside, value_aside = aside
    after = points.index(counted[-1]) + 1
    stretch = points[points.index(counted[0]) : after]
    who = f"{_counted(len(counted), _noun(stretch), in_words=True).capitalize()} in a row"
    if others := len(stretch) - len(counted):
        who += f", leaving out {_in_words(others)} {why_aside},"
    first, last = counted[0].period, counted[-1].period
    sentence = f"{who} {what}, {_span(first, last)}: {direction.label.lower()}"
    is_current = all(point.value == value_aside for point in points[after:])
    return Signal(kind, first, last, direction, sentence, is_current)


def _noun(stretch: Sequence[Point]) -> str:
    """What each point is called: a quarter, a month; a value where some are missing in between."""
    noun = _NOUNS.get(stretch[0].period.kind)
    runs_on = all(
        older.period.ends_on.toordinal() + 1 == newer.period.starts_on.toordinal()
        for older, newer in pairwise(stretch)
    )
    return noun if noun and runs_on else "value"


def _counted(number: int, noun: str, *, in_words: bool = False) -> str:
    shown = _in_words(number) if in_words else str(number)
    return f"{shown} {noun}" if number == 1 else f"{shown} {noun}s"


def _in_words(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _span(first: Period, last: Period) -> str:
    return f"{first.label} to {last.label}"
