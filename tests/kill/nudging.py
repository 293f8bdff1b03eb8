"""Stands for a web process: for each line on standard input nudges once and prints how many seconds that took."""

import os
import sys
import time

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office_portal.settings")
    django.setup()
    import office_portal.celery  # noqa: F401 (the application whose broker is used)
    from apps.delivery.services import nudge, nudges

    print("ready", flush=True)
    for _line in sys.stdin:
        nudges._broker_away_until = 0.0  # each one is to try for itself
        begun = time.monotonic()
        nudge("notice")
        print(time.monotonic() - begun, flush=True)


if __name__ == "__main__":
    main()
