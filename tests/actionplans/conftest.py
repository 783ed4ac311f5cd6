"""A return as its lead officer finds it: something asked of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from actionplans.models import Action, Measure, QuarterlyReturn, Risk
from actionplans.operations import (
    ActionEntry,
    FigureEntry,
    RiskEntry,
    save_actions,
    save_figures,
    save_risks,
    save_words,
)
from actionplans.return_sheet import ReturnSheet, WordsLine, return_of, return_sheet
from tests.actionplans.factories import (
    ActionFactory,
    MeasureFactory,
    ReadingFactory,
    RiskFactory,
    RiskMatrixFactory,
    TargetFactory,
)
from tests.factories import NOW, Cast, cast


@dataclass(frozen=True)
class Round:
    """The cast, with one measure (last 48%, target 50%), one action and one risk of the Poverty priority."""

    cast: Cast
    measure: Measure
    action: Action
    risk: Risk

    @property
    def quarterly_return(self) -> QuarterlyReturn:
        return return_of(self.cast.poverty, self.cast.quarter)

    @property
    def sheet(self) -> ReturnSheet:
        return return_sheet(self.quarterly_return, at=NOW)

    def seen(self, section: str) -> str:
        return self.sheet.fingerprint(section)

    def url(self, page: str = "") -> str:
        return f"/strathmuir/returns/2021-22/q3/poverty/{page}"

    def fill(self, value: str = "51", **words: str) -> QuarterlyReturn:
        """Save a return without gaps, by its lead officer."""
        who = {"seen": None, "by": self.cast.lead, "at": NOW}
        save_figures(self.quarterly_return, [FigureEntry(self.measure.pk, Decimal(value))], **who)
        save_actions(self.quarterly_return, [ActionEntry(self.action.pk, "on_track")], **who)
        save_risks(self.quarterly_return, [RiskEntry(self.risk.pk, 2, 4, "Two advisers started.")], **who)
        said = {
            "progress": "Two hubs opened.",
            "exceptional_issues": "",
            "good_practice": "",
            "assessment": "on_track",
            "assessment_reason": "",
        }
        return save_words(self.quarterly_return, WordsLine(**(said | words)), **who)


@pytest.fixture
def poverty_round(db: None) -> Round:
    people = cast()
    RiskMatrixFactory(partnership=people.partnership)
    measure = MeasureFactory(
        priority=people.poverty, name="Grants decided in a day", definition="Of all grants."
    )
    ReadingFactory(measure=measure, value=48)
    TargetFactory(measure=measure, value=50)
    return Round(
        cast=people,
        measure=measure,
        action=ActionFactory(priority=people.poverty, title="Open an advice hub"),
        risk=RiskFactory(priority=people.poverty, title="Advice services close"),
    )
