"""Sizes, layers, templates and words of the sources (house habits 8, 11 and 12)."""

import ast
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings

from tests.house.tree import ROOT, files, name, ours, text

# lines; the first pattern that fits counts
BUDGETS = [
    ("*/migrations/*.py", None),
    ("*conftest.py", 150),
    ("portal/settings.py", 350),
    ("*.py", 400),
    ("*.html", 120),
]
FUNCTION_LINES = 40
BUILDER_LINES = 60  # in tests: one long literal, such as a whole procedure
# Asked for by allauth or Django by a name that is in their sources, not in ours.
NAMED_ELSEWHERE = re.compile(
    r"templates/(account|mfa|allauth|usersessions)/|templates/\d{3}(_csrf)?\.html"
)
BINARY = {".png", ".jpg", ".jpeg", ".pdf", ".woff2", ".ico", ".gz", ".xlsx", ".docx", ".ttf"}
FETCHED = re.compile(
    r"""(?:src|href|action|poster)=["'](https?://[^"']+)"""
    r"""|url\(["']?(https?://[^)"']+)|@import\s+["'](https?://[^"']+)"""
    r"""|(?:import|fetch)\(?["'](https?://[^"']+)"""
)
OUR_HOSTS = {"127.0.0.1", "localhost", "www.w3.org"}  # w3.org: names of XML vocabularies


def fits(path, pattern):
    return Path(name(path)).match(pattern)


def budget(path):
    return next((lines for pattern, lines in BUDGETS if fits(path, pattern)), None)


def test_files_fit_their_budget():
    sizes = {name(p): len(text(p).splitlines()) for p in files("*.py", "*.html") if budget(p)}
    assert len(sizes) > 200
    assert [(n, lines) for n, lines in sizes.items() if lines > budget(ROOT / n)] == []


def functions(path):
    """(name, lines without the docstring)"""
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            told = node.body[0] if ast.get_docstring(node) else None
            words = told.end_lineno - told.lineno + 1 if told else 0
            yield node.name, node.end_lineno - node.lineno + 1 - words


def test_functions_fit_their_budget():
    long = [
        (name(path), function, lines)
        for path in files("*.py")
        if "migrations" not in path.parts
        for function, lines in functions(path)
        if lines > (BUILDER_LINES if path in files("tests") else FUNCTION_LINES)
    ]
    assert long == []


def test_imports_fall():
    command = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([command], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def test_every_package_stands_in_the_contract():
    """A new package without a layer would be allowed everything."""
    layers = text(ROOT / ".importlinter")
    packages = {name(p).split("/")[0] for p in files("*/apps.py")} - {"portal", "tests"}
    assert packages and [p for p in packages if f"    {p}\n" not in layers + "\n"] == []


def test_every_template_is_asked_for_by_name():
    asked = "\n".join(text(p) for p in ours("*.py") + files("templates/*.html"))
    unused = []
    for path in files("templates/*.html"):
        short = name(path).removeprefix("templates/")
        stem = short.removesuffix(".html").rpartition("/")[2]
        by_name = f'"{short}"' in asked or f"'{short}'" in asked
        # Views that complete a name: f"dossiers/citizen/filing/{template}.html" with "owner".
        folder = short.rpartition("/")[0]
        by_parts = f'"{folder}/{{' in asked and all(f'"{w}"' in asked for w in stem.split("_"))
        if not (by_name or by_parts or NAMED_ELSEWHERE.match(name(path))):
            unused.append(short)
    assert unused == []


def test_pages_ask_nobody_else_for_files():
    """No CDN, no font service, no counting pixel: src, href of files, url() and imports."""
    found = [
        (name(path), url)
        for path in files("templates/*", "static/*.css", "static/*.js", "static/*.svg")
        for groups in FETCHED.findall(text(path))
        for url in groups
        if url and urlsplit(url).hostname not in OUR_HOSTS
    ]
    assert found == []


def test_text_is_normalised():
    """NFD looks alike and is found by no search."""
    odd = []
    for path in files():
        if path.suffix in BINARY:
            continue
        content = text(path)
        if not unicodedata.is_normalized("NFC", content):
            odd.append(name(path))
    # Tests of the normalisation write such text with escapes.
    assert odd == []


def headings(path):
    """The anchors GitHub and GitLab make of a file's headings."""
    found = re.findall(r"^#+ (.+)$", text(path), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in found}


@pytest.mark.parametrize("path", files("*.md"), ids=name)
def test_links_in_documents_lead_somewhere(path):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text(path)):
        link = urlsplit(target)
        if link.scheme:
            continue
        there = (path.parent / unquote(link.path)).resolve() if link.path else path
        missing = not there.exists()
        if missing or (
            link.fragment and there.suffix == ".md" and link.fragment not in headings(there)
        ):
            broken.append(target)
    assert broken == []


def test_hints_are_the_only_way_to_the_broker():
    """`.delay()` waits up to 20 s for a broker that hangs (portal.lib.hints does not)."""
    direct = re.compile(r"\.delay\(|apply_async\(|send_task\(")
    found = [name(p) for p in ours("*.py") if direct.search(text(p))]
    assert found == ["portal/lib/hints.py"]


def test_settings_name_only_tasks_that_exist():
    from portal.celery import app

    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    wanted |= set(settings.CELERY_TASK_ROUTES)
    assert len(wanted) >= 6
    assert wanted - set(app.tasks) == set()


def test_every_task_beat_starts_is_drained_by_a_worker_of_the_supervisor():
    queues = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    started = set(re.findall(r'worker\("(\w+)"', text(ROOT / "portal/supervisor.py")))
    assert queues | {settings.CELERY_TASK_DEFAULT_QUEUE} == started


def test_rows_are_locked_without_their_keys():
    """Plain FOR UPDATE waits for everybody whose new row points at the locked one, and two
    such make a deadlock (tests/dossiers/test_locks.py)."""
    whole = re.compile(r"select_for_update\((?![^)]*no_key=)")
    assert [name(path) for path in ours("*.py") if whole.search(text(path))] == []
