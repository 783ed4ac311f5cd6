"""How a value stands against its target (pure, decimals, on unrounded values).

A status says nothing of the direction of travel (`trends`): a measure off target may be improving. The
thresholds are each measure's own; there is no national standard. A boundary belongs to the better side.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from actionplans.numbers import Unit


class ToleranceError(ValueError):
    """A tolerance that cannot be applied; the message says why, for the person who set it."""


class Polarity(enum.StrEnum):
    """Which way is better."""

    MAXIMISE = "maximise"
    MINIMISE = "minimise"
    GOLDILOCKS = "goldilocks"
    NONE = "none"

    @property
    def label(self) -> str:
        return _POLARITY_LABELS[self]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a form or model field."""
        return [(polarity.value, polarity.label) for polarity in cls]


_POLARITY_LABELS = {
    Polarity.MAXIMISE: "Higher is better",
    Polarity.MINIMISE: "Lower is better",
    Polarity.GOLDILOCKS: "Closer to target is better",
    Polarity.NONE: "No better direction",
}


_YES_OR_NO_LABELS = {Polarity.MAXIMISE: "Yes is better", Polarity.MINIMISE: "No is better"}


def better_in_words(polarity: Polarity | str, unit: Unit | str) -> str:
    """Which way is better, as pages say it: "Higher is better", or "Yes is better" of a yes or no."""
    polarity = Polarity(polarity)
    labels = _YES_OR_NO_LABELS if Unit(unit) is Unit.YES_NO else {}
    return labels.get(polarity, polarity.label)


class ToleranceKind(enum.StrEnum):
    """Whether a tolerance is a percentage of the target or in the measure's own unit."""

    RELATIVE = "relative"
    ABSOLUTE = "absolute"

    @property
    def label(self) -> str:
        return "Percentage of the target" if self is ToleranceKind.RELATIVE else "In the measure's own unit"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a form or model field."""
        return [(kind.value, kind.label) for kind in cls]


class Status(enum.StrEnum):
    """How a measure stands. Only the first three are judgements; the others say why there is none."""

    ON_TARGET = "on_target"
    SLIGHTLY_OFF = "slightly_off"
    OFF_TARGET = "off_target"
    DATA_ONLY = "data_only"
    AWAITING = "awaiting"
    OVERDUE = "overdue"
    SUPPRESSED = "suppressed"
    DISCONTINUED = "discontinued"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]

    @property
    def is_assessed(self) -> bool:
        """Whether this is a judgement against a target."""
        return self in (Status.ON_TARGET, Status.SLIGHTLY_OFF, Status.OFF_TARGET)

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a form or model field."""
        return [(status.value, status.label) for status in cls]


_STATUS_LABELS = {
    Status.ON_TARGET: "On target",
    Status.SLIGHTLY_OFF: "Slightly off target",
    Status.OFF_TARGET: "Off target",
    Status.DATA_ONLY: "Data only",
    Status.AWAITING: "Awaiting data",
    Status.OVERDUE: "Overdue",
    Status.SUPPRESSED: "Suppressed",
    Status.DISCONTINUED: "Discontinued",
}


@dataclass(frozen=True)
class Tolerance:
    """How far from its target a value may be and still be only slightly off (`amber`).

    Relative tolerances are percentages of the target without its sign, absolute ones are in the measure's
    unit (percentage points for a percentage). `green` matters only where closer is better: how far still
    counts as on target. Raises ToleranceError for a negative width, or green beyond amber.
    """

    kind: ToleranceKind
    amber: Decimal
    green: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", ToleranceKind(self.kind))
        if not (self.amber.is_finite() and self.green.is_finite()) or min(self.amber, self.green) < 0:
            raise ToleranceError("A tolerance cannot be below zero.")
        if self.green > self.amber:
            raise ToleranceError("The green width cannot be wider than the amber width.")

    @classmethod
    def none(cls) -> Self:
        """No width at all: a yes or no is on target or it is not."""
        return cls(ToleranceKind.ABSOLUTE, Decimal(0))

    def amber_width(self, target: Decimal) -> Decimal:
        """How far from `target` is still amber, in the measure's unit."""
        return self._width(self.amber, target)

    def green_width(self, target: Decimal) -> Decimal:
        """How far from `target` is still green where closer is better, in the measure's unit."""
        return self._width(self.green, target)

    def _width(self, size: Decimal, target: Decimal) -> Decimal:
        if self.kind is ToleranceKind.ABSOLUTE:
            return size
        if target == 0:
            raise ToleranceError(
                "A percentage of a zero target is zero. Give the tolerance in the measure's own unit instead."
            )
        return abs(target) * size / 100


def target_status(
    value: Decimal | None, target: Decimal | None, polarity: Polarity | str, tolerance: Tolerance
) -> Status:
    """How `value` stands against the target for its own period.

    No value is AWAITING: the caller knows whether it is overdue, suppressed or discontinued. No target, or no
    better direction, is DATA_ONLY. Raises ToleranceError for a relative tolerance with a target of zero.
    """
    polarity = Polarity(polarity)
    if value is None:
        return Status.AWAITING
    if target is None or polarity is Polarity.NONE:
        return Status.DATA_ONLY
    if not (value.is_finite() and target.is_finite()):
        raise ValueError("A value and its target must be numbers.")
    amber = tolerance.amber_width(target)
    green = tolerance.green_width(target) if polarity is Polarity.GOLDILOCKS else Decimal(0)
    shortfall = _shortfall(value, target, polarity)
    if shortfall <= green:
        return Status.ON_TARGET
    return Status.SLIGHTLY_OFF if shortfall <= amber else Status.OFF_TARGET


def status_where_it_can_be_judged(
    value: Decimal | None, target: Decimal | None, polarity: Polarity | str, tolerance: Tolerance
) -> Status:
    """As `target_status`, and DATA_ONLY where the tolerance cannot be applied to this target.

    That is a fault in the settings, which `rule_in_words` tells: it hides neither the value nor other measures.
    """
    try:
        return target_status(value, target, polarity, tolerance)
    except ToleranceError:
        return Status.DATA_ONLY


def _shortfall(value: Decimal, target: Decimal, polarity: Polarity) -> Decimal:
    """How far `value` is on the worse side of `target`; zero or less when it is not."""
    if polarity is Polarity.GOLDILOCKS:
        return abs(value - target)
    return target - value if polarity is Polarity.MAXIMISE else value - target


def rule_in_words(
    polarity: Polarity | str,
    tolerance: Tolerance,
    unit_word: str = "",
    *,
    targets: Iterable[Decimal] = (),
    unit: Unit | str = Unit.NUMBER,
) -> str:
    """The rule as a page prints it: "Amber within 2 percentage points of the target", "On target when Yes".

    `unit_word` follows an absolute width ("percentage points", "days"); "£" goes before it. When one of `targets`
    cannot be judged by this tolerance, the rule says so and what to do.
    """
    polarity = Polarity(polarity)
    if polarity is Polarity.NONE:
        return "Not judged against a target"
    if Unit(unit) is Unit.YES_NO:
        return _YES_OR_NO_RULES[polarity]
    rule = _rule(polarity, tolerance, unit_word)
    if tolerance.kind is ToleranceKind.RELATIVE and any(target == 0 for target in targets):
        return (
            f"{rule}. A target of zero cannot be judged, as a percentage of zero is zero: "
            "this needs a tolerance in the measure's own unit"
        )
    return rule


_YES_OR_NO_RULES = {
    Polarity.MAXIMISE: "On target when Yes",
    Polarity.MINIMISE: "On target when No",
    Polarity.GOLDILOCKS: "On target when it is what the target says",
}


def _rule(polarity: Polarity, tolerance: Tolerance, unit_word: str) -> str:
    amber = _width_in_words(tolerance, tolerance.amber, unit_word)
    if polarity is Polarity.GOLDILOCKS:
        green = _width_in_words(tolerance, tolerance.green, unit_word)
        return f"Green within {green} of the target, amber within {amber}"
    if tolerance.amber == 0:
        return "No amber: anything short of the target is red"
    return f"Amber within {amber} of the target"


def _width_in_words(tolerance: Tolerance, size: Decimal, unit_word: str) -> str:
    number = f"{size.normalize():,f}"
    if tolerance.kind is ToleranceKind.RELATIVE:
        return f"{number}%"
    if unit_word == "£":
        return f"£{number}"
    return f"{number} {unit_word.removesuffix('s') if size == 1 else unit_word}".rstrip()


@dataclass(frozen=True)
class StatusCounts:
    """How many measures stand where. Every measure is counted once, so the counts always add up."""

    on_target: int = 0
    slightly_off: int = 0
    off_target: int = 0
    data_only: int = 0
    awaiting: int = 0
    overdue: int = 0
    suppressed: int = 0
    discontinued: int = 0

    @classmethod
    def of(cls, statuses: Iterable[Status]) -> Self:
        return cls(**Counter(Status(status).value for status in statuses))

    @property
    def assessed(self) -> int:
        """How many could be judged against a target. Percentages are of this number."""
        return self.on_target + self.slightly_off + self.off_target

    @property
    def total(self) -> int:
        return self.assessed + sum(self._not_assessed().values())

    def sentence(self) -> str:
        """The counts in words, as reports open with them."""
        if self.total == 0:
            return "There are no measures."
        opening = "There is 1 measure." if self.total == 1 else f"There are {self.total} measures."
        others = ", ".join(f"{count} {words}" for words, count in self._not_assessed().items() if count)
        if self.assessed == 0:
            return f"{opening} None can be assessed: {others}."
        judged = ", ".join(
            (
                f"{self.on_target} on target",
                f"{self.slightly_off} slightly off target",
                f"{self.off_target} off target",
            )
        )
        rest = f" Not assessed: {others}." if others else ""
        return f"{opening} {self.assessed} can be assessed: {judged}.{rest}"

    def _not_assessed(self) -> dict[str, int]:
        return {
            "data only": self.data_only,
            "awaiting data": self.awaiting,
            "overdue": self.overdue,
            "suppressed": self.suppressed,
            "discontinued": self.discontinued,
        }
