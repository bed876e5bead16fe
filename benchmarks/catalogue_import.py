"""The whole catalogue coming in: 2,000 and 6,000 made-up procedures, each size read (dry run),
published, and read again unchanged, in a process of its own whose memory is measured.

The goals are those of issue 3: 6,000 in 60 s and 400 MB, unchanged in 15 s. "Unchanged, other
text" is the file with its keys in another order, so that every record has to be compared."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import Watch
from benchmarks.report import Line

SIZES = (2000, 6000)
GOALS = {"import": 60.0, "unchanged": 15.0, "reordered": 15.0, "memory": 400.0}
_SHOWN = {
    "import": "dry run and publishing",
    "read": "of that the dry run",
    "unchanged": "unchanged",
    "reordered": "unchanged, other text",
    "memory": "most memory",
}


def run(sizes: tuple[int, ...] = SIZES) -> list[Line]:
    lines: list[Line] = []
    for size in sizes:
        with Watch() as watch:
            found = _measured(size)
        for name, words in _SHOWN.items():
            goal = GOALS.get(name) if size == max(SIZES) else None
            lines.append(_line(f"3 {size:,} procedures, {words}", name, found, goal, watch.cores))
    return lines


def _measured(size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.catalogue_import", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _child(size: int) -> dict[str, float]:
    import django

    django.setup()
    from procedures.models import Procedure, SourceLine
    from tests.procedures.generated_catalogue import records

    prefix = f"{size}."  # sizes do not meet in one database
    processor = {}
    with tempfile.TemporaryDirectory() as folder:
        path, other = Path(folder) / "a.jsonl", Path(folder) / "b.jsonl"
        with path.open("w") as first, other.open("w") as second:
            for record in records(size):
                record["code"] = prefix + record["code"]
                first.write(json.dumps(record, ensure_ascii=False) + "\n")
                turned = dict(reversed(record.items()))
                second.write(json.dumps(turned, ensure_ascii=False) + "\n")
        began = time.process_time()
        read, published = _take(path)
        processor["import"] = time.process_time() - began
        began = time.process_time()
        unchanged, _ = _take(path, dry=True)
        processor["unchanged"] = time.process_time() - began
        SourceLine.objects.all().delete()
        began = time.process_time()
        reordered, _ = _take(other, dry=True)
        processor["reordered"] = time.process_time() - began
    assert Procedure.objects.filter(code__startswith=prefix).count() == size
    return {
        "read": read, "import": read + published, "unchanged": unchanged,
        "reordered": reordered, "memory": _peak(),
        **{f"cpu of {name}": seconds for name, seconds in processor.items()},
    }  # fmt: skip


def _peak() -> float:
    """MB this process had at most. Not getrusage: its figure outlives exec, so that a child
    begins with its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _take(path: Path, *, dry: bool = False) -> tuple[float, float]:
    """Seconds of the dry run and of publishing."""
    from django.core.files.base import File
    from django.utils import timezone

    from procedures.actions import imports
    from procedures.exchange import jobs

    began = time.monotonic()
    with path.open("rb") as file:
        run = imports.start_import(File(file, path.name), by=None, at=timezone.now())
    jobs.work_whole(run, "read")
    read = time.monotonic() - began
    run.refresh_from_db()
    if dry:
        assert set(run.counts) == {"unchanged"}, run.counts
        return read, 0.0
    imports.apply_at_once(run, mode="published", at=timezone.now())
    jobs.work_whole(run, "apply")
    return read, time.monotonic() - began - read


def _line(
    case: str, name: str, found: dict[str, float], goal: float | None, foreign: float
) -> Line:
    """The limit of a line with a goal is the goal itself."""
    value = found[name]
    return Line(
        case,
        value,
        goal or value,
        "MB" if name == "memory" else "s",
        [value / (goal or value)],
        1.0 if goal else None,
        at_least=False,
        foreign=foreign,
        note=f"{found[cpu]:.0f} s of processor time" if (cpu := f"cpu of {name}") in found else "",
    )


if __name__ == "__main__":
    print(json.dumps(_child(int(sys.argv[1]))))
