"""The Risk Profile of one quarter: frozen rows and a heat map that page and report both read."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from actionplans.models import Risk, RiskAssessment, RiskMatrix
from actionplans.models.risks import RiskResponse
from actionplans.risk_bands import IMPACTS, LIKELIHOODS, Band, Movement, movement
from priorities.models import Quarter


@dataclass(frozen=True)
class RiskScore:
    """Likelihood by impact, the score and the band it falls in; the words are those of the 5×5 matrix."""

    likelihood: int
    impact: int
    score: int
    band: Band

    @property
    def in_words(self) -> str:
        return f"{LIKELIHOODS[self.likelihood]} × {IMPACTS[self.impact]}"


@dataclass(frozen=True)
class PastScore:
    """How a risk was scored in one quarter."""

    quarter: str
    score: int
    band: Band
    rationale: str


@dataclass(frozen=True)
class ControlRow:
    """A control in place, or an action planned."""

    text: str
    owner: str
    due_on: dt.date | None


@dataclass(frozen=True)
class RiskRow:
    """One risk as at a quarter. `current` is None until it has been scored; `since` is the quarter compared with."""

    code: str
    title: str
    priority: str
    priority_slug: str
    cause: str
    event: str
    consequence: str
    owner: str
    organisation: str
    response: str
    inherent: RiskScore | None
    current: RiskScore | None
    target: RiskScore | None
    appetite: Band
    is_above_appetite: bool
    movement: Movement
    since: str
    assessed_in: str
    rationale: str
    existing_controls: tuple[ControlRow, ...]
    planned_actions: tuple[ControlRow, ...]
    history: tuple[PastScore, ...]
    is_illustrative: bool


@dataclass(frozen=True)
class HeatCell:
    """One of the 25 cells, with the codes of the risks in it."""

    likelihood: int
    impact: int
    score: int
    band: Band
    codes: tuple[str, ...]


@dataclass(frozen=True)
class HeatRow:
    """One likelihood with its five cells, impact 1 to 5."""

    likelihood: int
    word: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class RiskProfile:
    """The whole profile of a quarter. The three sentences each account for every risk (domain rule R4)."""

    partnership: str
    quarter: str
    since: str
    matrix_version: int
    bands_sentence: str
    responses_sentence: str
    movements_sentence: str
    rows: tuple[RiskRow, ...]
    heat_map: tuple[HeatRow, ...]

    @property
    def impact_words(self) -> tuple[str, ...]:
        return tuple(IMPACTS.values())

    @property
    def above_appetite(self) -> tuple[RiskRow, ...]:
        return tuple(row for row in self.rows if row.is_above_appetite)


def risk_profile(quarter: Quarter, *, known_at: dt.datetime) -> RiskProfile:
    """The risks open at a quarter's end, the gravest first, in a fixed number of queries."""
    matrix = RiskMatrix.objects.filter(
        partnership=quarter.partnership, effective_on__lte=known_at.date()
    ).order_by("version").last() or RiskMatrix(partnership=quarter.partnership, version=1)
    risks = _risks_open_in(quarter)
    assessments = _assessments(risks, quarter, known_at)
    since = quarter.financial_quarter.previous().label
    rows = sorted(
        (_row(risk, assessments[risk.pk], quarter, matrix, since) for risk in risks),
        key=lambda row: (-(row.current.score if row.current else 0), row.code),
    )
    return RiskProfile(
        partnership=quarter.partnership.name,
        quarter=quarter.label,
        since=since,
        matrix_version=matrix.version,
        bands_sentence=_bands_sentence(rows),
        responses_sentence=_responses_sentence(rows),
        movements_sentence=_movements_sentence(rows, since),
        rows=tuple(rows),
        heat_map=heat_map(rows, matrix),
    )


def _risks_open_in(quarter: Quarter) -> list[Risk]:
    opened = Risk.objects.filter(partnership=quarter.partnership, opened_on__lte=quarter.due_on)
    still_open = opened.filter(closed_on__isnull=True) | opened.filter(closed_on__gt=quarter.ends_on)
    return list(
        still_open.select_related("priority", "owner_organisation")
        .prefetch_related("controls")
        .order_by("code")
    )


def _assessments(
    risks: Iterable[Risk], quarter: Quarter, known_at: dt.datetime
) -> dict[int, list[RiskAssessment]]:
    """Each risk's official assessments up to this quarter's round, oldest first."""
    rows = (
        RiskAssessment.objects.official()
        .filter(
            risk__in=list(risks),
            quarter__opens_on__lte=quarter.opens_on,
            likelihood__isnull=False,
            impact__isnull=False,
        )
        .exclude(quarterly_return__accepted_at__gt=known_at)
        .select_related("quarter", "matrix")
        .order_by("quarter__opens_on")
    )
    grouped: dict[int, list[RiskAssessment]] = defaultdict(list)
    for row in rows:
        grouped[row.risk_id].append(row)
    return grouped


def _row(
    risk: Risk, assessments: list[RiskAssessment], quarter: Quarter, matrix: RiskMatrix, since: str
) -> RiskRow:
    latest = assessments[-1] if assessments else None
    earlier = [row for row in assessments if row.quarter_id != quarter.pk]
    before = earlier[-1] if earlier else None
    current = score_of(latest.likelihood, latest.impact, latest.matrix) if latest else None
    inherent = next((row for row in reversed(assessments) if row.inherent_likelihood), None)
    return RiskRow(
        code=risk.code,
        title=risk.title,
        priority=risk.priority.name,
        priority_slug=risk.priority.slug,
        cause=risk.cause,
        event=risk.event,
        consequence=risk.consequence,
        owner=risk.owner_title,
        organisation=risk.owner_organisation.name if risk.owner_organisation else "",
        response=risk.get_response_display(),
        inherent=score_of(inherent.inherent_likelihood, inherent.inherent_impact, matrix)
        if inherent
        else None,
        current=current,
        target=score_of(risk.target_likelihood, risk.target_impact, matrix),
        appetite=Band(risk.appetite),
        is_above_appetite=current is not None and current.band.rank > Band(risk.appetite).rank,
        movement=_movement(latest, before),
        since=since,
        assessed_in=latest.quarter.label if latest else "",
        rationale=latest.rationale if latest else "",
        existing_controls=_controls(risk, "existing"),
        planned_actions=_controls(risk, "planned"),
        history=tuple(_past(row) for row in assessments),
        is_illustrative=risk.is_illustrative,
    )


def score_of(likelihood: int | None, impact: int | None, matrix: RiskMatrix) -> RiskScore | None:
    """A score with its band; None while either half is missing."""
    if likelihood is None or impact is None:
        return None
    return RiskScore(likelihood, impact, likelihood * impact, matrix.band_of(likelihood, impact))


def _movement(latest: RiskAssessment | None, before: RiskAssessment | None) -> Movement:
    return movement(
        latest.score if latest else None,
        before.score if before else None,
        is_same_matrix=latest is None or before is None or latest.matrix_id == before.matrix_id,
    )


def _past(row: RiskAssessment) -> PastScore:
    score = score_of(row.likelihood, row.impact, row.matrix)
    assert score is not None  # Only assessments with both halves are fetched.
    return PastScore(row.quarter.label, score.score, score.band, row.rationale)


def _controls(risk: Risk, kind: str) -> tuple[ControlRow, ...]:
    return tuple(
        ControlRow(control.text, control.owner_title, control.due_on)
        for control in risk.controls.all()
        if control.kind == kind
    )


def heat_map(rows: Iterable[RiskRow], matrix: RiskMatrix) -> tuple[HeatRow, ...]:
    """Five rows, the most likely first, of five cells."""
    codes: dict[tuple[int, int], list[str]] = defaultdict(list)
    for row in rows:
        if row.current:
            codes[row.current.likelihood, row.current.impact].append(row.code)

    def cell(likelihood: int, impact: int) -> HeatCell:
        found = tuple(sorted(codes[likelihood, impact]))
        return HeatCell(likelihood, impact, likelihood * impact, matrix.band_of(likelihood, impact), found)

    return tuple(
        HeatRow(likelihood, word, tuple(cell(likelihood, impact) for impact in IMPACTS))
        for likelihood, word in sorted(LIKELIHOODS.items(), reverse=True)
    )


def _counted(counts: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def _bands_sentence(rows: list[RiskRow]) -> str:
    if not rows:
        return "There are no risks."
    counts = Counter(row.current.band if row.current else None for row in rows)
    parts = [(counts[band], band.label.lower()) for band in reversed(Band)]
    opening = "There is 1 risk" if len(rows) == 1 else f"There are {len(rows)} risks"
    return f"{opening}: {_counted([*parts, (counts[None], 'not yet scored')])}."


def _responses_sentence(rows: list[RiskRow]) -> str:
    counts = Counter(row.response for row in rows)
    text = _counted((counts[response.label], response.label.lower()) for response in RiskResponse)
    return f"Response: {text}." if text else ""


def _movements_sentence(rows: list[RiskRow], since: str) -> str:
    counts = Counter(row.movement for row in rows)
    text = _counted((counts[step], step.label.lower()) for step in Movement)
    return f"Since {since}: {text}." if text else ""
