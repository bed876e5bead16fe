"""Service levels 1–4 (NĐ 43/2011/NĐ-CP, Điều 3) and the newer service types
(NĐ 42/2022/NĐ-CP, Điều 11), as one table that pages and the server both read.

domain.md §1.3 is the source of each tick.
"""

from dataclasses import dataclass

from django.db import models

from portal.lib import slots


class Level(models.IntegerChoices):
    INFORMATION = 1, "Mức độ 1"
    FORMS = 2, "Mức độ 2"
    FILE = 3, "Mức độ 3"
    FILE_AND_PAY = 4, "Mức độ 4"


class ServiceType(models.TextChoices):
    INFO = "INFO", "Cung cấp thông tin trực tuyến"
    PARTIAL = "PARTIAL", "Dịch vụ công trực tuyến một phần"
    FULL = "FULL", "Dịch vụ công trực tuyến toàn trình"


@dataclass(frozen=True, slots=True)
class Offer:
    """What one level offers on its page and what the server lets through. `pay_online` is what
    the level allows; whether this portal can take the money is `pays_online`."""

    level: int
    words: str
    download_forms: bool
    file_online: bool
    pay_online: bool
    returns: frozenset[str]
    service_type: str
    # In place of `words` where the portal takes payments.
    words_paying: str = ""

    @property
    def pays_online(self) -> bool:
        return self.pay_online and takes_payments()

    @property
    def sentence(self) -> str:
        return self.words_paying if self.words_paying and takes_payments() else self.words


def takes_payments() -> bool:
    """A package above that can take money online fills this slot (what it shows beside the
    cost); until there is one, no page may promise it."""
    return bool(slots.fillers("procedure.payment"))


OFFERS: dict[int, Offer] = {
    1: Offer(
        1,
        "Xem thông tin, in phiếu hướng dẫn; nộp hồ sơ trực tiếp.",
        download_forms=False,
        file_online=False,
        pay_online=False,
        returns=frozenset({"desk"}),
        service_type=ServiceType.INFO,
    ),
    2: Offer(
        2,
        "Tải biểu mẫu về điền; nộp hồ sơ trực tiếp hoặc qua bưu chính.",
        download_forms=True,
        file_online=False,
        pay_online=False,
        returns=frozenset({"desk"}),
        service_type=ServiceType.INFO,
    ),
    3: Offer(
        3,
        "Điền và nộp hồ sơ trực tuyến; nộp phí tại quầy, nhận kết quả tại quầy hoặc qua bưu chính.",
        download_forms=True,
        file_online=True,
        pay_online=False,
        returns=frozenset({"desk", "post"}),
        service_type=ServiceType.PARTIAL,
    ),
    4: Offer(
        4,
        "Nộp hồ sơ trực tuyến; nhận kết quả trực tuyến, qua bưu chính hoặc tại quầy.",
        download_forms=True,
        file_online=True,
        pay_online=True,
        returns=frozenset({"desk", "online", "post"}),
        service_type=ServiceType.FULL,
        words_paying="Nộp hồ sơ và phí trực tuyến; nhận kết quả trực tuyến, qua bưu chính hoặc "
        "tại quầy.",
    ),
}


class LevelRefused(Exception):
    """A level does not allow what was asked; the text is a sentence for the person."""


def offer(level: int) -> Offer:
    return OFFERS[level]


def require_filing(level: int) -> None:
    """Raise LevelRefused below level 3: the server's guard behind the missing button."""
    if not OFFERS[level].file_online:
        raise LevelRefused(
            "Thủ tục này chưa nhận hồ sơ trực tuyến. Mời bạn nộp trực tiếp tại cơ quan tiếp nhận."
        )


def require_online_payment(level: int) -> None:
    """Raise LevelRefused below level 4."""
    if not OFFERS[level].pay_online:
        raise LevelRefused("Thủ tục này chưa thu phí trực tuyến. Mời bạn nộp phí tại quầy.")
