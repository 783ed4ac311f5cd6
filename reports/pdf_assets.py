"""The only files a report may use while it is printed: those under the asset roots it was given.

The roots lie over one another as Django's static folders do: `../fonts/a.woff2`, written in
`reports/report.css` of one root, may be found in `fonts/` of another.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# `.invalid` can never be a real host (RFC 2606), so no address in a document reaches the roots by accident.
ORIGIN = "https://assets.invalid/"

_MIME_TYPES = {
    ".css": "text/css",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


class AssetFetcher(URLFetcher):
    """Serves files under the asset roots and refuses every other address.

    A refusal stops the printing: a report must not go out without a font or a picture it asked for.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        super().__init__(allowed_protocols=("https",), allow_redirects=False)
        self._roots = tuple(root.resolve() for root in roots)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The file behind `url`; raises FatalURLFetchingError when it is not one of ours."""
        if not url.startswith(ORIGIN):
            raise FatalURLFetchingError(f"A report may use only its own files, not {_short(url)}")
        path = self.find(unquote(urlsplit(url).path))
        mime_type = _MIME_TYPES.get(path.suffix)
        if mime_type is None:
            raise FatalURLFetchingError(f"A report has no use for such a file: {_short(url)}")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": mime_type})

    def find(self, name: str) -> Path:
        """The first file called `name` under a root, looking no further than the roots themselves."""
        for root in self._roots:
            path = (root / name.lstrip("/")).resolve()
            if path.is_relative_to(root) and path.is_file():
                return path
        raise FatalURLFetchingError(f"A report asks for a file that is not among its assets: {name}")

    def address_of(self, path: Path) -> str:
        """The address under which a file of the roots is served."""
        for root in self._roots:
            if path.resolve().is_relative_to(root):
                return ORIGIN + path.resolve().relative_to(root).as_posix()
        raise FatalURLFetchingError(f"A report asks for a file that is not among its assets: {path.name}")

    def open(self, url: Any, data: Any = None, timeout: Any = None) -> URLFetcherResponse:
        """Closes the parent's other way in."""
        return self.fetch(getattr(url, "full_url", url))


def _short(url: str) -> str:
    return url if len(url) <= 120 else f"{url[:120]}…"
