"""Figures leave by one door: who reads them past it is listed here, with the reason."""

import re
from pathlib import Path

from django.conf import settings

APPS = ("priorities", "actionplans", "dashboard", "reports", "loip")

# A query for figures, by the model or by what belongs to a measure, a place or a return.
READS_FIGURES = re.compile(r"\bReading\.objects\b|\.readings\b")

# Who may ask for figures as they are held. Everyone else takes `series`, which leaves out what is not to be shown.
MAY_READ_FIGURES = {
    "actionplans/figures.py": "the door: says of each figure whether it may be shown",
    "actionplans/clearing.py": "judges every figure",
    "actionplans/disclosure_pages.py": "for whoever clears figures, and nobody else",
    "actionplans/hidden_words.py": "asks which figures are hidden; shows none",
    "actionplans/operations.py": "confirms what a return holds; shows nothing",
    "actionplans/figure_drafts.py": "keeps what is typed into a return; shows nothing",
    "actionplans/figure_lines.py": "a return for those who answer for its figures; `may_be_shown` for others",
    "actionplans/sent.py": "keeps what was sent; shows nothing",
    "actionplans/recording.py": "records figures, for the CP manager",
    "actionplans/series_versions.py": "replaces a whole series, for the CP manager",
    "actionplans/targets.py": "what a target is checked against, for the CP manager",
    "actionplans/measure_definitions.py": "counts figures; shows none",
    "actionplans/reading_file/loading.py": "loads figures; shows none",
    "actionplans/plan_file/gap_checks.py": "entries of a file, not rows",
    "actionplans/plan_file/measure_checks.py": "entries of a file, not rows",
    "actionplans/plan_file/measure_dumper.py": "writes the plan file, for whoever runs the service",
    "actionplans/plan_file/measure_rows.py": "loads a plan file; shows nothing",
    "actionplans/plan_file/work_rows.py": "loads a plan file; shows nothing",
    "actionplans/supply/link_figures.py": "shows a contact what they sent by link themselves, and nothing else",
    "actionplans/sheets/known.py": "drafts beside which figures sent are judged; `may_be_shown` for others",
    "actionplans/supply/answered.py": "whether what was asked for has come; shows none",
    "actionplans/supply/calendar.py": "which periods have a figure and since when; shows none",
    "dashboard/measure_vintages.py": "every vintage, each through the door (`figure_in`)",
}


def files_that_read_figures() -> set[str]:
    root = Path(settings.BASE_DIR)
    found = set()
    for app in APPS:
        for path in (root / app).rglob("*.py"):
            name = path.relative_to(root).as_posix()
            lines = (line for line in path.read_text().splitlines() if " import " not in line)
            if "/migrations/" not in name and any(READS_FIGURES.search(line) for line in lines):
                found.add(name)
    return found


def test_nobody_else_reads_figures_as_they_are_held():
    there = {name for name in MAY_READ_FIGURES if (Path(settings.BASE_DIR) / name).exists()}

    assert files_that_read_figures() == there


# Who may ask the series for figures as they are held.
MAY_ASK_AS_HELD = {
    "actionplans/figures.py": "the door itself",
    "actionplans/series.py": "passes it on",
    "actionplans/figure_lines.py": "a return, for those who answer for its figures",
    "actionplans/return_sheet.py": "a return, for those who answer for its figures",
    "actionplans/sent_lines.py": "a return, for those who answer for its figures",
    "actionplans/return_pages.py": "asks whether its reader sees small numbers",
    "actionplans/sheets/judging.py": "says nothing of a return's words to who does not answer for it",
    "actionplans/sheets/known.py": "what figures sent are compared with, as their permit says",
    "actionplans/sheets/permits.py": "who sends figures that they answer for; never by link nor for a file",
    "actionplans/views/readings.py": "putting a figure right, for the CP manager",
    "actionplans/views/deliveries.py": "a preview as a file is made without them",
}


def test_only_those_who_answer_for_figures_ask_for_them_as_they_are_held():
    root = Path(settings.BASE_DIR)
    asking = {
        path.relative_to(root).as_posix()
        for app in APPS
        for path in (root / app).rglob("*.py")
        if "as_held" in path.read_text()
    }

    assert asking == set(MAY_ASK_AS_HELD)
