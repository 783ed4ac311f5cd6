"""LibreOffice as somebody would use it who was sent a spreadsheet: opens it, types into cells and saves it.

It runs without a screen and with a profile of its own, one for all the tests of a process.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TYPIST = Path(__file__).with_name("libreoffice_typist.py")
SYSTEM_PYTHON = "/usr/bin/python3"
SECONDS_TO_END = 20


@dataclass(frozen=True)
class Edited:
    """What became of a file that was opened.

    `files` are its contents by format, `refused` the cells LibreOffice would not change (and rows it would not take
    out), `shown` what is seen in those typed into. `has_invalid` says that one holds what its own rule would not let a
    person type.
    """

    files: dict[str, bytes]
    refused: list[str]
    shown: dict[str, str]
    has_invalid: bool


class LibreOffice:
    """One that is running. `folder` is for files."""

    def __init__(self, typist: subprocess.Popen[str], folder: Path) -> None:
        self._typist = typist
        self._folder = folder
        self._count = 0

    def edit(
        self,
        content: bytes,
        kind: str,
        *,
        sheet: str,
        typed: Mapping[str, str] | None = None,
        attempts: Iterable[str] = (),
        save_as: Iterable[str] = (),
    ) -> Edited:
        """Open a file (`kind` is "xlsx", "ods" or "csv"), type into cells of one sheet by "B7", and save it.

        `attempts` are cells to change, and rows to take out ("7:7"), only to see whether one may. As CSV the one sheet
        is saved, its cells as they are shown.
        """
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        source = folder / f"sent.{kind}"
        source.write_bytes(content)
        saved = {one: folder / f"back.{one}" for one in save_as}
        said = self._do(
            {
                "file": str(source),
                "sheet": sheet,
                "type": dict(typed or {}),
                "try": list(attempts),
                "save": {one: str(path) for one, path in saved.items()},
            }
        )
        return Edited({one: _written(path) for one, path in saved.items()}, **said)

    def _do(self, task: Mapping[str, object]) -> dict:
        print(json.dumps(task), file=_pipe(self._typist.stdin), flush=True)
        answer = json.loads(_pipe(self._typist.stdout).readline())
        assert "failed" not in answer, answer["failed"]
        return answer


def _pipe(end: IO[str] | None) -> IO[str]:
    assert end is not None
    return end


def _written(path: Path) -> bytes:
    """What was saved; a sheet saved as CSV has its name behind that of the file."""
    (found,) = path.parent.glob(f"{path.stem}*{path.suffix}")
    return found.read_bytes()


@contextmanager
def libreoffice_running(folder: Path) -> Iterator[LibreOffice]:
    """Start LibreOffice and end it; everything of it lies in an empty folder."""
    has_uno = not subprocess.run(
        [SYSTEM_PYTHON, "-c", "import uno"], check=False, capture_output=True
    ).returncode
    assert shutil.which("soffice"), "These tests need LibreOffice: apt-get install libreoffice-calc-nogui"
    assert has_uno, "These tests need LibreOffice's Python: apt-get install python3-uno"
    with subprocess.Popen(
        [SYSTEM_PYTHON, TYPIST, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as typist:
        try:
            assert _pipe(typist.stdout).readline() == "ready\n", "LibreOffice did not start."
            yield LibreOffice(typist, folder)
            _pipe(typist.stdin).close()
            assert typist.wait(SECONDS_TO_END) == 0
        finally:
            if typist.returncode is None:
                os.killpg(typist.pid, signal.SIGKILL)
