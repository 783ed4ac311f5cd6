"""Which version of the whole series an imported figure belongs to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from actionplans.models import Measure, SeriesVersion
from actionplans.plan_file.faults import FaultsFoundError
from actionplans.reading_file.mapping import ReplacedSeries
from priorities.wording import day_in_words


class SeriesOfFigures:
    """The versions of the series of measures, and the one that a file gives anew, when it does.

    A figure belongs to the version in use when it was released, or to the one that the file gives.
    """

    def __init__(self, given: ReplacedSeries | None) -> None:
        self.given = given
        self.versions: dict[int, list[tuple[dt.datetime, int]]] = defaultdict(list)
        self.numbers: dict[int, int] = {}
        self.missing: dict[int, int] = {}
        self.to_write: dict[int, Measure] = {}

    def learn(self, measures: Iterable[int]) -> None:
        """Look up the versions there are. Raises FaultsFoundError where the one given is not the newest."""
        for row in SeriesVersion.objects.filter(measure__in=measures).order_by("number"):
            self.versions[row.measure_id].append((row.released_at, row.number))
        if self.given is None:
            return
        for measure in measures:
            self._number(measure, self.given)

    def _number(self, measure: int, given: ReplacedSeries) -> None:
        known = dict(self.versions[measure])
        if given.released_at in known:
            self.numbers[measure] = known[given.released_at]
            return
        newest = max(known, default=None)
        if newest is not None and newest > given.released_at:
            message = f"A series released on {day_in_words(newest.date())} is there already, and it is newer."
            raise FaultsFoundError([given.fault("released_on", message)])
        self.numbers[measure] = self.missing[measure] = max(known.values(), default=1) + 1

    def of(self, measure: int, released_at: dt.datetime) -> int | None:
        """The number of the series of a figure; None when it was released before the series that is given."""
        if self.given is not None:
            return self.numbers[measure] if released_at >= self.given.released_at else None
        versions = self.versions.get(measure)
        if not versions:
            return 1
        return max((number for moment, number in versions if moment <= released_at), default=1)

    def note(self, measure: Measure) -> None:
        """A figure of the measure is new: then its series is, where it was missing."""
        if measure.pk in self.missing:
            self.to_write[measure.pk] = measure

    def write(self, *, at: dt.datetime, by_id: int | None) -> tuple[str, ...]:
        """Write the versions that were missing; returns the codes of their measures."""
        if self.given is None:
            return ()
        for key in self.to_write:
            # One by one, so that each enters the audit record.
            SeriesVersion.objects.create(
                measure_id=key,
                number=self.missing[key],
                released_at=self.given.released_at,
                reason=self.given.reason,
                taken_in_at=at,
                taken_in_by_id=by_id,
            )
        return tuple(sorted(measure.code for measure in self.to_write.values()))
