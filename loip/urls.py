"""Every address of the product. A page lives in the app that may know all it shows."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import TemplateView

from loip import gallery

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("accessibility/", TemplateView.as_view(template_name="accessibility.html"), name="accessibility"),
    path("privacy/", TemplateView.as_view(template_name="privacy.html"), name="privacy"),
]

if settings.LOIP_SHOW_COMPONENTS:
    urlpatterns.append(path("components/", gallery.gallery, name="gallery"))

urlpatterns += [
    path("", include("priorities.urls")),
    path("<slug:partnership>/", include("actionplans.urls")),
    path("<slug:partnership>/", include("dashboard.urls")),
    path("<slug:partnership>/", include("reports.urls")),
]
