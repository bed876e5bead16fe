"""Pages of the catalogue's editors. Every view stands behind `editor_page`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from procedures.policies import may_edit

__all__ = ["editor_page"]


def editor_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """403 for everybody who does not edit the catalogue (signing in is asked before)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_edit(request.user):
            raise PermissionDenied("Trang này dành cho người biên tập thủ tục.")
        return view(request, *args, **kwargs)

    return guarded
