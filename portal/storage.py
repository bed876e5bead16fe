from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Production's: a module of ours names the modules it imports by their fingerprints too,
    or browsers would keep an old one for the year that /static/ promises."""

    support_js_module_import_aggregation = True


class FingerprintedStorage(StaticFilesStorage):
    """The demo's: plain files from the finders, no collectstatic (with compression it
    would take longer than the whole start)."""
