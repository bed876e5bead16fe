from typing import Any

from django import template

from procedures.pages.rows import dong

register = template.Library()


@register.filter
def fee_sum(line: Any) -> str:
    """What a fee line asks for (a row, or as a dossier keeps it): 0 is free, no amount means that
    its note says what is due."""
    said = line if isinstance(line, dict) else {"amount": line.amount, "unit": line.unit}
    if said["amount"] is None:
        return "theo quy định"
    if not said["amount"]:
        return "không thu"
    unit = (said.get("unit") or "").removeprefix("đồng").removeprefix("Đồng").strip()
    return dong(said["amount"]) + (unit if unit.startswith("/") or not unit else f" {unit}")
