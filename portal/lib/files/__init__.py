"""Files people send us: look at them, clean them, keep them, give them back.

checks    the cheap look while the sender waits
cleaning  the heavy look, in the guarded child
joining   pictures into one PDF, in the guarded child
pieces    a file that comes in pieces
storage   the private folder
serving   private files over HTTP, after the view has checked who asks
ranges    a part of such a file
video     short films, by their boxes
"""

from portal.lib.files.checks import Checked, check_length, check_upload
from portal.lib.files.cleaning import Cleaned, clean_copy
from portal.lib.files.joining import join_pictures
from portal.lib.files.kinds import (
    KINDS,
    DiskFull,
    FileRefused,
    clean_name,
    disk_is_full,
    renamed,
    room,
    waited_out,
)
from portal.lib.files.serving import serve_file
from portal.lib.files.storage import (
    PrivateStorage,
    adopt_file,
    digest,
    drop_file,
    has_changed,
    open_private,
    private_storage,
    store_file,
)

__all__ = [
    "KINDS",
    "Checked",
    "Cleaned",
    "DiskFull",
    "FileRefused",
    "PrivateStorage",
    "adopt_file",
    "check_length",
    "check_upload",
    "clean_copy",
    "clean_name",
    "digest",
    "disk_is_full",
    "drop_file",
    "has_changed",
    "join_pictures",
    "open_private",
    "private_storage",
    "renamed",
    "room",
    "serve_file",
    "store_file",
    "waited_out",
]
