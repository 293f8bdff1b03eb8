"""Sign-offs that are open now: who asked for the thing, or filed it, may not decide it."""

from django.db import migrations

BAR = """
UPDATE approvals_step AS step
   SET barred = ARRAY(SELECT DISTINCT unnest(ARRAY[request.requester_id, request.filed_by_id]))
  FROM servicedesk_request AS request, django_content_type AS kind
 WHERE kind.id = step.subject_type_id AND kind.app_label = 'servicedesk' AND kind.model = 'request'
   AND request.id = step.subject_id AND step.state = 'asked'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0002_nobody_decides_about_the_own"),
        ("servicedesk", "0004_open_requests_in_the_order_of_the_list"),
    ]

    operations = [migrations.RunSQL(BAR, migrations.RunSQL.noop)]
