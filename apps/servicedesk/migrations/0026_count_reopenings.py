"""How often each request was opened again, from its ledger."""

from django.db import migrations

COUNT = """
UPDATE servicedesk_request AS request SET reopen_count = counted.times
FROM (
    SELECT request_id, count(*) AS times
    FROM (
        SELECT request_id, kind, lag(kind) OVER (PARTITION BY request_id ORDER BY at, id) AS before
        FROM servicedesk_clockentry WHERE kind IN ('start', 'pause', 'resume', 'stop', 'cancel')
    ) AS lines
    WHERE kind = 'resume' AND before IN ('stop', 'cancel')
    GROUP BY request_id
) AS counted
WHERE counted.request_id = request.id
"""


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0025_people_tasks_and_links")]

    operations = [migrations.RunSQL(COUNT, migrations.RunSQL.noop)]
