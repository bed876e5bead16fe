"""Settings in production: whatever is missing or contradicts itself stops the start by name."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import env

ROOT = Path(__file__).resolve().parents[2]
WHOLE = {
    "PRODUCTION": "True",
    "SECRET_KEY": "s" * 60,
    "LOOKUP_KEYS": "1:one",
    "SITE_URL": "https://cong.example.vn",
    "ALLOWED_HOSTS": "cong.example.vn",
    "ADMIN_PATH": "an-dau-do",
    "DATABASE_URL": "postgresql://portal_app@db/portal",
    "REDIS_URL": "redis://:x@redis:6379/0",
    "EMAIL_HOST": "mail.example.vn",
    "POSTAL_VNPOST_URL": "https://vnpost.example.vn",
    "POSTAL_VNPOST_KEY": "k",
    "POSTAL_VNPOST_SECRET": "s",
    "POSTAL_VNPOST_CUSTOMER": "c",
    "POSTAL_VNPOST_CALLBACK_SECRET": "x" * 40,
}
# Many environments in one process: a start each would be a second each.
PROGRAM = """
import json, os, runpy, sys
def load(given):
    os.environ.clear(); os.environ.update(given)
    try:
        found = runpy.run_path("portal/settings.py")
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    kept = {k: v for k, v in found.items() if isinstance(v, (str, bool, int, list)) and k.isupper()}
    return kept | {"CACHE": found["CACHES"]["default"]["LOCATION"]}
json.dump([load(given) for given in json.load(sys.stdin)], sys.stdout, default=str)
"""


def load(*environments):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, input=json.dumps(environments),
        capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    return json.loads(done.stdout)


REFUSED = [
    ({"LOOKUP_KEYS": ""}, "LOOKUP_KEYS"),
    ({"LOOKUP_KEYS": None}, "LOOKUP_KEYS"),
    ({"LOOKUP_KEY_VERSION": "2"}, "LOOKUP_KEY_VERSION"),
    ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
    ({"ALLOWED_HOSTS": " "}, "ALLOWED_HOSTS"),
    ({"SITE_URL": None}, "SITE_URL"),
    ({"ADMIN_PATH": ""}, "ADMIN_PATH"),
    ({"DEMO": "True"}, "DEMO and PRODUCTION"),
    ({"CACHE_URL": WHOLE["REDIS_URL"]}, "CACHE_URL"),
    ({"REDIS_URL": "redis://redis:6379/3"}, "CACHE_URL"),
]


def test_each_gap_is_named_at_the_start():
    changed = [WHOLE | changes for changes, _ in REFUSED]
    told = load(*({k: v for k, v in one.items() if v is not None} for one in changed))
    for answer, (_, name) in zip(told, REFUSED, strict=True):
        assert isinstance(answer, str) and answer.startswith("ImproperlyConfigured")
        assert name in answer


@pytest.fixture(scope="module")
def loaded():
    more = {"CSRF_TRUSTED_ORIGINS": "https://a.vn", "SECRET_KEY_FALLBACKS": "old,older"}
    return load(WHOLE, WHOLE | more | {"HSTS_SUBDOMAINS": "True", "HSTS_PRELOAD": "True"})


def test_forms_may_always_come_from_our_own_address(loaded):
    assert loaded[0]["CSRF_TRUSTED_ORIGINS"] == ["https://cong.example.vn"]
    assert loaded[1]["CSRF_TRUSTED_ORIGINS"] == ["https://cong.example.vn", "https://a.vn"]


def test_hsts_speaks_for_other_names_only_when_told(loaded):
    assert loaded[0]["SECURE_HSTS_SECONDS"] == 31_536_000
    names = ("SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD")
    assert [[one[name] for name in names] for one in loaded] == [[False] * 2, [True] * 2]


def test_earlier_keys_stay_readable(loaded):
    assert loaded[0]["SECRET_KEY_FALLBACKS"] == []
    assert loaded[1]["SECRET_KEY_FALLBACKS"] == ["old", "older"]


def test_a_second_factor_outlives_its_key(settings):
    """What OPERATIONS.md promises about SECRET_KEY_FALLBACKS."""
    from accounts.second_factor import MFAAdapter

    sealed = MFAAdapter().encrypt("JBSWY3DP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert MFAAdapter().decrypt(sealed) == "JBSWY3DP"


def test_emptying_the_cache_leaves_the_queue_alone(loaded):
    assert loaded[0]["CELERY_BROKER_URL"] == "redis://:x@redis:6379/0"
    assert loaded[0]["CACHE"] == "redis://:x@redis:6379/1"


def test_migrations_have_their_own_time_limits(monkeypatch):
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    url = re.search(r"DATABASE_URL: (postgresql://portal_owner.+)", compose)[1]
    monkeypatch.setenv("DATABASE_URL", re.sub(r"\$\{.*?\}", "secret", url))
    options = env.database("DATABASE_URL", "")["OPTIONS"]
    assert options["options"] == "-c statement_timeout=3600000 -c lock_timeout=60000"
    assert options["connect_timeout"] == 5


def test_the_portals_statements_end_after_half_a_minute(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://portal_app@db/portal")
    assert "statement_timeout=30000" in env.database("DATABASE_URL", "")["OPTIONS"]["options"]


def test_a_secret_file_that_is_empty_is_no_secret(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        env.text("SECRET_KEY")
