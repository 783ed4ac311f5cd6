"""What is taken out of the log before it is written."""

from __future__ import annotations

import logging
import re

# Addresses that are keys: whoever reads one may use it. Their words end with the next slash, space or quote.
_KEYS = re.compile(r"(?:(?<=/send/)|(?<=/calendar/))[^/\s\"'?]+")


class WithoutKeys(logging.Filter):
    """Takes the secret part out of the addresses of links and of calendar feeds, wherever a line names one."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (kept := _KEYS.sub("…", said)) != said:
            record.msg, record.args = kept, ()
        return True
