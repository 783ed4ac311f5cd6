"""Addresses of the record, under `/<partnership>/`."""

from django.urls import include, path

from reports import views, views_downloads

app_name = "reports"

# reports/<slug>/
report_urls = [
    path("", views.report_detail, name="report-detail"),
    path("download.<slug:extension>", views_downloads.report_download, name="report-download"),
    path("since/download.<slug:extension>", views_downloads.since_download, name="since-download"),
    path("progress/", views.report_progress, name="report-progress"),
    path("report.html", views.report_html, name="report-html"),
    path("report.pdf", views.report_pdf, name="report-pdf"),
    path("snapshot.json", views.report_snapshot, name="report-snapshot"),
    path("make-again/", views.report_make_again, name="report-make-again"),
    path("files/", views.report_files, name="report-files"),
    path("issue/", views.report_issue, name="report-issue"),
    path("sign-off/", views.report_sign_off, name="report-sign-off"),
    path("publish/", views.report_publish, name="report-publish"),
]

urlpatterns = [
    path("reports/", views.report_list, name="report-list"),
    path("reports/download.<slug:extension>", views_downloads.list_download, name="list-download"),
    path("reports/new/", views.report_new, name="report-new"),
    path("reports/<slug:slug>/", include(report_urls)),
]
