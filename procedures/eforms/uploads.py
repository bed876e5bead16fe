"""Files asked for by a field: what the browser offers, and the cheap checks of what it sends.

The bytes are not read here; whoever stores them (the wizard) looks inside.
"""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from .fields import Leaf
from .nodes import Node
from .widgets import FileBox

EXTENSIONS = {
    "pdf": (".pdf",),
    "jpg": (".jpg", ".jpeg"),
    "png": (".png",),
    "heic": (".heic",),
    "docx": (".docx",),
    "xlsx": (".xlsx",),
    "zip": (".zip",),
}
DEFAULT_ACCEPT = ("pdf", "jpg", "png")
DEFAULT_COUNT = 5


def file_rules(node: Node) -> tuple[Sequence[str], int]:
    """Which kinds of file (keys of EXTENSIONS) a question takes, and how many files."""
    accept = node.spec.get("accept", DEFAULT_ACCEPT)
    return accept, int(node.spec.get("max_files", DEFAULT_COUNT))


class FileLeaf(Leaf):
    """`clean` checks the uploads of one request; the answer itself is a list of paper ids."""

    verb = "chọn tệp cho"

    def __init__(self, node: Node) -> None:
        self.accept, self.max_files = file_rules(node)
        self.endings = tuple(end for kind in self.accept for end in EXTENSIONS[kind])
        super().__init__(node, FileBox({"accept": ",".join(self.endings)}))

    def clean(self, value: Any) -> None:
        for upload in value or ():
            if not upload.size:
                self.refuse(f"Tệp “{upload.name}” rỗng (0 byte). Hãy chọn lại tệp khác.")
            if PurePath(upload.name).suffix.lower() not in self.endings:
                self.refuse(
                    f"Tệp “{upload.name}” không thuộc loại được nhận. "
                    f"Hãy chọn tệp {', '.join(self.accept).upper()}."
                )

    def too_many(self) -> str:
        return f"Hãy giữ lại nhiều nhất {self.max_files} tệp ở “{self.label}”."

    def raw_of(self, value: Any) -> list[str]:
        return paper_ids(value)

    def hint(self) -> str:
        kinds = ", ".join(self.accept).upper()
        return f"Loại tệp: {kinds}. Nhiều nhất {self.max_files} tệp."

    def shown(self, value: Any) -> str:
        return f"{len(paper_ids(value))} tệp"


def paper_ids(value: Any) -> list[str]:
    """The paper ids of a stored answer."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
