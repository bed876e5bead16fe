"""Adds up pytest's junit files: `N passed, N failed, N skipped` alone on a line."""

import sys
from xml.etree import ElementTree

counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
for path in sys.argv[1:]:
    for suite in ElementTree.parse(path).iter("testsuite"):
        for name in counts:
            counts[name] += int(suite.get(name, 0))
failed = counts["failures"] + counts["errors"]
passed = counts["tests"] - failed - counts["skipped"]
print(f"{passed} passed, {failed} failed, {counts['skipped']} skipped")
