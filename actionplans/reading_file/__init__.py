"""Published figures from a CSV file or a workbook, read by a mapping: checked first, all or nothing (`docs/import.md`)."""

from actionplans.reading_file.importer import import_readings
from actionplans.reading_file.loading import ImportReport
from actionplans.reading_file.mapping import ReadingMapping, read_mapping
from actionplans.reading_file.table import RowsRefusedError

__all__ = ["ImportReport", "ReadingMapping", "RowsRefusedError", "import_readings", "read_mapping"]
