"""What machines read on a procedure's page: schema.org as JSON-LD, and its one true address."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from procedures.models import ChannelKind
from procedures.pages.page import ProcedurePage

_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def of(page: ProcedurePage) -> SafeString:
    """For <script type="application/ld+json">: a data block, which no browser runs and CSP
    does not mind; it can hold no tag."""
    text = json.dumps(_service(page), ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(text)


def _service(page: ProcedurePage) -> dict[str, Any]:
    version = page.version
    url = absolute(reverse("procedure", args=[page.procedure.code]))
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": url,
        "url": url,
        "identifier": page.procedure.code,
        "name": _short(page.procedure.name),
        "description": _short(version.summary),
        "serviceType": page.procedure.sector.name,
        "inLanguage": "vi",
        "areaServed": {"@type": "AdministrativeArea", "name": settings.PROVINCE_NAME},
        "provider": {
            "@type": "GovernmentOrganization",
            "name": _short(version.executing_text),
        },
        "availableChannel": _channels(page, url),
        "dateModified": version.published_at.date().isoformat(),
    }
    if version.audiences:
        found["audience"] = [{"@type": "Audience", "audienceType": a} for a in version.audiences]
    if page.result_types:
        found["serviceOutput"] = [
            {"@type": "Thing", "name": _short(result.name)} for result in page.result_types[:10]
        ]
    return found


def _channels(page: ProcedurePage, url: str) -> list[dict[str, Any]]:
    kinds = {
        ChannelKind.ONLINE: {"serviceUrl": url},
        ChannelKind.DIRECT: {"servicePhone": settings.HOTLINE},
        ChannelKind.POST: {"servicePhone": settings.HOTLINE},
    }
    ways = dict.fromkeys(way.kind.split(". ")[-1] for way in page.ways)
    words = {str(kind.label): facts for kind, facts in kinds.items()}
    return [
        {"@type": "ServiceChannel", "name": way, "availableLanguage": "vi", **words.get(way, {})}
        for way in ways
    ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 500 else line[:499] + "…"
