"""The scripts, locks and deployment files are whole and agree with each other."""

import http.client
import http.server
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

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
    readers = r"\b(?:env\.)?(?:text|boolean|integer|words|pairs|database|_kept_secret)"
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
    assert sql("portal_app", "INSERT INTO trail (line) VALUES ('a')").returncode == 0
    assert sql("portal_app", "SELECT line FROM trail").stdout == "a\n"
    for statement in (
        "DROP TABLE trail",
        "TRUNCATE trail",
        "ALTER TABLE trail DISABLE TRIGGER ALL",
        "CREATE TABLE other (id int)",
    ):
        refused = sql("portal_app", statement)
        assert "must be owner" in refused.stderr or "permission denied" in refused.stderr


# --- nginx ---------------------------------------------------------------------------------------


class Echo(http.server.BaseHTTPRequestHandler):
    """Stands where the portal stands: answers with the headers it got."""

    def do_GET(self):
        self.send_response(200)
        if self.path == "/allowed":
            self.send_header("X-Accel-Redirect", "/_private/paper.pdf")
        self.end_headers()
        self.wfile.write(str(self.headers).encode())

    def log_message(self, *args):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx_config(folder, upstream, plain, tls):
    """The real file with this machine's places put in."""
    text = read("deploy/nginx/nginx.conf")
    for place, here in {
        "web:8000": f"127.0.0.1:{upstream}",
        "listen 8080": f"listen 127.0.0.1:{plain}",
        "listen 8443": f"listen 127.0.0.1:{tls}",
        "/etc/nginx/tls": folder,
        "/tmp/nginx": f"{folder}/nginx",
        "/srv/private": f"{folder}/private",
        "/srv/static": f"{folder}/static",
        "/srv/nginx": ROOT / "deploy/nginx",
        "/dev/stdout": f"{folder}/access.log",
        "/dev/stderr": f"{folder}/error.log",
        "client_header_timeout 10s": "client_header_timeout 1s",
    }.items():
        assert place in text
        text = text.replace(place, str(here))
    # As root nginx would become `nobody`, who may not enter pytest's folder.
    return f"user {'root' if os.geteuid() == 0 else 'nobody'};\ndaemon off;\n{text}"


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    """(plain port, TLS port) of a running nginx with our configuration."""
    folder = tmp_path_factory.mktemp("nginx")
    for name in ("private", "static"):
        (folder / name).mkdir()
    (folder / "private/paper.pdf").write_bytes(b"%PDF secret")
    (folder / "static/app.0123.css").write_text("body{}")
    run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
        *("-subj", "/CN=localhost", "-keyout", folder / "privkey.pem"),
        *("-out", folder / "fullchain.pem"),
        check=True,
    )
    plain, tls = free_port(), free_port()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as upstream:
        threading.Thread(target=upstream.serve_forever, daemon=True).start()
        config = folder / "nginx.conf"
        config.write_text(nginx_config(folder, upstream.server_address[1], plain, tls))
        binary = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        with subprocess.Popen([binary, "-c", config, "-e", folder / "start.log"]) as process:
            wait_for_port(tls)
            yield plain, tls
            process.terminate()
        upstream.shutdown()


def wait_for_port(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def ask(port, path, headers=None, method="GET"):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=5)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.pg  # with the servers: nginx is there where bin/test has been
class TestNginx:
    def test_what_the_visitor_claims_about_himself_is_dropped(self, nginx):
        claims = {"X-Forwarded-For": "10.9.9.9", "X-Forwarded-Proto": "ftp", "Forwarded": "for=x"}
        _, seen = ask(nginx[1], "/", claims | {"X-Forwarded-Host": "evil.example"})
        assert "X-Forwarded-For: 127.0.0.1\n" in seen.replace("\r", "")
        assert "X-Forwarded-Proto: https" in seen
        assert "10.9.9.9" not in seen and "evil" not in seen and "for=x" not in seen

    def test_private_files_only_on_the_portals_word(self, nginx):
        assert ask(nginx[1], "/_private/paper.pdf")[0].status == 404
        assert ask(nginx[1], "/allowed")[1] == "%PDF secret"

    def test_static_files_are_kept_for_a_year(self, nginx):
        answer, _ = ask(nginx[1], "/static/app.0123.css")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"

    def test_a_body_above_the_limit_is_refused_unread(self, nginx):
        answer, _ = ask(nginx[1], "/", {"Content-Length": str(26 * 1024 * 1024)}, "POST")
        assert answer.status == 413

    def test_plain_http_is_sent_to_https(self, nginx):
        connection = http.client.HTTPConnection("127.0.0.1", nginx[0], timeout=5)
        connection.request("GET", "/thu-tuc/", headers={"Host": "cong.example"})
        assert connection.getresponse().headers["Location"] == "https://cong.example/thu-tuc/"
        connection.close()

    def test_who_dribbles_headers_is_let_go(self, nginx):
        with socket.create_connection(("127.0.0.1", nginx[0]), timeout=5) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
            with pytest.raises(ConnectionResetError):
                slow.recv(100)
