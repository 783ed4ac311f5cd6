"""Files such as people send, and such as would do harm, made part by part."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

Part = str | bytes


def packed(parts: Mapping[str, Part], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


# Excel


def relations(*rows: tuple[str, str, str], mode: str = "") -> str:
    """A part of relations from (key, kind, target)."""
    mode = f' TargetMode="{mode}"' if mode else ""
    inside = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE_RELATIONS}/{kind}" Target="{target}"{mode}/>'
        for key, kind, target in rows
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def xlsx_parts(
    *sheets: str,
    texts: str = "",
    styles: str = "",
    settings: str = "",
    states: Mapping[int, str] | None = None,
    space: str = MAIN,
) -> dict[str, Part]:
    """The parts of a workbook; a sheet is what stands in its `worksheet` tag."""
    states = states or {}
    numbers = range(1, len(sheets) + 1)
    named = "".join(
        f'<sheet name="Sheet {number}" sheetId="{number}" state="{states.get(number, "visible")}" r:id="s{number}"/>'
        for number in numbers
    )
    parts: dict[str, Part] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{WORKBOOK_TYPE}"/></Types>',
        "_rels/.rels": relations(("book", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{OFFICE_RELATIONS}"><workbookPr {settings}/>'
        f"<sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            *((f"s{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in numbers),
            ("texts", "sharedStrings", "sharedStrings.xml"),
            ("styles", "styles", "/xl/styles.xml"),
        ),
    }
    for number, sheet in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{space}">{sheet}</worksheet>'
    if texts:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{space}">{texts}</sst>'
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{space}">{styles}</styleSheet>'
    return parts


def xlsx(*sheets: str, **others: object) -> bytes:
    return packed(xlsx_parts(*sheets, **others))  # type: ignore[arg-type]


def cells(inside: str) -> str:
    """A sheet of one row."""
    return f'<sheetData><row r="1">{inside}</row></sheetData>'


def styles_of(*codes: str) -> str:
    """Styles 1, 2, ... with these number formats; style 0 is the general one."""
    numbered = [(200 + number, code) for number, code in enumerate(codes)]
    formats = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for number, code in numbered
    )
    made = "".join(f'<xf numFmtId="{number}"/>' for number, _ in numbered)
    return (
        f'<numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{made}</cellXfs>'
    )


# OpenDocument

SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "draw": "drawing",
        "manifest": "manifest",
    }.items()
)
ODS_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods_parts(*sheets: str, styles: str = "", manifest: str = "") -> dict[str, Part]:
    """The parts of a spreadsheet; a sheet is a whole `table:table`."""
    return {
        "mimetype": ODS_MIMETYPE,
        "META-INF/manifest.xml": f"<manifest:manifest {SPACES}>{manifest}</manifest:manifest>",
        "content.xml": f"<office:document-content {SPACES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet>"
        "</office:body></office:document-content>",
    }


def ods(*sheets: str, **others: str) -> bytes:
    return packed(ods_parts(*sheets, **others))


def ods_sheet(rows: str, name: str = "Sheet 1", more: str = "") -> str:
    return f'<table:table table:name="{name}" {more}>{rows}</table:table>'


def ods_row(inside: str, more: str = "") -> str:
    return f"<table:table-row {more}>{inside}</table:table-row>"


def ods_text(text: str, more: str = "", tag: str = "table-cell") -> str:
    return f'<table:{tag} office:value-type="string" {more}><text:p>{text}</text:p></table:{tag}>'
