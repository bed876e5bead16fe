"""Pages about what is in force now: kept addresses outlive it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from procedures.models import Procedure


def in_force(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view gets the procedure and its version for the code; whoever kept an address of a
    retired one comes to the page that says what became of it."""

    @wraps(view)
    def found(request: HttpRequest, code: str, **rest: Any) -> HttpResponse:
        procedure = get_object_or_404(Procedure.objects.with_page_parts(), code=code)
        if procedure.current is None:
            if procedure.retired_on is None:
                raise Http404("Thủ tục chưa được công bố.")
            return redirect("procedure", procedure.code)
        return view(request, procedure, procedure.current, **rest)

    return found
