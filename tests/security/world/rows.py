"""Rows of the post room that belong to nobody; each holds the secret."""

from datetime import timedelta

from apps.core.clock import now
from apps.delivery.enums import Cause, InboundState
from apps.delivery.models import GroupRobot, InboundMail, StatusReport, Suppression
from apps.delivery.services import suppress
from apps.journal.files import store_bytes
from apps.servicedesk.enums import MailReason
from apps.servicedesk.models import MailIn


def suppression(secret: str) -> Suppression:
    return suppress(address=f"{secret}@elsewhere.example", cause=Cause.FULL, until=None, note=secret)


def robot(secret: str) -> GroupRobot:
    return GroupRobot.objects.create(name=secret, kind="wecom", sealed_token="x")


def inbound(secret: str) -> InboundMail:
    raw = f"From: a@b.example\r\nSubject: {secret}\r\n\r\n{secret}\r\n".encode()
    return InboundMail.objects.create(
        blob=store_bytes(raw, content_type="message/rfc822"),
        state=InboundState.UNMATCHED,
        subject=secret,
        sender=f"{secret}@b.example",
    )


def mail_at_desk(secret: str) -> MailIn:
    raw = f"From: {secret}@b.example\r\nSubject: {secret}\r\n\r\nat the desk {secret}\r\n".encode()
    kept = InboundMail.objects.create(
        blob=store_bytes(raw, content_type="message/rfc822"), state=InboundState.PASSED_ON, subject=secret
    )
    words = {"sender": f"{secret}@b.example", "subject": secret, "text": secret, "fingerprint": secret}
    return MailIn.objects.create(inbound=kept, reason=MailReason.NO_ADDRESS, **words)


def status_report(secret: str) -> StatusReport:
    raw = f'{{"id": "{secret}", "status": "delivered"}}'.encode()
    blob = store_bytes(raw, content_type="application/json")
    return StatusReport.objects.create(blob=blob, received_at=now() - timedelta(hours=1))
