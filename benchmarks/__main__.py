"""`make bench`: every line of performance.md §4 that is built, in one run of a few minutes.
Each case renews its table in RESULTS.md (not with --quick: those figures are rough).

DATABASE_URL, REDIS_URL and VAR_DIR name throwaway servers and an empty folder
(bin/with-servers makes them): the database is filled, the folder too.
"""

import argparse
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import django


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not os.environ.get("DATABASE_URL", "").startswith("postgresql:"):
        print("DATABASE_URL must name a throwaway PostgreSQL database: use `make bench`.")
        return 2
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    # As in production, where officers have it: it costs every signed-in page something.
    os.environ["STAFF_SECOND_FACTOR"] = "True"
    django.setup()
    from benchmarks import machine, people, report

    people.load()
    facts = machine.facts()
    print(_heading(facts))
    cases = _cases(options.quick)
    lines: list[report.Line] = []
    failed: dict[str, str] = {}
    for name in options.only or cases:
        began = time.monotonic()
        try:
            found = cases[name]()
            lines += found
            if not options.quick:
                report.publish(facts, name, found)
        except Exception as error:
            traceback.print_exc()
            failed[name] = f"{type(error).__name__}: {error}"[:500]
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    print(report.table(lines))
    print(f"Written to {report.write(facts, lines, failed)}")
    return 1 if failed else 0


def _cases(quick: bool) -> dict[str, Callable[[], list[Any]]]:
    from benchmarks import (
        autosave,
        catalogue_import,
        catalogue_search,
        decisions,
        figures,
        filing,
        flow,
        lighthouse_scores,
        officer_queue,
        pages,
        slip_pdf,
        upload_memory,
    )

    seconds = 1.0 if quick else 2.0
    return {
        "pages": lambda: pages.run(seconds),
        # Leaves its dossiers behind, among which the next ones are filed.
        "queue": lambda: officer_queue.run(20 if quick else 60, 100_000 if quick else 1_000_000),
        "filing": lambda: filing.run(20 if quick else 250),
        "flow": lambda: flow.run(3 if quick else 20),
        "decisions": lambda: decisions.run(200 if quick else 2000),
        "autosave": lambda: autosave.run(4 if quick else 15),
        "search": lambda: catalogue_search.run(100 if quick else 300),
        "upload": upload_memory.run,
        "lighthouse": lambda: lighthouse_scores.run(1 if quick else 3),
        "slips": lambda: slip_pdf.run(4 if quick else 12),
        # Throws away the dossiers of the others.
        "figures": lambda: figures.run(20_000 if quick else figures.LARGE),
        "import": lambda: catalogue_import.run((2000,) if quick else (2000, 6000)),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ("pages", "queue", "filing", "flow", "decisions", "upload", "autosave", "search",
             "lighthouse", "slips", "import", "figures")  # fmt: skip
    parser.add_argument("--only", nargs="+", choices=names, help="these cases only")
    parser.add_argument("--quick", action="store_true", help="short runs, rough figures")
    return parser.parse_args()


def _heading(facts: dict[str, object]) -> str:
    versions = ", ".join(f"{name} {one}" for name, one in facts["libraries"].items())  # type: ignore[attr-defined]
    return (
        f"{facts['cpu']}, {facts['cores']} cores, {facts['memory_gb']} GiB, {facts['system']}\n"
        f"Python {facts['python']}, PostgreSQL {facts['postgresql']}, {versions}, "
        f"commit {facts['commit']}"
    )


if __name__ == "__main__":
    sys.exit(main())
