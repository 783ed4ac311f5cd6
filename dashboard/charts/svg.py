"""Charts to read and to print, as SVG written here: the same picture on the page and in the PDF.

Colours, type and widths are attributes because the stylesheet of a page does not reach into SVG in the PDF;
on screen the classes let it replace them for dark mode. The title is the text alternative. It carries no id,
so the same chart may stand on a page twice.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.safestring import SafeString

from dashboard.charts import palette
from dashboard.charts.elements import NOTHING, baseline_square, element, picture, text, twice, width_of
from dashboard.charts.frame import Frame
from dashboard.charts.measure import ChartForecast, MeasureChart
from dashboard.charts.scale import Scale, snug_scale_for
from dashboard.charts.sentence import describe, describe_all
from dashboard.charts.series import ChartSeries

SIZE = 14
LARGE = 16
# Markers stand at least this far apart; closer, and only the newest, lone and provisional figures keep one.
MARKER_ROOM = 9
LINE_HEIGHT = 17
LONGEST_PERIOD = 24


def sparkline(series: ChartSeries, *, title: str, width: int = 140, height: int = 40) -> SafeString:
    """A word-sized picture: the line, its newest figure marked, the target dashed, breaks and gaps left open.

    `title` is its text alternative. Its range starts at zero exactly when that of `line_chart` does, so
    both tell the same story.
    """
    if series.last_valued is None:
        words = text(series.nothing_in_words, 2, height / 2 + 4, fill=palette.QUIET_TEXT)
        return picture(title, width, height, "chart--spark", words, size=13)
    scale, inset = snug_scale_for(series), min(4, width / 8)
    frame = Frame(series, scale, left=2, right=width - 3, top=6, bottom=height - 6, inset=inset)
    newest = series.points[series.last_valued]
    parts = (
        _target_line(frame, stroke_width=1.5, dashes="3 2"),
        _value_line(frame, stroke_width=2),
        *(
            _marker(frame, run[0], radius=1.5)
            for run in series.runs()
            if len(run) == 1 and run[0] != series.last_valued
        ),
        _marker(frame, series.last_valued, radius=3, hollow=newest.is_provisional),
    )
    return picture(title, width, height, "chart--spark", *parts, size=SIZE)


def line_chart(series: ChartSeries, *, width: int = 640, height: int = 260) -> SafeString:
    """A measure over time with its target, for a page of its own measure or a report.

    Says in the picture: the unit and whether zero is on the axis, the newest figure, the target, which
    figures are provisional, where the series breaks and which periods have no figure. Its text alternative
    is the sentence of `describe`. Readable from 280 pixels wide.
    """
    drawing = _LineChart(MeasureChart(series), width, height)
    return picture(describe(series), width, height, "chart__lines", *drawing.parts(), size=SIZE)


def measure_lines(chart: MeasureChart, *, width: int = 640, height: int = 280) -> SafeString:
    """The line chart of a measure's own page: it goes on to the final target, with the forecast and its range.

    Its text alternative says them too.
    """
    drawing = _LineChart(chart, width, height)
    return picture(describe_all(chart), width, height, "chart__lines", *drawing.parts(), size=SIZE)


def page_chart(series: ChartSeries) -> SafeString:
    """The line chart twice, for wide and for narrow screens; the stylesheet shows (and speaks) only one."""
    return twice(line_chart(series), line_chart(series, width=320, height=220))


def page_chart_of_measure(chart: MeasureChart) -> SafeString:
    """The chart of a measure's own page, twice as `page_chart`."""
    return twice(measure_lines(chart), measure_lines(chart, width=320, height=240))


@dataclass(frozen=True)
class _LineChart:
    chart: MeasureChart
    width: int
    height: int

    @property
    def series(self) -> ChartSeries:
        return self.chart.drawn

    @cached_property
    def scale(self) -> Scale:
        return self.chart.scale(intervals=max(2, min(5, (self.height - 90) // 34)))

    @cached_property
    def frame(self) -> Frame:
        marks = max(width_of(self.scale.label(mark), SIZE) for mark in self.scale.marks)
        left = min(marks + 12, self.width * 0.3)
        right = self.width - self.label_room
        inset = min(20.0, (right - left) / 12)
        top = 48 if self.series.breaks or not self._ends_with_a_figure else 36
        return Frame(self.series, self.scale, left, right, top=top, bottom=self.height - 30, inset=inset)

    @property
    def _ends_with_a_figure(self) -> bool:
        """Whether the newest figure stands at the right edge, so that its label can stand beside it."""
        return len(self.series.points) > 1 and self.series.points[-1].value is not None

    @cached_property
    def value_label(self) -> str:
        """The newest figure as people read it, or in few characters when that is too long for the margin."""
        if self.series.last_valued is None:
            return ""
        point = self.series.points[self.series.last_valued]
        assert point.value is not None
        return self._fitting(point.shown, point.value, LARGE, 0.26)

    def _fitting(self, shown: str, value: Decimal, size: int, share: float) -> str:
        """A figure as people read it, without the unit that the axis names anyway, or in few characters."""
        for words in (shown, _first_word(shown)):
            if width_of(words, size) <= self.width * share:
                return words
        return self.scale.brief(value)

    @cached_property
    def target_place(self) -> int | None:
        places = [place for place, point in enumerate(self.series.points) if point.target is not None]
        return places[-1] if places else None

    @cached_property
    def target_label(self) -> str:
        if self.target_place is None:
            return ""
        point = self.series.points[self.target_place]
        assert point.target is not None
        room = 0.28 - width_of("Target ", SIZE) / self.width
        return f"Target {self._fitting(point.target_shown, point.target, SIZE, room)}"

    @cached_property
    def forecast_label(self) -> str:
        """The forecast, named where there is room for more than its figure."""
        forecast = self.chart.forecast
        if forecast is None:
            return ""
        for words in (f"Forecast {forecast.shown}", f"Forecast {_first_word(forecast.shown)}"):
            if width_of(words, SIZE) <= self.width * 0.28:
                return words
        return self.scale.brief(forecast.value)

    @cached_property
    def label_room(self) -> float:
        """The margin on the right, where the labels of line, target and forecast stand."""
        labels = [(self.target_label, SIZE), (self.forecast_label, SIZE)]
        if not self.chart.to_come:
            labels.append((self.value_label, LARGE))
        widest = max(width_of(label, size) for label, size in labels)
        return min(widest + 14, self.width * 0.36) if widest else 12

    def parts(self) -> list[SafeString]:
        if self.series.last_valued is None and self.target_place is None:
            return [*self._header(), self._nothing_yet()]
        return [
            *self._missing(),
            *self._grid(),
            *self._breaks(),
            *self._periods(),
            *self._forecast(),
            _target_line(self.frame, stroke_width=2, dashes="6 4"),
            _value_line(self.frame, stroke_width=2.5),
            *self._baseline(),
            *self._markers(),
            *self._labels(),
            *self._header(),
        ]

    def _header(self) -> list[SafeString]:
        """What the axis counts; on the right what a hollow point means, or that there are no figures."""
        remark = self._remark()
        room = self.width - (width_of(remark, SIZE) + 30 if remark else 4)
        parts = [text(self._axis_words(room), 2, 16, fill=palette.QUIET_TEXT)]
        if remark:
            x = self.width - width_of(remark, SIZE) - 2
            parts.append(text(remark, x, 16, fill=palette.QUIET_TEXT))
            if self.series.has_provisional:
                parts.append(_circle(x - 10, 11.5, 4, hollow=True))
        return parts

    def _remark(self) -> str:
        if self.series.has_provisional:
            return "Provisional"
        return "" if self.series.valued or self.target_place is None else self.series.nothing_in_words

    def _axis_words(self, room: float) -> str:
        """The unit, cut short if need be, and never without saying that zero is not on the axis."""
        note = self.scale.zero_note
        most = max(int((room - width_of(note, SIZE)) / (SIZE * 0.52)), 2)
        return f"{_clipped(self.series.unit_words, most)}{note}"

    def _nothing_yet(self) -> SafeString:
        return text(
            self.series.nothing_in_words,
            self.width / 2,
            self.height / 2,
            font_size=LARGE,
            text_anchor="middle",
        )

    def _grid(self) -> list[SafeString]:
        frame, rows = self.frame, []
        for mark in self.scale.marks:
            y = frame.y(mark)
            is_foot = mark in (0, self.scale.low)
            rows.append(
                element(
                    "path",
                    class_="chart-axis" if is_foot else "chart-grid",
                    d=f"M{frame.left:.1f} {y:.1f}H{frame.right:.1f}",
                    stroke=palette.AXIS if is_foot else palette.GRID,
                    stroke_width=1,
                )
            )
            words = self.scale.label(mark)
            rows.append(text(words, frame.left - 8, y + 5, text_anchor="end", fill=palette.QUIET_TEXT))
        return rows

    def _periods(self) -> list[SafeString]:
        """Labels under the axis, back from the newest, as many as have room."""
        labels = [_clipped(point.label, LONGEST_PERIOD) for point in self.series.points]
        widest = max(width_of(label, SIZE) for label in labels)
        every = 1
        while every < len(labels) and every * self.frame.slot < widest + 10:
            every += 1
        y = self.frame.bottom + 20
        return [
            text(
                labels[place],
                self._kept_inside(self.frame.x(place), width_of(labels[place], SIZE)),
                y,
                text_anchor="middle",
                fill=palette.QUIET_TEXT,
            )
            for place in range(len(labels) - 1, -1, -every)
        ][::-1]

    def _kept_inside(self, middle: float, wide: float) -> float:
        half = min(wide / 2, self.width / 2)
        return min(max(middle, half), self.width - half)

    def _missing(self) -> list[SafeString]:
        """Shade the periods that have no figure, and say so where there is room."""
        frame, parts = self.frame, []
        if not self.series.valued:
            return []
        for first, last in self.chart.known.missing_runs():
            left, right = frame.before(first), frame.after(last)
            missing = {
                point.shown if point.is_held_back else "No figure"
                for point in self.series.points[first : last + 1]
            }
            words = missing.pop() if len(missing) == 1 else "No figure"
            parts.append(
                element(
                    "rect",
                    class_="chart-band",
                    x=left,
                    y=frame.top,
                    width=right - left,
                    height=frame.bottom - frame.top,
                    fill=palette.BAND,
                )
            )
            if right - left > width_of(words, SIZE) + 4:
                middle, y = (left + right) / 2, frame.bottom - 8
                parts.append(text(words, middle, y, text_anchor="middle", fill=palette.QUIET_TEXT))
        return parts

    def _breaks(self) -> list[SafeString]:
        """A dashed upright where figures stop being comparable, named where there is room."""
        frame, words, parts, taken_to = self.frame, "Break in series", [], 0.0
        half = width_of(words, SIZE) / 2
        for place in self.series.breaks:
            x = frame.before(place)
            parts.append(
                element(
                    "path",
                    class_="chart-break",
                    d=f"M{x:.1f} {frame.top - 6:.1f}V{frame.bottom:.1f}",
                    stroke=palette.BREAK,
                    stroke_width=1.5,
                    stroke_dasharray="2 3",
                )
            )
            middle = self._kept_inside(x, 2 * half)
            if middle - half >= taken_to:
                parts.append(
                    text(words, middle, frame.top - 10, text_anchor="middle", fill=palette.QUIET_TEXT)
                )
                taken_to = middle + half + 8
        return parts

    def _markers(self) -> list[SafeString]:
        series = self.series
        lone = {run[0] for run in series.runs() if len(run) == 1}
        is_roomy = self.frame.slot >= MARKER_ROOM
        parts = []
        for place in series.valued:
            is_newest = place == series.last_valued
            is_provisional = series.points[place].is_provisional
            if is_roomy or is_newest or is_provisional or place in lone:
                radius = 5 if is_newest else 4 if is_roomy else 2.5
                parts.append(_marker(self.frame, place, radius=radius, hollow=is_provisional))
        return parts

    def _baseline(self) -> list[SafeString]:
        """An open square around where the path of the targets starts."""
        mark = self.chart.baseline
        if mark is None:
            return []
        return [baseline_square(self.frame.x(mark.place), self.frame.y(mark.value), side=14)]

    def _forecast(self) -> list[SafeString]:
        forecast = self.chart.forecast
        return (
            [] if forecast is None else [_range(self.frame, forecast), _forecast_line(self.frame, forecast)]
        )

    def _forecast_label(self, y: float) -> SafeString:
        forecast = self.chart.forecast
        assert forecast is not None
        rightmost = self.width - width_of(self.forecast_label, SIZE) - 1
        x = min(self.frame.after(forecast.places[-1].place) + 8, rightmost)
        return text(self.forecast_label, x, y, class_="chart-text--value", fill=palette.LINE)

    def _labels(self) -> list[SafeString]:
        """The newest figure, the target and the forecast, named beside their lines and kept apart."""
        value_y, target_y = self._label_heights()
        parts = []
        if self.chart.forecast is not None:
            forecast_y = self.frame.y(self.chart.forecast.value) + 5
            if target_y is not None:
                forecast_y, target_y = self._apart(forecast_y, target_y)
            parts.append(self._forecast_label(forecast_y))
        if self.target_place is not None and target_y is not None:
            rightmost = self.width - width_of(self.target_label, SIZE) - 1
            x = min(self.frame.after(self.target_place) + 8, rightmost)
            parts.append(
                text(self.target_label, x, target_y, class_="chart-text--target", fill=palette.TARGET)
            )
        if self.series.last_valued is not None and value_y is not None:
            x, anchor = self._value_label_place()
            parts.append(
                text(
                    self.value_label,
                    x,
                    value_y,
                    class_="chart-text--value chart-text--over-lines",
                    fill=palette.LINE,
                    font_size=LARGE,
                    font_weight="700",
                    text_anchor=anchor,
                    # A rim of paper, so that a line that runs under the words does not cross them out.
                    stroke=palette.SURFACE,
                    stroke_width=4,
                    stroke_linejoin="round",
                    paint_order="stroke",
                )
            )
        return parts

    def _value_label_place(self) -> tuple[float, str]:
        """Right of the newest figure when it ends the chart; else over it or, after a fall, under it to the left."""
        assert self.series.last_valued is not None
        if self._ends_with_a_figure:
            return self.frame.right + 8, "start"
        wide = width_of(self.value_label, LARGE)
        middle = self.frame.x(self.series.last_valued) - (wide / 2 if self._fell else 0)
        return self._kept_inside(middle, wide), "middle"

    @property
    def _fell(self) -> bool:
        """Whether the line comes down to its newest figure, where a label over it would stand in its way."""
        values = [self.series.points[place].value or 0 for place in self.series.valued[-2:]]
        return len(values) > 1 and values[0] > values[1]

    def _label_heights(self) -> tuple[float | None, float | None]:
        value_y = target_y = None
        if self.target_place is not None:
            target = self.series.points[self.target_place].target
            assert target is not None
            target_y = self.frame.y(target) + 5
        if self.series.last_valued is not None:
            value = self.series.points[self.series.last_valued].value
            assert value is not None
            beside = self._value_label_place()[1] == "start"
            value_y = self.frame.y(value) + (5 if beside else 22 if self._fell else -12)
            if beside and target_y is not None:
                value_y, target_y = self._apart(value_y, target_y)
        return value_y, target_y

    def _apart(self, value_y: float, target_y: float) -> tuple[float, float]:
        """Push two labels that would overlap away from one another, inside the picture."""
        lack = LINE_HEIGHT + 1 - abs(value_y - target_y)
        if lack <= 0:
            return value_y, target_y
        value_goes = 1 if value_y > target_y else -1
        value_y, target_y = value_y + value_goes * lack / 2, target_y - value_goes * lack / 2
        overhang = max(value_y, target_y) - (self.frame.bottom + 5)
        if overhang > 0:
            return value_y - overhang, target_y - overhang
        return value_y, target_y


def _first_word(shown: str) -> str:
    return shown.partition(" ")[0]


def _value_line(frame: Frame, *, stroke_width: float) -> SafeString:
    path = frame.value_path()
    if not path:
        return NOTHING
    return element(
        "path",
        class_="chart-line",
        d=path,
        stroke=palette.LINE,
        stroke_width=stroke_width,
        stroke_linejoin="round",
        stroke_linecap="round",
    )


def _range(frame: Frame, forecast: ChartForecast) -> SafeString:
    if not forecast.within:
        return NOTHING
    return element(
        "path",
        class_="chart-range",
        d=frame.range_path(forecast),
        fill=palette.LINE,
        fill_opacity="0.14",
    )


def _forecast_line(frame: Frame, forecast: ChartForecast) -> SafeString:
    return element(
        "path",
        class_="chart-forecast",
        d=frame.forecast_path(forecast),
        stroke=palette.LINE,
        stroke_width=2,
        stroke_dasharray="2 4",
    )


def _target_line(frame: Frame, *, stroke_width: float, dashes: str) -> SafeString:
    path = frame.target_path()
    if not path:
        return NOTHING
    return element(
        "path",
        class_="chart-target",
        d=path,
        stroke=palette.TARGET,
        stroke_width=stroke_width,
        stroke_dasharray=dashes,
    )


def _marker(frame: Frame, place: int, *, radius: float, hollow: bool = False) -> SafeString:
    value = frame.series.points[place].value
    assert value is not None
    return _circle(frame.x(place), frame.y(value), radius, hollow=hollow)


def _circle(x: float, y: float, radius: float, *, hollow: bool = False) -> SafeString:
    if not hollow:
        return element("circle", class_="chart-point", cx=x, cy=y, r=radius, fill=palette.LINE)
    return element(
        "circle",
        class_="chart-point chart-point--provisional",
        cx=x,
        cy=y,
        r=radius,
        fill=palette.SURFACE,
        stroke=palette.LINE,
        stroke_width=2,
    )


def _clipped(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
