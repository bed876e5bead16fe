"""S20 of what citizens type: whatever bytes a browser sends, no page is an error of ours, and what
is accepted is stored composed (NFC) and shown again."""

import unicodedata
import uuid
from datetime import timedelta
from html import unescape
from urllib.parse import quote_plus

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from dossiers import actions
from dossiers.actions import Gap
from dossiers.models import Dossier
from portal.lib import text
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import url

pytestmark = pytest.mark.both

ANH = unicodedata.normalize("NFD", "Nguyễn Thị Ánh Đào")
ODD = [
    *("\ud800", "\udfff", "\udbff\udc00", "\0", "\x00\\000", "\x0b", "\x1f", "\x7f", "\x85"),
    *("\u2028", "\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\u00ad", "\ufeff", "\ufffe"),
    *(
        "𠮷",
        "👨‍👩‍👧",
        "\U0010ffff",
        "Ð",
        "đ",
        "İ",
        "ﬁ",
        "Å",
        "\r",
        "\n",
        "\t",
        "<b>&",
        "\"'",
        "{{ 7 }}",
    ),
    *(ANH, "ệ" * 40, "e\u0323\u0302" * 30, "\u0301" * 50, "dài" * 200, "a" * 6000),
]
WORDS = st.lists(st.sampled_from(ODD) | st.text(max_size=8), min_size=1, max_size=5).map("".join)


def body(fields):
    """As a form is sent, also with what no encoder would send."""
    pairs = [f"{quote_plus(name)}={_quoted(value)}" for name, value in fields.items()]
    return "&".join(pairs)


def _quoted(value):
    return quote_plus(value.encode("utf-8", "surrogatepass"))


def sent(browser, address, **fields):
    kind = "application/x-www-form-urlencoded"
    answer = browser.post(address, body(fields), content_type=kind)
    assert answer.status_code < 500, (address, fields)
    return answer


class Citizen:
    """Bình types the same odd words into every control there is."""

    def __init__(self, browser, draft, filed):
        self.browser, self.draft, self.filed = browser, draft, filed

    def types(self, words):
        own = {"goc": "", "tab": words, "luot": words[:9], "het": "1"}
        owner = {"ho_ten": words, "dien_thoai": words, "dia_chi": words, "so_dinh_danh": words}
        child = {"ho_ten_con": words, "ngay_sinh": words, "ghi_chu": words}
        back = {"cach_nhan": words, "ho_ten": words, "dia_chi": words, "so_nha": words}
        steps = [
            ("filing-owner", "nguoi-nop", owner),
            ("filing-eform", "to-khai", child),
            ("filing-return", "nhan-ket-qua", back),
        ]
        for name, part, fields in steps:
            self.saves(name, part, fields | own)
        sent(
            self.browser, url("filing-check", self.draft), cam_doan=words, dau=words, van_nop=words
        )
        sent(
            self.browser, url("filing-papers", self.draft), **{"ban-giay-1": words, "tep-bo": words}
        )
        self.after_filing(words, own)

    def saves(self, name, part, fields):
        there = url(name, self.draft)
        sent(self.browser, url("filing-autosave", self.draft, part), **fields)
        self.shows(there)
        for button in ("luu", "tiep"):
            sent(self.browser, there, **fields | {"viec": button})
            self.shows(there)

    def shows(self, there):
        """What is stored is composed and on the page."""
        draft = Dossier.objects.get(pk=self.draft.pk)
        page = unescape(self.browser.get(there).text)
        for value in [draft.owner_name, draft.owner_address, *strings(draft.answers)]:
            assert composed(value)
        for fields in draft.typed.values():
            assert all(composed(one) for pair in fields for one in pair)
        if "to-khai" in there:
            for value in map(shown, strings(draft.answers)):
                assert value in page, value

    def after_filing(self, words, own):
        token = str(uuid.uuid4())
        there = url("messages", self.filed)
        sent(self.browser, there, body=words, token=token, up_to=words)
        if last := self.filed.messages.last():
            assert composed(last.body) and shown(last.body) in unescape(
                self.browser.get(there).text
            )
        there = url("answer-additions", self.filed)
        additions = {"ho_ten_con": words, "note": words}
        sent(self.browser, url("additions-autosave", self.filed), **additions | own)
        sent(self.browser, there, **additions | {"_luu": "1"})
        asked = self.filed.rounds.get()
        assert composed(asked.note_draft) and all(map(composed, strings(asked.answers_draft)))
        page = unescape(self.browser.get(there).text)
        assert shown(asked.note_draft) in page
        sent(self.browser, there, **additions | {"_gui": "1"})
        sent(self.browser, url("withdraw", self.filed), reason=words)


def strings(found):
    return [one for one in (found or {}).values() if isinstance(one, str)]


def composed(value):
    return unicodedata.is_normalized("NFC", value) and "\0" not in value


def shown(value):
    """As a page's source has it: what HTML makes of line breaks is the same text."""
    return unescape(value)


@pytest.fixture
def citizen(binh, lan, service):
    filed = factories.a_filed(binh, service)
    gaps = [Gap(label="Họ tên con", reason="Sai chính tả.", field_key="ho_ten_con")]
    at = factories.MORNING + timedelta(hours=1)
    actions.ask_additions(filed, gaps=gaps, reason="Cần sửa.", by=lan, at=at)
    return Citizen(pages.as_user(binh), factories.a_draft(binh, service), filed)


def run(citizen, examples):
    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @example("".join(ODD[:25]))
    @example(ANH)
    @given(WORDS)
    def types(words):
        with transaction.atomic():
            citizen.types(words)
            transaction.set_rollback(True)

    types()


def test_whatever_is_typed_no_page_breaks_and_what_is_kept_is_composed(citizen):
    run(citizen, 15)


@pytest.mark.parametrize(
    "guard", ["procedures.eforms.fields.nfc", "dossiers.actions.autosaving.nfc"]
)
def test_twin_without_the_guard_what_a_mac_sends_is_another_word(citizen, monkeypatch, guard):
    monkeypatch.setattr(guard, lambda value: value)
    with pytest.raises(AssertionError):
        citizen.types(ANH)
    assert text.nfc(ANH) != ANH
