"""Wiring: settings, URLs, Celery, menu. Nothing in `apps` imports this package."""
