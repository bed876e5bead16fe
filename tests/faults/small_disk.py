"""A disk of half a megabyte that can be filled: a tmpfs of its own where we may mount one. Where
we may not, a folder that pretends: what is written in it while it is "full" fails as the kernel
would have it fail, at the fsync or, for temporary files, at the first byte. It has no room for
a part either."""

import errno
import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from portal.lib import jobs

SIZE = 512 * 1024


class SmallDisk:
    def __init__(self, path):
        self.path, self.ballast = path, path / "ballast"

    def fill(self, leaving=0):
        with self.ballast.open("wb") as file:
            file.write(b"\0" * (self.room() - leaving))
        assert leaving or not self.room()

    def free(self):
        self.ballast.unlink()

    def room(self):
        found = os.statvfs(self.path)
        return found.f_bavail * found.f_frsize

    def files(self):
        """Names of what we left there: nothing that a library or the test put beside."""
        kept = self.path / "private"
        return {str(one.relative_to(kept)) for one in kept.rglob("*") if one.is_file()}


class PretendedDisk(SmallDisk):
    full = False

    def fill(self, leaving=0):
        self.full = True

    def free(self):
        self.full = False

    def refuse(self, path):
        if self.full and Path(path).is_relative_to(self.path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def patch(self, monkeypatch):
        named_file, fsync = tempfile.NamedTemporaryFile, os.fsync

        def in_folder(*args, **kwargs):
            self.refuse(kwargs.get("dir") or tempfile.gettempdir())
            return named_file(*args, **kwargs)

        def checked(handle):
            self.refuse(os.readlink(f"/proc/self/fd/{handle}"))
            fsync(handle)

        monkeypatch.setattr(os, "fsync", checked)
        monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", in_folder)
        monkeypatch.setattr("openpyxl.worksheet._writer.NamedTemporaryFile", in_folder)
        monkeypatch.setattr(jobs, "inside_child", True)  # a child would not pretend


@contextmanager
def small_disk(folder, monkeypatch):
    folder.mkdir()
    mounted = not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], stderr=subprocess.DEVNULL
    ).returncode
    disk = SmallDisk(folder) if mounted else PretendedDisk(folder)
    if isinstance(disk, PretendedDisk):
        disk.patch(monkeypatch)
    try:
        yield disk
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", folder], check=True)
