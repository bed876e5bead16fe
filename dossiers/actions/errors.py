"""What an action refuses, each as a Vietnamese sentence for the screen."""


class DossierError(Exception):
    """Base: `str(error)` is fit for the screen."""


class MoveRefused(DossierError):
    """The move is not open to this person or not now."""


class Stale(DossierError):
    """Somebody else changed the dossier since the page was read."""


class Incomplete(DossierError):
    """What is still missing before filing: `missing` is a list of (place, sentence),
    place being `eform`, `papers`, `owner`, `return` or `case`."""

    def __init__(self, missing: list[tuple[str, str]]) -> None:
        super().__init__("Hồ sơ chưa đủ: " + "; ".join(sentence for _, sentence in missing))
        self.missing = missing
