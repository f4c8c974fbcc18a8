"""Hashed and compressed static files whose JavaScript modules may import each other."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise comes without types
    """Also rewrites the names in ``import … from "./other.js"`` to hashed ones."""

    support_js_module_import_aggregation = True
