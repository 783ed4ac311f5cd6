"""A quarter ready for the Board: figures, words, risks, a meeting, and those who make and sign reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from actionplans.models import Measure
from priorities.clock import EDINBURGH
from priorities.models import Meeting, Organisation, User
from priorities.roles import Role
from reports import operations
from reports.models import Report
from tests.actionplans.factories import (
    ActionFactory,
    ActionUpdateFactory,
    MeasureCommentaryFactory,
    MeasureFactory,
    ReadingFactory,
    RiskAssessmentFactory,
    RiskFactory,
    RiskMatrixFactory,
    TargetFactory,
    accepted_return,
)
from tests.factories import (
    NOW,
    Cast,
    GroupFactory,
    MeetingFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    cast,
)

LATER = NOW + dt.timedelta(days=1)
LATEST = NOW + dt.timedelta(days=2)
HOSTILE = '<script>alert("1")</script> 5 > 4 → 😀'
FORMULA = '=HYPERLINK("http://example.org","Press")'


@dataclass(frozen=True)
class BoardQuarter:
    """What the tests of reports are about; the chair sits for an organisation."""

    cast: Cast
    council: Organisation
    meeting: Meeting
    measures: list[Measure]
    manager: User
    chair: User

    def make(
        self, kind: str = "performance_dashboard", number: str = "CPP/22/1", at: dt.datetime = NOW
    ) -> Report:
        return operations.make_report(
            kind=kind,
            quarter=self.cast.quarter,
            meeting=self.meeting,
            number=number,
            by=self.manager,
            at=at,
        )

    def issue(self, report: Report, at: dt.datetime = LATER) -> Report:
        return operations.issue_report(report, by=self.manager, at=at)

    def sign(
        self, report: Report, text: str = "The Board noted the report.", at: dt.datetime = LATER
    ) -> Report:
        return operations.sign_off(
            report, verb="noted", text=text, minute_paragraph="5.2", by=self.chair, at=at
        )

    def publish(self, report: Report, at: dt.datetime = LATEST) -> Report:
        return operations.publish_report(report, by=self.manager, at=at)

    def published(self, kind: str = "performance_dashboard", number: str = "CPP/22/1") -> Report:
        return self.publish(self.sign(self.issue(self.make(kind, number))))

    def lock(self, at: dt.datetime = NOW) -> None:
        quarter = self.cast.quarter
        quarter.locked_at, quarter.locked_by = at, self.manager
        quarter.save()


def board_quarter(
    *, measures: int = 2, is_locked: bool = True, words: str = "Advice reached more people."
) -> BoardQuarter:
    """Two priorities, both accepted; `measures` measures of the first, the first of them off target."""
    people = cast()
    council = OrganisationFactory(partnership=people.partnership, name="Strathmuir Council")
    board = GroupFactory(partnership=people.partnership, name="Strathmuir CPP Board")
    manager, chair = UserFactory(name="Una Graham"), UserFactory(name="Eilidh Mòr")
    for user, role in [(manager, Role.CP_MANAGER), (chair, Role.CHAIR)]:
        MembershipFactory(user=user, partnership=people.partnership, role=role, organisation=council)
    at = dt.datetime(2022, 1, 9, 9, 0, tzinfo=EDINBURGH)
    found = BoardQuarter(
        cast=people,
        council=council,
        meeting=MeetingFactory(group=board, held_on=dt.date(2022, 3, 4)),
        measures=[_measure(people, place) for place in range(measures)],
        manager=manager,
        chair=chair,
    )
    returned = accepted_return(
        people.poverty, people.quarter, by=manager, at=at, progress=words, good_practice="A van with advisers.",
        assessment="some_concern", assessment_reason="Demand is rising.",
    )  # fmt: skip
    accepted_return(people.skills, people.quarter, by=manager, at=at)
    if found.measures:
        MeasureCommentaryFactory(
            quarterly_return=returned,
            measure=found.measures[0],
            cause="Staff left.",
            response="Two were hired.",
        )
    action = ActionFactory(priority=people.poverty, title="Open a larder", due_on=dt.date(2022, 3, 31))
    ActionUpdateFactory(quarterly_return=returned, action=action, line="The larder is open.")
    _risk(people, at)
    if is_locked:
        found.lock()
    return found


def _measure(people: Cast, place: int) -> Measure:
    measure = MeasureFactory(
        priority=people.poverty, code=f"POV-{place + 1}", name=f"Families helped {place + 1}", position=place
    )
    TargetFactory(measure=measure)
    ReadingFactory(measure=measure, value=Decimal(49))
    ReadingFactory(
        measure=measure,
        starts_on=dt.date(2021, 10, 1),
        ends_on=dt.date(2021, 12, 31),
        value=Decimal("41.26") + 10 * place,
        released_at=dt.datetime(2022, 1, 8, 9, 30, tzinfo=EDINBURGH),
    )
    return measure


def _risk(people: Cast, at: dt.datetime) -> None:
    matrix = RiskMatrixFactory(partnership=people.partnership)
    risk = RiskFactory(priority=people.poverty, code="POV-R1", title="Advice runs out", appetite="medium")
    RiskAssessmentFactory(
        risk=risk, quarter=people.before, matrix=matrix, likelihood=2, impact=4, assessed_at=at
    )
    RiskAssessmentFactory(
        risk=risk, quarter=people.quarter, matrix=matrix, likelihood=5, impact=4, assessed_at=at,
        rationale="Two advisers left.",
    )  # fmt: skip
