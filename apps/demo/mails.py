"""Mails to the office: an answer that stands in its request, and some that wait for somebody to place them."""

from datetime import datetime, timedelta
from email.message import EmailMessage

from django.conf import settings
from django.db.models import F

from apps.delivery import inbound
from apps.servicedesk.enums import MailProof, MailState
from apps.servicedesk.models import MailIn, Request, RequestMessage
from apps.servicedesk.services.mail_in import sweep_mail

# (hours ago, sender, recipient, subject, words); "" as sender: the address of a requester.
LETTERS = (
    (
        30,
        "王太太 <wang.tt@home.example>",
        "office",
        "請問在讀證明",
        "您好，我是學生的家長。孩子上週申請了在讀證明，請問可以由我代領嗎？需要帶什麼證件？謝謝。",
    ),
    (
        7,
        "",
        "office",
        "報修的地點寫錯了",
        "老師好，昨天報修的教室寫成 B203 了，應該是 B302，麻煩幫我改一下。\n\n-- \n從我的手機寄出",
    ),
    (
        3,
        "facility@campus.example",
        "reply+aaaaaaaaaaaaaaaaaaaaaaaaaa7k",
        "回覆：借用會議室",
        "已與保衛處確認，週四晚上可以借用。\n\n在 2026年11月23日，辦公室 <office@portal.example> 寫道：\n> 請確認",
    ),
    (1, "", "office", "證明文件", "-----BEGIN PGP MESSAGE-----\n\nhQEMA5v0\n-----END PGP MESSAGE-----"),
)


def make_mails(*, at: datetime) -> int:
    """Some mails as they come in, and one message that came by mail; gives their number."""
    requesters = [row.requester.email for row in Request.objects.select_related("requester").order_by("pk")[:5]]
    for place, (hours, sender, to, subject, words) in enumerate(LETTERS):
        came = at - timedelta(hours=hours)
        inbound.ingest(raw(sender or requesters[place % len(requesters)], to, subject, words), came)
        inbound.sweep(came)
        sweep_mail(at=came)
    return MailIn.objects.count() + mark_one()


def raw(sender: str, to: str, subject: str, words: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = sender, subject
    mail["To"] = f"{to}@{settings.MAIL_BOUNCE_DOMAIN}"
    mail.set_content(words)
    return mail.as_bytes()


def mark_one() -> int:
    """The newest word of a requester came by mail."""
    said = RequestMessage.objects.filter(internal=False, author=F("request__requester"))
    message = said.select_related("request", "author").order_by("-at", "-pk").first()
    if message is None:
        return 0
    kept = inbound.ingest(raw(message.author.email, "office", "回覆", message.body), message.at)
    inbound.sweep(message.at)
    type(kept).objects.filter(pk=kept.pk).update(awaits_reader=False)
    MailIn.objects.create(
        inbound=kept,
        state=MailState.IN_REQUEST,
        proof=MailProof.PROVED,
        sender=message.author.email,
        text=message.body,
        fingerprint=f"demo:{kept.pk}",
        received_at=message.at,
        person=message.author,
        request=message.request,
        message=message,
    )
    return 1
