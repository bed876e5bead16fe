"""How a run of tests goes, whatever they ask."""

import gc
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest


def pytest_configure() -> None:
    """Garbage is looked for seldom: doing it as often as Python does took a quarter of the time."""
    gc.set_threshold(50_000, 20, 10)


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_itemcollected(item: pytest.Item) -> None:
    """bin/test looks for the files of a stage by these words."""
    for name in ("browser", "chaos", "both"):
        if item.get_closest_marker(name):
            assert f"mark.{name}" in _text(item.path), f"{item.nodeid}: no mark.{name} in its file"


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def program(name: str) -> str | None:
    """Where a program is that a test needs; None lets the test be left out on a machine without
    it. Where everything is to be proved (CI, bin/test) nothing is left out: the name alone then,
    and the test fails on it."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    everything = os.environ.get("CI") or os.environ.get("PORTAL_TEST_ALL")
    return found or (name if everything else None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One for all of a process, whoever needs a browser: Playwright cannot be begun twice."""
    from playwright.sync_api import sync_playwright

    from tests.journeys.browser import ARGS, CHROMIUM

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield running
        running.close()
