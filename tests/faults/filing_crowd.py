"""Citizens who file over real HTTP and do what people do when it fails: press again."""

import os
import random
import re
import threading
import time
from dataclasses import dataclass, field

import requests

from tests import factories

PRESS_AGAIN = 0.2  # seconds
ENOUGH = 60  # tries of one press


@dataclass
class Answer:
    """One that came: when it was asked for, how many seconds it took, and what it said."""

    began: float
    seconds: float
    status: int
    path: str
    sent: dict = field(repr=False)
    text: str = field(repr=False)  # of those that say "not now"

    @property
    def came(self):
        return self.began + self.seconds


def has_receipt(answer):
    return answer is not None and answer.headers.get("Location", "").endswith("/bien-nhan/")


class Crowd:
    """In each queue one person after the other files a draft, until the faults are over; whoever
    began ends. What happened stands in `answers`, `began`, `filed` (drafts whose filing was
    acknowledged), `gave_up`, and `words` (by draft, those that were told saved).

    `guests` (logins) have nothing to file: they sign in, look at their dossiers and leave, again
    and again; `entered` counts how often.
    """

    def __init__(self, rig, *, rest=0.0, guests=()):
        self.rig, self.rest = rig, rest
        self.answers, self.began, self.filed, self.gave_up = [], [], [], []
        self.words, self.entered = {}, 0
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.live, args=[one]) for one in rig.queues]
        self.threads += [threading.Thread(target=self.come_and_go, args=[one]) for one in guests]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.over.set()
        for thread in self.threads:
            thread.join(180)
            assert not thread.is_alive(), "somebody still waits for an answer"

    def live(self, queue):
        with requests.Session() as browser:
            for draft in queue:
                if self.over.is_set():
                    return
                self.began.append(draft["id"])
                browser.headers.update(draft["headers"])
                if self.file(browser, draft):
                    self.filed.append(draft["id"])
                else:
                    self.gave_up.append(draft["id"])
                time.sleep(self.rest * random.random())

    def come_and_go(self, login):
        while not self.over.is_set():
            house = ".".join(str(random.randrange(1, 255)) for _ in range(4))
            with requests.Session() as browser:
                browser.headers["X-Forwarded-For"] = house
                self.press(browser, "GET", "/")
                self.press(browser, "GET", "/tai-khoan/dang-nhap/")
                typed = {"login": login, "password": factories.PASSWORD}
                typed["csrfmiddlewaretoken"] = browser.cookies.get("csrf", "")
                entry = self.press(browser, "POST", "/tai-khoan/dang-nhap/", data=typed)
                if entry is not None and entry.status_code == 302:
                    self.entered += 1
                    self.press(browser, "GET", "/ho-so/")
            self.over.wait(2 * random.random())

    def file(self, browser, draft):
        words = f"Gõ lúc {os.urandom(4).hex()}, có dấu “ngoặc” & <thẻ>"
        typed = factories.SMALL_ANSWERS | {"ngay_sinh": "20/02/2026", "ghi_chu": words}
        kept = self.press(browser, "POST", f"/ho-so/{draft['id']}/to-khai/", data=typed)
        if kept is not None and kept.status_code == 302:
            self.words[draft["id"]] = words
        for need in draft["needs"]:
            paper = {f"tep-{need}": ("giay.pdf", factories.a_pdf(text=os.urandom(8).hex()))}
            self.press(browser, "POST", f"/ho-so/{draft['id']}/giay-to/", files=paper)
        return self.submit(browser, draft)

    def submit(self, browser, draft):
        """Reads the check page and presses; whoever is not sure presses again."""
        path = f"/ho-so/{draft['id']}/kiem-tra/"
        for _ in range(5):
            shown = self.press(browser, "GET", path)
            mark = shown is not None and re.search(r'name="dau" value="(\w+)"', shown.text)
            if has_receipt(shown):
                return True
            if mark:
                data = {"cam_doan": "on", "dau": mark[1]}
                if has_receipt(self.press(browser, "POST", path, data=data)):
                    return True
        return False

    def press(self, browser, method, path, **sent):
        """The first answer that is neither a cut line nor "try again"; None after ENOUGH."""
        for _ in range(ENOUGH):
            began = time.monotonic()
            try:
                answer = browser.request(
                    method, self.rig.url + path, timeout=30, allow_redirects=False, **sent
                )
            except requests.RequestException:
                time.sleep(PRESS_AGAIN)
                continue
            seconds, status = time.monotonic() - began, answer.status_code
            text = answer.text if status >= 500 else ""
            self.answers.append(Answer(began, seconds, status, path, sent.get("data", {}), text))
            if status < 500:
                return answer
            time.sleep(PRESS_AGAIN)
        return None

    @property
    def statuses(self):
        return [answer.status for answer in self.answers]

    def slowest(self, begin, end, share=0.95):
        """Seconds within which this share of the requests of that time was answered."""
        seconds = sorted(one.seconds for one in self.answers if begin <= one.began < end)
        return seconds[int((len(seconds) - 1) * share)]

    def first_success(self, since):
        """Seconds until somebody was answered what they asked for; None when nobody was yet."""
        came = [one.came for one in self.answers if one.status < 400 and one.came > since]
        return min(came) - since if came else None

    def bad(self):
        """Answers that no fault excuses."""
        return [status for status in self.statuses if status >= 400 and status != 503]
