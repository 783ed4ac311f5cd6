"""The Risk Profile of one quarter: frozen rows and a heat map that page and report both read."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from actionplans.models import QuarterlyReturn, Risk, RiskAssessment, RiskMatrix
from actionplans.models.risks import RiskQuerySet, RiskResponse
from actionplans.risk_bands import IMPACTS, LIKELIHOODS, Band, Movement, movement
from dashboard.charts.series import ChartPoint, ChartSeries
from priorities.clock import EDINBURGH
from priorities.models import Priority, Quarter
from priorities.wording import listed


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

    @property
    def likelihood_word(self) -> str:
        return LIKELIHOODS[self.likelihood]

    @property
    def impact_word(self) -> str:
        return IMPACTS[self.impact]


@dataclass(frozen=True)
class PastScore:
    """How a risk was scored in one quarter."""

    quarter: str
    score: int
    band: Band
    rationale: str
    likelihood: int = 0
    impact: int = 0


@dataclass(frozen=True)
class ControlRow:
    """A control in place, or an action planned."""

    text: str
    owner: str
    due_on: dt.date | None


@dataclass(frozen=True)
class RiskRow:
    """One risk as at a quarter. `current` is None until it has been scored; `since` is the quarter compared with.

    `priority_slug` is "" for an enabling action, which has no page of its own.
    """

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
    score_before: int | None = None

    @property
    def newest_first(self) -> tuple[PastScore, ...]:
        return self.history[::-1]

    @property
    def movement_in_words(self) -> str:
        """ "from 12 to 16 since Q2 2021/22"; "" for a risk that is new, unmoved or not comparable."""
        if self.current is None or self.movement not in {Movement.INCREASED, Movement.DECREASED}:
            return ""
        return f"from {self.score_before} to {self.current.score} since {self.since}"

    @property
    def attention(self) -> str:
        """Why the Board should look at it, by rule (domain rules 5.9); "" when no rule finds anything."""
        reasons = []
        if self.current and self.current.band is Band.VERY_HIGH:
            reasons.append("very high")
        if self.is_above_appetite:
            reasons.append("above appetite")
        if self.movement is Movement.INCREASED:
            reasons.append(f"increased since {self.since}")
        words = listed(reasons)
        return f"{words[:1].upper()}{words[1:]}"


@dataclass(frozen=True)
class ClosedRisk:
    """A risk that was on the last profile and is closed."""

    code: str
    title: str
    closed_on: dt.date
    reason: str


@dataclass(frozen=True)
class HeatRisk:
    """A risk as it stands in a cell of the heat map, with what its score did since the last report."""

    code: str
    title: str
    movement: Movement


@dataclass(frozen=True)
class HeatCell:
    """One of the 25 cells, with the risks in it."""

    likelihood: int
    impact: int
    score: int
    band: Band
    codes: tuple[str, ...]
    risks: tuple[HeatRisk, ...] = ()


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
    closed: tuple[ClosedRisk, ...] = ()
    reported: int = 0
    priorities: int = 0

    @property
    def returns_in_words(self) -> str:
        """How far the round has come, and so whose scores these are."""
        if self.reported == self.priorities:
            return "All returns accepted."
        return (
            f"{self.reported} of {self.priorities} returns accepted; other scores are the last ones accepted."
        )

    @property
    def attention(self) -> tuple[RiskRow, ...]:
        """Risks very high, above appetite or increased, the gravest first."""
        return tuple(row for row in self.rows if row.attention)

    @property
    def impact_words(self) -> tuple[str, ...]:
        return tuple(IMPACTS.values())

    @property
    def above_appetite(self) -> tuple[RiskRow, ...]:
        return tuple(row for row in self.rows if row.is_above_appetite)


def risk_profile(quarter: Quarter, *, known_at: dt.datetime) -> RiskProfile:
    """The risks open at a quarter's end, the gravest first, in a fixed number of queries."""
    matrix = _matrix(quarter, known_at)
    risks = list(_risks_open_in(quarter))
    since = quarter.financial_quarter.previous().label
    rows = _gravest_first(_rows(risks, quarter, matrix, known_at))
    reported, priorities = _returns(quarter, known_at)
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
        closed=_closed_in(quarter),
        reported=reported,
        priorities=priorities,
    )


def risk_row(risk: Risk, quarter: Quarter, *, known_at: dt.datetime) -> RiskRow:
    """One risk as at a quarter, whether or not it is still open."""
    return _rows([risk], quarter, _matrix(quarter, known_at), known_at)[0]


def risk_rows_of(priority: Priority, quarter: Quarter, *, known_at: dt.datetime) -> tuple[RiskRow, ...]:
    """The open risks of one priority, the gravest first."""
    risks = list(_risks_open_in(quarter).filter(priority=priority))
    return tuple(_gravest_first(_rows(risks, quarter, _matrix(quarter, known_at), known_at)))


def _gravest_first(rows: Iterable[RiskRow]) -> list[RiskRow]:
    return sorted(rows, key=lambda row: (-(row.current.score if row.current else 0), row.code))


def score_chart(row: RiskRow) -> ChartSeries:
    """The scores of a risk over the quarters, against the score aimed for now."""
    target = row.target.score if row.target else None
    points = tuple(
        ChartPoint(
            label=past.quarter,
            value=Decimal(past.score),
            shown=f"{past.score}",
            target=None if target is None else Decimal(target),
            target_shown="" if target is None else f"{target}",
        )
        for past in row.history
    )
    change = _change_of_score(row)
    return ChartSeries(
        name=f"Score of risk {row.code}",
        unit_label="Score out of 25",
        better="Lower is better",
        points=points,
        decimals=0,
        change=change,
        compared_with=points[-2].label if change else "",
    )


def _change_of_score(row: RiskRow) -> str:
    """The movement as a chart says it; "" where the newest score may not be compared with the one before."""
    if row.current is None or row.score_before is None or len(row.history) < 2:
        return ""
    by = abs(row.current.score - row.score_before)
    return {
        Movement.INCREASED: f"up {by}",
        Movement.DECREASED: f"down {by}",
        Movement.SAME: "no change" if row.history[-1].score == row.history[-2].score else "",
    }.get(row.movement, "")


def _matrix(quarter: Quarter, known_at: dt.datetime) -> RiskMatrix:
    """The newest matrix in force; the usual one, unsaved, for a partnership that has none."""
    in_force = RiskMatrix.objects.filter(
        partnership=quarter.partnership, effective_on__lte=known_at.astimezone(EDINBURGH).date()
    )
    return in_force.order_by("version").last() or RiskMatrix(partnership=quarter.partnership, version=1)


def _returns(quarter: Quarter, known_at: dt.datetime) -> tuple[int, int]:
    """How many priorities' returns are accepted, and how many there are."""
    priorities = Priority.objects.strategic().current().filter(plan__partnership=quarter.partnership)
    accepted = Q(
        returns__quarter=quarter,
        returns__state=QuarterlyReturn.State.ACCEPTED,
        returns__accepted_at__lte=known_at,
    )
    found = priorities.aggregate(
        reported=Count("pk", filter=accepted, distinct=True), total=Count("pk", distinct=True)
    )
    return found["reported"], found["total"]


def _closed_in(quarter: Quarter) -> tuple[ClosedRisk, ...]:
    closed = Risk.objects.filter(
        partnership=quarter.partnership, closed_on__gte=quarter.starts_on, closed_on__lte=quarter.ends_on
    )
    return tuple(
        ClosedRisk(risk.code, risk.title, risk.closed_on, risk.closed_reason)
        for risk in closed.order_by("code")
        if risk.closed_on
    )


def _risks_open_in(quarter: Quarter) -> RiskQuerySet:
    opened = Risk.objects.filter(partnership=quarter.partnership, opened_on__lte=quarter.due_on)
    still_open = opened.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=quarter.ends_on))
    return with_their_people(still_open).order_by("code")


def with_their_people(risks: RiskQuerySet) -> RiskQuerySet:
    """Risks with what a row of the profile needs besides their scores."""
    return risks.select_related("priority", "owner_organisation").prefetch_related("controls")


def _rows(
    risks: Sequence[Risk], quarter: Quarter, matrix: RiskMatrix, known_at: dt.datetime
) -> list[RiskRow]:
    assessments = _assessments(risks, quarter, known_at)
    since = quarter.financial_quarter.previous().label
    return [_row(risk, assessments[risk.pk], quarter, matrix, since) for risk in risks]


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
        priority_slug=risk.priority.slug if risk.priority.kind == Priority.Kind.STRATEGIC else "",
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
        score_before=before.score if before else None,
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
    return PastScore(
        row.quarter.label, score.score, score.band, row.rationale, score.likelihood, score.impact
    )


def _controls(risk: Risk, kind: str) -> tuple[ControlRow, ...]:
    return tuple(
        ControlRow(control.text, control.owner_title, control.due_on)
        for control in risk.controls.all()
        if control.kind == kind
    )


def heat_map(rows: Iterable[RiskRow], matrix: RiskMatrix) -> tuple[HeatRow, ...]:
    """Five rows, the most likely first, of five cells."""
    found: dict[tuple[int, int], list[HeatRisk]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.code):
        if row.current:
            found[row.current.likelihood, row.current.impact].append(
                HeatRisk(row.code, row.title, row.movement)
            )

    def cell(likelihood: int, impact: int) -> HeatCell:
        risks = tuple(found[likelihood, impact])
        return HeatCell(
            likelihood,
            impact,
            likelihood * impact,
            matrix.band_of(likelihood, impact),
            tuple(risk.code for risk in risks),
            risks,
        )

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
