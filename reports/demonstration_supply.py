"""How the figures of the demonstration were asked for and came: contacts, requests, links, sheets and reminders.

Played, like the rest of its year, through the operations that people use.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from typing import Any

from openpyxl import load_workbook

from actionplans.models import DataContact, DataRequest, Delivery, Measure, SupplyLinkUse
from actionplans.series import period_of_round
from actionplans.sheets.asking import Scope, ScopeKind, rows_asked
from actionplans.sheets.committing import receive, save_delivery
from actionplans.sheets.outgoing import COLUMNS, SHEET_NAME, fill_file
from actionplans.sheets.permits import permit_for
from actionplans.sheets.preview import Preview
from actionplans.sheets.previewing import preview_delivery
from actionplans.supply.contacts import save_contact
from actionplans.supply.links import record_use, send_link
from actionplans.supply.reminders import send_reminders
from actionplans.supply.requests import Answered, Asked, ask, record_answer
from priorities.models import Organisation, Partnership, Quarter, User
from priorities.workbooks import FileKind

# When things happen on the days that the file says.
Clock = Callable[[dt.date], dt.datetime]


class DemonstrationSupply:
    """The partnership while its figures come in: what the file names by code is looked up here."""

    def __init__(
        self,
        partnership: Partnership,
        quarters: Mapping[str, Quarter],
        *,
        manager: User,
        domain: str,
        moment: Clock,
    ) -> None:
        self.partnership, self.quarters = partnership, quarters
        self.manager, self.domain, self.moment = manager, domain, moment
        self.organisations = {row.code: row for row in Organisation.objects.filter(partnership=partnership)}
        self.measures = {
            row.code: row
            for row in Measure.objects.filter(partnership=partnership).select_related("priority", "supplier")
        }
        self.contacts: dict[str, DataContact] = {}

    def play(self, supply: dict[str, Any]) -> None:
        """All of it, in the order in which it happened."""
        for entry in supply["contacts"]:
            self._contact(entry)
        for entry in supply["requests"]:
            self._request(entry)
        for entry in supply["sheets"]:
            self._sheet(entry)
        for entry in supply["links"]:
            self._link(entry)
        for day in supply["reminders"]:
            send_reminders(self.partnership, by=self.manager, at=self.moment(day))

    def _measures(self, codes: list[str]) -> list[Measure]:
        return [self.measures[code] for code in codes]

    def _contact(self, entry: dict[str, Any]) -> None:
        self.contacts[entry["account"]] = save_contact(
            DataContact(partnership=self.partnership),
            organisation=self.organisations[entry["organisation"]],
            name=entry["name"],
            email=f"{entry['account']}@{self.domain}",
            measures=self._measures(entry["measures"]),
            left_on=entry.get("left_on"),
            by=self.manager,
            on=entry.get("left_on") or entry["since"],
        )

    def _request(self, entry: dict[str, Any]) -> None:
        quarter, contact = self.quarters[entry["quarter"]], self.contacts[entry["contact"]]
        measures = self._measures(entry["measures"])
        asked = Asked(
            organisation=contact.organisation,
            contact=contact,
            measures=measures,
            wanted=[_wanted(measure, quarter) for measure in measures],
            words=entry["words"],
            how=DataRequest.Asked(entry["how"]).value,
            due_on=entry["due_on"],
        )
        made = ask(quarter, asked, by=self.manager, at=self.moment(entry["asked_on"]))
        if said := entry.get("answered"):
            answered = Answered(
                DataRequest.Answered(said["how"]).value, said["on"], contact.name, said["words"]
            )
            record_answer(made, answered, at=self.moment(said["on"]))

    def _link(self, entry: dict[str, Any]) -> None:
        sent = send_link(
            self.quarters[entry["quarter"]],
            self.contacts[entry["contact"]],
            self._measures(entry["measures"]),
            expires_on=entry["expires_on"],
            # The letter goes to nobody, and the address is not kept.
            make_address=str,
            by=self.manager,
            at=self.moment(entry["sent_on"]),
        )
        record_use(sent.link, SupplyLinkUse.What.OPENED, at=self.moment(entry["opened_on"]))

    def _sheet(self, entry: dict[str, Any]) -> None:
        """Fill in a sheet as a supplier would, and save it as the CP manager does."""
        quarter, at = self.quarters[entry["quarter"]], self.moment(entry["saved_on"])
        organisation = self.organisations[entry["organisation"]]
        name, content = self._filled(quarter, organisation, entry["figures"], at)
        delivery = receive(
            quarter,
            way=Delivery.Way.SHEET,
            name=name,
            content=content,
            destination=Delivery.Destination.DRAFTS,
            organisation=organisation,
            priority=None,
            by=self.manager,
            at=at,
        )
        permit = permit_for(self.manager, quarter, Delivery.Destination.DRAFTS)
        preview = preview_delivery(delivery, permit, at=at)
        assert isinstance(preview, Preview)  # It is our own sheet.
        answered = frozenset(row.key for row in preview.asked_about)
        save_delivery(delivery, seen=preview.fingerprint, answered=answered, by=self.manager, at=at)

    def _filled(
        self, quarter: Quarter, organisation: Organisation, figures: Mapping[str, int], at: dt.datetime
    ) -> tuple[str, bytes]:
        rows = rows_asked(quarter, self._measures(list(figures)), at=at)
        scope = Scope(ScopeKind.SUPPLIER, organisation.code, organisation.name, rows)
        file = fill_file(scope, quarter, FileKind.XLSX, return_to=str(self.manager), at=at)
        return file.name, _typed_into(file.content, {row.id: figures[row.measure.code] for row in rows})


def _wanted(measure: Measure, quarter: Quarter) -> str:
    """A figure as a letter lists it."""
    period = period_of_round(measure, quarter)
    return f"{measure.name} ({measure.code}){f', for {period.label}' if period else ''}"


def _typed_into(content: bytes, figures: Mapping[str, int]) -> bytes:
    """A sheet to fill with some figures in it, by the ids of its rows."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[SHEET_NAME]
    figure, row_id = (COLUMNS.headings.index(name) for name in (COLUMNS.figure, COLUMNS.id))
    for cells in sheet.iter_rows():
        if (value := figures.get(str(cells[row_id].value))) is not None:
            cells[figure].value = value
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
