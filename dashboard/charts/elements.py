"""SVG elements as text in which everything has been escaped."""

from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.charts import palette

Number = float | int | Decimal

NOTHING = SafeString("")
# Widths of the characters of the chart typeface as shares of its size, a little generous.
PUNCTUATION = {"%": 0.9, "£": 0.62, ",": 0.3, ".": 0.3, "/": 0.45, " ": 0.28, "−": 0.6}
WIDTHS = PUNCTUATION | dict.fromkeys("0123456789", 0.63)
OTHER_WIDTH = 0.57
# Attributes that SVG writes in mixed case.
CAMEL_CASE = frozenset({"viewBox", "preserveAspectRatio"})


def element(name: str, *children: str, **attributes: str | Number) -> SafeString:
    """One element. Attribute names: `class_` loses its underscore, other underscores become hyphens, mixed case stays.

    Children that are not SafeString are text and are escaped. Numbers are written to one decimal.
    """
    written = format_html_join(
        "", ' {}="{}"', ((_name(key), _value(value)) for key, value in attributes.items())
    )
    if not children:
        return format_html("<{}{}/>", name, written)
    inside = format_html_join("", "{}", ((child,) for child in children))
    return format_html("<{0}{1}>{2}</{0}>", name, written, inside)


def brief(number: Number) -> str:
    """A coordinate to a tenth of a pixel, without a needless ".0"."""
    written = f"{number:.1f}"
    written = written.removesuffix(".0")
    return "0" if written == "-0" else written


def text(words: str, x: Number, y: Number, *, class_: str = "", **attributes: str | Number) -> SafeString:
    """Words on a chart, standing on `y`."""
    presentation: dict[str, str | Number] = {"fill": palette.TEXT} | attributes
    return element("text", words, class_=f"chart-text {class_}".strip(), x=x, y=y, **presentation)


def width_of(words: str, size: Number) -> float:
    """About how wide `words` are when written at `size`."""
    return sum(WIDTHS.get(character, OTHER_WIDTH) for character in words) * float(size)


def clipped(words: str, room: Number, size: Number) -> str:
    """`words`, or as many of their letters as `room` has space for at `size`, and an ellipsis."""
    if width_of(words, size) <= room:
        return words
    kept = words
    while kept and width_of(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def picture(title: str, width: int, height: Number, class_: str, *parts: str, size: int) -> SafeString:
    """A whole picture; `title` is its text alternative, `size` that of its letters where they say no other."""
    return element(
        "svg",
        element("title", title),
        *parts,
        class_=class_,
        role="img",
        viewBox=f"0 0 {width} {brief(height)}",
        width=width,
        height=height,
        font_family=palette.FONT,
        font_size=size,
        fill="none",
    )


def twice(wide: SafeString, narrow: SafeString) -> SafeString:
    """A picture for wide and one for narrow screens; the stylesheet shows (and speaks) only one of them."""
    return format_html(
        '<div class="chart-view--wide">{}</div><div class="chart-view--narrow">{}</div>', wide, narrow
    )


def _name(key: str) -> str:
    return key if key in CAMEL_CASE else key.rstrip("_").replace("_", "-")


def _value(value: str | Number) -> str:
    return value if isinstance(value, str) else brief(value)


def baseline_square(x: float, y: float, *, side: float) -> SafeString:
    """The mark of a baseline, around the point where it stands."""
    return element(
        "rect",
        class_="chart-baseline",
        x=x - side / 2,
        y=y - side / 2,
        width=side,
        height=side,
        fill="none",
        stroke=palette.TARGET,
        stroke_width=2,
    )
