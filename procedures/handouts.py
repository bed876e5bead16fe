"""From a Handout row to its PDF: guidance to take along and blank forms, made by the worker."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import Agency
from notices.actions import absolute
from portal.lib import files
from portal.lib.outbox import LeaseLost
from portal.lib.pdf import render_pdf
from procedures import blanks, levels
from procedures.models import Handout, HandoutKind, Procedure, ProcedureCase, ProcedureVersion
from procedures.pages.desks import hours_of
from procedures.pages.folding import Share
from procedures.pages.papers import need_of
from procedures.pages.reading import parts_in_force
from procedures.pages.texts import whole_of
from procedures.reference import RETURN_WORDS

# Raise it when a layout changes: papers are made anew, the old ones swept away.
LAYOUT = 1
# Bytes of text one slip prints; what is longer is told to stand on the portal.
SLIP_BYTES = 400_000


def key_of(version: ProcedureVersion, kind: str, case_key: str, agency: Agency | None) -> str:
    """One content, one key: same words, same case, same office, same layout."""
    office = [agency.pk, agency.name, agency.address, agency.phone, agency.opening_hours,
              agency.saturday] if agency else []  # fmt: skip
    words = [kind, version.content_digest or version.pk, case_key, office, LAYOUT,
             settings.PORTAL_NAME, settings.HOTLINE, settings.SITE_URL]  # fmt: skip
    text = json.dumps([version.number, version.procedure_id, *words], ensure_ascii=False)
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()}"


def start_url(procedure: Procedure, *, online: bool) -> str:
    """What the QR code opens: filing, begun or gone on with, where that is possible."""
    if online:
        try:
            return absolute(reverse("start-filing", args=[procedure.code]))
        except NoReverseMatch:
            pass
    return absolute(reverse("procedure", args=[procedure.code]))


def render(handout: Handout) -> None:
    """Make and store the bytes of one claimed row."""
    version = ProcedureVersion.objects.select_related("procedure__sector").get(
        pk=handout.version_id
    )
    if handout.kind == HandoutKind.BLANK:
        template, data = "slips/blank.html", blank_data(version)
    else:
        template, data = "slips/guidance.html", guidance_data(version, handout)
    content = render_pdf(template, data, variant="slip")
    with files.waited_out():
        stored = files.store_file(ContentFile(content, name="phieu.pdf"), "handouts")
    with transaction.atomic():
        now = timezone.now()
        mine = Handout.objects.filter(pk=handout.pk, lease_token=handout.lease_token)
        digest = hashlib.sha256(content).hexdigest()
        mine.update(stored_name=stored, sha256=digest, size=len(content))
        if not handout.settle_done(now):
            raise LeaseLost


def guidance_data(version: ProcedureVersion, handout: Handout) -> dict[str, Any]:
    """Everything printed on the slip of one case, at one office or any."""
    procedure, agency = version.procedure, handout.agency
    parts = parts_in_force(version)
    case = next((c for c in parts.cases if c.key == handout.case_key), None)
    told = whole_of(version, parts, SLIP_BYTES, url="-")
    share = Share(SLIP_BYTES, "-")
    services = procedure.services.filter(active=True)
    if agency:
        services = services.filter(receiving_agency=agency)
    offered = max(services.values_list("level", flat=True), default=0)
    online = offered >= levels.Level.FILE
    offer = levels.offer(version.level)
    named = {way for result in parts.result_types for way in result.returns}
    returns = offer.returns & (named or {"desk"}) or {"desk"}
    return _head(version) | {
        "version": version,
        "procedure": procedure,
        "case": case if case and len(parts.cases) > 1 else None,
        "needs": [need_of(need, {}, share) for need in _needs(case)],
        "told": told,
        "returns": [words for way, words in RETURN_WORDS.items() if way in returns],
        "agency": agency,
        "hours": hours_of(agency) if agency else "",
        "online": online,
        "pays_online": offer.pays_online,
        "start_url": start_url(procedure, online=online),
        "page_url": absolute(reverse("procedure", args=[procedure.code])),
    }


def _needs(case: ProcedureCase | None) -> list[Any]:
    return list(case.requirements.all()) if case else []


def blank_data(version: ProcedureVersion) -> dict[str, Any]:
    procedure = version.procedure
    return _head(version) | {
        "version": version,
        "procedure": procedure,
        "form": blanks.form_of(version.eform or {"title": "", "sections": []}),
        "page_url": absolute(reverse("procedure", args=[procedure.code])),
        "mark": (version.content_digest or f"{version.pk:012}")[:12],
    }


def _head(version: ProcedureVersion) -> dict[str, Any]:
    return {
        "portal_name": settings.PORTAL_NAME,
        "province": settings.PROVINCE_NAME,
        "hotline": settings.HOTLINE,
    }
