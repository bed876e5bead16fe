"""Files people send us: look at them, clean them, keep them, give them back.

checks    the cheap look while the sender waits
cleaning  the heavy look, in the guarded child
storage   the private folder
serving   private files over HTTP, after the view has checked who asks
"""

from portal.lib.files.checks import Checked, check_upload
from portal.lib.files.cleaning import Cleaned, clean_copy
from portal.lib.files.kinds import KINDS, FileRefused, clean_name
from portal.lib.files.serving import serve_file
from portal.lib.files.storage import PrivateStorage, open_private, private_storage, store_file

__all__ = [
    "KINDS",
    "Checked",
    "Cleaned",
    "FileRefused",
    "PrivateStorage",
    "check_upload",
    "clean_copy",
    "clean_name",
    "open_private",
    "private_storage",
    "serve_file",
    "store_file",
]
