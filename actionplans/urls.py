"""Addresses of the work and the numbers, under `/<partnership>/`."""

from django.urls import include, path

from actionplans.return_pages import SECTIONS
from actionplans.views import definitions, disclosure, my_work, quarters, readings, returns, series, targets

app_name = "actionplans"

# returns/<year>/<quarter>/<priority>/
return_urls = [
    path("", returns.return_detail, name="return-detail"),
    *(
        path(f"{name}/", returns.return_section, {"section": name}, name=f"return-{name}")
        for name in SECTIONS
    ),
    path("check/", returns.return_check, name="return-check"),
    path("review/", quarters.return_review, name="return-review"),
]

# quarters/<year>/<quarter>/
quarter_urls = [
    path("", quarters.quarter_detail, name="quarter-detail"),
    path("lock/", quarters.quarter_lock, name="quarter-lock"),
]

# measures/: "new" is no code that a measure may have
measure_urls = [
    path("new/", definitions.measure_new, name="measure-new"),
    path("new/<slug:source>/", definitions.measure_define, name="measure-define"),
    path("<slug:code>/edit/", definitions.measure_edit, name="measure-edit"),
    path("<slug:code>/breaks/", definitions.break_list, name="break-list"),
]

urlpatterns = [
    path("my-work/", my_work.my_work, name="work-list"),
    path("returns/<slug:year>/<slug:quarter>/<slug:priority>/", include(return_urls)),
    path("quarters/", quarters.quarter_current, name="quarter-current"),
    path("quarters/<slug:year>/<slug:quarter>/", include(quarter_urls)),
    path("measures/", include(measure_urls)),
    path("disclosure/", disclosure.disclosure_detail, name="disclosure-detail"),
    path("disclosure/<slug:code>/", disclosure.disclosure_measure, name="disclosure-measure"),
    path("measures/<slug:code>/readings/new/", readings.reading_new, name="reading-new"),
    path("measures/<slug:code>/series/", series.series_list, name="series-list"),
    path("measures/<slug:code>/targets/", targets.target_edit, name="target-edit"),
]
