"""The clamd client: only clamd's own OK is clean."""

import os
import socket
import struct
import subprocess
import threading
import time
import zipfile

import pytest

from portal.lib.clamd import scan
from tests.running import program

# The public test string of EICAR, in halves, or scanners would flag this repository.
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "giay.pdf"
    path.write_bytes(b"%PDF-1.7 " + b"x" * 600_000)
    return path


@pytest.fixture
def fake(settings):
    """Start a server on a free port that treats one connection as `act` says."""
    servers = []

    def fake(act):
        server = socket.create_server(("127.0.0.1", 0))
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
        seen = {}

        def serve():
            link, _ = server.accept()
            with link:
                act(link, seen)

        thread = threading.Thread(target=serve)
        thread.start()
        servers.append((server, thread))
        return seen

    yield fake
    for server, thread in servers:
        thread.join(5)
        server.close()


def take(link):
    """Read a whole INSTREAM conversation; the command and the file's bytes."""
    stream = link.makefile("rb")
    command, data = stream.read(10), b""
    while size := struct.unpack(">I", stream.read(4))[0]:
        data += stream.read(size)
    return command, data


def answering(answer):
    def act(link, seen):
        seen["command"], seen["data"] = take(link)
        link.sendall(answer)

    return act


def resetting(link, seen):
    link.recv(1000)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def dawdling(link, seen):
    take(link)
    for letter in b"stream: OK":
        try:
            link.sendall(bytes([letter]))
        except OSError:
            return
        time.sleep(0.2)


def test_without_an_address_it_is_off(settings, paper):
    settings.CLAMD_ADDRESS = ""
    assert scan(paper).state == "off"


def test_a_clean_file_is_sent_whole(fake, paper):
    seen = fake(answering(b"stream: OK\0"))
    assert scan(paper).state == "clean"
    assert seen == {"command": b"zINSTREAM\0", "data": paper.read_bytes()}


def test_what_was_found_is_named(fake, paper):
    fake(answering(b"stream: Win.Test.EICAR_HDB-1 FOUND\0"))
    verdict = scan(paper)
    assert (verdict.state, verdict.signature) == ("infected", "Win.Test.EICAR_HDB-1")


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"stream: OK",
        b"OK\0",
        b"\0",
        b"",
        b"stream: Can't open file or directory ERROR\0",
        b"x" * 20_000,
    ],
)
def test_any_other_answer_is_a_failed_scan(fake, paper, answer):
    fake(answering(answer))
    assert scan(paper).state == "failed"


def test_a_reset_is_a_failed_scan(fake, paper):
    fake(resetting)
    assert scan(paper).state == "failed"


def test_a_slow_scanner_is_given_up_in_time(fake, paper):
    fake(dawdling)
    started = time.monotonic()
    assert scan(paper, timeout=0.5).state == "failed"
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("address", ["unix:/nonexistent/clamd.ctl", "127.0.0.1:1", "nonsense"])
def test_a_scanner_that_is_away_is_a_failed_scan(settings, paper, address):
    settings.CLAMD_ADDRESS = address
    assert scan(paper).state == "failed"


def test_a_missing_file_is_a_failed_scan(fake, tmp_path):
    fake(lambda link, seen: link.recv(100))
    assert scan(tmp_path / "none").state == "failed"


@pytest.fixture
def real(settings, tmp_path_factory):
    """A clamd of our own whose database knows EICAR and nothing else."""
    clamd = program("clamd")
    if not clamd:
        pytest.skip("clamd is not installed (apt-get install clamav-daemon)")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "local.ndb").write_text(f"Eicar-Test:0:*:{EICAR.encode().hex()}\n")
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {folder}\nLocalSocket {folder}/s\nForeground yes\n"
        "StreamMaxLength 1M\nLogSyslog no\n"
    )
    log = open(folder / "log", "w")
    process = subprocess.Popen([clamd, "-c", folder / "clamd.conf"], stdout=log, stderr=log)
    for _ in range(200):
        if (folder / "s").exists() or process.poll() is not None:
            break
        time.sleep(0.05)
    settings.CLAMD_ADDRESS = f"unix:{folder}/s"
    yield process
    process.terminate()
    process.wait(20)
    log.close()


@pytest.mark.parametrize("asked", ["CI", "PORTAL_TEST_ALL"])
def test_where_all_is_to_be_proved_a_missing_scanner_fails(monkeypatch, asked):
    for name in ("CI", "PORTAL_TEST_ALL"):
        monkeypatch.delenv(name, raising=False)
    assert program("clamd-nowhere") is None
    monkeypatch.setenv(asked, "1")
    with pytest.raises(FileNotFoundError):
        subprocess.Popen([program("clamd-nowhere")])


@pytest.mark.slow
def test_a_real_scanner_tells_clean_from_infected(real, paper, tmp_path):
    (tmp_path / "virus.pdf").write_text(EICAR)
    with zipfile.ZipFile(tmp_path / "virus.zip", "w") as archive:
        archive.write(tmp_path / "virus.pdf")
    states = [scan(tmp_path / name).state for name in ("giay.pdf", "virus.pdf", "virus.zip")]
    assert states == ["clean", "infected", "infected"]


@pytest.mark.slow
def test_a_real_scanner_that_cuts_a_large_file_off_has_not_scanned_it(real, tmp_path):
    (tmp_path / "large").write_bytes(os.urandom(3_000_000))
    assert scan(tmp_path / "large").state == "failed"


@pytest.mark.slow
def test_a_real_scanner_that_was_stopped_has_not_scanned_it(real, paper):
    real.terminate()
    real.wait(20)
    assert scan(paper).state == "failed"
