"""Which sections are asked together on a page."""

from typing import Any

from .conditions import names
from .definition import controls, parse


def pages(definition: dict[str, Any], most: int) -> list[tuple[str, ...]]:
    """Keys of the sections, page by page, whatever the answers: short neighbours share a page of
    up to `most` controls. A section that hangs on an answer never stands on the page that asks
    for it: without scripts nobody could know yet whether it is asked."""
    found: list[list[str]] = []
    count, asked = 0, set[str]()
    for section in parse(definition).sections:
        own = sum(controls(node) for node in section.nodes if not node.is_text)
        keys = {node.key for node in section.nodes}
        if found and count + own <= most and asked.isdisjoint(names(section.show_if)):
            found[-1].append(section.key)
            count, asked = count + own, asked | keys
        else:
            found.append([section.key])
            count, asked = own, keys
    return [tuple(page) for page in found]
