"""Django's own apps where the portal sets them otherwise."""

from typing import ClassVar

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.checks import register

from office_portal import celery  # noqa: F401 (every process that sends a hint needs this application, not Celery's default)
from office_portal.checks import python_guards_mail_headers


class PortalStaticFilesConfig(StaticFilesConfig):
    """Collects what pages use of the front-end packages; most files there are variants, some point at missing ones."""

    ignore_patterns: ClassVar[list[str]] = [
        *StaticFilesConfig.ignore_patterns,
        "*.rtl.*",
        "*.esm.*",
        "tabler-*.css*",
        "htmx.cjs.js",
        "htmx.amd.js",
        "*.d.ts",
        "*.gz",
    ]

    def ready(self) -> None:
        super().ready()
        register(python_guards_mail_headers)
