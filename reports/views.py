"""The pages of reports. A published report is everyone's to read; anything else takes an account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from priorities import clock, held_words
from priorities.access import SignedInRequest, partnership_for, require, require_to_see
from priorities.downloads import downloads_of
from reports import operations, rendering
from reports.downloads.lists import list_tables, since_tables
from reports.downloads.report import report_tables
from reports.editions import edition_of
from reports.forms import NewReportForm, SignOffForm
from reports.models import Report, ReportFile
from reports.operations import AnswerRefused, Refused
from reports.report_list import report_list as listed
from reports.report_page import ReportPage, files_of, report_address
from reports.since import since_report

TYPES = {
    ReportFile.Format.HTML: "text/html; charset=utf-8",
    ReportFile.Format.PDF: "application/pdf",
}

ReportView = Callable[..., HttpResponse]
NEEDED_TO_MAKE = "priorities.make_reports"
NEEDED_TO_SIGN = "priorities.sign_off_reports"


def opens_report(*, needs: str = "") -> Callable[[ReportView], Callable[..., HttpResponse]]:
    """Give a view the report of its address, if it is the person's to see, and theirs to change where it changes.

    `needs` is the permission a change takes. What else stands in the address goes to the view as it is.
    """

    def decorate(view: ReportView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(request: HttpRequest, partnership: str, slug: str, **rest: str) -> HttpResponse:
            found = partnership_for(request, partnership)
            report = (
                Report.objects.visible_to(request.user)
                .filter(partnership=found, slug=slug)
                .select_related("quarter", "meeting__group", "sign_off")
                .first()
            )
            if not request.user.is_authenticated and (report is None or needs):
                return redirect_to_login(request.get_full_path())
            if report is None:
                raise Http404
            report.partnership = found
            if needs:
                require(request, needs, found)
            return view(request, report, **rest)

        return opened

    return decorate


# Reading


@require_safe
def report_list(request: HttpRequest, partnership: str) -> HttpResponse:
    found = partnership_for(request, partnership)
    quarters = listed(found, request.user)
    tables = list_tables(found, quarters, at=clock.now())
    context = {
        "quarters": quarters,
        "downloads": downloads_of(tables, "reports:list-download", found.slug),
        "may_make": request.user.has_perm(NEEDED_TO_MAKE, found),
        "is_member": request.user.has_perm("priorities.read_dashboard", found),
    }
    return TemplateResponse(request, "reports/report_list.html", context)


@require_safe
@opens_report()
def report_detail(request: HttpRequest, report: Report) -> HttpResponse:
    now = clock.now()
    since = since_report(report, known_at=now)
    address = (report.partnership.slug, report.slug)
    context = {
        "page": ReportPage.of(report, request.user),
        "since": since,
        "downloads": downloads_of(report_tables(edition_of(report)), "reports:report-download", *address),
        "since_downloads": downloads_of(
            since_tables(report, since, at=now), "reports:since-download", *address
        ),
    }
    return TemplateResponse(request, "reports/report_detail.html", context)


@require_safe
@opens_report()
def report_progress(request: HttpRequest, report: Report) -> HttpResponse:
    """The files alone, for a page that waits for them."""
    if request.headers.get("HX-Request") != "true":
        return redirect(report_address(report))
    return TemplateResponse(request, "reports/_files.html", {"files": files_of(report), "report": report})


@require_safe
@opens_report()
def report_html(request: HttpRequest, report: Report) -> HttpResponse:
    return _served(request, report, ReportFile.Format.HTML)


@require_safe
@opens_report()
def report_pdf(request: HttpRequest, report: Report) -> HttpResponse:
    return _served(request, report, ReportFile.Format.PDF)


def _served(request: HttpRequest, report: Report, file_format: ReportFile.Format) -> HttpResponse:
    """The file as it was kept; while there is none, the page that tells how far it is."""
    key = rendering.request_file(report, file_format).pk
    file = ReportFile.objects.defer("content").get(pk=key)
    if file.state != ReportFile.State.READY:
        return redirect(report_address(report))
    name = f"{edition_of(report).file_name}.{file.format}"
    return _download(
        request, report, lambda: bytes(file.content), file.sha256, name=name, content_type=TYPES[file_format]
    )


@require_safe
@opens_report()
def report_snapshot(request: HttpRequest, report: Report) -> HttpResponse:
    return _download(
        request,
        report,
        report.snapshot.encode,
        report.snapshot_sha256,
        name=f"{edition_of(report).file_name}.json",
        content_type="application/json",
    )


def _download(
    request: HttpRequest,
    report: Report,
    content: Callable[[], bytes],
    sha256: str,
    *,
    name: str,
    content_type: str,
) -> HttpResponse:
    """Bytes that are known by their hash: a browser that has them already is told so."""
    answer = get_conditional_response(request, etag=f'"{sha256}"')
    if answer is None:
        answer = HttpResponse(content(), content_type=content_type)
        answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["ETag"] = f'"{sha256}"'
    reader = "public" if report.state == Report.State.PUBLISHED else "private"
    answer["Cache-Control"] = f"{reader}, no-cache"
    return answer


# Making


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report_new(request: SignedInRequest, partnership: str) -> HttpResponse:
    found = partnership_for(request, partnership)
    require_to_see(request, "priorities.read_dashboard", found)
    require(request, NEEDED_TO_MAKE, found)
    form = NewReportForm(found, on=clock.today(), data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report = operations.make_report(**form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refusal:
            if made := _made_just_now(request, form):
                return redirect(report_address(made))
            _show_refusal(form, refusal)
        else:
            messages.success(
                request, f"The {report.title} for {report.quarter} is made. Check it, then issue it."
            )
            return redirect(report_address(report))
    return TemplateResponse(request, "reports/report_new.html", {"form": form})


def _made_just_now(request: SignedInRequest, form: NewReportForm) -> Report | None:
    """The very report asked for, when the button was pressed twice."""
    asked = {name: value for name, value in form.cleaned_data.items() if name != "is_for_public"}
    return Report.objects.filter(
        made_by=request.user, state=Report.State.ASSEMBLING, partnership=asked["quarter"].partnership, **asked
    ).first()


@require_POST
@opens_report(needs=NEEDED_TO_MAKE)
def report_make_again(request: SignedInRequest, report: Report) -> HttpResponse:
    try:
        operations.make_again(
            report, by=request.user, at=clock.now(), is_for_public="is_for_public" in request.POST
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The report is made again, with the figures known now.")
    return redirect(report_address(report))


@require_POST
@opens_report(needs=NEEDED_TO_MAKE)
def report_files(request: SignedInRequest, report: Report) -> HttpResponse:
    rendering.try_again(report)
    return redirect(report_address(report))


@require_http_methods(["GET", "HEAD", "POST"])
@opens_report(needs=NEEDED_TO_MAKE)
def report_issue(request: SignedInRequest, report: Report) -> HttpResponse:
    if request.method != "POST":
        context = {"report": report, "why_not": operations.why_not_issued(report)}
        return TemplateResponse(request, "reports/report_issue.html", context)
    # A second press of the same button finds it done.
    if report.issued_by_id != request.user.pk:
        try:
            operations.issue_report(report, by=request.user, at=clock.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(report_address(report))
    messages.success(request, "The report is issued. The Board can read it, and the Chair can sign it off.")
    return redirect(report_address(report))


@require_http_methods(["GET", "HEAD", "POST"])
@opens_report(needs=NEEDED_TO_MAKE)
def report_publish(request: SignedInRequest, report: Report) -> HttpResponse:
    if request.method != "POST":
        context = {"report": report, "why_not": operations.why_not_published(report)}
        return TemplateResponse(request, "reports/report_publish.html", context)
    if report.published_by_id != request.user.pk:
        try:
            operations.publish_report(report, by=request.user, at=clock.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(report_address(report))
    messages.success(request, "The report is published: everyone can read it.")
    return redirect(report_address(report))


# Signing off


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
@opens_report(needs=NEEDED_TO_SIGN)
def report_sign_off(request: SignedInRequest, report: Report) -> HttpResponse:
    if request.method != "POST":
        return _show_sign_off(request, report, SignOffForm(held_words.take(request)))
    if report.is_sealed and report.sign_off.signed_by_id == request.user.pk:
        return _signed(request, report)
    form = SignOffForm(request.POST)
    if form.is_valid():
        try:
            operations.sign_off(report, **form.cleaned_data, by=request.user, at=clock.now())
        except Refused as refusal:
            _show_refusal(form, refusal)
        else:
            return _signed(request, report)
    return _show_sign_off(request, report, form)


def _show_sign_off(request: SignedInRequest, report: Report, form: SignOffForm) -> HttpResponse:
    context: dict[str, Any] = {"report": report, "form": form, "writer": request.user.pk}
    return TemplateResponse(request, "reports/report_sign_off.html", context)


def _signed(request: HttpRequest, report: Report) -> HttpResponse:
    messages.success(request, "The report is signed off and sealed: nothing in it can change.")
    return redirect(report_address(report))


def _show_refusal(form: NewReportForm | SignOffForm, refusal: Refused) -> None:
    form.add_error(refusal.field if isinstance(refusal, AnswerRefused) else None, str(refusal))
