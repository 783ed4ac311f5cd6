"""Risk scores and bands: likelihood by impact, each 1 to 5, looked up in a table of 25 cells.

Bands differ between bodies, so they are a versioned table and not a formula. The table here is the one of the
NHS matrix: low 1-3, medium 4-9, high 10-16, very high 20-25.
"""

from __future__ import annotations

from enum import StrEnum

LIKELIHOODS = {1: "Rare", 2: "Unlikely", 3: "Possible", 4: "Likely", 5: "Almost certain"}
IMPACTS = {1: "Negligible", 2: "Minor", 3: "Moderate", 4: "Major", 5: "Extreme"}


class Band(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @property
    def rank(self) -> int:
        """0 for low to 3 for very high."""
        return list(Band).index(self)


class Movement(StrEnum):
    """Change of a risk's current score since the last report."""

    INCREASED = "increased"
    DECREASED = "decreased"
    SAME = "same"
    NEW = "new"
    CLOSED = "closed"
    NOT_COMPARABLE = "not_comparable"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


def default_band(score: int) -> Band:
    if score >= 20:
        return Band.VERY_HIGH
    if score >= 10:
        return Band.HIGH
    if score >= 4:
        return Band.MEDIUM
    return Band.LOW


def default_cells() -> list[list[str]]:
    """Five rows, likelihood 1 to 5, of five cells, impact 1 to 5."""
    return [[default_band(lk * im).value for im in range(1, 6)] for lk in range(1, 6)]


def faults_in_cells(cells: object) -> list[str]:
    """What is wrong with a table of bands, in plain words; empty when it can be used."""
    if not isinstance(cells, list) or len(cells) != 5:
        return ["A risk matrix has five rows, one for each likelihood from 1 to 5."]
    faults = []
    for number, row in enumerate(cells, start=1):
        if not isinstance(row, list) or len(row) != 5:
            faults.append(f"Row {number} needs five cells, one for each impact from 1 to 5.")
            continue
        faults += [
            f"Row {number}: {cell!r} is not a band. Use low, medium, high or very_high."
            for cell in row
            if cell not in {band.value for band in Band}
        ]
    return faults


def movement(now: int | None, before: int | None, *, is_same_matrix: bool = True) -> Movement:
    """How a score moved since the last report; a risk without an earlier score is new."""
    if before is None or now is None:
        return Movement.NEW
    if not is_same_matrix:
        return Movement.NOT_COMPARABLE
    if now == before:
        return Movement.SAME
    return Movement.INCREASED if now > before else Movement.DECREASED
