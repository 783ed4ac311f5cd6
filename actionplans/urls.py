"""Addresses of the work and the numbers, under `/<partnership>/`."""

from django.urls import URLPattern, URLResolver, include, path

from actionplans.return_pages import SECTIONS
from actionplans.views import (
    columns,
    definitions,
    deliveries,
    disclosure,
    downloads,
    link_page,
    links,
    my_work,
    pasting,
    quarters,
    readings,
    returns,
    series,
    sheets,
    supply,
    targets,
)

app_name = "actionplans"

# returns/<year>/<quarter>/<priority>/
return_urls = [
    path("", returns.return_detail, name="return-detail"),
    *(
        path(f"{name}/", returns.return_section, {"section": name}, name=f"return-{name}")
        for name in SECTIONS
    ),
    path("figures/paste/", pasting.return_paste, name="return-paste"),
    path("check/", returns.return_check, name="return-check"),
    path("review/", quarters.return_review, name="return-review"),
    path("download.<slug:extension>", downloads.return_download, name="return-download"),
]

# quarters/<year>/<quarter>/sheets/in/: figures that come back
delivery_urls = [
    path("", deliveries.delivery_list, name="delivery-list"),
    path("download.<slug:extension>", deliveries.delivery_list_download, name="delivery-list-download"),
    path("new/", deliveries.delivery_new, name="delivery-new"),
    path("<int:delivery>/", deliveries.delivery_detail, name="delivery-detail"),
    path("<int:delivery>/columns/", columns.delivery_columns, name="delivery-columns"),
    path("<int:delivery>/preview.<slug:extension>", deliveries.delivery_preview, name="delivery-preview"),
    path("<int:delivery>/drop/", deliveries.delivery_drop, name="delivery-drop"),
    path("<int:delivery>/file", deliveries.delivery_file, name="delivery-file"),
]

# quarters/<year>/<quarter>/
quarter_urls: list[URLPattern | URLResolver] = [
    path("", quarters.quarter_detail, name="quarter-detail"),
    path("download.<slug:extension>", downloads.quarter_download, name="quarter-download"),
    path("lock/", quarters.quarter_lock, name="quarter-lock"),
    path("sheets/", sheets.sheet_list, name="sheet-list"),
    path("sheets/in/", include(delivery_urls)),
    path("sheets/<slug:scope>/<slug:subject>.<slug:extension>", sheets.sheet_download, name="sheet-download"),
]

# measures/: "new" is no code that a measure may have
measure_urls = [
    path("new/", definitions.measure_new, name="measure-new"),
    path("new/<slug:source>/", definitions.measure_define, name="measure-define"),
    path("<slug:code>/edit/", definitions.measure_edit, name="measure-edit"),
    path("<slug:code>/breaks/", definitions.break_list, name="break-list"),
    path("<slug:code>/breaks/download.<slug:extension>", downloads.break_download, name="break-download"),
]

# send/: the page of a link, for somebody without an account
send_urls = [
    path("", link_page.link_fill, name="link-fill"),
    path("sent/", link_page.link_sent, name="link-sent"),
]

# supply/: who sends figures, and what they were asked for
supply_urls = [
    path("", supply.supply_detail, name="supply-detail"),
    path("download.<slug:extension>", downloads.supply_download, name="supply-download"),
    path("reminders/", supply.supply_remind, name="supply-remind"),
    path("address/", supply.supply_address, name="supply-address"),
    path("calendar.ics", supply.supply_feed, name="supply-feed"),
    path("calendar/<str:address>.ics", supply.supply_feed_by_address, name="supply-feed-by-address"),
    path("links/", links.link_list, name="link-list"),
    path("links/download.<slug:extension>", links.link_list_download, name="link-list-download"),
    path("links/new/", links.link_new, name="link-new"),
    path("links/<int:link>/", links.link_detail, name="link-detail"),
    path("links/<int:link>/download.<slug:extension>", links.link_download, name="link-download"),
    path("contacts/", supply.contact_list, name="contact-list"),
    path("contacts/download.<slug:extension>", downloads.contact_download, name="contact-download"),
    path("contacts/new/", supply.contact_new, name="contact-new"),
    path("contacts/<int:contact>/", supply.contact_edit, name="contact-edit"),
    path("requests/", supply.request_current, name="request-current"),
    path("requests/<int:number>/", supply.request_detail, name="request-detail"),
    path("requests/<slug:year>/<slug:quarter>/", supply.request_list, name="request-list"),
    path(
        "requests/<slug:year>/<slug:quarter>/download.<slug:extension>",
        downloads.request_download,
        name="request-download",
    ),
    path("requests/<slug:year>/<slug:quarter>/new/", supply.request_new, name="request-new"),
]

urlpatterns = [
    path("my-work/", my_work.my_work, name="work-list"),
    path("my-work/download.<slug:extension>", downloads.work_download, name="work-download"),
    path("returns/<slug:year>/<slug:quarter>/<slug:priority>/", include(return_urls)),
    path("quarters/", quarters.quarter_current, name="quarter-current"),
    path("quarters/<slug:year>/<slug:quarter>/", include(quarter_urls)),
    path("measures/", include(measure_urls)),
    path("supply/", include(supply_urls)),
    path("send/<str:token>/", include(send_urls)),
    path("disclosure/", disclosure.disclosure_detail, name="disclosure-detail"),
    path("disclosure/download.<slug:extension>", downloads.disclosure_download, name="disclosure-download"),
    path("disclosure/<slug:code>/", disclosure.disclosure_measure, name="disclosure-measure"),
    path(
        "disclosure/<slug:code>/download.<slug:extension>",
        downloads.clearance_download,
        name="clearance-download",
    ),
    path("measures/<slug:code>/readings/new/", readings.reading_new, name="reading-new"),
    path("measures/<slug:code>/series/", series.series_list, name="series-list"),
    path(
        "measures/<slug:code>/series/download.<slug:extension>",
        downloads.series_download,
        name="series-download",
    ),
    path("measures/<slug:code>/targets/", targets.target_edit, name="target-edit"),
    path(
        "measures/<slug:code>/targets/download.<slug:extension>",
        downloads.target_download,
        name="target-download",
    ),
]
