"""The project: settings, URLs, Celery, the schedule, and what runs a whole region on one machine.

Nothing imports it; it may import everything. Celery's app is loaded here so that tasks find it.
"""

from owlnode.celery import app as celery_app

__all__ = ["celery_app"]
