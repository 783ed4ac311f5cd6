"""The addresses of the Board's pages, under `/<partnership>/`."""

from django.urls import path

from dashboard import views, views_downloads, views_library, views_plan

app_name = "dashboard"

dashboard_urls = [
    path("dashboard/", views.scorecard_current, name="scorecard-current"),
    path("dashboard/<slug:year>/<slug:quarter>/", views.scorecard_detail, name="scorecard-detail"),
    path(
        "dashboard/<slug:year>/<slug:quarter>/priorities/<slug:priority>/",
        views.priority_detail,
        name="priority-detail",
    ),
]

# Each page has its tables beside it, as files.
download_urls = [
    path("download.<slug:extension>", views_downloads.plan_download, name="plan-download"),
    path(
        "dashboard/<slug:year>/<slug:quarter>/download.<slug:extension>",
        views_downloads.scorecard_download,
        name="scorecard-download",
    ),
    path(
        "dashboard/<slug:year>/<slug:quarter>/priorities/<slug:priority>/download.<slug:extension>",
        views_downloads.priority_download,
        name="priority-download",
    ),
    path(
        "measures/download.<slug:extension>",
        views_downloads.measure_list_download,
        name="measure-list-download",
    ),
    path(
        "measures/<slug:code>/download.<slug:extension>",
        views_downloads.measure_download,
        name="measure-download",
    ),
    path("risks/<slug:code>/download.<slug:extension>", views_downloads.risk_download, name="risk-download"),
    path(
        "risks/<slug:year>/<slug:quarter>/download.<slug:extension>",
        views_downloads.risk_profile_download,
        name="risk-profile-download",
    ),
]

measure_urls = [
    path("measures/", views_library.measure_list, name="measure-list"),
    path("measures/<slug:code>/", views.measure_detail, name="measure-detail"),
    path("measures/<slug:code>/figure.json", views.measure_figure, name="measure-figure"),
]

risk_urls = [
    path("risks/", views.risk_list, name="risk-list"),
    path("risks/<slug:code>/", views.risk_detail, name="risk-detail"),
    path("risks/<slug:year>/<slug:quarter>/", views.risk_profile_detail, name="risk-profile-detail"),
]

urlpatterns = [
    path("", views_plan.plan_detail, name="plan-detail"),
    *dashboard_urls,
    *measure_urls,
    *risk_urls,
    *download_urls,
]
