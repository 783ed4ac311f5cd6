"""A small report with one of everything a real one holds, for trying the printer."""

from datetime import UTC, datetime
from pathlib import Path

from reports.pdf import Attachment, PdfDocument, render_pdf

ROOT = Path(__file__).resolve().parents[2]
STYLESHEET = ROOT / "static/reports/report.css"
ASSET_ROOTS = (ROOT / "static", ROOT / "static-built")

MEASURES = [
    ("POV-1", "Children in low income families", "per cent", "2019/20", "14.8", "14.0", "slightly_off"),
    ("POV-2", "Claimants of out-of-work benefits", "per cent", "November 2021", "2.9", "3.2", "on_target"),
    ("WEL-1", "Adults supported to live at home", "people", "Q3 2021/22", "1,204", "1,350", "off_target"),
    ("SKI-1", "School leavers in a positive destination", "per cent", "2020/21", "96.1", "95.5", "on_target"),
    ("EMP-1", "Young people aged 16 to 19 taking part", "per cent", "2021", "93.4", "no target", "data_only"),
    ("DIG-1", "Homes with superfast broadband", "per cent", "not yet", "no value", "92.0", "awaiting"),
    ("WEL-2", "People waiting for an assessment", "people", "Q2 2021/22", "no value", "40", "overdue"),
    ("POV-3", "Families helped in crisis, Pheairt", "people", "Q3 2021/22", "[c]", "12", "suppressed"),
]
STATUS_WORDS = {
    "on_target": "On target",
    "slightly_off": "Slightly off target",
    "off_target": "Off target",
    "data_only": "Data only",
    "awaiting": "Awaiting data",
    "overdue": "Overdue",
    "suppressed": "Suppressed",
}
TRENDS = [("better", "Better"), ("worse", "Worse"), ("no_change", "No change")]

HEAD = """
<header class="report-head">
  <p class="report-partnership">Perth and Kinross Community Planning Partnership</p>
  <h1 class="report-title">Performance Dashboard</h1>
  <p class="report-subtitle">Quarter 3 of 2021/22, October to December 2021</p>
</header>
<dl class="report-facts">
  <div><dt>For</dt>
  <dd>The Board (<span lang="gd">Bòrd Com-pàirteachais Pheairt</span>), 4 February 2022</dd></div>
  <div><dt>Report number</dt><dd class="report-reference">CPP 22/03</dd></div>
  <div><dt>By</dt><dd>Community Planning Manager, Perth and Kinross Council</dd></div>
  <div><dt>Status</dt><dd>For approval</dd></div>
  <div><dt>Figures as known on</dt><dd>21 January 2022</dd></div>
</dl>
<nav class="contents" aria-label="Contents"><h2>Contents</h2><ol>
  <li><a href="#summary">Summary</a></li>
  <li><a href="#measures">Every measure</a></li>
  <li><a href="#risks">Risk profile</a></li>
</ol></nav>
"""

SUMMARY = """
<section id="summary" class="new-page">
<h2>Summary</h2>
<p class="lead">There are 24 measures.
19 can be assessed: 9 on target, 6 slightly off target, 4 off target.</p>
<ul class="counts">
  <li class="counts__item"><span class="counts__number">9</span>
    <span class="status status--on_target">
    <svg class="icon" aria-hidden="true" focusable="false"><use href="#icon-on_target"/></svg>
    On target</span></li>
  <li class="counts__item"><span class="counts__number">6</span>
    <span class="status status--slightly_off">
    <svg class="icon" aria-hidden="true" focusable="false"><use href="#icon-slightly_off"/></svg>
    Slightly off target</span></li>
  <li class="counts__item"><span class="counts__number">4</span>
    <span class="status status--off_target">
    <svg class="icon" aria-hidden="true" focusable="false"><use href="#icon-off_target"/></svg>
    Off target</span></li>
  <li class="counts__item"><span class="counts__number">5</span>
    <span class="status status--awaiting">
    <svg class="icon" aria-hidden="true" focusable="false"><use href="#icon-awaiting"/></svg>
    Awaiting data</span></li>
</ul>
<div class="decision"><h3>Recommendations</h3><ol>
  <li>Note the four measures that are off target.</li>
  <li>Discuss the measures that have worsened since Quarter 2.</li>
</ol></div>
<h3>What has changed since Quarter 2</h3>
<ul><li>Two measures moved from slightly off target to on target.</li>
<li>One new value was published:
<a href="https://www.nrscotland.gov.uk/">National Records of Scotland</a>.</li></ul>
<figure>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 150" width="480" height="150"
  font-family="Atkinson Hyperlegible Next" font-size="12">
<title>Children in low income families fell from 16.2 to 14.8 per cent over five years; target 14.0.</title>
<line x1="30" y1="120" x2="470" y2="120" stroke="#454f55"/>
<line x1="30" y1="100" x2="470" y2="100" stroke="#454f55" stroke-dasharray="5 4"/>
<text x="470" y="114" text-anchor="end" fill="#454f55">Target 14.0</text>
<polyline points="30,26 140,38 250,44 360,66 450,74" fill="none" stroke="#17495c" stroke-width="3"/>
<circle cx="450" cy="74" r="5" fill="#17495c"/>
<text x="450" y="62" text-anchor="middle" font-weight="700">14.8</text>
<text x="30" y="140">2015/16</text><text x="450" y="140" text-anchor="middle">2019/20</text>
</svg>
<figcaption>Fewer children live in low income families each year. Lower is better. Source: DWP.</figcaption>
</figure>
<div class="good-practice"><h3>Good practice</h3>
<p>Advice at the school gate reached 140 families in its first term,
and 61 of them claimed something new.</p></div>
</section>
"""

RISKS = """
<section id="risks" class="new-page"><h2>Risk profile</h2>
<table class="heatmap"><caption>Risks by likelihood and impact</caption>
<thead><tr><th scope="col">Likelihood</th><th scope="col">1 Minor</th><th scope="col">2 Moderate</th>
<th scope="col">3 Major</th></tr></thead>
<tbody>
<tr><th scope="row">3 Likely</th>
<td class="heatmap__cell heatmap__cell--medium"><span class="heatmap__score">3 Medium</span></td>
<td class="heatmap__cell heatmap__cell--high"><span class="heatmap__score">6 High</span>
<ul class="heatmap__risks"><li>R2</li></ul></td>
<td class="heatmap__cell heatmap__cell--very_high"><span class="heatmap__score">9 Very high</span>
<ul class="heatmap__risks"><li>R1</li><li>R4</li></ul></td></tr>
<tr><th scope="row">2 Possible</th>
<td class="heatmap__cell heatmap__cell--low"><span class="heatmap__score">2 Low</span></td>
<td class="heatmap__cell heatmap__cell--medium"><span class="heatmap__score">4 Medium</span>
<ul class="heatmap__risks"><li>R3</li></ul></td>
<td class="heatmap__cell heatmap__cell--high"><span class="heatmap__score">6 High</span></td></tr>
</tbody></table>
<p>R1 is <span class="risk-band risk-band--very_high">Very high</span>, up from
<span class="risk-band risk-band--medium">Medium</span>:
<span class="movement movement--increased">Increased</span></p>
</section>
"""


def _row(number: int) -> str:
    code, name, unit, period, value, target, status = MEASURES[number % len(MEASURES)]
    trend, trend_word = TRENDS[number % len(TRENDS)]
    return (
        f'<tr><th scope="row">{code} {name}<br><span class="quiet">{unit}</span></th><td>{period}</td>'
        f'<td class="number">{value}</td><td class="number">{target}</td>'
        f'<td><span class="status status--{status}">{STATUS_WORDS[status]}</span></td>'
        f'<td><span class="trend trend--{trend}">{trend_word}</span></td></tr>'
    )


def _measures(rows: int) -> str:
    columns = "".join(
        f'<th scope="col"{" class=number" if head in ("Value", "Target") else ""}>{head}</th>'
        for head in ("Measure", "Period", "Value", "Target", "Status", "Trend")
    )
    body = "".join(_row(number) for number in range(rows))
    return (
        '<section id="measures" class="wide"><h2>Every measure</h2>'
        "<table><caption>Measures this quarter</caption>"
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></section>"
    )


def sample_html(rows: int = 32) -> str:
    """The sample with `rows` measures in its table: 32 fill more than two pages."""
    body = HEAD + SUMMARY + _measures(rows) + RISKS
    return whole_page(body)


def whole_page(body: str) -> str:
    """A whole page around `body`."""
    return f'<!doctype html><html lang="en-GB"><title>-</title><body><main>{body}</main></body></html>'


def sample(html: str | None = None) -> PdfDocument:
    """The sample as a document, or another page in its place."""
    return PdfDocument(
        html=sample_html() if html is None else html,
        title="Performance Dashboard, Q3 2021/22",
        author="Perth and Kinross Community Planning Partnership",
        subject="How the plan is doing, October to December 2021",
        created_at=datetime(2022, 1, 21, 9, 30, tzinfo=UTC),
        identifier="5e" * 32,
        attachments=(
            Attachment("measures.csv", "text/csv", b"code,value\nPOV-1,14.8\n", "The figures"),
            Attachment("data.json", "application/json", b'{"measures": 24}', "All of it", "Source"),
        ),
    )


def printed(document: PdfDocument) -> bytes:
    """The document as the product prints it."""
    return render_pdf(document, stylesheet=STYLESHEET, asset_roots=ASSET_ROOTS)
