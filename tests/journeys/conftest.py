"""One portal, one browser and one album for all journeys of a run."""

import json
import subprocess

import pytest

from tests.journeys.browser import DESK, Album, Visitor
from tests.journeys.server import ROOT, Portal


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    running = Portal(tmp_path_factory.mktemp("journeys"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def album(tmp_path_factory):
    """Given to the Nu checker when all journeys are over: starting it takes seconds."""
    kept = Album(tmp_path_factory.mktemp("album"))
    yield kept
    assert not any(kept.html.iterdir()) or markup_complaints(kept.html) == []


def markup_complaints(folder):
    """Errors and warnings of the Nu checker about all pages; remarks on slashes are not ours."""
    # A Java of seconds: what makes one of hours fast only costs.
    command = ["java", "-Xss2m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    command += ["-jar", ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"]
    found = subprocess.run(
        [*command, "--format", "json", "--stdout", "--exit-zero-always", folder],
        capture_output=True,
        check=True,
    )
    return [
        " ".join(str(one.get(key)) for key in ("url", "lastLine", "message", "extract"))
        for one in json.loads(found.stdout)["messages"]
        if one["type"] == "error" or one.get("subType") == "warning"
    ]


@pytest.fixture
def visit(chromium, portal, album):
    """`visit()` opens a browser profile of its own; `size=`, `scripts=`."""
    opened = []

    def begin(size=DESK, scripts=True):
        opened.append(Visitor(chromium, portal, album, size=size, scripts=scripts))
        return opened[-1]

    yield begin
    for visitor in opened:
        visitor.close()
