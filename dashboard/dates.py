"""Dates as people read them: "11 December 2020", "December 2020"."""

import datetime as dt


def day(on: dt.date) -> str:
    return f"{on.day} {on:%B %Y}"


def month(on: dt.date) -> str:
    return f"{on:%B %Y}"
