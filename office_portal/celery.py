"""The Celery application: queues, the beat table and the settings that keep Redis free of truth.

Rows in PostgreSQL are the work; a Celery message only says "look". Each beat entry expires before the next one is due,
so a worker that was away does not find a pile of equal messages.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office_portal.settings")

app = Celery("office_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")

MINUTE = 60.0

app.conf.beat_schedule = {
    "heartbeat": {"task": "core.beat_heartbeat", "schedule": MINUTE / 2, "options": {"expires": 25}},
    "sweep-outbox": {"task": "delivery.sweep", "schedule": MINUTE, "options": {"expires": 50, "queue": "notice"}},
    "sweep-inbound": {
        "task": "delivery.sweep_inbound",
        "schedule": MINUTE,
        "options": {"expires": 50, "queue": "evidence"},
    },
    "sweep-receipts": {
        "task": "delivery.sweep_receipts",
        "schedule": MINUTE,
        "options": {"expires": 50, "queue": "evidence"},
    },
    "canary": {"task": "delivery.send_canary", "schedule": crontab(minute="*/15"), "options": {"expires": 600}},
    "sweep-notices": {"task": "notices.sweep", "schedule": MINUTE, "options": {"expires": 50, "queue": "notice"}},
    "notice-reminders": {
        "task": "notices.plan_reminders",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 500, "queue": "reminder"},
    },
    "notice-missing-rows": {
        "task": "notices.find_missing",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 500, "queue": "evidence"},
    },
    "notice-file-reports": {
        "task": "notices.sweep_file_reports",
        "schedule": MINUTE,
        "options": {"expires": 50, "queue": "report"},
    },
    "sweep-replies": {"task": "replies.sweep", "schedule": MINUTE, "options": {"expires": 50, "queue": "notice"}},
    "sweep-relays": {"task": "relays.sweep", "schedule": MINUTE, "options": {"expires": 50, "queue": "notice"}},
    "sweep-assignments": {
        "task": "assignments.sweep",
        "schedule": MINUTE,
        "options": {"expires": 50, "queue": "notice"},
    },
    "daily-words": {
        "task": "dashboard.daily",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 500, "queue": "reminder"},
    },
    "sweep-requests": {"task": "servicedesk.sweep", "schedule": 5 * MINUTE, "options": {"expires": 240}},
    "escalate-requests": {"task": "servicedesk.escalate", "schedule": MINUTE, "options": {"expires": 50}},
    "sweep-mail": {
        "task": "servicedesk.sweep_mail",
        "schedule": MINUTE,
        "options": {"expires": 50, "queue": "evidence"},
    },
    "forget-mail": {
        "task": "servicedesk.forget_mail",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 3600},
    },
    "sweep-batches": {
        "task": "servicedesk.sweep_batches",
        "schedule": 2 * MINUTE,
        "options": {"expires": 110, "queue": "report"},
    },
    "sweep-documents": {
        "task": "documents.sweep",
        "schedule": 5 * MINUTE,
        "options": {"expires": 240, "queue": "reminder"},
    },
    "document-ledger": {
        "task": "documents.check_ledger",
        "schedule": crontab(hour=2, minute=20),
        "options": {"expires": 3600},
    },
    "sweep-seals": {
        "task": "seals.sweep",
        "schedule": crontab(minute="*/20"),
        "options": {"expires": 600, "queue": "reminder"},
    },
    "sweep-dispatch": {
        "task": "dispatch.sweep",
        "schedule": 2 * MINUTE,
        "options": {"expires": 110, "queue": "urgent"},
    },
    "knowledge-reviews": {
        "task": "knowledge.tell_reviews",
        "schedule": crontab(hour=8, minute=10),
        "options": {"expires": 3600, "queue": "reminder"},
    },
    "mailed-summaries": {
        "task": "reports.send_summaries",
        "schedule": crontab(minute="*/20", hour="7-20"),
        "options": {"expires": 1000, "queue": "report"},
    },
    "task-reminders": {
        "task": "tasks.remind",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 500, "queue": "reminder"},
    },
    "sweep-imports": {"task": "imports.sweep", "schedule": MINUTE, "options": {"expires": 50}},
    "forget-imports": {
        "task": "imports.forget",
        "schedule": crontab(hour=2, minute=50),
        "options": {"expires": 3600},
    },
    "remove-people": {
        "task": "servicedesk.remove_people",
        "schedule": crontab(hour=2, minute=40),
        "options": {"expires": 3600},
    },
    "sweep-copies": {
        "task": "interfaces.sweep_copies",
        "schedule": MINUTE,
        "options": {"expires": 50, "queue": "report"},
    },
    "sweep-exports": {
        "task": "journal.sweep_exports",
        "schedule": MINUTE,
        "options": {"expires": 50, "queue": "report"},
    },
    "sweep-scans": {
        "task": "journal.sweep_scans",
        "schedule": MINUTE,
        "options": {"expires": 50, "queue": "evidence"},
    },
    "sweep-document-files": {
        "task": "documents.sweep_files",
        "schedule": MINUTE,
        "options": {"expires": 50, "queue": "report"},
    },
    "sweep-hooks": {
        "task": "interfaces.sweep_hooks",
        "schedule": MINUTE,
        "options": {"expires": 50, "queue": "report"},
    },
    "clear-interfaces": {
        "task": "interfaces.clear_away",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 3600, "queue": "report"},
    },
    "remove-orphan-files": {
        "task": "journal.remove_orphans",
        "schedule": crontab(hour=3, minute=10),
        "options": {"expires": 3600},
    },
    "check-calendars": {
        "task": "core.check_calendars",
        "schedule": crontab(hour=7, minute=0),
        "options": {"expires": 3600},
    },
}
