"""The parts packed in a workbook that somebody sent, unpacked only as far as is safe."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from actionplans.sheets.limits import (
    MEGABYTE,
    MOST_ENTRIES,
    MOST_TIMES_UNPACKED,
    MOST_UNPACKED,
    TAKE_APART,
    SheetRefused,
    damaged,
)

BLOCK = 64 * 1024

_ENTRY_MARK = b"PK\x01\x02"
_IS_ENCRYPTED = 0x1
_ZIP_FAULTS = (
    BadZipFile,
    LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    LookupError,
    ValueError,
    ArithmeticError,
)
_PACKED = (".zip", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".docx", ".doc", ".7z", ".rar", ".gz", ".tar")


@contextmanager
def _as_refusals() -> Iterator[None]:
    """Whatever the zip library stumbles over is a damaged file."""
    try:
        yield
    except SheetRefused:
        raise
    except _ZIP_FAULTS as error:
        raise damaged() from error


class Archive:
    """A zip file in memory. What it says of itself is checked at once, and what comes out of it again."""

    def __init__(self, content: bytes) -> None:
        """Raises SheetRefused for what is no zip file, or one that could do harm."""
        # Counted before the library makes an object for each.
        if content.count(_ENTRY_MARK) > MOST_ENTRIES:
            raise _too_many_parts()
        with _as_refusals():
            self._zip = ZipFile(BytesIO(content))
        self._entries = {_plain(entry.filename): entry for entry in self._zip.infolist()}
        self._unpacked = 0
        self._check()

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._entries

    @property
    def names(self) -> frozenset[str]:
        """The names of the parts in small letters, as "xl/workbook.xml". Their case does not matter."""
        return frozenset(self._entries)

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part, a block at a time. Raises SheetRefused when there is none, or too much comes out."""
        entry = self._entries.get(_plain(name))
        if entry is None:
            raise damaged("a part of it is missing")
        with _as_refusals(), self._zip.open(entry) as part:
            while block := part.read(BLOCK):
                self._unpacked += len(block)
                if self._unpacked > MOST_UNPACKED:
                    raise _too_large()
                yield block

    def beginning(self, name: str, size: int) -> bytes:
        """The first bytes of a part; b"" where there is none."""
        entry = self._entries.get(_plain(name))
        if entry is None:
            return b""
        with _as_refusals(), self._zip.open(entry) as part:
            return part.read(size)

    def _check(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > MOST_ENTRIES:
            raise _too_many_parts()
        if len(self._entries) < len(entries):
            raise damaged("a part of it is there twice")
        if any(entry.flag_bits & _IS_ENCRYPTED for entry in entries):
            raise password_protected()
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise _too_large()
        for entry in entries:
            _check_entry(entry)
            if _plain(entry.filename).endswith(_PACKED) or self.beginning(entry.filename, 4) == b"PK\x03\x04":
                raise SheetRefused(
                    "The file has another file packed inside it. Take it out and send the sheet alone."
                )


def _plain(name: str) -> str:
    """A part's name as it is compared: some programs write its folders with backslashes, or in capitals."""
    return name.replace("\\", "/").lower()


def _check_entry(entry: ZipInfo) -> None:
    name = _plain(entry.orig_filename)
    if name.startswith("/") or ":" in name or "\x00" in name or ".." in name.split("/"):
        raise damaged("a part of it has a name that leads outside it")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise damaged("it is packed in a way that spreadsheets are not")
    if entry.file_size > MEGABYTE and entry.file_size > MOST_TIMES_UNPACKED * entry.compress_size:
        raise _too_large()


def password_protected() -> SheetRefused:
    return SheetRefused(
        "The file is protected by a password. Take the password off, save it and send it again."
    )


def _too_large() -> SheetRefused:
    return SheetRefused(
        f"The file unpacks to more than a spreadsheet of its size should, or to more than "
        f"{MOST_UNPACKED // MEGABYTE} MB. {TAKE_APART}"
    )


def _too_many_parts() -> SheetRefused:
    return SheetRefused(f"The file has more than {MOST_ENTRIES:,} parts packed in it. {TAKE_APART}")
