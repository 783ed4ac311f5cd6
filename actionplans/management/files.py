"""What the commands that load files have in common."""

from pathlib import Path

from django.core.management.base import CommandError

from actionplans.plan_file import Fault

WRONG_USE = 2
"""How a command ends that was asked for what cannot be; with 1 it refuses what it was given."""


def content_of(path: Path, noun: str) -> bytes:
    """The bytes of a file; `noun` is what it should be ("a plan file"). Raises CommandError in plain words."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(why_unreadable(path, noun, error), returncode=WRONG_USE) from None


def why_unreadable(path: Path, noun: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"There is no file {path}."
    if isinstance(error, IsADirectoryError):
        return f"{path} is a folder, not {noun}."
    return f"The file {path} cannot be read: {error.strerror}."


def refusal(path: Path, faults: tuple[Fault, ...], count: int | None = None) -> str:
    """All that is wrong with a file; `count` is how many things there are when not all are told."""
    count = len(faults) if count is None else count
    things = "1 thing has" if count == 1 else f"{count:,} things have"
    lines = [f"{path}: {things} to be mended; nothing was loaded.", *map(str, faults)]
    if count > len(faults):
        lines.append(f"And {count - len(faults):,} more.")
    return "\n".join(lines)
