"""A measure to take away."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from dashboard.access import dashboard_for, measure_for, quarter_in_hand
from priorities import clock
from priorities.workbooks import FileKind
from reports.measure_download import measure_file


@login_required
@require_safe
def measure_download(request: HttpRequest, partnership: str, code: str, extension: str) -> HttpResponse:
    """What the measure's page shows whoever asks, as a file of the kind its address ends with."""
    readable = dashboard_for(request, partnership)
    measure = measure_for(request, readable, code)
    try:
        kind = FileKind(extension)
    except ValueError:
        raise Http404 from None
    file = measure_file(measure, quarter_in_hand(request, readable), kind, known_at=clock.now())
    response = HttpResponse(file.content, content_type=kind.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name)
    patch_cache_control(response, private=True, no_cache=True)
    return response
