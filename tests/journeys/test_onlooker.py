"""The one who looks over the shoulder does see what he is there for."""

import pytest

from tests.journeys.conftest import markup_complaints

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BAD = """() => {
    const picture = new Image(); picture.src = "/static/img/mark.svg"; picture.width = 900;
    document.querySelector("main").append(picture);
}"""


@pytest.mark.parametrize("scripts", [True, False])
def test_a_picture_without_words_is_noticed(visit, scripts):
    visitor = visit(scripts=scripts)
    visitor.page.goto(visitor.portal.url + "/tra-cuu/")
    html = visitor.answer.text().replace("</main>", '<img src="/static/img/mark.svg"></main>')
    visitor.page.evaluate(BAD)
    assert [found for found in visitor._violations(html) if found.startswith("image-alt")]
    assert visitor.width_at(320) > 320


def test_a_request_to_somebody_else_is_noticed(visit):
    visitor = visit()
    visitor.page.goto(visitor.portal.url + "/tra-cuu/")
    visitor.page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")
    assert any("Content Security Policy" in one for one in visitor.problems)
    with visitor.page.expect_request("http://127.0.0.1:9/"):
        visitor.page.evaluate("setTimeout(() => { location = 'http://127.0.0.1:9/' })")
    assert any(one.startswith("third party") for one in visitor.problems)


def test_broken_markup_is_noticed(tmp_path):
    page = '<!DOCTYPE html><html lang="vi"><head><title>Thử</title></head><body><p><div></p></body>'
    (tmp_path / "bad.html").write_text(page + "</html>", encoding="utf-8")
    assert markup_complaints(tmp_path) != []
