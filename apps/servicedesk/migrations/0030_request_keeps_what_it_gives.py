"""What a request gives is kept with it, as promised when it was filed; for those of before, as its papers say."""

from django.db import migrations, models

FILL = """
UPDATE servicedesk_request AS request SET product = CASE
    WHEN EXISTS (SELECT FROM servicedesk_certificate WHERE request_id = request.id) THEN 'certificate'
    WHEN EXISTS (
        SELECT FROM seals_sealuse AS line JOIN django_content_type AS kind ON kind.id = line.subject_type_id
        WHERE kind.app_label = 'servicedesk' AND kind.model = 'request' AND line.subject_id = request.id
    ) THEN 'seal_use'
    ELSE service.product
END
FROM servicedesk_service AS service
WHERE service.id = request.service_id AND request.state <> 'draft'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("servicedesk", "0029_asked_in_another_request"),
        ("seals", "0001_seal_register_and_ledger"),
    ]

    operations = [
        migrations.AddField(
            model_name="request",
            name="product",
            field=models.CharField(
                blank=True,
                choices=[
                    ("none", "nothing to hand over"),
                    ("certificate", "certificate with check page"),
                    ("seal_use", "sealed paper"),
                ],
                db_default="",
                default="",
                max_length=20,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
