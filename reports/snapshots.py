"""What a report holds for good: the rows of its pages, frozen as canonical JSON.

A snapshot is taken once from what `dashboard` computes; templates, charts and attached data read nothing else.
The same snapshot is always the same text, so its SHA-256 tells whether anything in a report has changed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from pydantic import Field, TypeAdapter, ValidationError

from actionplans.risk_bands import Movement
from dashboard.risk_profile import RiskProfile, risk_profile
from dashboard.scorecard import Scorecard, scorecard
from priorities.clock import EDINBURGH
from priorities.models import Meeting, Membership, Partnership, Quarter, User
from priorities.roles import Role
from priorities.wording import listed
from reports.models import Report

# Raise it when a snapshot holds something new, and say in `_UPGRADES` what the older ones mean by not having it.
SCHEMA_VERSION = 2


class UnknownSnapshot(ValueError):
    """A snapshot this program cannot read; the message says why."""


@dataclass(frozen=True)
class Author:
    """Who made the report, as what and for whom; `organisation` may be empty."""

    role: str
    organisation: str

    def __str__(self) -> str:
        return f"{self.role}, {self.organisation}" if self.organisation else self.role


@dataclass(frozen=True)
class ReportHead:
    """What stands on the first page of every report (domain rules part 3). Where it stands is no part of it."""

    partnership: str
    partnership_slug: str
    title: str
    board: str
    meeting_on: dt.date
    quarter: str
    months: str
    number: str
    author: Author
    data_cut_off: dt.datetime
    contact: str
    is_illustrative: bool


@dataclass(frozen=True)
class Recommendation:
    """One thing the Board is asked to do: a verb of its minutes, and what."""

    verb: str
    text: str


@dataclass(frozen=True)
class ManagementFigures:
    """The figures of one measure in a report that are for the partnership only, by their periods."""

    measure: str
    periods: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.measure} ({listed(self.periods)})"


@dataclass(frozen=True)
class DashboardSnapshot:
    """The Performance Dashboard of a quarter as it was when the report was made.

    `is_for_public` says that management information was left out when it was made.
    """

    head: ReportHead
    recommendations: tuple[Recommendation, ...]
    scorecard: Scorecard
    is_for_public: bool = False
    kind: Literal["performance_dashboard"] = "performance_dashboard"
    schema_version: int = SCHEMA_VERSION

    @property
    def management(self) -> tuple[ManagementFigures, ...]:
        """What in it is for the partnership only, in the order of the report."""
        return tuple(
            ManagementFigures(row.name, row.management_periods)
            for row in self.scorecard.measures
            if row.management_periods
        )


@dataclass(frozen=True)
class RiskSnapshot:
    """The Risk Profile of a quarter as it was when the report was made."""

    head: ReportHead
    recommendations: tuple[Recommendation, ...]
    profile: RiskProfile
    kind: Literal["risk_profile"] = "risk_profile"
    schema_version: int = SCHEMA_VERSION

    @property
    def is_for_public(self) -> bool:
        """It has no figures of measures, so nothing was left out."""
        return False

    @property
    def management(self) -> tuple[ManagementFigures, ...]:
        """It has no figures of measures."""
        return ()


Snapshot = DashboardSnapshot | RiskSnapshot

_SNAPSHOT: TypeAdapter[Snapshot] = TypeAdapter(Annotated[Snapshot, Field(discriminator="kind")])


# Taking


def take(
    kind: str,
    quarter: Quarter,
    meeting: Meeting,
    *,
    number: str,
    by: User,
    at: dt.datetime,
    is_for_public: bool = False,
) -> Snapshot:
    """Freeze a quarter's dashboard or risk profile as known at `at`, for a meeting.

    `is_for_public` leaves out management information. Raises PermissionDenied when `by` was not the
    partnership's CP manager on that day.
    """
    head = _head(kind, quarter, meeting, number=number, by=by, at=at)
    if kind == Report.Kind.RISK_PROFILE:
        profile = risk_profile(quarter, known_at=at)
        return RiskSnapshot(head, _risk_recommendations(profile), profile)
    card = scorecard(quarter, known_at=at, for_public=is_for_public)
    return DashboardSnapshot(head, _dashboard_recommendations(card), card, is_for_public)


def _head(
    kind: str, quarter: Quarter, meeting: Meeting, *, number: str, by: User, at: dt.datetime
) -> ReportHead:
    partnership = quarter.partnership
    return ReportHead(
        partnership=partnership.name,
        partnership_slug=partnership.slug,
        title=Report.Kind(kind).label,
        board=partnership.board_name,
        meeting_on=meeting.held_on,
        quarter=quarter.label,
        months=quarter.financial_quarter.months_label,
        number=number,
        author=_author(partnership, by, at),
        data_cut_off=at.astimezone(EDINBURGH),
        contact=partnership.contact,
        is_illustrative=partnership.has_illustrative_entries,
    )


def _author(partnership: Partnership, by: User, at: dt.datetime) -> Author:
    membership = membership_of(by, partnership, Role.CP_MANAGER, at.astimezone(EDINBURGH).date())
    return Author(
        role=membership.get_role_display(),
        organisation=membership.organisation.name if membership.organisation else "",
    )


def membership_of(user: User, partnership: Partnership, role: Role, on: dt.date) -> Membership:
    """A person's membership in a role on a day; raises PermissionDenied when there is none."""
    membership = (
        Membership.objects.current(on)
        .filter(user=user, user__is_active=True, partnership=partnership, role=role)
        .select_related("organisation")
        .first()
    )
    if membership is None:
        raise PermissionDenied
    return membership


def _dashboard_recommendations(card: Scorecard) -> tuple[Recommendation, ...]:
    asked = [Recommendation("Note", f"how the plan stood at the end of {card.quarter}.")]
    if card.attention:
        what = _counted(len(card.attention), "exception", "exceptions")
        asked.append(Recommendation("Discuss", f"the {what} in this report and what is being done."))
    if card.good_practice:
        what = _counted(len(card.good_practice), "example", "examples")
        asked.append(Recommendation("Note", f"the {what} of good practice offered for others to learn from."))
    return tuple(asked)


def _risk_recommendations(profile: RiskProfile) -> tuple[Recommendation, ...]:
    asked = [Recommendation("Note", f"the risks to delivery of the plan at the end of {profile.quarter}.")]
    if above := len(profile.above_appetite):
        what = _counted(above, "risk that is", "risks that are")
        asked.append(Recommendation("Discuss", f"the {what} above appetite and whether more should be done."))
    if increased := sum(1 for row in profile.rows if row.movement is Movement.INCREASED):
        what = _counted(increased, "risk that has", "risks that have")
        asked.append(Recommendation("Discuss", f"the {what} increased since {profile.since}."))
    return tuple(asked)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


# Writing and reading


def write(snapshot: Snapshot) -> str:
    """A snapshot as canonical JSON: keys sorted, no spaces, decimals as exact text."""
    plain = _SNAPSHOT.dump_python(snapshot, mode="json")
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Snapshot:
    """A snapshot from its JSON. Raises UnknownSnapshot when this program cannot tell what it says."""
    try:
        plain = json.loads(text)
        version = plain["schema_version"]
    except (ValueError, KeyError, TypeError):
        raise UnknownSnapshot("This is not the snapshot of a report.") from None
    if version not in {*_UPGRADES, SCHEMA_VERSION}:
        raise UnknownSnapshot(
            f"The snapshot is of version {version}, and this program reads versions up to {SCHEMA_VERSION}."
        )
    try:
        return _SNAPSHOT.validate_json(text if version == SCHEMA_VERSION else json.dumps(_upgraded(plain)))
    except ValidationError as error:
        raise UnknownSnapshot(f"The snapshot cannot be read: {error}") from error


Plain = dict[str, Any]


def _from_version_1(plain: Plain) -> Plain:
    """What version 2 added says of itself what version 1 meant: every figure was published, nothing was left out."""
    return plain


# What turns a snapshot of a version into one of the next. What is kept is never rewritten: it is read so.
_UPGRADES: Mapping[int, Callable[[Plain], Plain]] = {1: _from_version_1}


def _upgraded(plain: Plain) -> Plain:
    for version in range(plain["schema_version"], SCHEMA_VERSION):
        plain = {**_UPGRADES[version](plain), "schema_version": version + 1}
    return plain


def sha256(text: str | bytes) -> str:
    """The hash by which a snapshot, or a file, is known."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
