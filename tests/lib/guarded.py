"""Functions that tests send to the child process of portal.lib.jobs."""

import ctypes
import datetime
import os
import re
import time

from portal.lib import pdf
from portal.lib.jobs import JobFailed, run_guarded


def double(number):
    return number * 2


def who():
    return os.getpid()


def chatter():
    print("not a reply")
    os.system("echo not a reply either")
    return "said"


def sleep(seconds):
    time.sleep(seconds)


def loop_in_c():
    """Holds the interpreter's lock for minutes: no thread and no handler can end it."""
    re.match(r"(a+)+$", "a" * 40 + "b")


def hanging_pdf(html, root, variant):
    """In place of portal.lib.pdf.write_pdf: the paper of whoever is called HANG never ends."""
    if "HANG" in html:
        loop_in_c()
    return pdf.write_pdf(html, root, variant)


def swelling_pdf(html, root, variant):
    """Grows to 600 MB, then ends as a paper that cannot be."""
    kept = [bytearray(10 * 2**20) for _ in range(60)]
    for piece in kept:
        piece[::4096] = bytes(len(piece[::4096]))
    time.sleep(0.2)
    raise ValueError(len(kept))


def swallow(megabytes):
    return len(bytearray(megabytes * 1024 * 1024))


def segfault():
    ctypes.string_at(0)


def leave():
    os._exit(7)


def refuse():
    raise JobFailed("Giấy này không đọc được.")


def stumble():
    raise ValueError("not one of ours")


def foreign_object():
    return datetime.date(2026, 11, 21)


def unsendable():
    return lambda: None


def nested(number):
    return run_guarded(double, number), os.getpid()


def write_pdf_without_guard(html, root):
    """Spoils the child for good: end it afterwards."""
    from weasyprint.urls import URLFetcher

    pdf._fetcher = lambda root: URLFetcher()
    return pdf.write_pdf(html, root, "slip")
