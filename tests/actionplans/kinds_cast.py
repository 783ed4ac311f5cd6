"""A return with a measure of each kind: what the tests of its pages and of what it keeps share."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client

from actionplans.figure_lines import FigureLine
from actionplans.models import Measure
from priorities.periods import FinancialQuarter
from tests.actionplans.conftest import Round
from tests.actionplans.factories import (
    GapFactory,
    MeasureFactory,
    ReadingFactory,
    TargetFactory,
    period_of,
)
from tests.factories import ComparatorFactory

Q1 = FinancialQuarter.parse("Q1 2021/22")


@dataclass(frozen=True)
class Kinds:
    """The Poverty return of Q3 2021/22, and one measure of each kind beside the one it has."""

    round: Round
    share: Measure
    rate: Measure
    total: Measure
    answer: Measure
    gap: Measure

    def line(self, measure: Measure) -> FigureLine:
        """What the return asks of a measure and holds of it."""
        return next(line for line in self.round.sheet.figures if line.measure_id == measure.pk)

    def post(self, client: Client, *, htmx: bool = False, **typed: str):
        """Send the figures page as a browser does: `share_numerator="412"` is a field of the measure `share`."""
        headers = {"HTTP_HX_REQUEST": "true"} if htmx else {}
        return client.post(self.round.url("figures/"), self.typed(**typed), **headers)

    def typed(self, **typed: str) -> dict[str, str]:
        answers = {"seen": self.round.seen("figures")}
        for name, text in typed.items():
            kind, field = name.split("_", 1)
            answers[f"{self.prefix(kind)}-{field}"] = text
        return answers

    def prefix(self, kind: str) -> str:
        """The start of the names of a measure's fields."""
        return f"measure-{getattr(self, kind).pk}"


def a_measure_of_each_kind(poverty_round: Round) -> Kinds:
    """Last: 412 of 2,000 children (20.6%), 8 fires in 4,000 homes, 27 grants since 1 April, No, a gap of 5.5 points."""
    poverty = poverty_round.cast.poverty
    share = MeasureFactory(
        priority=poverty, name="Children in low income families", unit_name="children", polarity="minimise",
        is_ratio=True, roll_up="pooled", numerator_name="Children in low income families",
        denominator_name="All children under 16",
    )  # fmt: skip
    ReadingFactory(measure=share, numerator=412, denominator=2000, value="20.6")
    TargetFactory(measure=share, value=20)
    rate = MeasureFactory(
        priority=poverty, name="Fires in homes", unit="rate", unit_name="per 10,000 homes", per=10_000,
        is_ratio=True, numerator_name="Fires", denominator_name="Homes", polarity="minimise",
        release_class="management",
    )  # fmt: skip
    ReadingFactory(measure=rate, numerator=8, denominator=4000, value=20)
    total = MeasureFactory(
        priority=poverty, name="Grants paid", unit="number", unit_name="grants", decimals=0,
        is_cumulative=True, roll_up="sum", tolerance_kind="relative",
    )  # fmt: skip
    ReadingFactory(measure=total, value=12, **period_of(Q1))
    ReadingFactory(measure=total, value=27)
    TargetFactory(measure=total, value=36)
    answer = MeasureFactory(
        priority=poverty, name="Plan agreed", unit="yes_no", decimals=0, tolerance_amber=0
    )
    ReadingFactory(measure=answer, value=0)
    TargetFactory(measure=answer, value=1)
    return Kinds(poverty_round, share, rate, total, answer, _gap(poverty_round))


def _gap(poverty_round: Round) -> Measure:
    """Of a measure that the return does not ask about, so that the gap is all there is of it."""
    people = poverty_round.cast
    attainment = MeasureFactory(priority=people.skills, name="Attainment")
    gap = MeasureFactory(priority=people.poverty, name="Attainment gap", unit="points", polarity="minimise")
    sides = [
        ComparatorFactory(partnership=people.partnership, kind="population", name=f"{which} deprived fifth")
        for which in ("least", "most")
    ]
    GapFactory(of=attainment, measure=gap, first_comparator=sides[0], second_comparator=sides[1])
    for side, value in zip(sides, ("61.5", "56"), strict=True):
        ReadingFactory(measure=attainment, comparator=side, value=value)
    return gap
