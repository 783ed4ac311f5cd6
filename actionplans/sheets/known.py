"""What is known and drafted already of the figures that somebody sent: fetched once, however many there are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from actionplans.figures import Figure, KnownFigures, PeriodKey, known_figures, may_be_shown
from actionplans.models import Measure, MeasureCommentary, QuarterlyReturn, Reading
from actionplans.places import Place, PlaceIds, ids_in, ids_of
from actionplans.senders import WITH_SENDERS
from actionplans.sheets.permits import Permit
from priorities.clock import EDINBURGH

SeriesKey = tuple[int, PlaceIds]
"""One series: of which measure, and whom about."""

YEARS_LOOKED_BACK = 6
"""Far enough to see the last four figures of a measure that is read once a year."""


@dataclass(frozen=True)
class Draft:
    """What a return holds of a figure. `is_withheld` says that whoever sends may not see it."""

    row: Reading
    is_withheld: bool


@dataclass(frozen=True)
class Known:
    """What is known of some measures; drafts, returns and reasons for want of a figure are those of one round."""

    figures: KnownFigures
    drafts: Mapping[SeriesKey, Mapping[PeriodKey, Draft]] = field(default_factory=dict)
    returns: Mapping[int, QuarterlyReturn] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)

    def figure(self, measure: Measure, place: Place, key: PeriodKey) -> Figure | None:
        return self.figures.of(measure, place).get(key)

    def draft(self, measure: Measure, place: Place, key: PeriodKey) -> Draft | None:
        return self.drafts.get((measure.pk, ids_of(place)), {}).get(key)

    def history(self, measure: Measure, place: Place) -> dict[PeriodKey, Decimal | None]:
        """What a figure may be compared with: those known, and the drafts one may see; None for one not shown."""
        values: dict[PeriodKey, Decimal | None] = {
            key: figure.value
            for key, figure in self.figures.of(measure, place).items()
            if figure.value is not None or figure.is_confidential
        }
        for key, draft in self.drafts.get((measure.pk, ids_of(place)), {}).items():
            if not draft.is_withheld and draft.row.value is not None:
                values.setdefault(key, draft.row.value)
        return values


def known_of(measures: Sequence[Measure], permit: Permit, *, since: dt.date, at: dt.datetime) -> Known:
    """What is known of some measures everywhere, from a few years before a day on; in four queries."""
    on = at.astimezone(EDINBURGH).date()
    places = {ids_of(known.place): known.place for known in permit.places.values()}
    figures = known_figures(
        measures,
        {},
        places,
        ends_by=on,
        ends_from=dt.date(max(1, since.year - YEARS_LOOKED_BACK), 1, 1),
        known_at=at,
        as_held=permit.as_held,
        everywhere=True,
    )
    if permit.goes_on_record:
        return Known(figures)
    return Known(figures, _drafts(measures, permit), _returns(measures, permit), _reasons(measures, permit))


def _drafts(measures: Sequence[Measure], permit: Permit) -> dict[SeriesKey, dict[PeriodKey, Draft]]:
    rows = Reading.objects.filter(
        state=Reading.State.DRAFT, quarterly_return__quarter=permit.quarter, measure__in=measures
    ).select_related("entered_by", *(f"delivery__{name}" for name in WITH_SENDERS))
    by_key = {measure.pk: measure for measure in measures}
    found: dict[SeriesKey, dict[PeriodKey, Draft]] = defaultdict(dict)
    for row in rows:
        draft = Draft(row, _is_withheld(row, by_key[row.measure_id], permit))
        found[row.measure_id, ids_in(row)][row.starts_on, row.ends_on] = draft
    return found


def _is_withheld(row: Reading, measure: Measure, permit: Permit) -> bool:
    """A draft is nobody's figure yet: whoever does not answer for it sees what they sent themselves."""
    if permit.as_held:
        return False
    if permit.contact_id is None:
        return not may_be_shown(row, measure)
    return row.delivery is None or row.delivery.contact_id != permit.contact_id


def _returns(measures: Iterable[Measure], permit: Permit) -> dict[int, QuarterlyReturn]:
    """The round's returns by priority."""
    priorities = {measure.priority_id: measure.priority for measure in measures}
    rows = QuarterlyReturn.objects.filter(quarter=permit.quarter, priority__in=priorities)
    found = {}
    for row in rows:
        row.quarter, row.priority = permit.quarter, priorities[row.priority_id]
        found[row.priority_id] = row
    return found


def _reasons(measures: Iterable[Measure], permit: Permit) -> dict[int, str]:
    """Why there is no figure yet, as the returns say it, by measure."""
    rows = MeasureCommentary.objects.filter(quarterly_return__quarter=permit.quarter, measure__in=measures)
    return dict(rows.exclude(no_figure_reason="").values_list("measure", "no_figure_reason"))
