"""Whether the figures that a partner was asked for have come. No figure is shown here."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from actionplans.models import DataRequest, Measure, Reading
from actionplans.places import AREA_IDS, PlaceIds, ids_in, ids_of
from actionplans.series import period_of_round
from actionplans.sheets.asking import rows_asked
from priorities.models import Quarter

# Of which measure, whom about and which days a figure is.
_Key = tuple[int, PlaceIds, dt.date, dt.date]

# Whoever was asked in these ways was shown a row for each place and missing period.
_ASKED_ROW_BY_ROW = frozenset({DataRequest.Asked.LINK, DataRequest.Asked.SHEET})


def met_requests(requests: Iterable[DataRequest], *, at: dt.datetime) -> frozenset[int]:
    """The keys of the requests whose figures have all come, in seven queries for each of their rounds.

    A figure has come when it waits in a return, or is known and came after it was asked for. In a round the newest
    figure of the whole area is asked for, and by a link or a sheet every row of it. A request that names no measure,
    or one of which no period can be foretold, is for a person to judge. The measures are fetched with the requests.
    """
    by_quarter: dict[Quarter, list[DataRequest]] = defaultdict(list)
    for request in requests:
        if request.measures.all():
            by_quarter[request.quarter].append(request)
    return frozenset(key for quarter, own in by_quarter.items() for key in _met_in(quarter, own, at))


def _met_in(quarter: Quarter, requests: Sequence[DataRequest], at: dt.datetime) -> list[int]:
    measures = {measure.pk: measure for request in requests for measure in request.measures.all()}
    came = _came(quarter, measures.values(), at)
    missing = {
        row.measure.pk
        for row in rows_asked(quarter, list(measures.values()), at=at)
        if (row.measure.pk, ids_of(row.place), row.period.starts_on, row.period.ends_on) not in came
    }
    return [
        request.pk
        for request in requests
        if all(_has_come(quarter, measure, request, came) for measure in request.measures.all())
        and not (
            request.asked_how in _ASKED_ROW_BY_ROW and missing & {one.pk for one in request.measures.all()}
        )
    ]


def _has_come(
    quarter: Quarter, measure: Measure, request: DataRequest, came: Mapping[_Key, dt.datetime | None]
) -> bool:
    """Whether the newest figure of the whole area waits in a return, or came after it was asked for."""
    period = period_of_round(measure, quarter)
    key = (measure.pk, AREA_IDS, period.starts_on, period.ends_on) if period else None
    if key is None or key not in came:
        return False
    known_since = came[key]
    return known_since is None or known_since >= request.asked_at


def _came(
    quarter: Quarter, measures: Iterable[Measure], at: dt.datetime
) -> Mapping[_Key, dt.datetime | None]:
    """Every figure that has come by a moment, with since when the newest is known; None for one in a return."""
    is_draft = Q(state=Reading.State.DRAFT, quarterly_return__quarter=quarter)
    is_figure = Q(value__isnull=False) | ~Q(symbol="")
    is_known = Q(state=Reading.State.CONFIRMED, entered_at__lte=at)
    rows = Reading.objects.filter((is_draft & is_figure) | is_known, measure__in=list(measures))
    found: dict[_Key, dt.datetime | None] = {}
    # The newest last, and after it what waits in a return.
    for row in sorted(rows, key=lambda row: (row.state == Reading.State.DRAFT, row.entered_at)):
        is_waiting = row.state == Reading.State.DRAFT
        found[row.measure_id, ids_in(row), row.starts_on, row.ends_on] = (
            None if is_waiting else row.entered_at
        )
    return found
