"""Real rows for tests of seals: a seal with its keeper, papers with something on them, an approved line."""

import io
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from PIL import Image, ImageDraw
from pypdf import PdfWriter

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.approvals.services import ask, decide
from apps.core.pdf import render_pdf
from apps.journal.files import store_bytes
from apps.journal.models import Attachment
from apps.people.enums import Role
from apps.people.models import Person, Unit
from apps.seals import services
from apps.seals.enums import SealKind
from apps.seals.models import Seal, SealUse
from tests import factories

ZONE = ZoneInfo("Asia/Shanghai")
sequence = count(1)


def moment(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    """A moment of 2026, by default in November: 23 is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


BEFORE, NINE, TEN, ELEVEN = moment(1, 9, month=9), moment(23, 9), moment(23, 10), moment(23, 11)


def seal(code: str = "", *, keeper: Person | None = None, **fields: object) -> Seal:
    """A seal of the office in use, kept by `keeper` since September."""
    code = code or f"seal{next(sequence)}"
    values = {"name": {"zh-hant": "學院公章", "zh-hans": "学院公章", "en": "College seal"}, "kind": SealKind.COLLEGE}
    made = Seal.objects.create(code=code, unit=factories.office(), **values | fields)
    if keeper:
        director = Person.objects.with_role(Role.DIRECTOR).first() or factories.director()
        services.appoint_keeper(seal=made, person=keeper, actor=director, at=BEFORE)
    return made


def stand_in(of: Seal, person: Person, first: datetime, last: datetime) -> None:
    director = Person.objects.with_role(Role.DIRECTOR).first() or factories.director()
    services.appoint_stand_in(seal=of, person=person, starts_at=first, ends_at=last, actor=director, at=BEFORE)


def blank_pdf(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def picture(*, marked: bool = True, kind: str = "PNG") -> bytes:
    """A scanned page; with nothing on it unless `marked`."""
    sheet = Image.new("RGB", (600, 800), (250, 250, 250))
    if marked:
        ImageDraw.Draw(sheet).ellipse((350, 550, 500, 700), outline=(200, 20, 20), width=12)
    target = io.BytesIO()
    sheet.save(target, kind)
    return target.getvalue()


def contract() -> bytes:
    """A real PDF with words on it."""
    return render_pdf("demo/paper.typ", {})


def paper(content: bytes | None = None, *, name: str = "合同.pdf", of: models.Model | None = None) -> Attachment:
    blob = store_bytes(content or contract(), content_type="application/pdf")
    made = Attachment(blob=blob, name=name)
    if of is not None:
        made.subject = of
    made.save()
    return made


def photo(name: str = "sealed.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(), content_type="image/png")


def approval(subject: models.Model, *, by: Person | None = None, asked_by: Person | None = None) -> Step:
    """An approval of `subject` by the director."""
    director = by or Person.objects.with_role(Role.DIRECTOR).first() or factories.director()
    step = ask(
        subject=subject, name={"en": "approval"}, approver=director, actor=asked_by or factories.clerk("問"), at=NINE
    )
    return decide(step_id=step.pk, actor=director, decision=StepState.APPROVED, at=NINE)


def line(
    of: Seal, *, requester: Person | None = None, allowed: int = 2, at: datetime = TEN, **fields: object
) -> SealUse:
    """An approved paper that waits for the seal."""
    subject: Unit = factories.unit(f"事項{next(sequence)}")
    person = requester or factories.person("申請人", Role.STAFF)
    clerk = fields.pop("asked_by", None) or factories.clerk("經辦")
    step = fields.pop("step", None) or approval(subject, by=fields.pop("approved_by", None))
    values = {"reference": f"R2026-{next(sequence):05d}", "title": "橫向課題合同", "paper": paper()} | fields
    return services.register(
        subject=subject,
        seal=of,
        step=step,
        allowed=allowed,
        requested_by=person,
        asked_by=clerk,
        actor=clerk,
        at=at,
        **values,
    )


def closed(
    of: Seal, keeper: Person, *, made: int = 2, spoiled: int = 0, at: datetime = ELEVEN, **fields: object
) -> SealUse:
    """A line that was sealed and closed, its differences explained."""
    row = line(of, at=fields.pop("asked_at", TEN), **fields)
    services.impress(use=row, actor=keeper, made=made, spoiled=spoiled, note="印泥過多" if spoiled else "", at=at)
    row.refresh_from_db()
    words = "作廢頁已銷毀" if row.needs_explanation else ""
    return services.close(use=row, actor=keeper, no_photo_reason="當面交付", explanation=words, at=at)
