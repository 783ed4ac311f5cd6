"""Figures in a frozen report that disclosure control has come to hold back since it was made."""

from __future__ import annotations

from actionplans.models import Measure
from actionplans.series import series_of
from reports.models import Report
from reports.snapshots import DashboardSnapshot, read


def held_back_since(report: Report) -> tuple[str, ...]:
    """ "POV-06, 2020/21", in the order of the report: what it shows and no page may show now.

    A policy became stricter, a measure was put under control, a figure came that this one would give away.
    """
    controlled = Measure.objects.filter(partnership=report.partnership_id, is_disclosure_controlled=True)
    snapshot = read(report.snapshot)
    if not isinstance(snapshot, DashboardSnapshot) or not controlled.exists():
        return ()
    rows = snapshot.scorecard.measures
    measures = {
        measure.code: measure
        for measure in Measure.objects.filter(
            partnership=report.partnership_id, code__in={row.code for row in rows}
        )
    }
    known = series_of(measures.values(), ends_by=report.quarter.ends_on, known_at=report.data_cut_off)
    found = []
    for row in rows:
        if measure := measures.get(row.code):
            hidden = {one.period.label for one in known[measure.pk].unshown if one.is_confidential}
            found += [
                f"{row.code}, {point.label}"
                for point in row.chart.points
                if point.value is not None and point.label in hidden
            ]
    return tuple(found)
