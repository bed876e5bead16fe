"""Two editors at one e-form: nobody's change is lost."""

import json
import re

import pytest

from procedures import actions
from procedures.eforms import outline
from tests.factories import MORNING
from tests.procedures.eform_desk import FORM, a_desk, controls
from tests.procedures.eform_samples import EVERYTHING

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, cuc):
    return a_desk(client, cuc, FORM)


@pytest.fixture
def full(client, cuc):
    return a_desk(client, cuc, EVERYTHING)


# --- two editors --------------------------------------------------------------------------------


def test_two_editors_at_different_questions_keep_both(desk, dung, client):
    seen = desk.seen()
    actions.save_draft(desk.draft, revision=1, by=dung, at=MORNING, eform=changed("a", "Của Dũng"))
    answer = desk.send_from(seen, "xuong:o:b")
    page = answer.content.decode()
    assert answer.status_code == 409 and "Hai người cùng sửa biểu mẫu" in page
    assert "gộp lại thì giữ được cả hai" in page
    desk.client.post(desk.at("-merge"), hidden(page))
    assert desk.keys() == ["a", "c", "b"] and desk.spec("a")["label"] == "Của Dũng"


@pytest.mark.parametrize(("pick", "label"), [("ho", "Của Dũng"), ("toi", "Của Cúc")])
def test_two_editors_at_one_question_choose(desk, dung, pick, label):
    data = controls(desk.get("-field", "a"))
    actions.save_draft(desk.draft, revision=1, by=dung, at=MORNING, eform=changed("a", "Của Dũng"))
    sent = data | {"label": "Của Cúc", "viec": "luu"}
    assert (
        desk.client.post(
            desk.at("-field", "a"), sent, headers={"X-Requested-With": "fetch"}
        ).status_code
        == 409
    )
    page = desk.client.post(desk.at("-field", "a"), sent).content.decode()
    assert "Câu hỏi: Của Dũng" in page and "Câu hỏi: Của Cúc" in page
    unanswered = desk.client.post(desk.at("-merge"), hidden(page))
    assert "Hãy chọn cho từng chỗ khác nhau" in unanswered.content.decode()
    desk.client.post(desk.at("-merge"), hidden(page) | {"chon-o:a": pick})
    assert desk.spec("a")["label"] == label


def test_without_looking_at_the_revision_a_change_is_lost(desk, dung, monkeypatch):
    """The twin: what the two tests above guard against."""
    seen = desk.seen()
    actions.save_draft(desk.draft, revision=1, by=dung, at=MORNING, eform=changed("a", "Của Dũng"))
    monkeypatch.setattr(
        "procedures.views.editor.eform_base.number",
        lambda request, name: 2 if name == "revision" else 0,
    )
    monkeypatch.setattr("procedures.views.editor.eform_base.form_of", lambda draft: FORM)
    desk.send_from(seen, "xuong:o:b")
    assert desk.spec("a")["label"] == "A"


def changed(key, label):
    form = json.loads(json.dumps(FORM))
    outline.specs_of(form)[key]["label"] = label
    return form


def hidden(page):
    from html import unescape

    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}
