"""What a measure's page says of its final target and of its pattern, in words (pure).

Neither is its status: one is whether it will get where it should, the other whether anything has changed at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from actionplans.numbers import format_value
from actionplans.outlooks import (
    Outlook,
    WillReach,
    either_way_in_words,
    outlook_in_words,
    pace_needed_in_words,
    pace_so_far_in_words,
    range_in_words,
)
from actionplans.run_charts import RunChart, Signal
from actionplans.series import MeasureSeries


@dataclass(frozen=True)
class OutlookRow:
    """Whether a measure will reach its final target, as a page says it. What is not known is "".

    `aim` is the target and `aim_period` its period. `within` is the range of the forecast, `either_way` the warning
    that it holds the target, and `made_how` how both were made.
    """

    will_reach: WillReach
    sentence: str
    aim: str
    aim_period: str
    pace_so_far: str
    pace_needed: str
    forecast: str
    within: str
    either_way: str
    made_how: str


@dataclass(frozen=True)
class SignalRow:
    """One signal. `is_over` says that the newest figure is no longer part of it."""

    kind: str
    sentence: str
    is_over: bool


@dataclass(frozen=True)
class PatternRow:
    """What the run chart of the newest unbroken stretch says, its newest signal first.

    `median` is "" where there are too few figures to read. `note` says which rules could not be asked and why.
    """

    median: str
    baseline: str
    signals: tuple[SignalRow, ...]
    note: str
    is_after_break: bool

    @property
    def verdict(self) -> str:
        """In a few words: "Signal of a change", "No signal", "Too few figures"."""
        if not self.median:
            return "Too few figures"
        return "Signal of a change" if self.signals else "No signal"


def outlook_row(series: MeasureSeries) -> OutlookRow | None:
    """None for a measure that has no target to reach."""
    found = series.outlook
    if found is None:
        return None
    unit, decimals = series.measure.unit, series.measure.decimals

    return OutlookRow(
        will_reach=found.will_reach,
        sentence=outlook_in_words(found, unit, decimals),
        aim=format_value(found.target.value, unit=unit, decimals=decimals),
        aim_period=found.target.period.label,
        pace_so_far=_capital(pace_so_far_in_words(found, unit, decimals)),
        pace_needed=_needed(found, unit, decimals),
        forecast=format_value(found.forecast.value, unit=unit, decimals=decimals) if found.forecast else "",
        within=_capital(range_in_words(found, unit, decimals)),
        either_way=either_way_in_words(found),
        made_how=found.forecast.made_how() if found.forecast else "",
    )


def _needed(found: Outlook, unit: str, decimals: int) -> str:
    if found.needed == 0:
        return "None: it is there already"
    return _capital(pace_needed_in_words(found, unit, decimals))


def pattern_row(series: MeasureSeries) -> PatternRow | None:
    """None for a measure without figures."""
    if not series.run_charts:
        return None
    chart = series.run_charts[-1]
    first, last = chart.baseline
    shown = format_value(chart.median, unit=series.measure.unit, decimals=series.measure.decimals)
    return PatternRow(
        median=shown if chart.has_enough_points else "",
        baseline=f"{first} to {last}",
        signals=tuple(_signal_row(signal) for signal in _newest_first(chart)),
        note=chart.note,
        is_after_break=len(series.run_charts) > 1,
    )


def _newest_first(chart: RunChart) -> list[Signal]:
    return sorted(
        chart.signals, key=lambda signal: (signal.is_current, signal.last, signal.first), reverse=True
    )


def _signal_row(signal: Signal) -> SignalRow:
    return SignalRow(signal.kind.label, f"{signal.sentence}.", is_over=not signal.is_current)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
