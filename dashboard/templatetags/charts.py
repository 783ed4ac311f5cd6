"""The pictures of `dashboard.charts`, for templates of pages and reports."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from dashboard.charts import bar, key, multiples_picture, strip_picture, svg
from dashboard.charts.measure import MeasureChart
from dashboard.charts.multiples import Multiples, PlaceChart
from dashboard.charts.sentence import describe_briefly
from dashboard.charts.series import ChartSeries
from dashboard.charts.strip import Strip
from dashboard.rows import StatusCount

register = template.Library()


@register.simple_tag
def sparkline(chart: ChartSeries) -> SafeString:
    """The word-sized picture of a measure's row."""
    return svg.sparkline(chart, title=describe_briefly(chart))


@register.simple_tag
def page_chart(chart: ChartSeries) -> SafeString:
    """The chart of a page; its sentence is for the page to print."""
    return svg.page_chart(chart)


@register.simple_tag
def page_chart_of_measure(chart: MeasureChart) -> SafeString:
    """The chart of a measure's own page: as `page_chart`, with what is to come."""
    return svg.page_chart_of_measure(chart)


@register.simple_tag
def chart_key(chart: MeasureChart) -> SafeString:
    """What the lines of that chart mean; nothing where they name themselves."""
    return key.chart_key(chart)


@register.simple_tag
def status_bar(counts: Iterable[StatusCount], sentence: str) -> SafeString:
    """The counts as a bar, beside the sentence that says them."""
    return bar.status_bar(counts, title=sentence)


@register.simple_tag
def ranked_strip(strip: Strip, sentence: str) -> SafeString:
    """Where an area stands among others, beside the sentence that says it."""
    return strip_picture.page_strip(strip, title=sentence)


@register.simple_tag
def strip_key(strip: Strip) -> SafeString:
    """Whose figures the shapes of that picture are."""
    return strip_picture.strip_key(strip)


@register.simple_tag
def small_chart(multiples: Multiples, place: PlaceChart) -> SafeString:
    """One place of several, over time and to the scale of all of them."""
    return multiples_picture.small_chart(multiples, place)


@register.simple_tag
def multiples_key(multiples: Multiples) -> SafeString:
    """What the lines of those charts mean."""
    return multiples_picture.multiples_key(multiples)
