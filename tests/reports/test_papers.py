"""The files of reports: what they say, that they do not move, and that a validator has nothing to say."""

import datetime as dt
from io import BytesIO
from pathlib import Path

import page as page_validation
import pikepdf
import pytest

from dashboard.scorecard import scorecard
from priorities.models import User
from reports import editions, rendering
from reports.editions import edition_of
from reports.models import Report, ReportFile
from reports.snapshots import sha256
from tests.actionplans.factories import ReadingFactory
from tests.factories import NOW
from tests.reports.pdf_reading import bookmarks_of, words_of
from tests.reports.report_cast import FORMULA, HOSTILE, board_quarter

# Snapshots as versions of the product before this one wrote them.
KEPT = Path(__file__).parent / "snapshots_kept"

pytestmark = pytest.mark.django_db


def fresh(report):
    return Report.objects.get(pk=report.pk)


def rendered(report, file_format):
    return rendering.render(edition_of(fresh(report)), file_format)


def text_of(pdf_bytes):
    with pikepdf.open(BytesIO(pdf_bytes)) as pdf:
        return " ".join(words.text for page in pdf.pages for words in words_of(page))


def squeezed(text):
    return "".join(text.split())


def made(report):
    """Every file of a report, made now."""
    for file in rendering.request_files(fresh(report)):
        rendering.make_file.call(file.pk)
    return {file.format: file for file in ReportFile.objects.filter(report=report, state="ready")}


@pytest.mark.parametrize("kind", ["performance_dashboard", "risk_profile"])
def test_validators_find_nothing_in_a_report_issued_or_signed(kind):
    quarter = board_quarter()
    report = quarter.issue(quarter.make(kind))
    issued = rendered(report, "pdf")
    quarter.sign(report)
    signed = rendered(report, "pdf")

    # Of the validator's two known false alarms, compressed metadata does not occur, nor a signature.
    for content in (issued, signed):
        for profile in ("ua1", "3a"):
            found = page_validation.validate_pdf_bytes(content, profile=profile)
            assert [(failure.rule_id, failure.message) for failure in found.failures] == []
    assert "Sign-off" not in text_of(issued)
    assert "Sign-off" in text_of(signed)


def test_the_paper_says_what_the_dashboard_says():
    quarter = board_quarter()
    card = scorecard(quarter.cast.quarter, known_at=NOW)

    printed = squeezed(text_of(rendered(quarter.make(), "pdf")))

    assert card.sentence == (
        "There are 2 measures. 2 can be assessed: 1 on target, 0 slightly off target, 1 off target."
    )
    assert squeezed(card.sentence) in printed
    for measure in card.priorities[0].measures:
        assert squeezed(measure.name) in printed
        assert squeezed(measure.sentence) in printed
        assert measure.shown in printed
    for words in ("Advice reached more people.", "Staff left.", "Two were hired.", "A van with advisers.",
                  "Demand is rising.", "Open a larder", "The larder is open."):  # fmt: skip
        assert squeezed(words) in printed


def test_page_and_paper_have_the_same_sections():
    quarter = board_quarter()
    report = quarter.sign(quarter.issue(quarter.make()))

    page = rendered(report, "html").decode()
    with pikepdf.open(BytesIO(rendered(report, "pdf"))) as pdf:
        sections = [title for depth, title in bookmarks_of(pdf) if depth == 2]
        assert pdf.docinfo.Title == "Performance Dashboard report, Q3 2021/22"
        assert bytes(pdf.trailer.ID[0]).decode() == edition_of(fresh(report)).made_from_sha256
        assert pdf.docinfo.CreationDate == "D:20220110100000Z"

    assert sections == [
        "Recommendations", "Summary", "Summary by priority", "Exceptions", "Good practice", "Poverty", "Skills",
        "Data notes", "Sign-off",
    ]  # fmt: skip
    for section in sections:
        assert f"<h2>{section}</h2>" in page


def test_the_sign_off_sheet_is_printed_in_words():
    quarter = board_quarter()
    report = quarter.sign(quarter.issue(quarter.make("risk_profile")), text="The Board noted\nthe profile.")

    page = rendered(report, "html").decode()
    paper = squeezed(text_of(rendered(report, "pdf")))

    for words in (
        "The Strathmuir CPP Board <strong>NOTED</strong> this report.", "The Board noted\nthe profile.",
        "Strathmuir CPP Board, 4 March 2022", "Eilidh Mòr", "<dd>Chair</dd>", "Strathmuir Council",
        "10:00 on 11 January 2022", "<dd>5.2</dd>",
        "Signed off: meeting of 4 March 2022, paragraph 5.2 of the minutes",
    ):  # fmt: skip
        assert words in page
    assert squeezed("The Strathmuir CPP Board NOTED this report.") in paper
    assert fresh(report).snapshot_sha256 in paper
    assert fresh(report).snapshot_sha256 in page.replace("<wbr>", "")


@pytest.mark.parametrize("file_format", ["pdf", "html"])
def test_the_same_report_is_the_same_bytes_however_often_it_is_made(file_format):
    quarter = board_quarter(measures=1)
    report = quarter.sign(quarter.issue(quarter.make()))
    first = made(report)[file_format]

    ReportFile.objects.all().delete()
    second = made(report)[file_format]

    assert bytes(second.content) == bytes(first.content)
    assert second.sha256 == first.sha256


def test_nothing_that_happens_later_moves_a_signed_report():
    quarter = board_quarter()
    report = quarter.sign(quarter.issue(quarter.make()))
    before = made(report)["html"]
    ReadingFactory(
        measure=quarter.measures[0], starts_on=dt.date(2021, 10, 1), ends_on=dt.date(2021, 12, 31), value=60,
        released_at=NOW + dt.timedelta(minutes=1),
    )  # fmt: skip
    User.objects.filter(pk=quarter.chair.pk).update(name="Another Name")
    quarter.council.name = "Another Council"
    quarter.council.save()
    quarter.measures[0].name = "Another measure"
    quarter.measures[0].save()
    quarter.cast.partnership.name = "Another partnership"
    quarter.cast.partnership.save()

    shown = scorecard(quarter.cast.quarter, known_at=NOW + dt.timedelta(hours=1)).priorities[0].measures[0]
    quarter.publish(report)

    assert (shown.name, shown.shown) == ("Another measure", "60.0%")
    ReportFile.objects.all().delete()
    after = made(report)["html"]
    assert bytes(after.content) == bytes(before.content)
    assert b"Another" not in bytes(after.content)


def test_files_made_with_older_templates_stay_once_issued(monkeypatch):
    quarter = board_quarter(measures=1)
    draft, issued = quarter.make("risk_profile"), quarter.issue(quarter.make(number="2"))
    kept = {report.pk: made(report)["html"].pk for report in (draft, issued)}

    monkeypatch.setattr("reports.editions.TEMPLATE_VERSION", editions.TEMPLATE_VERSION + 1)

    assert rendering.request_file(fresh(issued), "html").pk == kept[issued.pk]
    assert rendering.request_file(fresh(draft), "html").pk != kept[draft.pk]


@pytest.mark.parametrize("kind", ["performance_dashboard", "risk_profile"])
def test_a_report_issued_before_snapshots_said_more_is_read_and_does_not_move(kind):
    quarter = board_quarter()
    report = quarter.make(kind)
    report.snapshot = (KEPT / f"{kind}-1.json").read_text()
    report.snapshot_sha256 = sha256(report.snapshot)
    report.save()
    quarter.issue(report)

    page = rendered(report, "html").decode()

    assert "Strathmuir Community Planning Partnership" in page
    assert ("41.3%" in page) is (kind == "performance_dashboard")
    assert fresh(report).snapshot == (KEPT / f"{kind}-1.json").read_text()
    assert editions.edition_of(fresh(report)).snapshot_text == fresh(report).snapshot
    quarter.publish(quarter.sign(report))


@pytest.mark.parametrize(
    ("kind", "tables"),
    [("performance_dashboard", ["figures.csv", "measures.csv"]), ("risk_profile", ["risks.csv"])],
)
def test_the_paper_carries_its_data(kind, tables):
    report = board_quarter().make(kind)

    with pikepdf.open(BytesIO(rendered(report, "pdf"))) as pdf:
        carried = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}

    assert sorted(carried) == sorted([*tables, "snapshot.json"])
    assert carried["snapshot.json"].decode() == report.snapshot
    for name in tables:
        assert carried[name].startswith("\ufeffCode,".encode())


def test_what_people_type_is_text_everywhere():
    quarter = board_quarter(words=HOSTILE)
    quarter.measures[0].name = FORMULA
    quarter.measures[0].source_url = "javascript:alert(1)"
    quarter.measures[0].unit, quarter.measures[0].unit_name = "number", "Łódź 😀"
    quarter.measures[0].save()
    report = quarter.sign(quarter.issue(quarter.make()), text=HOSTILE)

    page = rendered(report, "html").decode()
    content = rendered(report, "pdf")

    assert "<script" not in page
    assert 'href="javascript' not in page
    assert page.count("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; 5 &gt; 4 → 😀") == 2
    assert squeezed('<script>alert("1")</script> 5 > 4 to [grinning face]') in squeezed(text_of(content))
    with pikepdf.open(BytesIO(content)) as pdf:
        assert b"'=HYPERLINK" in pdf.attachments["measures.csv"].get_file().read_bytes()
        assert b",=HYPERLINK" not in pdf.attachments["measures.csv"].get_file().read_bytes()
        fonts = {
            str(font.BaseFont).partition("+")[2].removesuffix("-Semi-Bold").removesuffix("-Bold")
            for page in pdf.pages
            for font in page.Resources.Font.values()
        }
        assert fonts == {"Atkinson-Hyperlegible-Next", "Atkinson-Hyperlegible-Next-Extended"}


def test_the_page_needs_no_script_and_no_style_of_its_own():
    page = rendered(board_quarter().make(), "html").decode()

    assert "<style" not in page
    assert " style=" not in page
    assert "<script" not in page
    assert page.count("<h1") == 1
    assert 'href="/static/css/loip.css"' in page
