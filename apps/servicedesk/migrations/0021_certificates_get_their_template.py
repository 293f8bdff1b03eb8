"""The certificate of enrolment, until now in the program, becomes the first template; every certificate keeps it.

Only where something was issued or is offered: a new portal gets its templates from `setup_college`.
"""

from django.db import migrations

SEAL = {"zh-hant": "學院印章\n蓋於此處", "zh-hans": "学院印章\n盖于此处", "en": "Seal of\nthe College"}
NAME = {"zh-hant": "在讀證明", "zh-hans": "在读证明", "en": "Certificate of enrolment"}
CONTENT = {
    "layout": "letter",
    "holder": "student",
    "title": {"zh-hant": "在讀證明", "zh-hans": "在读证明", "en": "Certificate of Enrolment"},
    "body": {
        "zh-hant": "茲證明{name}（學號{number}）自{since}起在本院{unit}就讀，現為在讀學生。\n"
        "用途：{answer.purpose_other|answer.purpose}\n特此證明。",
        "zh-hans": "兹证明{name}（学号{number}）自{since}起在本院{unit}就读，现为在读学生。\n"
        "用途：{answer.purpose_other|answer.purpose}\n特此证明。",
        "en": "This is to certify that {name} (student number {number}) has been enrolled in {unit} at this College "
        "since {since} and is a student of the College at present.\nPurpose: {answer.purpose_other|answer.purpose}",
    },
    "signer": {},
    "seal": SEAL,
    "note": {},
    "validity_unit": "days",
    "validity": 180,
    "remind_days": 14,
    "table": "",
}
PURPOSE = {"zh-hant": "用途", "zh-hans": "用途", "en": "Purpose"}


def first_template(apps, schema_editor):
    certificates = apps.get_model("servicedesk", "Certificate").objects
    services = apps.get_model("servicedesk", "Service").objects.filter(product="certificate")
    if not certificates.exists() and not services.exists():
        return
    templates = apps.get_model("servicedesk", "PaperTemplate").objects
    template = templates.get_or_create(code="enrolment", defaults={"name": NAME, "draft": CONTENT})[0]
    versions = apps.get_model("servicedesk", "PaperVersion").objects
    version = versions.get_or_create(template=template, number=1, defaults={"content": CONTENT})[0]
    papers = apps.get_model("servicedesk", "ServicePaper").objects
    for service in services:
        papers.get_or_create(service=service, template=template)
    for row in certificates.select_related("request").iterator(chunk_size=500):
        printed = dict(row.printed)
        if "purpose" in printed:
            printed["answer.purpose"] = printed.pop("purpose")
        extra = {"labels": {"answer.purpose": PURPOSE}}
        values = {"template_version": version, "person_id": row.request.requester_id}
        certificates.filter(pk=row.pk).update(printed=printed, extra=extra, **values)


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0020_papers_as_data")]
    operations = [migrations.RunPython(first_template, migrations.RunPython.noop)]
