"""Tagged PDFs made one after the other become one document that is tagged as a whole."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from portal.lib.jobs import run_guarded


def join_tagged(parts: Sequence[bytes]) -> bytes:
    """The pages of `parts` (of our own making: portal.lib.pdf, variant "slip") in their order,
    with the title and language of the first. Raises portal.lib.jobs.JobError."""
    if len(parts) == 1:
        return parts[0]
    return run_guarded(_join, list(parts))


def _join(parts: list[bytes]) -> bytes:
    import pikepdf

    whole = pikepdf.open(io.BytesIO(parts[0]))
    root = whole.Root.StructTreeRoot
    kids, numbers = _kids(root), list(_pairs(root))
    for part in parts[1:]:
        other = pikepdf.open(io.BytesIO(part))
        # Marked content is looked up by a page's number in the parent tree: one tree, so the
        # numbers of this part begin where those before it end.
        offset = 1 + max(key for key, _ in numbers)
        for page in other.pages:
            _renumber(page.obj, offset)
        whole.pages.extend(other.pages)
        tree = whole.copy_foreign(other.Root.StructTreeRoot)
        for kid in _kids(tree):
            kid.P = root
            kids.append(kid)
        numbers += [(key + offset, value) for key, value in _pairs(tree)]
    root.K = pikepdf.Array(kids)
    flat = [item for pair in numbers for item in pair]
    root.ParentTree = whole.make_indirect(pikepdf.Dictionary(Nums=pikepdf.Array(flat)))
    out = io.BytesIO()
    whole.save(out, deterministic_id=True)
    return out.getvalue()


def _renumber(page: Any, offset: int) -> None:
    if "/StructParents" in page:
        page.StructParents = int(page.StructParents) + offset
    for note in page.get("/Annots", []):
        if "/StructParent" in note:
            note.StructParent = int(note.StructParent) + offset


def _kids(tree: Any) -> list[Any]:
    import pikepdf

    return list(tree.K) if isinstance(tree.K, pikepdf.Array) else [tree.K]


def _pairs(tree: Any) -> Iterator[tuple[int, Any]]:
    numbers = list(tree.ParentTree.Nums)
    for key, value in zip(numbers[::2], numbers[1::2], strict=True):
        yield int(key), value


def page_count(document: bytes) -> int:
    """Of a PDF of our own making."""
    import pikepdf

    with pikepdf.open(io.BytesIO(document)) as opened:
        return len(opened.pages)
