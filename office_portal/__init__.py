"""Wiring: settings, URLs, Celery, menu. Nothing in `apps` imports this package."""

from office_portal.celery import app as celery_app  # a task sent from any process must find this app

__all__ = ["celery_app"]
