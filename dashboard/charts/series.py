"""What a chart is drawn from: the periods of one measure, already judged fit to show."""

from dataclasses import dataclass
from decimal import Decimal

from actionplans.numbers import Unit


@dataclass(frozen=True)
class ChartPoint:
    """One data period of a measure, with or without a figure.

    `label` is the period's label, unlike any other in the series. `value` and `target` are unrounded;
    `shown` and `target_shown` are how people read them, unit included. A suppressed or missing figure
    has no `value`; nothing here may then hint at it. `starts_new_series` says that figures from this
    period on cannot be compared with those before it; `starts_again` that a running total begins anew here, which
    lifts the line and is no break.
    """

    label: str
    value: Decimal | None
    shown: str
    target: Decimal | None
    target_shown: str
    is_provisional: bool = False
    starts_new_series: bool = False
    starts_again: bool = False

    @property
    def is_held_back(self) -> bool:
        """Whether there is a figure that may not be shown ("[c]"), or none to show for a reason with a symbol."""
        return self.value is None and self.shown.startswith("[")

    @property
    def lifts_the_line(self) -> bool:
        return self.starts_new_series or self.starts_again

    def __post_init__(self) -> None:
        for number in (self.value, self.target):
            if number is not None and not number.is_finite():
                raise ValueError(f"{self.label}: {number} cannot be drawn; a missing figure is None.")


@dataclass(frozen=True)
class ChartSeries:
    """One measure over time, oldest period first, with a point for every period, missing ones too.

    `unit_label` is the unit in words or a sign ("%", "£", "people"), `better` the polarity in words
    ("Lower is better"), `decimals` how many a figure is shown with. `change` ("up 2.0 percentage points",
    "no change") and `compared_with` ("2019/20") are the measure's short trend in words, both "" where the
    newest figure may not be compared; charts work out no change of their own.
    """

    name: str
    unit_label: str
    better: str
    points: tuple[ChartPoint, ...]
    decimals: int
    change: str = ""
    compared_with: str = ""

    @property
    def nothing_in_words(self) -> str:
        """What a chart without a figure says: there are none yet, or none that may be shown."""
        return (
            "No figures are shown" if any(point.is_held_back for point in self.points) else "No figures yet"
        )

    @property
    def is_percentage(self) -> bool:
        """Whether figures are written with a percent sign."""
        unit = self.unit_label.strip().lower()
        return unit.startswith(("%", "per cent", "percent")) and not unit.startswith("percentage point")

    @property
    def is_yes_or_no(self) -> bool:
        """Whether figures are Yes and No and nothing else."""
        return self.unit_label == Unit.YES_NO.label

    @property
    def is_money(self) -> bool:
        """Whether figures are written after a pound sign."""
        return self.unit_label.strip().startswith("£")

    @property
    def unit_words(self) -> str:
        """The unit as an axis names it: a sign alone becomes a word."""
        unit = self.unit_label.strip()
        return {"%": "Per cent", "£": "Pounds"}.get(unit, f"{unit[:1].upper()}{unit[1:]}")

    @property
    def has_provisional(self) -> bool:
        """Whether any figure may still be revised."""
        return any(point.is_provisional and point.value is not None for point in self.points)

    @property
    def last_valued(self) -> int | None:
        """Where the newest figure stands in `points`."""
        valued = self.valued
        return valued[-1] if valued else None

    @property
    def valued(self) -> tuple[int, ...]:
        """Where the periods that have a figure stand in `points`."""
        return tuple(place for place, point in enumerate(self.points) if point.value is not None)

    @property
    def breaks(self) -> tuple[int, ...]:
        """Where points stand that cannot be compared with those before them."""
        return tuple(place for place, point in enumerate(self.points) if place and point.starts_new_series)

    def runs(self) -> list[list[int]]:
        """The stretches that one line may join: no missing period and no break inside any of them."""
        runs: list[list[int]] = []
        for place in self.valued:
            follows_on = bool(runs) and runs[-1][-1] == place - 1 and not self.points[place].lifts_the_line
            if follows_on:
                runs[-1].append(place)
            else:
                runs.append([place])
        return runs

    def missing_runs(self) -> list[tuple[int, int]]:
        """First and last place of every stretch without a figure."""
        stretches: list[tuple[int, int]] = []
        for place, point in enumerate(self.points):
            if point.value is not None:
                continue
            if stretches and stretches[-1][1] == place - 1:
                stretches[-1] = (stretches[-1][0], place)
            else:
                stretches.append((place, place))
        return stretches
