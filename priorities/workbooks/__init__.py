"""Tables for whoever wants to reckon with them: one description, written as Excel, OpenDocument or CSV."""

from __future__ import annotations

from priorities.workbooks.cells import (
    Cell,
    FillIn,
    Row,
    SheetLink,
    Symbol,
    Takes,
    figure_shown,
    guarded,
    one_line,
    unguarded,
)
from priorities.workbooks.columns import Column, sheet_of
from priorities.workbooks.delimited import csv_blocks, csv_bytes
from priorities.workbooks.description import Sheet, Workbook, WorkbookError, file_name
from priorities.workbooks.kinds import FileKind
from priorities.workbooks.ods import ods_bytes
from priorities.workbooks.xlsx import xlsx_bytes

__all__ = [
    "Cell",
    "Column",
    "FileKind",
    "FillIn",
    "Row",
    "Sheet",
    "SheetLink",
    "Symbol",
    "Takes",
    "Workbook",
    "WorkbookError",
    "csv_blocks",
    "csv_bytes",
    "figure_shown",
    "file_name",
    "guarded",
    "ods_bytes",
    "one_line",
    "sheet_of",
    "unguarded",
    "xlsx_bytes",
]
