"""A lived-in year for the demonstration, played through the operations that people use.

Every return, lock, report and sign-off of `fixtures/demonstration-year.yaml` happens by the same verbs, at the
moments the file says, so the demonstration can show nothing that the product cannot do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test.utils import override_settings
from ruamel.yaml import YAML

from actionplans import operations as returns
from actionplans.figure_drafts import FigureEntry
from actionplans.models import Action, Measure, Risk
from actionplans.numbers import parse_value
from actionplans.plan_file import load, read_plan_file
from actionplans.return_sheet import WordsLine, return_of
from priorities.clock import EDINBURGH
from priorities.models import Meeting, Membership, Organisation, Partnership, Priority, Quarter, Role, User
from priorities.periods import FinancialQuarter
from reports import operations as reports
from reports.demonstration_supply import DemonstrationSupply

DOMAIN = "demo.example"
JOINED_ON = dt.date(2021, 4, 1)
DUTY = dt.time(10, 0)


def load_demonstration(plan_file: Path, year_file: Path, *, password: str) -> list[str]:
    """Load the plan, the people and the year; what is there already stays. Returns what was done, in lines.

    Raises plan_file.FaultsFoundError when the plan file cannot be loaded; then nothing is changed.
    """
    plan = read_plan_file(plan_file.read_bytes())
    year = YAML(typ="safe", pure=True).load(year_file.read_text())
    with _no_letters(), transaction.atomic():
        lines = load(plan).lines()
        demonstration = _Demonstration(Partnership.objects.get(slug=plan.partnership.slug))
        demonstration.people(year["people"], password)
        if demonstration.has_been_lived_in:
            lines.append("The year is already there.")
        else:
            demonstration.live(year)
            lines.append(f"Loaded {len(year['returns'])} returns and {len(year['reports'])} reports.")
    return lines


@contextmanager
def _no_letters() -> Iterator[None]:
    """Nobody is written to about a year that is over."""
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        yield


def _moment(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, DUTY, EDINBURGH)


class _Demonstration:
    """The partnership while its year is played: what the file names by code is looked up here."""

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership
        self.priorities = {
            row.code: row for row in Priority.objects.current().filter(plan__partnership=partnership)
        }
        self.quarters = {row.label: row for row in Quarter.objects.filter(partnership=partnership)}

    @property
    def has_been_lived_in(self) -> bool:
        return any(quarter.is_locked for quarter in self.quarters.values())

    def people(self, entries: list[dict[str, Any]], password: str) -> None:
        organisations = {row.code: row for row in Organisation.objects.filter(partnership=self.partnership)}
        known = {user.email: user for user in User.objects.filter(email__endswith=f"@{DOMAIN}")}
        # Hashing is slow on purpose, so the password is checked once and hashed once for all accounts.
        is_kept = bool(known) and next(iter(known.values())).check_password(password)
        hashed = "" if is_kept and len(known) == len(entries) else make_password(password)
        for entry in entries:
            email = f"{entry['account']}@{DOMAIN}"
            user = known.get(email) or User(email=email, name=entry["name"])
            if hashed or not user.pk:
                user.password = hashed
                user.save()
            Membership.objects.get_or_create(
                user=user,
                partnership=self.partnership,
                role=Role(entry["role"]),
                defaults={
                    "organisation": organisations.get(entry.get("organisation", "")),
                    "starts_on": JOINED_ON,
                },
            )
            for code in entry.get("leads", []):
                priority = self.priorities[code]
                if priority.lead_officer_id is None:
                    priority.lead_officer = user
                    priority.save(update_fields=["lead_officer"])

    def live(self, year: dict[str, Any]) -> None:
        """Quarter by quarter: returns, lock, reports; then how the figures of the newest round were asked for."""
        for quarter in sorted(self.quarters, key=FinancialQuarter.parse):
            for entry in year["returns"]:
                if entry["quarter"] == quarter:
                    self.send(entry)
            for entry in year["locks"]:
                if entry["quarter"] == quarter:
                    locked = returns.lock_quarter(
                        self.quarters[quarter], by=self.manager, at=_moment(entry["on"])
                    )
                    self.quarters[quarter] = locked
            for entry in year["reports"]:
                if entry["quarter"] == quarter:
                    self.report(entry)
        supply = DemonstrationSupply(
            self.partnership, self.quarters, manager=self.manager, domain=DOMAIN, moment=_moment
        )
        supply.play(year["supply"])

    @property
    def manager(self) -> User:
        return User.objects.get(email=f"manager@{DOMAIN}")

    @property
    def chair(self) -> User:
        return User.objects.get(email=f"chair@{DOMAIN}")

    def send(self, entry: dict[str, Any]) -> None:
        """Fill in, submit and judge one return."""
        priority = self.priorities[entry["priority"]]
        lead = priority.lead_officer
        assert lead is not None  # The file names a lead officer for every strategic priority.
        at = _moment(entry.get("submitted_on") or entry["saved_on"])
        held = return_of(priority, self.quarters[entry["quarter"]])
        held = returns.save_figures(held, _figures(priority, entry), seen=None, by=lead, at=at)
        held = returns.save_actions(held, _actions(priority, entry), seen=None, by=lead, at=at)
        held = returns.save_risks(held, _risks(priority, entry), seen=None, by=lead, at=at)
        held = returns.save_words(held, _words(entry), seen=None, by=lead, at=at)
        if entry["state"] == "in_progress":
            return
        held = returns.submit_return(held, by=lead, at=at)
        if entry["state"] == "accepted":
            returns.accept_return(held, by=self.manager, at=_moment(entry["accepted_on"]))
        if entry["state"] == "returned":
            returns.send_back(
                held, reason=entry["return_reason"], by=self.manager, at=_moment(entry["returned_on"])
            )

    def report(self, entry: dict[str, Any]) -> None:
        """Make, issue, sign off and publish one report."""
        quarter = self.quarters[entry["quarter"]]
        report = reports.make_report(
            kind=entry["kind"],
            quarter=quarter,
            meeting=Meeting.objects.get(quarters=quarter),
            number=entry["number"],
            by=self.manager,
            at=_moment(entry["made_on"]),
        )
        report = reports.issue_report(report, by=self.manager, at=_moment(entry["issued_on"]))
        signed = entry["sign_off"]
        report = reports.sign_off(
            report,
            verb=signed["decision"],
            text=signed["text"],
            minute_paragraph=str(signed["minute_paragraph"]),
            by=self.chair,
            at=_moment(signed["on"]),
        )
        reports.publish_report(report, by=self.manager, at=_moment(entry["published_on"]))


def _figures(priority: Priority, entry: dict[str, Any]) -> list[FigureEntry]:
    said = {row["measure"]: row for row in entry.get("commentaries", [])}
    given = {row["measure"]: row for row in entry.get("figures", [])}
    measures = Measure.objects.filter(priority=priority, code__in=[*said, *given])
    return [
        FigureEntry(
            measure_id=measure.pk,
            value=_value(given.get(measure.code, {})),
            is_sure=True,
            no_figure_reason=given.get(measure.code, {}).get("no_figure_reason", ""),
            cause=said.get(measure.code, {}).get("cause", ""),
            response=said.get(measure.code, {}).get("response", ""),
            back_on_track_on=said.get(measure.code, {}).get("back_on_track_on"),
        )
        for measure in measures
    ]


def _value(row: dict[str, Any]) -> Any:
    return parse_value(str(row["value"])) if "value" in row else None


def _actions(priority: Priority, entry: dict[str, Any]) -> list[returns.ActionEntry]:
    keys = dict(Action.objects.filter(priority=priority).values_list("code", "pk"))
    return [
        returns.ActionEntry(keys[row["code"]], status=row.get("status", ""), line=row.get("line", ""))
        for row in entry.get("actions", [])
    ]


def _risks(priority: Priority, entry: dict[str, Any]) -> list[returns.RiskEntry]:
    keys = dict(Risk.objects.filter(priority=priority).values_list("code", "pk"))
    return [
        returns.RiskEntry(
            keys[row["code"]], row.get("likelihood"), row.get("impact"), row.get("rationale", "")
        )
        for row in entry.get("risks", [])
    ]


def _words(entry: dict[str, Any]) -> WordsLine:
    return WordsLine(
        progress=entry.get("progress", ""),
        exceptional_issues=entry.get("exceptional_issues", ""),
        good_practice=entry.get("good_practice", ""),
        assessment=entry.get("assessment", ""),
        assessment_reason=entry.get("assessment_reason", ""),
    )
