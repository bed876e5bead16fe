"""What is in the repository, asked of git once: tracked files and those about to be."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ["accounts", "dossiers", "notices", "portal", "postal", "procedures", "reports"]


@cache
def files(*patterns):
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [ROOT / name for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file()]


def name(path):
    return path.relative_to(ROOT).as_posix()


def ours(*patterns):
    """The product's own files: no tests, no migrations."""
    return [path for path in files(*patterns) if name(path).split("/")[0] in APPS
            and "migrations" not in path.parts]  # fmt: skip


@cache
def text(path):
    return path.read_text(encoding="utf-8")
