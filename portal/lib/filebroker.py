"""Celery's broker in files (the embedded default): kombu's own, with messages that appear whole.

kombu 5.6 makes the file first and writes it afterwards; a worker that looks in between moves an
empty file away and dies of it (JSONDecodeError). Here the name appears when the bytes are there.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        draft = folder / f"{name}.part"
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.replace(folder / name)


class Transport(filesystem.Transport):
    Channel = Channel
