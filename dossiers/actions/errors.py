"""What an action refuses, each as a Vietnamese sentence for the screen."""

from typing import Any, NamedTuple


class DossierError(Exception):
    """Base: `str(error)` is fit for the screen."""


class MoveRefused(DossierError):
    """The move is not open to this person or not now."""


class Stale(DossierError):
    """Somebody else changed the dossier since the page was read."""


class Clash(DossierError):
    """The same page was changed elsewhere since it was opened; nothing was written."""

    def __init__(self) -> None:
        super().__init__("Trang này đã được sửa ở thẻ hoặc máy khác từ lúc bạn mở.")


class Changed(DossierError):
    """The draft is not what the check page showed."""

    def __init__(self) -> None:
        super().__init__("Bản nháp đã thay đổi từ lúc bạn mở trang. Hãy kiểm tra lại.")


class Missing(NamedTuple):
    """One thing that keeps a draft from being filed. `place` is `eform`, `papers`, `owner`,
    `return` or `case`; `key` the question of the e-form or the requirement's number, if any."""

    place: str
    sentence: str
    key: str = ""


class Incomplete(DossierError):
    """All that is still missing before filing."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__("Hồ sơ chưa đủ: " + "; ".join(gap.sentence for gap in missing))
        self.missing = missing


class Repeated(DossierError):
    """The same owner has filed the like: `alike`, newest first, to be shown and asked about."""

    def __init__(self, alike: list[Any]) -> None:
        super().__init__("Bạn đã nộp hồ sơ giống hồ sơ này. Hãy xem lại trước khi nộp thêm.")
        self.alike = alike


class AlreadyThere(DossierError):
    """What is asked for has been done: nothing is wrong and nothing was changed."""
