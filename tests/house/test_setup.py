"""The scripts, locks and deployment files are whole and agree with each other."""

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from dossiers.audit.anchors import anchor
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [
    *(p for p in sorted((ROOT / "bin").iterdir()) if p.suffix != ".py"),
    *sorted((ROOT / "deploy").rglob("*.sh")),
    ROOT / ".ci/run",
]
# Read by settings, but meaningless behind the compose file, which sets the folders itself.
NOT_IN_COMPOSE = {"DEMO", "VAR_DIR", "PRIVATE_ROOT", "STATIC_ROOT", "FILE_UPLOAD_TEMP_DIR"}


def run(*command, **options):
    return subprocess.run(
        [str(word) for word in command], cwd=ROOT, capture_output=True, text=True, **options
    )


def tool(name):
    return Path(sys.executable).with_name(name)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_shell_scripts_are_sound(script):
    if "bash" not in script.read_text().splitlines()[0]:
        assert run("dash" if shutil.which("dash") else "sh", "-n", script).stderr == ""
    assert run(tool("shellcheck"), "-S", "warning", "-x", script).stdout == ""


@pytest.mark.parametrize("name", ["demo", "test", "check", "vendor", "with-servers"])
def test_commands_may_be_executed(name):
    assert os.access(ROOT / "bin" / name, os.X_OK)


def test_a_make_target_for_each_command_of_the_house():
    named = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    assert {"demo", "test", "test-fast", "check", "bench", "chaos", "lock", "shots"} <= named


def test_ci_runs_what_make_test_runs():
    assert "exec bin/test" in read(".ci/run")


def test_the_whole_run_leaves_no_test_out_for_want_of_a_program():
    """bin/test installs them all; tests.running.program reads the word."""
    assert re.search(r"^export .*PORTAL_TEST_ALL=1", read("bin/test"), re.M)


# --- locks -----------------------------------------------------------------------------------


LOCKS = ["requirements", "requirements-dev", "requirements-setup"]


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_direct_package_is_locked_with_hashes(name):
    wanted = {canonical(n) for n in re.findall(r"^([A-Za-z][\w.-]*)", read(f"{name}.in"), re.M)}
    blocks = re.split(r"\n(?=\S)", read(f"{name}.txt"))
    locked = {canonical(b.split("==")[0]) for b in blocks if "--hash=sha256:" in b}
    assert wanted <= locked
    assert [b for b in blocks if "==" in b.split("\n")[0] and "--hash" not in b] == []


def test_a_package_has_one_version_in_all_locks():
    pins = [
        p for name in LOCKS for p in re.findall(r"^([\w.-]+)==(\S+)", read(f"{name}.txt"), re.M)
    ]
    assert len(set(pins)) == len({name for name, _ in pins})


def test_locks_name_no_registry():
    for name in LOCKS:
        assert not re.search(r"index-url|https?://", read(f"{name}.txt"))
    assert '"resolved"' not in read("package-lock.json")


def test_front_end_files_are_in_place_and_ask_for_no_map():
    names = run("sh", "bin/vendor", "--list").stdout.split()
    assert len(names) > 8
    for name in names:
        content = (ROOT / "static/vendor" / name).read_bytes()
        assert content and b"sourceMappingURL" not in content


def test_third_party_files_are_not_tracked():
    tracked = run("git", "ls-files", "static/vendor", "node_modules", "var", ".venv").stdout
    assert tracked == ""


# --- settings, .env.example, compose ---------------------------------------------------------


def names_in_settings():
    code = read("portal/settings.py") + read("portal/env.py")
    readers = (
        r"\b(?:env\.)?(?:text|boolean|integer|words|pairs|one_of|cache_url|database|_kept_secret)"
    )
    return set(re.findall(readers + r'\(\s*"([A-Z0-9_]+)"', code))


def names_in_example():
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", read(".env.example"), re.M))


def required_by_compose():
    return set(re.findall(r"\$\{([A-Z0-9_]+):\?", read("docker-compose.yml")))


def test_env_example_explains_every_setting_and_no_other():
    assert len(names_in_settings()) > 30
    assert names_in_example() - required_by_compose() == names_in_settings() - required_by_compose()
    assert required_by_compose() <= names_in_example()


def test_compose_passes_every_setting_on():
    passed = set(re.findall(r"^ {4}([A-Z0-9_]+):", read("docker-compose.yml"), re.M))
    assert names_in_settings() - NOT_IN_COMPOSE - passed == set()


def test_compose_has_no_default_secret():
    assert re.findall(r"\$\{[A-Z0-9_]*:?-[^}]*\}", read("docker-compose.yml")) == []


def test_env_example_itself_starts_nothing():
    """Copied but not filled in: each required value is empty, so compose names it and stops."""
    filled = re.findall(r"^([A-Z0-9_]+)=(.+)$", read(".env.example"), re.M)
    assert filled == []


def test_compose_file_fits_the_schema():
    found = run(
        tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"
    )
    assert found.returncode == 0, found.stdout


def test_dockerfile_is_clean():
    assert run(tool("hadolint"), "Dockerfile").stdout == ""


# --- the database roles ------------------------------------------------------------------------


LEDGERS = (
    *("dossiers_event", "dossiers_clockentry", "dossiers_ledgeranchor", "dossiers_anchoredhead"),
    "dossiers_volumecontent",
    "postal_parcelevent",
)


@pytest.fixture
def own_postgres(tmp_path):
    """A cluster to make roles in: roles belong to a whole cluster, not to one database."""
    script = (
        ". bin/_setup.sh; . bin/_servers.sh; trap stop_servers EXIT; REDIS_URL=none; "
        'start_servers >&2; echo "$BASE/postgres"; read -r _; stop_servers; rm -rf "$BASE"'
    )
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"VAR_DIR": str(tmp_path)}
    with subprocess.Popen(
        ["sh", "-c", script], cwd=ROOT, env=env, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        folder = server.stdout.readline().strip()
        yield folder
        server.communicate("done\n", timeout=30)


@pytest.mark.pg
def test_the_portals_role_owns_nothing(own_postgres):
    run("dropdb", "-h", own_postgres, "-U", "portal", "portal", check=True)
    made = run(
        *("bash", "deploy/postgres/10-roles.sh"),
        env=os.environ
        | {"PGHOST": own_postgres, "POSTGRES_USER": "portal"}
        | {"DB_OWNER_PASSWORD": "o'wner", "DB_APP_PASSWORD": "app"},
    )
    assert made.returncode == 0, made.stderr

    def sql(role, statement):
        return run("psql", "-h", own_postgres, "-U", role, "-d", "portal", "-Atc", statement)

    assert sql("portal_owner", "CREATE TABLE trail (id serial, line text)").returncode == 0
    for ledger in LEDGERS:
        assert sql("portal_owner", f"CREATE TABLE {ledger} (line text)").returncode == 0
    revoked = run(
        *(sys.executable, "manage.py", "revoke_ledger"),
        env=os.environ | {"DATABASE_URL": f"postgresql://portal_owner@/portal?host={own_postgres}"},
    )
    assert revoked.returncode == 0, revoked.stderr
    assert sql("portal_app", "INSERT INTO trail (line) VALUES ('a')").returncode == 0
    assert sql("portal_app", "UPDATE trail SET line = 'b'").returncode == 0
    assert sql("portal_app", "SELECT line FROM trail").stdout == "b\n"
    for statement in (
        "DROP TABLE trail",
        "TRUNCATE trail",
        "ALTER TABLE trail DISABLE TRIGGER ALL",
        "CREATE TABLE other (id int)",
        *(f"UPDATE {ledger} SET line = 'b'" for ledger in LEDGERS),
        *(f"DELETE FROM {ledger}" for ledger in LEDGERS),
    ):
        refused = sql("portal_app", statement)
        assert "must be owner" in refused.stderr or "permission denied" in refused.stderr
    for ledger in LEDGERS:
        assert sql("portal_app", f"INSERT INTO {ledger} VALUES ('a')").returncode == 0


@pytest.mark.pg
@pytest.mark.django_db
def test_a_dossier_moves_though_its_ledger_cannot_be_changed(binh, service):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ledger_app")
        cursor.execute("GRANT USAGE ON SCHEMA public TO ledger_app")
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO ledger_app")
        cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ledger_app")
        call_command("revoke_ledger", role="ledger_app", stdout=io.StringIO())
        cursor.execute("SET LOCAL ROLE ledger_app")
    filed = factories.a_filed(binh, service)
    assert filed.events.count() >= 1 and anchor(factories.MORNING)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        filed.events.update(note="khác")
