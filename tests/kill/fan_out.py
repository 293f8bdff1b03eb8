"""Plan the mails of a message for all people, as a worker or page would: `python -m tests.kill.fan_out MESSAGE
CHUNK`.
"""

import os
import sys

import django


def main(message: int, chunk: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office_portal.settings")
    django.setup()
    from apps.delivery.models import Message
    from apps.delivery.services import plan
    from apps.people.models import Person

    plan(message=Message.objects.get(pk=message), people=Person.objects.all(), chunk=chunk)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
