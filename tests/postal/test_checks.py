"""Nothing of the practice ground in production."""

import subprocess
import sys

import pytest

from postal.checks import carriers_are_real
from tests.postal.carrier import ROOT

REAL = {
    "url": "https://api.vnpost.example.vn",
    "consumer_key": "k-1",
    "consumer_secret": "s-1",
    "customer_code": "LS01",
    "callback_secret": "x" * 32,
}


def found(settings, **changes):
    settings.PRODUCTION = True
    settings.POSTAL = {"vnpost": REAL | changes}
    return [error.id for error in carriers_are_real()]


def test_a_real_carrier_passes(settings):
    assert found(settings) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"url": "http://api.vnpost.example.vn"}, "postal.E002"),
        ({"url": "https://127.0.0.1:8090"}, "postal.E003"),
        ({"url": "https://[::1]:8090"}, "postal.E003"),
        ({"url": "https://localhost:8090"}, "postal.E003"),
        ({"url": "https://0.0.0.0"}, "postal.E003"),
        ({"consumer_key": "demo-key"}, "postal.E004"),
        ({"callback_secret": "ngắn"}, "postal.E005"),
    ],
)
def test_a_sandbox_is_refused_in_production(settings, changes, error):
    assert found(settings, **changes) == [error]


def test_the_demo_may_use_it(settings):
    settings.PRODUCTION = False
    assert carriers_are_real() == []


def test_the_sandbox_does_not_start_in_production(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "postal.carriers.vnpost.sandbox", "--journal", tmp_path / "j"],
        env={"PRODUCTION": "True"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.returncode == 1 and "không chạy" in run.stderr
