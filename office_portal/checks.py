"""System checks about the machine the portal runs on."""

import email.policy
from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning


def python_guards_mail_headers(app_configs: Sequence[AppConfig] | None, **options: object) -> list[CheckMessage]:
    """Early patch releases of Python 3.11 and 3.12 lack this fix (CVE-2024-6923) and others of the same months."""
    if hasattr(email.policy.default, "verify_generated_headers"):
        return []
    return [
        Warning(
            "This Python does not refuse line breaks in the headers of a mail it writes.",
            hint="Use a newer patch release of the same Python: 3.11.10, 3.12.5 or later, or Debian's own python3.11.",
            id="portal.W001",
        )
    ]
