from typing import Any


class RecordInvalid(Exception):
    """A catalogue record that may not be published; `problems` are sentences."""

    def __init__(self, code: str, problems: list[str]) -> None:
        super().__init__(f"{code}: " + "; ".join(problems))
        self.problems = problems


class DraftRefused(Exception):
    """What was asked of a draft is not possible now; the text is a sentence for the editor."""


class Conflict(DraftRefused):
    """Somebody else saved the draft meanwhile; `draft` is as it is now."""

    def __init__(self, sentence: str, draft: Any) -> None:
        super().__init__(sentence)
        self.draft = draft


class ServiceRefused(Exception):
    """What was asked of a service is not possible; the text is a sentence for the editor."""
