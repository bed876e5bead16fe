"""The bare side of benchmarks/walk.py: each request of a recorded walk by its number, with the
same bytes out and the same rows in; no template, no form, no check."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from benchmarks.bare import views
from dossiers.models import Dossier


def walked(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    call: dict[str, Any] = views.sample()["walk"][number]
    if request.method == "POST":
        return WRITES[call["place"].partition("/")[0]](request, public_id)
    if call["place"] != "nop":
        get_object_or_404(Dossier, public_id=public_id, submitter=request.user)
    return HttpResponse(call["answer"], status=call["status"])


def begin(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    mine = {"public_id": public_id, "start_token": uuid.uuid4()}
    mine |= {"submitter_id": request.user.pk, "owner_id": request.user.pk}
    Dossier.objects.create(**views.sample()["draft"] | mine)
    return redirect("home")


def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    dossier = get_object_or_404(Dossier, public_id=public_id, submitter=request.user)
    dossier.answers |= dict(request.POST.items())
    dossier.revision += 1
    dossier.save(update_fields=["answers", "revision", "updated_at"])
    return redirect("home")


WRITES = {"nop": begin, "to-khai": answer, "giay-to": views.paper, "kiem-tra": views.submit}
