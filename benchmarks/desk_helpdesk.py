#!/usr/bin/env python
"""The list of django-helpdesk with so many tickets, for desk.py. Runs in a Python that has django-helpdesk installed.

    desk_helpdesk.py 1000000      (DATABASE_URL names a PostgreSQL)

One ticket in fifty is open. Prints a JSON line for each list: open, all, and a search for a seldom word.
"""

import json
import os
import sys
from statistics import median
from time import perf_counter
from urllib.parse import unquote, urlsplit

NAME = "portal_bench_helpdesk"
TIMES = 5
TICKETS = """
INSERT INTO helpdesk_ticket (title, queue_id, created, modified, submitter_email, assigned_to_id, status, on_hold,
    description, priority, secret_key, kbitem_id, merged_to_id)
SELECT CASE WHEN n %% 3 = 0 THEN '在讀證明' ELSE '教室借用' END
        || CASE WHEN n %% greatest(%(rows)s / 60, 1) = 1 THEN '琥珀' ELSE '' END,
    %(queue)s, now() - n * interval '5 minutes', now(), 'p' || n || '@college.example', %(user)s,
    CASE WHEN n %% 50 = 0 THEN 1 ELSE 4 END, false, '簽證', 3, md5(n::text), NULL, NULL
FROM generate_series(1, %(rows)s) AS n
"""


def configure() -> None:
    """Settings of a plain site with django-helpdesk alone."""
    import django
    from django.conf import settings

    url = urlsplit(os.environ["DATABASE_URL"])
    settings.configure(
        SECRET_KEY="for benchmarks only",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="helpdesk.urls",
        USE_TZ=True,
        SITE_ID=1,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        INSTALLED_APPS=[
            *(f"django.contrib.{app}" for app in ("auth", "contenttypes", "sessions", "messages", "humanize", "sites")),
            "rest_framework",
            "helpdesk",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": NAME,
                "USER": unquote(url.username or ""),
                "PASSWORD": unquote(url.password or ""),
                "HOST": unquote(url.netloc.rpartition("@")[2].partition(":")[0]),  # a folder too: /run/postgresql
                "PORT": url.port or "",
            }
        },
    )
    django.setup()


def recreate() -> None:
    import psycopg2

    connection = psycopg2.connect(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl())
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {NAME}")
    connection.close()


def main(rows: int) -> None:
    recreate()
    configure()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from helpdesk.models import Queue
    from helpdesk.query import query_to_base64

    call_command("migrate", interactive=False, verbosity=0)
    user = User.objects.create_user("clerk", is_staff=True, is_superuser=True)
    queue = Queue.objects.create(title="office", slug="office")
    with connection.cursor() as cursor:
        cursor.execute(TICKETS, {"rows": rows, "queue": queue.pk, "user": user.pk})
        cursor.execute("VACUUM ANALYZE helpdesk_ticket")
    client = Client()
    client.force_login(user)
    asked = {
        "open": {"filtering": {"status__in": [1]}, "sorting": "created"},
        "all": {"filtering": {}, "sorting": "created"},
        "search": {"filtering": {}, "sorting": "created", "search_string": "琥珀"},
    }
    for name, query in asked.items():
        address = f"/datatables_ticket_list/{query_to_base64(query)}?start=0&length=50&draw=1"
        print(json.dumps(measure(client, f"django-helpdesk list, {name}", rows, address)), flush=True)


def measure(client: object, what: str, rows: int, address: str) -> dict[str, object]:
    seconds = []
    for _time in range(TIMES + 1):
        began = perf_counter()
        answer = client.get(address)
        seconds.append(perf_counter() - began)
    if answer.status_code != 200:
        sys.exit(f"{what} answers {answer.status_code}")
    middle, high = median(seconds[1:]), max(seconds[1:])
    return {"what": what, "size": rows, "median_ms": round(middle * 1000, 1), "p95_ms": round(high * 1000, 1)}


if __name__ == "__main__":
    main(int(sys.argv[1]))
