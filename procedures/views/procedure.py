"""One procedure, as everybody may read it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from portal.lib import slots
from portal.lib.publicpages import public_page
from procedures import pages
from procedures.models import Procedure
from procedures.questions import published_for


@login_not_required
@public_page
@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Procedure.objects.published().with_page_parts(), code=code)
    page = pages.page_of(found)
    context = {
        "page": page,
        "asked": published_for(found, page.cases),
        "facts": slots.fill("procedure.facts", found),
        "trail": [("Thủ tục hành chính", reverse("catalogue"))],
        "crumb": Truncator(found.name).words(12),
    }
    return render(request, "procedures/procedure.html", context)
