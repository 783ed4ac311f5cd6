"""Every address of the product. A page lives in the app that may know all it shows."""

from django.conf import settings
from django.urls import include, path

from loip import gallery, views

handler400 = "loip.views.bad_request"

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("loip.account_urls")),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
]

if settings.LOIP_SHOW_COMPONENTS:
    urlpatterns.append(path("components/", gallery.gallery, name="gallery"))

urlpatterns += [
    path("<slug:partnership>/", include("actionplans.urls")),
    path("<slug:partnership>/", include("dashboard.urls")),
    path("<slug:partnership>/", include("reports.urls")),
]
