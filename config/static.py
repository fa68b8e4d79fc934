"""How static files are stored: hashed, compressed, and JavaScript modules import each other by their hashed names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise has no types
    """Without the renaming, a cached old module could run beside a new one.

    Only our own modules: Django would also rename imports in comments of other packages' scripts.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
