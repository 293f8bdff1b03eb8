"""Urgent moves up for the new “high”; first answers that were given become lines of the ledger, as new ones are.

Requests filed before were promised no first answer, so they keep none.
"""

from django.db import migrations

URGENT = "UPDATE servicedesk_request SET priority = 2 WHERE priority = 1"
BACK = "UPDATE servicedesk_request SET priority = 1 WHERE priority = 2"
ANSWERED = """
INSERT INTO servicedesk_clockentry (request_id, kind, at, reason)
SELECT id, 'answered', first_response_at, '' FROM servicedesk_request
 WHERE first_response_at IS NOT NULL AND submitted_at IS NOT NULL ORDER BY id
"""


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0009_promises_waiting_and_retention")]

    operations = [
        migrations.RunSQL(URGENT, BACK),
        migrations.RunSQL(ANSWERED, migrations.RunSQL.noop),
    ]
