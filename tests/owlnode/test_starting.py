"""Python looks for garbage again once a process has loaded its apps, but not in what it has loaded."""

from __future__ import annotations

import gc

from django.apps import apps


def test_what_the_settings_put_off_goes_on_when_all_apps_are_loaded() -> None:
    gc.unfreeze()
    gc.disable()
    try:
        apps.get_app_config("operations").ready()
        assert (gc.isenabled(), gc.get_freeze_count() > 100_000) == (True, True)
    finally:
        gc.enable()
