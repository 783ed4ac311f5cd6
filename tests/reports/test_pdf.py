import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO

import page as page_validation
import pikepdf
import pytest
import weasyprint

from reports.pdf import Attachment, PdfFault, render_pdf
from reports.pdf_tags import UnknownWeasyPrint, require_known_weasyprint
from tests.reports.pdf_reading import Words, bookmarks_of, tags_of, words_of
from tests.reports.sample_report import ROOT, STYLESHEET, printed, sample, whole_page


@pytest.fixture(scope="module")
def pdf_bytes():
    return printed(sample())


@pytest.fixture
def pdf(pdf_bytes):
    with pikepdf.open(BytesIO(pdf_bytes)) as opened:
        yield opened


# One file that is both standards at once


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_validator_finds_nothing(pdf_bytes, profile):
    report = page_validation.validate_pdf_bytes(pdf_bytes, profile=profile)

    # Of its two known false alarms, compressed metadata does not occur (ours is plain), nor a signature.
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.rules.total > 100


def test_metadata_claims_both_standards_and_can_be_read_by_plain_tools(pdf):
    assert "/Filter" not in pdf.Root.Metadata
    with pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Performance Dashboard, Q3 2021/22"
        assert metadata["dc:creator"] == ["Perth and Kinross Community Planning Partnership"]
        assert metadata["dc:description"] == "How the plan is doing, October to December 2021"
        assert metadata["xmp:CreateDate"] == "2022-01-21T09:30:00Z"


def test_catalog_says_language_title_and_that_it_is_tagged(pdf):
    assert pdf.Root.Lang == "en-GB"
    assert pdf.Root.MarkInfo.Marked is True
    assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
    assert pdf.docinfo.Title == "Performance Dashboard, Q3 2021/22"
    assert pdf.docinfo.CreationDate == "D:20220121093000Z"
    assert bytes(pdf.trailer.ID[0]) == b"5e" * 32


def test_colours_are_said_to_be_srgb(pdf):
    (intent,) = pdf.Root.OutputIntents

    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.N == 3
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"


def test_fonts_are_ours_and_embedded(pdf):
    fonts = pdf.pages[0].Resources.Font.values()

    assert sorted(str(font.BaseFont).partition("+")[2] for font in fonts) == [
        "Atkinson-Hyperlegible-Next",
        "Atkinson-Hyperlegible-Next-Bold",
        "Atkinson-Hyperlegible-Next-Semi-Bold",
    ]
    assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts)


def test_letters_beyond_western_europe_are_in_our_typeface_too():
    with pikepdf.open(BytesIO(printed(sample(whole_page("<h1>Ŵyn</h1><p>Łódź, Bòrd</p>"))))) as pdf:
        fonts = pdf.pages[0].Resources.Font.values()
        assert {"Atkinson" in str(font.BaseFont) for font in fonts} == {True}
        assert "".join(words.text for words in words_of(pdf.pages[0])).startswith("ŴynŁódź, Bòrd")


# Tags


def test_header_cells_say_what_they_head(pdf):
    scopes = [str(tag.A.Scope) for tag in tags_of(pdf) if tag.S == "/TH"]

    # 32 measures and 2 likelihoods; 6 columns on each of 3 pages and 4 of the heat map.
    assert scopes.count("/Row") == 34
    assert scopes.count("/Column") == 22
    assert len(scopes) == 56


def test_table_on_several_pages_repeats_its_headers_and_keeps_its_rows_whole(pdf):
    drawn = [[words.text for words in words_of(page)] for page in pdf.pages[2:5]]

    columns = ["Measure", "Period", "Value", "Target", "Status", "Trend"]
    names = [[text for text in texts if text[3:4] == "-"] for texts in drawn]
    units = [[text for text in texts if text in ("per cent", "people")] for texts in drawn]
    assert [texts[texts.index("Measure") :][:6] for texts in drawn] == [columns] * 3
    assert (
        [len(page_names) for page_names in names] == [len(page_units) for page_units in units] == [10, 12, 10]
    )
    assert [page.MediaBox[2] > page.MediaBox[3] for page in pdf.pages] == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]


def test_chart_has_words_and_its_place_on_the_page(pdf):
    (figure,) = [tag for tag in tags_of(pdf) if tag.S == "/Figure"]

    assert figure.Alt == (
        "Children in low income families fell from 16.2 to 14.8 per cent over five years; target 14.0."
    )
    left, bottom, right, top = (float(side) for side in figure.A.BBox)
    assert (round(right - left), round(top - bottom)) == (360, 112)
    assert round(left) == 57
    assert 200 < bottom < top < 600


def test_headings_follow_one_another(pdf):
    assert [str(tag.S) for tag in tags_of(pdf) if str(tag.S)[1:] in ("H1", "H2", "H3", "H4")] == [
        "/H1", "/H2", "/H2", "/H3", "/H3", "/H3", "/H2", "/H2",
    ]  # fmt: skip


def test_gaelic_words_say_they_are_gaelic(pdf):
    (words,) = [tag for tag in tags_of(pdf) if tag.get("/Lang") == "gd"]

    assert words.S == "/Span"
    assert Words("Bòrd Com-pàirteachais Pheairt", "Span", "") in words_of(pdf.pages[0])


def test_facts_are_a_list_of_terms_and_descriptions(pdf):
    facts = next(tag for tag in tags_of(pdf) if tag.S == "/L")

    assert [str(item.S) for item in facts.K] == ["/LI"] * 5
    assert [str(part.S) for part in facts.K[0].K] == ["/Lbl", "/LBody"]


def test_running_headers_and_page_numbers_are_artifacts(pdf):
    for number, page in enumerate(pdf.pages, start=1):
        running = [words for words in words_of(page) if words.mark == "Artifact"]
        footer = [
            Words("Performance Dashboard", "Artifact", "/Footer"),
            Words(f"Page {number} of 6", "Artifact", "/Footer"),
        ]
        header = [
            Words("Perth and Kinross Community Planning Partnership", "Artifact", "/Header"),
            Words("CPP 22/03", "Artifact", "/Header"),
        ]
        assert sorted(running) == sorted(footer if number == 1 else header + footer)


def test_everything_else_is_tagged(pdf):
    marks = {words.mark for page in pdf.pages for words in words_of(page)}

    assert marks == {"Artifact", "Span", "Figure"}


def test_bookmarks_are_the_headings(pdf):
    assert bookmarks_of(pdf) == [
        (1, "Performance Dashboard"),
        (2, "Summary"),
        (3, "Recommendations"),
        (3, "What has changed since Quarter 2"),
        (3, "Good practice"),
        (2, "Every measure"),
        (2, "Risk profile"),
    ]


def test_contents_give_the_pages_sections_begin_on(pdf):
    drawn = [words.text for words in words_of(pdf.pages[0]) if words.mark == "Span"]

    assert [text for text in drawn if text.isdecimal()] == ["2", "3", "6"]
    assert drawn[-3:] == ["Summary", "Every measure", "Risk profile"]
    for title, number in [("Summary", 2), ("Every measure", 3), ("Risk profile", 6)]:
        assert title in [words.text for words in words_of(pdf.pages[number - 1])]


# What it carries


def test_data_is_attached(pdf):
    carried = {
        name: (
            spec.obj.AFRelationship,
            spec.description,
            spec.get_file().mime_type,
            spec.get_file().read_bytes(),
            spec.obj.EF.F.Params.ModDate,
        )
        for name, spec in pdf.attachments.items()
    }

    made = "D:20220121093000Z"
    assert carried == {
        "data.json": ("/Source", "All of it", "application/json", b'{"measures": 24}', made),
        "measures.csv": ("/Data", "The figures", "text/csv", b"code,value\nPOV-1,14.8\n", made),
    }
    assert [str(spec.UF) for spec in pdf.Root.AF] == ["data.json", "measures.csv"]


# The same every time


def test_same_document_gives_the_same_bytes(pdf_bytes):
    assert printed(sample()) == pdf_bytes


def test_same_document_gives_the_same_bytes_in_another_process_and_place(pdf_bytes):
    script = (
        "import hashlib, sys; from tests.reports.sample_report import printed, sample; "
        "sys.stdout.write(hashlib.sha256(printed(sample())).hexdigest())"
    )
    elsewhere = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"}

    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT, env=elsewhere, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert told.stdout == sha256(pdf_bytes).hexdigest()
    assert told.stderr == ""


def test_two_reports_may_be_printed_at_once(pdf_bytes):
    broken = sample(whole_page('<h1>A</h1><p><a href="#nowhere">b</a></p>'))

    with ThreadPoolExecutor(2) as threads:
        good, bad = threads.submit(printed, sample()), threads.submit(printed, broken)

    assert good.result() == pdf_bytes
    with pytest.raises(PdfFault, match="nowhere"):
        bad.result()


# What is refused


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/logo.png",
        "https://example.com/logo.png",
        "ftp://example.com/logo.png",
        "file:///etc/hostname",
        "data:image/png;base64,iVBORw0KGgo=",
        STYLESHEET.as_uri(),
    ],
)
def test_nothing_is_fetched_from_elsewhere(address):
    with pytest.raises(PdfFault, match="may use only its own files, not"):
        printed(sample(whole_page(f'<h1>A</h1><img src="{address}" alt="Logo">')))


@pytest.mark.parametrize(
    "address",
    ["../../pyproject.toml", "%2e%2e/pyproject.toml", "..%2fpyproject.toml", "/etc/hostname", "logo.png"],
)
def test_nothing_is_read_outside_the_asset_roots(address):
    with pytest.raises(PdfFault, match="not among its assets"):
        printed(sample(whole_page(f'<h1>A</h1><img src="{address}" alt="Logo">')))


def test_link_out_of_the_asset_roots_is_not_followed(tmp_path):
    (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    root = tmp_path / "assets"
    root.mkdir()
    (root / "report.css").write_text("body { background: url(picture.svg) }")
    (root / "picture.svg").symlink_to(tmp_path / "secret.svg")

    with pytest.raises(PdfFault, match=r"not among its assets: /picture\.svg"):
        render_pdf(sample(whole_page("<h1>A</h1>")), stylesheet=root / "report.css", asset_roots=[root])


@pytest.mark.parametrize(
    ("css", "fault"),
    [
        ("@font-face { font-family: a; src: url(missing.woff2) }", "not among its assets: /missing.woff2"),
        ("body { background: url(notes.txt) }", "has no use for such a file"),
        ("@import 'http://example.com/a.css';", "may use only its own files"),
        ("body { colour: red }", "Ignored `colour: red `"),
    ],
)
def test_stylesheet_with_a_fault_prints_nothing(tmp_path, css, fault):
    (tmp_path / "notes.txt").write_text("Notes")
    stylesheet = tmp_path / "report.css"
    stylesheet.write_text(css)

    with pytest.raises(PdfFault, match=fault):
        render_pdf(sample(whole_page("<h1>A</h1>")), stylesheet=stylesheet, asset_roots=[tmp_path])


def test_stylesheet_outside_the_asset_roots_is_refused(tmp_path):
    with pytest.raises(PdfFault, match=r"not among its assets: report\.css"):
        render_pdf(sample(), stylesheet=STYLESHEET, asset_roots=[tmp_path])


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>',
            "a <title>",
        ),
        ('<img src="reports/icons/better.svg">', "an <img> an alt"),
        ('<p><a href="#nowhere">Here</a></p>', "nowhere"),
        ('<p><a href="/perth/dashboard/">Here</a></p>', "whole addresses: /perth/dashboard/"),
        ("<p>\U0001f98a \ue000</p>", "unsupported by fonts"),
    ],
)
def test_page_with_a_fault_prints_nothing(body, fault):
    with pytest.raises(PdfFault, match=fault):
        printed(sample(whole_page(f"<h1>A</h1>{body}")))


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"created_at": datetime(2022, 1, 21)}, "time zone"),  # noqa: DTZ001
        ({"identifier": "not hexadecimal"}, "identifier"),
        ({"title": " "}, "a title and a language"),
        ({"attachments": (Attachment("a.csv", "text/csv", b"", ""),) * 2}, "same name"),
    ],
)
def test_document_that_cannot_be_is_refused(wrong, complaint):
    with pytest.raises(ValueError, match=complaint):
        replace(sample(), **wrong)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [({"mime_type": "csv"}, "media type: 'csv'"), ({"relationship": "Cousin"}, "relationship .* 'Cousin'")],
)
def test_attachment_that_cannot_be_is_refused(wrong, complaint):
    with pytest.raises(ValueError, match=complaint):
        replace(Attachment("a.csv", "text/csv", b"", "Figures"), **wrong)


def test_another_weasyprint_is_refused():
    require_known_weasyprint(weasyprint.__version__)
    with pytest.raises(UnknownWeasyPrint, match=r"71\.0 is installed"):
        require_known_weasyprint("71.0")


def test_printing_needs_neither_database_nor_settings():
    script = "import sys, reports.pdf; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
