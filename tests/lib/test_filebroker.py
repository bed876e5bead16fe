"""Messages of the broker in files are there whole or not at all, also under a crowd."""

import threading
from queue import Empty

import pytest
from kombu import Connection
from kombu.transport import filesystem

from portal.lib import filebroker

MESSAGES = 300


def channel_of(transport, folder):
    places = {name: str(folder) for name in ("data_folder_in", "data_folder_out")}
    options = places | {"control_folder": str(folder / "control")}
    return Connection(transport=transport, transport_options=options).channel()


def race(transport, folder):
    """How many messages came through, and what the reader died of."""
    writer, reader = channel_of(transport, folder), channel_of(transport, folder)
    writing = threading.Thread(
        target=lambda: [writer._put("inside", {"body": "x" * 50_000}) for _ in range(MESSAGES)]
    )
    got, errors = 0, []
    writing.start()
    while True:
        over = not writing.is_alive()
        try:
            reader._get("inside")
            got += 1
        except Empty:
            if over:
                return got, errors
        except ValueError as error:
            errors.append(error)


def test_a_reader_never_meets_half_a_message(tmp_path):
    assert race(filebroker.Transport, tmp_path) == (MESSAGES, [])


def test_twin_kombus_own_lets_the_reader_die(tmp_path, monkeypatch):
    """A pause where the writer may lose the processor: between open and write."""
    real = filesystem.lock
    monkeypatch.setattr(filesystem, "lock", lambda *args: (pause.wait(0.002), real(*args)))
    pause = threading.Event()
    assert len(race(filesystem.Transport, tmp_path)[1]) > 0


@pytest.mark.parametrize("queue", ["inside", "outside"])
def test_a_queue_gets_its_own_messages_only(tmp_path, queue):
    channel = channel_of(filebroker.Transport, tmp_path)
    channel._put(queue, {"for": queue})
    other = {"inside": "outside", "outside": "inside"}[queue]
    with pytest.raises(Empty):
        channel._get(other)
    assert channel._get(queue) == {"for": queue}
