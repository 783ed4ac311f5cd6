"""Made-up reports of a Board's papers."""

import datetime as dt

import factory

from priorities.clock import EDINBURGH
from reports.models import Report, ReportFile
from tests.factories import GroupFactory, MeetingFactory, QuarterFactory, UserFactory

MADE_AT = dt.datetime(2022, 2, 1, 9, 0, tzinfo=EDINBURGH)


class ReportFactory(factory.django.DjangoModelFactory):
    """A Performance Dashboard report of Q3 2021/22, being prepared, unless said otherwise."""

    class Meta:
        model = Report

    partnership = factory.SelfAttribute("quarter.partnership")
    kind = Report.Kind.PERFORMANCE_DASHBOARD
    quarter = factory.SubFactory(QuarterFactory)
    meeting = factory.LazyAttribute(
        lambda report: MeetingFactory(group=GroupFactory(partnership=report.quarter.partnership))
    )
    number = factory.Sequence(lambda n: f"G/22/{n}")
    slug = factory.Sequence(lambda n: f"performance-dashboard-{n}")
    title = "Performance Dashboard"
    data_cut_off = MADE_AT
    snapshot = '{"schema": 1}'
    snapshot_sha256 = "a" * 64
    made_at = MADE_AT
    made_by = factory.SubFactory(UserFactory)

    class Params:
        issued = factory.Trait(state="issued", issued_at=MADE_AT, issued_by=factory.SelfAttribute("made_by"))
        agreed = factory.Trait(state="agreed", issued_at=MADE_AT, issued_by=factory.SelfAttribute("made_by"))
        published = factory.Trait(
            state="published",
            issued_at=MADE_AT,
            issued_by=factory.SelfAttribute("made_by"),
            published_at=MADE_AT,
            published_by=factory.SelfAttribute("made_by"),
        )


class ReportFileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReportFile

    report = factory.SubFactory(ReportFactory)
    format = ReportFile.Format.PDF
    made_from_sha256 = "a" * 64
