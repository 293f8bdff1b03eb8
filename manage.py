#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL it starts the embedded PostgreSQL and Redis first."""

import os
import sys

from office_portal import embedded


def main() -> None:
    embedded.ensure_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office_portal.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (settings must come after the environment)

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
