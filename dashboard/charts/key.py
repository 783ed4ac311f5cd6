"""What the lines of a measure's own chart mean, in words beside a sample of each."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.charts import palette
from dashboard.charts.elements import NOTHING, element
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
    if forecast := chart.forecast:
        line = sample("chart-forecast", stroke=palette.LINE, stroke_width=2, stroke_dasharray="2 4")
        rows.append((line, f"Forecast, {forecast.condition}"))
        if forecast.within:
            rows.append((_range_sample(), f"Where it should be 19 times in 20{_beyond(chart)}"))
    return format_html(
        '<ul class="chart-key">{}</ul>', format_html_join("", "<li>{}<span>{}</span></li>", rows)
    )


def _beyond(chart: MeasureChart) -> str:
    """Said where the range is too wide to be drawn whole."""
    return "; this goes beyond the chart" if chart.is_cut_off(chart.scale(intervals=5)) else ""


def sample(class_: str, **attributes: str | float) -> SafeString:
    return _swatch(element("path", class_=class_, d=MIDDLE, **attributes))


def _range_sample() -> SafeString:
    return _swatch(
        element(
            "rect",
            class_="chart-range",
            x=0,
            y=1,
            width=WIDTH,
            height=HEIGHT - 2,
            fill=palette.LINE,
            fill_opacity="0.14",
        )
    )


def _swatch(drawn: SafeString) -> SafeString:
    return element(
        "svg",
        drawn,
        width=WIDTH,
        height=HEIGHT,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        fill="none",
        aria_hidden="true",
        focusable="false",
    )
