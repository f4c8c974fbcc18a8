"""Django's entry to the peers app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeersConfig(AppConfig):
    """Identity, keys, peers and trust."""

    name = "apps.peers"
    label = "peers"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Peers")

    def ready(self) -> None:
        """Refuse to start with key files others can read; lend the ledger its keys; listen."""
        from apps.ledger.types import ports  # noqa: PLC0415 - Django allows models only from here on
        from apps.peers import handlers, selectors  # noqa: PLC0415
        from apps.peers.models import keyring  # noqa: PLC0415

        keyring.check_modes()
        ports.provide(selectors.LedgerIdentity())
        handlers.register()
