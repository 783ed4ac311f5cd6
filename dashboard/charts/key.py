"""What the lines and marks of a chart mean, in words beside a sample of each."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.charts import palette
from dashboard.charts.elements import NOTHING, baseline_square, element
from dashboard.charts.measure import MeasureChart

WIDTH, HEIGHT = 28, 14
MIDDLE = f"M0 {HEIGHT // 2}H{WIDTH}"


def chart_key(chart: MeasureChart) -> SafeString:
    """A list of what is drawn, for charts that draw what is to come; the others name their lines themselves."""
    if not chart.to_come and chart.forecast is None:
        return NOTHING
    rows = [(sample("chart-line", stroke=palette.LINE, stroke_width=2.5), "Figures")]
    if any(point.target is not None for point in chart.drawn.points):
        target = sample("chart-target", stroke=palette.TARGET, stroke_width=2, stroke_dasharray="6 4")
        rows.append((target, "Target"))
    if chart.baseline:
        rows.append(
            (
                baseline_square(WIDTH / 2, HEIGHT / 2, side=HEIGHT - 3),
                f"Baseline of the targets, {chart.baseline.shown}",
            )
        )
    if forecast := chart.forecast:
        line = sample("chart-forecast", stroke=palette.LINE, stroke_width=2, stroke_dasharray="2 4")
        rows.append((line, f"Forecast, {forecast.condition}"))
        if forecast.within:
            rows.append((_range_sample(), f"Where it should be 19 times in 20{_beyond(chart)}"))
    return key_list(rows)


def key_list(
    rows: Iterable[tuple[SafeString, str]], *, width: int = WIDTH, height: int = HEIGHT
) -> SafeString:
    """A list of samples, each `width` by `height`, with their words.

    The words are each sample's text alternative too, which a PDF asks of every picture; a page hides them there.
    """
    items = ((_swatch(drawn, words, width, height), words) for drawn, words in rows)
    return format_html(
        '<ul class="chart-key">{}</ul>', format_html_join("", "<li>{}<span>{}</span></li>", items)
    )


def _beyond(chart: MeasureChart) -> str:
    """Said where the range is too wide to be drawn whole."""
    return "; this goes beyond the chart" if chart.is_cut_off(chart.scale(intervals=5)) else ""


def sample(class_: str, **attributes: str | float) -> SafeString:
    """A level stroke of a line."""
    return element("path", class_=class_, d=MIDDLE, **attributes)


def _range_sample() -> SafeString:
    return element(
        "rect",
        class_="chart-range",
        x=0,
        y=1,
        width=WIDTH,
        height=HEIGHT - 2,
        fill=palette.LINE,
        fill_opacity="0.14",
    )


def _swatch(drawn: SafeString, words: str, width: int, height: int) -> SafeString:
    return element(
        "svg",
        element("title", words),
        drawn,
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
        fill="none",
        aria_hidden="true",
        focusable="false",
    )
