"""What the requests of a filing cannot do without: the same session, user, rows and fsynced
bytes as ours; no checks, no lock, no words."""

import hashlib
import os
import pickle
import uuid
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from dossiers.models import ClockEntry, Counter, Dossier, Event, Paper, Slip
from dossiers.workflow import Status
from notices.models import Notice


@cache
def sample() -> dict[str, Any]:
    """Rows of a dossier that ours has filed (benchmarks.sample): what these views write."""
    found: dict[str, Any] = pickle.loads(Path(os.environ["BARE_SAMPLE"]).read_bytes())
    return found


@require_POST
def paper(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    dossier = get_object_or_404(Dossier, public_id=public_id, submitter=request.user)
    mark = uuid.uuid4()
    (upload,) = request.FILES.values()
    stored, digest, size = keep(upload)
    now = timezone.now()
    Paper.objects.create(
        **sample()["paper"]
        | {
            "key": f"paper-{mark}",
            "public_id": mark,
            "dossier_id": dossier.pk,
            "stored_name": stored,
            "size": size,
            "sha256": digest,
            "uploaded_by_id": request.user.pk,
            "uploaded_at": now,
            "available_at": now,
            "created_at": now,
        }
    )
    return redirect("home")


def keep(upload: UploadedFile) -> tuple[str, str, int]:
    """Name, digest and size of the bytes, which are on disk now, and so is their name."""
    name = f"papers/{timezone.now():%Y/%m}/{uuid.uuid4()}.pdf"
    target = Path(settings.PRIVATE_ROOT) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        for chunk in upload.chunks():
            digest.update(chunk)
            size += file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(target.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return name, digest.hexdigest(), size


@require_POST
@transaction.atomic
def submit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    dossier = get_object_or_404(Dossier, public_id=public_id, submitter=request.user)
    now, given = timezone.now(), sample()
    counters = Counter.objects.filter(**given["counter"])
    counters.update(value=F("value") + 1)
    number = counters.values_list("value", flat=True).get()
    same = {"dossier_id": dossier.pk, "at": now}
    event = Event.objects.create(**given["event"] | same | {"by_id": request.user.pk})
    clock = ClockEntry.objects.create(**given["clock"] | same)
    slip = {"key": f"slip-{public_id}-2-receipt", "public_id": uuid.uuid4()}
    issued = {"dossier_id": dossier.pk, "issued_at": now, "issued_by_id": request.user.pk}
    times = {"available_at": now, "created_at": now}
    Slip.objects.create(**given["slip"] | slip | issued | times)
    key = f"{public_id}/{event.seq}/submitted"
    Notice.objects.create(**given["notice"] | times | {"key": key, "user_id": request.user.pk})
    dossier.status, dossier.code = Status.SUBMITTED, f"{given['code']}-{number:04d}"
    dossier.filed_how = "self"
    dossier.submitted_at = dossier.intake_due_at = dossier.queue_at = dossier.heard_at = now
    dossier.chain_head, dossier.chain_length = clock.digest, clock.seq
    dossier.revision += 1
    dossier.save()
    return redirect("home")
