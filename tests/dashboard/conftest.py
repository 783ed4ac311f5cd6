"""A quarter as the Board finds it: Q2 2021/22 reported and locked, Q3 open, one measure off target."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client

from actionplans.models import Measure, QuarterlyReturn, Reading, RiskMatrix
from dashboard.rows import MeasureRow, Scorecard
from dashboard.scorecard import scorecard
from priorities.clock import EDINBURGH
from priorities.models import Priority, User
from priorities.periods import FinancialQuarter
from tests.actionplans.factories import (
    MeasureFactory,
    ReadingFactory,
    RiskMatrixFactory,
    TargetFactory,
    accepted_return,
    period_of,
)
from tests.factories import NOW, Cast, cast

LOCKED_AT = dt.datetime(2021, 11, 5, 12, 0, tzinfo=EDINBURGH)
Q1, Q2, Q3 = (FinancialQuarter.parse(f"{label} 2021/22") for label in ("Q1", "Q2", "Q3"))


def a_moment(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, 9, 30, tzinfo=EDINBURGH)


@dataclass(frozen=True)
class Board:
    """The cast after Q2 was locked, with what tests add to it."""

    cast: Cast
    matrix: RiskMatrix

    def accept(
        self, priority: Priority | None = None, *, before: bool = False, **words: str
    ) -> QuarterlyReturn:
        """Accept the return of a priority for Q3, or for the quarter before."""
        quarter, at = (self.cast.before, LOCKED_AT) if before else (self.cast.quarter, NOW)
        return accepted_return(priority or self.cast.poverty, quarter, by=self.cast.lead, at=at, **words)

    def measure(self, *values: str, target: str | None = "50", **fields: object) -> Measure:
        """A quarterly percentage of Poverty whose last value is that of Q3, the ones before of the quarters before."""
        measure = MeasureFactory(**({"priority": self.cast.poverty} | fields))
        quarter = Q3
        for value in reversed(values):
            self.reading(measure, value, quarter)
            if target is not None:
                TargetFactory(measure=measure, value=Decimal(target), **period_of(quarter))
            quarter = quarter.previous()
        return measure

    def reading(self, measure: Measure, value: str, quarter: FinancialQuarter, **fields: object) -> Reading:
        """Released five days after its quarter ended."""
        released = quarter.ends_on + dt.timedelta(days=5)
        known = {"released_at": dt.datetime.combine(released, dt.time(9, 30), EDINBURGH)}
        return ReadingFactory(measure=measure, value=Decimal(value), **(period_of(quarter) | known | fields))

    def card(self, at: dt.datetime = NOW) -> Scorecard:
        return scorecard(self.cast.quarter, known_at=at)

    def row(self, measure: Measure, at: dt.datetime = NOW) -> MeasureRow:
        (found,) = [row for row in self.card(at).measures if row.code == measure.code]
        return found


@pytest.fixture
def board(db: None) -> Board:
    people = cast()
    before = people.before
    before.locked_at, before.locked_by = LOCKED_AT, people.manager
    before.save(update_fields=["locked_at", "locked_by"])
    return Board(people, RiskMatrixFactory(partnership=people.partnership))


@pytest.fixture
def member(client: Client, board: Board) -> Client:
    """A browser in which a Board member is signed in."""
    return signed_in(client, board.cast.board)


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: HttpResponse) -> str:
    """The words of a page without its markup, spaces evened out."""
    shown = re.sub(r"(?s)<head>.*?</head>", " ", response.content.decode())
    shown = re.sub(r"\s+", " ", html.unescape(re.sub(r"(?s)<[^>]*>", " ", shown)))
    return re.sub(r" ([.,:;?])", r"\1", shown)
