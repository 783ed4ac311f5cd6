"""No partnership may take an address that the product keeps for itself."""

from django.conf import settings
from django.urls import URLPattern, URLResolver

from loip import urls
from priorities.models.partnership import RESERVED_SLUGS


def first_part(entry: URLPattern | URLResolver) -> str:
    return str(entry.pattern).split("/", 1)[0]


def test_every_address_of_the_product_is_reserved() -> None:
    own = {first_part(entry) for entry in urls.urlpatterns} - {"", "<slug:partnership>"}
    own.add(settings.STATIC_URL.strip("/"))
    assert own == {"accessibility", "accounts", "components", "privacy", "static"}
    # Browsers ask for the picture of a tab whatever a page says.
    assert own | {"favicon.ico"} == RESERVED_SLUGS
