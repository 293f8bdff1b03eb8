"""Every counted use of a seal becomes a closed line in the ledger of the app seals; nothing of its history is lost."""

from django.db import migrations

NAMES = {
    "college": ("college", "學院公章", "学院公章", "Seal of the college"),
    "office": ("office", "院辦公室章", "院办公室章", "Seal of the office"),
    "contract": ("contract", "合同專用章", "合同专用章", "Seal for contracts"),
}
NO_PHOTO = "電子登記簿啟用前的用印，無照片"


def seal_for(apps, code, unit):
    kind, hant, hans, english = NAMES.get(code, ("other", code, code, code))
    name = {"zh-hant": hant, "zh-hans": hans, "en": english}
    rows = apps.get_model("seals", "Seal").objects
    return rows.get_or_create(code=code, defaults={"kind": kind, "name": name, "unit": unit})[0]


def approval_of(apps, kind, request_id):
    steps = apps.get_model("approvals", "Step").objects.filter(subject_type=kind, subject_id=request_id)
    return steps.filter(state="approved").order_by("round", "order").last()


def move(apps, schema_editor):
    old = apps.get_model("servicedesk", "SealUse").objects.select_related("request__unit", "keeper")
    kinds = apps.get_model("contenttypes", "ContentType").objects
    for row in old.order_by("at", "pk").iterator(chunk_size=500):
        kind = kinds.get_or_create(app_label="servicedesk", model="request")[0]
        write_line(apps, row, kind, kinds.get_or_create(app_label="seals", model="sealuse")[0])


def write_line(apps, row, kind, own_kind):
    request, step = row.request, approval_of(apps, kind, row.request_id)
    blob = apps.get_model("journal", "Blob").objects.filter(sha256=row.paper_sha256).first()
    attachments = apps.get_model("journal", "Attachment").objects
    file = attachments.filter(subject_type=kind, subject_id=request.pk, blob=blob).first() if blob else None
    approver = step.decided_by_id if step else None
    lines = apps.get_model("seals", "SealUse").objects
    line = lines.create(
        seal=seal_for(apps, row.seal or "college", request.unit),
        subject_type=kind,
        subject_id=request.pk,
        reference=request.number or "",
        title=request.title,
        requested_by_id=request.requester_id,
        asked_by_id=request.handler_id or row.keeper_id,
        asked_at=(step.decided_at if step else None) or row.at,
        step=step,
        # Who approved and sealed alone could not do so now; the step keeps the name.
        approved_by_id=approver if approver != row.keeper_id else None,
        paper=blob,
        paper_name=file.name if file else "",
        paper_sha256=row.paper_sha256,
        allowed=max(row.allowed, 1),
        moved_over=True,
    )
    if file:
        attachments.create(
            blob=blob, name=file.name, subject_type=own_kind, subject_id=line.pk, role="paper", uploaded_at=row.at
        )
    if row.made or row.spoiled:
        entries = apps.get_model("seals", "Impression").objects
        entries.create(
            use=line, made=row.made, spoiled=row.spoiled, by_id=row.keeper_id, note=row.explanation[:300], at=row.at
        )
    lines.filter(pk=line.pk).update(
        state="closed",
        explanation=row.explanation,
        no_photo_reason=NO_PHOTO,
        finished_at=row.at,
        finished_by_id=row.keeper_id,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("servicedesk", "0017_assignment_canned_replies_and_time"),
        ("seals", "0001_seal_register_and_ledger"),
        ("approvals", "0003_asked_by_due"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
