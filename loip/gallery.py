"""A living page of every component in every state, for whoever builds or reviews pages.

Served only in development: the numbers and names on it are samples and stand for nobody.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from actionplans.models.returns import ActionStatus, QuarterlyReturn, ReturnState
from actionplans.outlooks import WillReach
from actionplans.risk_bands import IMPACTS, LIKELIHOODS, Band, Movement, default_cells
from actionplans.sheets.preview import Verdict
from actionplans.status import Status
from actionplans.supply.states import LinkState, RequestState, SupplyState
from actionplans.trends import Direction
from loip import gallery_places
from priorities.downloads import DownloadLink, Downloads


@dataclass(frozen=True)
class Choice:
    """A value and its word on screen, where the product has no enumeration for it."""

    value: str
    label: str


@dataclass(frozen=True)
class Entry:
    """One place in the navigation, or in the breadcrumbs."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Count:
    number: int
    status: Status


@dataclass(frozen=True)
class PriorityCard:
    name: str
    url: str
    lead_officer: str
    judgement: QuarterlyReturn.Assessment | None
    reason: str
    counts: tuple[Count, ...]
    note: str


@dataclass(frozen=True)
class Task:
    id: str
    label: str
    url: str | None
    hint: str
    state: ReturnState | Choice


@dataclass(frozen=True)
class MeasureRow:
    name: str
    note: str
    value: str
    period: str
    target: str
    status: Status
    trend: Direction


@dataclass(frozen=True)
class Cell:
    """One cell of the heat map: its score, its band and the codes of the risks that stand in it."""

    score: int
    band: Band
    risks: tuple[str, ...]


@dataclass(frozen=True)
class HeatRow:
    likelihood: str
    cells: tuple[Cell, ...]


# A quarter's lock closes its returns, and a task of a return can be done; neither is a state of a return.
COMPLETED = Choice("completed", "Completed")
LOCKED = Choice("locked", "Locked")

# A figure that was sent may have a question, and is saved at last; neither is a verdict on it.
ASKED = Choice("asked", "Please check")
SAVED = Choice("completed", "Saved")

MARKS = {
    "statuses": tuple(Status),
    "trends": tuple(Direction),
    "action_statuses": tuple(ActionStatus),
    "return_states": (*ReturnState, COMPLETED, LOCKED),
    "supply_states": tuple(SupplyState),
    "request_states": tuple(RequestState),
    "link_states": tuple(LinkState),
    "verdicts": (*Verdict, ASKED, SAVED),
    "risk_bands": tuple(Band),
    "movements": tuple(Movement),
    "judgements": tuple(QuarterlyReturn.Assessment),
    "outlooks": tuple(WillReach),
}

COUNTS = (
    Count(9, Status.ON_TARGET),
    Count(6, Status.SLIGHTLY_OFF),
    Count(4, Status.OFF_TARGET),
    Count(3, Status.AWAITING),
    Count(2, Status.DATA_ONLY),
)

PRIORITY_CARDS = (
    PriorityCard(
        "Tackling poverty", "#", "Head of Communities", QuarterlyReturn.Assessment.SERIOUS_CONCERN,
        "Demand for crisis grants has doubled since the spring and two partners are short of staff.",
        (Count(2, Status.ON_TARGET), Count(1, Status.AWAITING), Count(2, Status.OFF_TARGET)),
        "Q2 2021/22, accepted 21 October 2021",
    ),
    PriorityCard(
        "Physical and mental wellbeing", "#", "Chief Officer, Health and Social Care", QuarterlyReturn.Assessment.ON_TRACK,
        "Walking groups have restarted in all seven areas.",
        (Count(4, Status.ON_TARGET), Count(1, Status.AWAITING)),
        "Q2 2021/22, accepted 20 October 2021",
    ),
    PriorityCard(
        "Digital participation", "#", "Head of Customer Services", None, "",
        (Count(2, Status.SLIGHTLY_OFF), Count(1, Status.DATA_ONLY)),
        "Q3 2021/22, not submitted, due 21 January 2022",
    ),
)  # fmt: skip

TASKS = (
    Task("figures", "Figures", "#", "5 of 5 given", COMPLETED),
    Task("actions", "Actions", "#", "2 of 4 updated", ReturnState.IN_PROGRESS),
    Task(
        "words",
        "Your words",
        "#",
        "Progress, exceptional issues, good practice",
        ReturnState.NOT_STARTED,
    ),
    Task("submit", "Check and submit", None, "When the rest is done", ReturnState.NOT_STARTED),
)

MEASURES = (
    MeasureRow(
        "Children in low-income families", "Lower is better", "18.9%", "2019/20", "17.0%",
        Status.SLIGHTLY_OFF, Direction.WORSE,
    ),
    MeasureRow(
        "Crisis grant applications decided in a day", "Higher is better", "96.4%", "Q3 2021/22", "95.0%",
        Status.ON_TARGET, Direction.BETTER,
    ),
    MeasureRow(
        "Households in fuel poverty", "Lower is better", "Not yet published", "Due March 2022", "22.0%",
        Status.AWAITING, Direction.NOT_ENOUGH_DATA,
    ),
)  # fmt: skip

WORKBOOKS = (
    DownloadLink("Excel", "workbook: sample", "#"),
    DownloadLink("OpenDocument", "spreadsheet: sample", "#"),
)
DOWNLOADS = (
    Downloads(WORKBOOKS, (DownloadLink("CSV", "file: sample", "#"),)),
    Downloads(WORKBOOKS, tuple(DownloadLink(name, "as CSV", "#") for name in ("Measures", "Chart figures"))),
)

# The sample risks, by the likelihood and impact of the cell they stand in.
PLACED_RISKS = {
    (5, 4): ("R1", "R4"),
    (5, 3): ("R2",),
    (4, 3): ("R3", "R7", "R9"),
    (3, 2): ("R5",),
    (2, 1): ("R10",),
}


def gallery(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(
        request,
        "components/gallery.html",
        {
            "partnership": {"name": "Sample Community Planning Partnership"},
            "demonstration_banner": "This is a demonstration. Today is taken to be 10 January 2022.",
            "navigation": _navigation(),
            "crumbs": (Entry("Dashboard", "#"), Entry("Q2 2021/22", "#"), Entry("Components", "")),
            "messages": _messages(),
            "footer_note": "Some of the figures on this page are illustrative.",
            "marks": MARKS,
            "counts": COUNTS,
            "priority_cards": PRIORITY_CARDS,
            "tasks": TASKS,
            "measures": MEASURES,
            "downloads": DOWNLOADS,
            "impacts": IMPACTS.values(),
            "heat_rows": _heat_rows(),
            "comparators": gallery_places.comparators(),
            "places": gallery_places.places(),
        },
    )


def _navigation() -> tuple[Entry, ...]:
    names = ("My work", "Dashboard", "Risks", "Quarters", "Reports", "People")
    return tuple(Entry(name, "#", is_current=name == "Dashboard") for name in names)


def _messages() -> tuple[Message, ...]:
    return (
        Message(messages.SUCCESS, "The Q3 2021/22 return for Tackling poverty was submitted."),
        Message(messages.ERROR, "The quarter is locked, so nothing was changed."),
        Message(messages.WARNING, "Two figures are ten times the last ones."),
        Message(messages.INFO, "The report is being made. It takes about a minute."),
    )


def _heat_rows() -> tuple[HeatRow, ...]:
    """The matrix a partnership starts with, the likeliest on top."""
    bands = default_cells()
    return tuple(
        HeatRow(
            LIKELIHOODS[likelihood],
            tuple(
                Cell(
                    likelihood * impact,
                    Band(bands[likelihood - 1][impact - 1]),
                    PLACED_RISKS.get((likelihood, impact), ()),
                )
                for impact in IMPACTS
            ),
        )
        for likelihood in sorted(LIKELIHOODS, reverse=True)
    )
