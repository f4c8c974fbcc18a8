"""Everything that writes the sources' tables."""

from apps.sources.services.mapping import ignore_key, map_key, unmap_key
from apps.sources.services.noting import note_error, prune_hours, refuse
from apps.sources.services.pieces import Piece, alike, place, read, read_with, try_again
from apps.sources.services.plausibility import assess
from apps.sources.services.replaying import replay, replay_due, resolve, uplink_in
from apps.sources.services.rules import check_rule, remove_rule, set_rule
from apps.sources.services.silence import expect, tick
from apps.sources.services.sources import authenticate, change_source, create_source, issue_token, revoke_tokens
from apps.sources.services.tables.mapping import map_table
from apps.sources.services.tables.uploading import import_table, preview_table, upload_table
from apps.sources.services.taking import take

__all__ = [
    "Piece",
    "alike",
    "assess",
    "authenticate",
    "change_source",
    "check_rule",
    "create_source",
    "expect",
    "ignore_key",
    "import_table",
    "issue_token",
    "map_key",
    "map_table",
    "note_error",
    "place",
    "preview_table",
    "prune_hours",
    "read",
    "read_with",
    "refuse",
    "remove_rule",
    "replay",
    "replay_due",
    "resolve",
    "revoke_tokens",
    "set_rule",
    "take",
    "tick",
    "try_again",
    "unmap_key",
    "uplink_in",
    "upload_table",
]
