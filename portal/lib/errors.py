"""What may go wrong when we call somebody outside, told apart by what to do next."""


class PartnerError(Exception):
    """A call outside did not succeed. `reason` is a Vietnamese sentence without personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Retryable(PartnerError):
    """It certainly had no effect; try again, in `retry_after` seconds when the partner said so.

    `counts=False`: nothing was tried, so it uses up none of the row's tries."""

    def __init__(
        self, reason: str, retry_after: float | None = None, *, counts: bool = True
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.counts = counts


class Final(PartnerError):
    """Trying the same again cannot help: somebody has to look at it."""


class Unknown(PartnerError):
    """It may have reached them: ask by our key before sending again."""
