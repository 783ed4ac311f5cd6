"""The small chart of one place, to the scale of all of them, with the whole area faint and dashed behind it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString

from dashboard.charts import palette
from dashboard.charts.elements import NOTHING, clipped, element, picture, text, width_of
from dashboard.charts.frame import Frame
from dashboard.charts.key import key_list, sample
from dashboard.charts.multiples import Multiples, PlaceChart, describe_place

WIDTH, HEIGHT, SIZE = 300, 160, 14
# Markers stand at least this far apart; closer, and only the newest, lone and provisional figures keep one.
MARKER_ROOM = 9
AREA_DASHES, TARGET_DASHES = "2 3", "6 4"


def small_chart(multiples: Multiples, place: PlaceChart) -> SafeString:
    """One place's line and the area's, with targets, breaks, provisional figures hollow and "[c]" where none is shown.

    Its name, figure and status stand over it in words: the picture has only its axes. Readable from 240 pixels wide.
    """
    drawing = _SmallChart(multiples, place)
    return picture(
        describe_place(multiples, place), WIDTH, HEIGHT, "chart__small", *drawing.parts(), size=SIZE
    )


def multiples_key(multiples: Multiples) -> SafeString:
    """What the lines of the small charts mean."""
    rows = [(sample("chart-line", stroke=palette.LINE, stroke_width=2), "The place")]
    if not multiples.is_amount:
        rows.append((_area_sample(), f"{multiples.area.name} as a whole"))
    if multiples.has_target:
        target = sample(
            "chart-target", stroke=palette.TARGET, stroke_width=1.5, stroke_dasharray=TARGET_DASHES
        )
        rows.append((target, f"Target of {multiples.area.name}"))
    return key_list(rows)


def _area_sample() -> SafeString:
    return sample("chart-area", stroke=palette.QUIET_TEXT, stroke_width=1.5, stroke_dasharray=AREA_DASHES)


@dataclass(frozen=True)
class _SmallChart:
    multiples: Multiples
    place: PlaceChart

    @cached_property
    def frame(self) -> Frame:
        scale = self.multiples.scale
        left = max(width_of(scale.label(mark), SIZE) for mark in scale.marks) + 10
        return Frame(
            self.multiples.series_of(self.place),
            scale,
            left=min(left, WIDTH * 0.35),
            right=WIDTH - 4,
            top=12,
            bottom=HEIGHT - 28,
            inset=10,
        )

    @cached_property
    def behind(self) -> Frame:
        """The same rectangle with the area as a whole in it."""
        frame, series = self.frame, self.multiples.series_of(self.multiples.area)
        return Frame(series, frame.scale, frame.left, frame.right, frame.top, frame.bottom, frame.inset)

    def parts(self) -> list[SafeString]:
        return [
            *self._grid(),
            *self._breaks(),
            NOTHING if self.multiples.is_amount else self._area_line(),
            self._line(self.frame.target_path(), "chart-target", palette.TARGET, 1.5, TARGET_DASHES),
            self._line(self.frame.value_path(), "chart-line", palette.LINE, 2.5, "none"),
            *self._markers(),
            *self._symbols(),
            *self._periods(),
        ]

    def _area_line(self) -> SafeString:
        return self._line(self.behind.value_path(), "chart-area", palette.QUIET_TEXT, 1.5, AREA_DASHES)

    def _line(self, path: str, class_: str, stroke: str, width: float, dashes: str) -> SafeString:
        if not path:
            return NOTHING
        return element(
            "path", class_=class_, d=path, stroke=stroke, stroke_width=width, stroke_dasharray=dashes
        )

    def _grid(self) -> list[SafeString]:
        frame, rows, taken_to = self.frame, [], HEIGHT + 1.0
        for mark in frame.scale.marks:
            y = frame.y(mark)
            is_foot = mark in (0, frame.scale.low)
            rows.append(
                element(
                    "path",
                    class_="chart-axis" if is_foot else "chart-grid",
                    d=f"M{frame.left:.1f} {y:.1f}H{frame.right:.1f}",
                    stroke=palette.AXIS if is_foot else palette.GRID,
                    stroke_width=1,
                )
            )
            if y + SIZE + 3 <= taken_to:
                words = clipped(frame.scale.label(mark), frame.left - 8, SIZE)
                rows.append(text(words, frame.left - 7, y + 5, text_anchor="end", fill=palette.QUIET_TEXT))
                taken_to = y
        return rows

    def _breaks(self) -> list[SafeString]:
        frame = self.frame
        return [
            element(
                "path",
                class_="chart-break",
                d=f"M{frame.before(place):.1f} {frame.top - 6:.1f}V{frame.bottom:.1f}",
                stroke=palette.BREAK,
                stroke_width=1.5,
                stroke_dasharray="2 3",
            )
            for place in frame.series.breaks
        ]

    def _markers(self) -> list[SafeString]:
        series, frame = self.frame.series, self.frame
        lone = {run[0] for run in series.runs() if len(run) == 1}
        is_roomy = frame.slot >= MARKER_ROOM
        parts = []
        for place in series.valued:
            point = series.points[place]
            assert point.value is not None
            is_newest = place == series.last_valued
            if not (is_roomy or is_newest or point.is_provisional or place in lone):
                continue
            radius = 4.5 if is_newest else 3
            class_, paint = "chart-point", {"fill": palette.LINE}
            if point.is_provisional:
                class_ += " chart-point--provisional"
                paint = {"fill": palette.SURFACE, "stroke": palette.LINE, "stroke_width": "2"}
            parts.append(
                element(
                    "circle", class_=class_, cx=frame.x(place), cy=frame.y(point.value), r=radius, **paint
                )
            )
        return parts

    def _symbols(self) -> list[SafeString]:
        """ "[c]" at the foot of each period whose figure may not be shown, back from the newest."""
        frame, parts, taken_from = self.frame, [], float(WIDTH)
        for place in range(len(frame.series.points) - 1, -1, -1):
            words = frame.series.points[place].shown
            half = width_of(words, SIZE) / 2
            if not words.startswith("[") or frame.x(place) + half > taken_from:
                continue
            middle = min(frame.x(place), WIDTH - half - 1)
            parts.append(
                text(
                    words,
                    middle,
                    frame.bottom - 6,
                    class_="chart-text--over-lines",
                    text_anchor="middle",
                    fill=palette.QUIET_TEXT,
                    stroke=palette.SURFACE,
                    stroke_width=4,
                    stroke_linejoin="round",
                    paint_order="stroke",
                )
            )
            taken_from = middle - half - 2
        return parts[::-1]

    def _periods(self) -> list[SafeString]:
        """The newest period and, where both have room, the oldest."""
        points, y = self.frame.series.points, self.frame.bottom + 20
        if not points:
            return []
        newest = clipped(points[-1].label, WIDTH - 4, SIZE)
        parts = [text(newest, WIDTH - 2, y, text_anchor="end", fill=palette.QUIET_TEXT)]
        room = WIDTH - width_of(newest, SIZE) - 14 - self.frame.left
        if len(points) > 1 and width_of(points[0].label, SIZE) <= room:
            parts.insert(0, text(points[0].label, self.frame.left, y, fill=palette.QUIET_TEXT))
        return parts
