"""How a form asks for one figure: the same in a return and on the page of a link."""

from __future__ import annotations

from typing import Any

from actionplans.figure_kinds import Ratio
from actionplans.forms.fields import ShownField
from actionplans.numbers import NO, YES, YES_OR_NO, Unit
from priorities.periods import Period
from priorities.wording import day_in_words

FIGURE_FIELDS = ("value", "numerator", "denominator")

# Not knowing is an answer one can go back to.
ANSWERS = [(YES, YES_OR_NO[YES]), (NO, YES_OR_NO[NO]), ("", "Not known yet")]


class FigureField(ShownField):
    """A field of a figure, read out with the facts that stand above it, in an element that its form's `facts_id` names."""

    form: Any

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if self.name not in FIGURE_FIELDS:
            return described
        return " ".join(filter(None, [self.form.facts_id, described]))

    @property
    def described_by(self) -> str:
        return " ".join(filter(None, [self.form.facts_id, super().described_by]))


def legend_of(period: Period, unit: Unit | str, *, is_cumulative: bool) -> str:
    """What is asked for: "Figure for Q3 2021/22", "Answer for …", "Total from 1 April to 31 December 2021"."""
    if unit == Unit.YES_NO:
        return f"Answer for {period.label}"
    if is_cumulative:
        return f"Total from 1 April to {day_in_words(period.ends_on)}"
    return f"Figure for {period.label}"


def how_worked_out(ratio: Ratio | None, unit: Unit | str) -> str:
    """What becomes of the two numbers of a ratio; "" where the figure itself is typed."""
    if ratio is None:
        return ""
    result = "percentage" if unit == Unit.PERCENT else f"rate per {ratio.per:,}"
    return f"Give the two numbers. The {result} is worked out from them."
