"""What WeasyPrint only mutters about, said aloud: a report with a fault in it is not printed."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOGGER = logging.getLogger("weasyprint")
# HarfBuzz's subsetter is missing: slower, and nothing is lost.
_HARMLESS = ("Using fontTools instead of HarfBuzz-Subset",)


class PdfFault(Exception):
    """The report cannot be printed as it stands; the message says why."""


class _Listener(logging.Handler):
    """Keeps the complaints of the thread that made it: other threads print other reports."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.complaints: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if record.thread == self._thread and not message.startswith(_HARMLESS):
            self.complaints.append(message)


@contextmanager
def no_faults_tolerated() -> Iterator[None]:
    """Raise PdfFault after the block if WeasyPrint complained of anything within it."""
    listener = _Listener()
    _LOGGER.addHandler(listener)
    try:
        yield
    finally:
        _LOGGER.removeHandler(listener)
    if listener.complaints:
        raise PdfFault("The report cannot be printed:\n" + "\n".join(dict.fromkeys(listener.complaints)))
