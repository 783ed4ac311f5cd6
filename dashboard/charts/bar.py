"""How many measures have which status, as one bar."""

from collections.abc import Iterable

from django.utils.safestring import SafeString

from actionplans.status import Status
from dashboard.charts.elements import element
from dashboard.rows import StatusCount

WIDTH, HEIGHT, GAP, CORNER = 640, 24, 3, 4

# In print, and where the stylesheet is lost: the marks' own tones (assets/scss/_palette.scss), each unlike its
# neighbours in lightness.
FILLS = {
    Status.ON_TARGET: "#14562f",
    Status.SLIGHTLY_OFF: "#d99a1c",
    Status.OFF_TARGET: "#8f1d12",
    Status.OVERDUE: "#7a4b8f",
    Status.AWAITING: "#7fa6c9",
}
OTHER_FILL = "#a59d90"


def status_bar(counts: Iterable[StatusCount], *, title: str) -> SafeString:
    """A bar whose parts are as long as the counts; `title` is the counts sentence, which stands beside it.

    Read aloud it would only say the sentence again, so it is hidden from that on a page.
    """
    rows = [row for row in counts if row.number]
    total = sum(row.number for row in rows)
    room = WIDTH - GAP * (len(rows) - 1)
    parts, x = [], 0.0
    for row in rows:
        width = room * row.number / total
        parts.append(
            element(
                "rect",
                class_=f"status-bar__part status-bar__part--{row.status.value}",
                x=x,
                y=0,
                width=width,
                height=HEIGHT,
                rx=CORNER,
                fill=FILLS.get(row.status, OTHER_FILL),
            )
        )
        x += width + GAP
    return element(
        "svg",
        element("title", title),
        *parts,
        class_="status-bar",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        preserveAspectRatio="none",
        width=WIDTH,
        height=HEIGHT,
        aria_hidden="true",
        focusable="false",
    )
