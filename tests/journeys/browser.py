"""A person at a browser, and the one who looks over the shoulder: every page the person comes
by is held to the same rules, whatever the journey is about."""

import hashlib
import itertools
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.journeys.server import ROOT

CHROMIUM = "/usr/bin/chromium"
ARGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (tags) => (await axe.run(document, {runOnly: tags, resultTypes: ["violations"]}))
    .violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html).join(" | "))"""
SLOW = 60_000  # milliseconds: two cores carry two portals, their workers and browsers
PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}

expect.set_options(timeout=SLOW)


class Album:
    """What all journeys of a run saw: raw pages for the Nu checker, screenshots to look at."""

    def __init__(self, folder):
        self.html = folder / "html"
        self.shots = Path(os.environ.get("SHOTS") or folder / "shots")
        self.audited = audited_in_this_run() or folder / "audited"
        self._numbers = itertools.count(1)
        for path in (self.html, self.shots, self.audited):
            path.mkdir(parents=True, exist_ok=True)

    def keep(self, page, label, html):
        name = f"{next(self._numbers):03}-{label}"
        (self.html / f"{name}.html").write_text(html, encoding="utf-8")
        if "SHOTS" in os.environ:
            place = self.shots / f"{name}.jpg"
            page.screenshot(path=place, full_page=True, type="jpeg", quality=75)

    def is_new(self, html, width):
        """Whether this was not looked at before at this width."""
        key = hashlib.sha256(f"{width} {html}".encode()).hexdigest()
        try:
            (self.audited / key).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def audited_in_this_run():
    """A folder for all its processes: what one has looked at, the next one need not."""
    if "PORTAL_OWN_POSTGRES" in os.environ:
        return Path(os.environ["VAR_DIR"]) / "tests" / "audited"
    return None


# Other in each answer, seen by nobody.
UNSEEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|data-left="\d+"')
# What changes from dossier to dossier and nothing that axe or the Nu checker asks about: where
# there were words there are words, where there was an address there is one.
SAME = [
    (re.compile(r'\b(href|src|action|value|datetime|content)="[^"]+"'), r'\1="…"'),
    (re.compile(r">[^<]*[^<\s][^<]*<"), ">…<"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}"), "…"),
    (re.compile(r"\s+"), " "),
]


def shape(html):
    """A page without its words."""
    for pattern, kept in SAME:
        html = pattern.sub(kept, html)
    return html


class Visitor:
    """One browser profile. `goto`, `press` and `follow` end with a look at the new page."""

    def __init__(self, browser, portal, album, *, size=DESK, scripts=True):
        self.portal, self.album, self.size, self.scripts = portal, album, size, scripts
        self.context = browser.new_context(
            viewport=size,
            java_script_enabled=scripts,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(SLOW)
        self.page = self.context.new_page()
        self.problems = []
        self.answer = None
        self.page.on("response", self._on_response)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.context.on("request", self._on_request)
        self.auditor = None if scripts else self._without_scripts(browser)

    def _without_scripts(self, browser):
        """Axe cannot run where scripts are off: it reads the same bytes in this page, which
        loads no script of theirs."""
        page = browser.new_context(viewport=self.size, locale="vi-VN").new_page()
        page.route("**/*.js", lambda route: route.abort())
        return page

    def _on_response(self, response):
        request = response.request
        if request.is_navigation_request() and response.frame == self.page.main_frame:
            self.answer = response

    def _on_console(self, message):
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text} ({message.location['url']})")

    def _on_request(self, request):
        # chrome:, chrome-extension: are the browser's own PDF viewer.
        ours = urlsplit(self.portal.url).netloc
        url = urlsplit(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.netloc != ours:
            self.problems.append(f"third party: {request.url}")

    # What a person does.

    def goto(self, path):
        self.page.goto(self.portal.url + path)
        self.look()

    def press(self, name, **where):
        self.page.get_by_role("button", name=name, **where).first.click()
        self.look()

    def follow(self, name, **where):
        self.page.get_by_role("link", name=name, **where).first.click()
        self.look()

    def fill(self, label, text, **where):
        self.page.get_by_label(label, **where).fill(text)

    def sees(self, text):
        expect(self.page.locator("main")).to_contain_text(text)

    def reload_until(self, text, tries=60):
        """As people do while they wait; the last page is looked at."""
        for _ in range(tries):
            if text in self.page.locator("main").inner_text():
                return self.look()
            self.page.wait_for_timeout(400)
            self.page.reload()
        raise AssertionError(f"{text!r} never came\n{self.main_text()}\n{self.portal.logs()}")

    def download(self, name):
        """The bytes behind a link, fetched with this person's cookies."""
        link = self.page.get_by_role("link", name=name).first
        answer = self.context.request.get(self.portal.url + link.get_attribute("href"))
        assert answer.status == 200, answer.url
        return answer.body()

    def main_text(self):
        return self.page.locator("main").inner_text()

    # What is looked at.

    def look(self):
        self.page.wait_for_load_state("load")
        assert self.answer.status < 500, self.portal.logs()
        html = self.answer.text()
        where = f"{self.page.url} ({self.size['width']} px)"
        assert self.problems == [], f"{where}: {self.problems}"
        seen = UNSEEN.sub("", html)
        if not self.album.is_new(seen, self.size["width"]):
            return
        # One look at each shape of a page; long words are asked about on every page.
        if self.album.is_new(shape(seen), self.size["width"]):
            self.album.keep(self.page, self._label(), html)
            found = self._violations(html)
            assert found == [], f"{where}\n" + "\n".join(found)
        for width in {320, self.size["width"]}:
            assert self.width_at(width) <= width, f"{where} scrolls sideways at {width} px"

    def _label(self):
        path = re.sub(r"[0-9a-f-]{36}", "id", urlsplit(self.page.url).path).strip("/")
        word = path.replace("/", "-") or "trang-chu"
        return f"{word}-{self.size['width']}{'' if self.scripts else '-khong-script'}"

    def _violations(self, html):
        page = self.page
        if self.auditor is not None:
            page, url = self.auditor, self.page.url.split("#")[0]
            page.route(url, lambda route: route.fulfill(body=html, content_type="text/html"))
            page.goto(url)
            page.unroute(url)
        # In a window as tall as the page: a bar that sticks to the edge of a lower one halves
        # whatever has just scrolled under it, and axe would call that a small target.
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": self.size["width"], "height": min(tall, 16_000)})
        page.evaluate(AXE)
        found = page.evaluate(RUN_AXE, RULES)
        page.set_viewport_size(self.size)
        return found

    def width_at(self, width):
        self.page.set_viewport_size({"width": width, "height": 640})
        found = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size(self.size)
        return found

    def close(self):
        self.context.close()
        if self.auditor is not None:
            self.auditor.context.close()
