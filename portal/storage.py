from django.contrib.staticfiles.storage import StaticFilesStorage


class FingerprintedStorage(StaticFilesStorage):
    """The demo's: plain files from the finders, no collectstatic (with compression it
    would take longer than the whole start)."""
