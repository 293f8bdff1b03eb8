"""What a mail that came in is: bounce, receipt, complaint, automatic reply or something else."""

import re
from dataclasses import dataclass
from email.message import Message

from apps.delivery import complaints, dsn, plain_bounces
from apps.delivery.causes import status_in
from apps.delivery.cpu_limit import TimeUp, cpu_limit
from apps.delivery.dsn import Recipient
from apps.delivery.enums import Cause, InboundKind
from apps.delivery.limits import PARSE_SECONDS
from apps.delivery.mail_parts import Part, Unreadable, addresses_in, header, open_mail, parts_of, text_of
from apps.delivery.tokens import MESSAGE_ID

# A mail may speak of several recipients; the worst news names it.
ORDER = (
    InboundKind.BOUNCE,
    InboundKind.DELAYED,
    InboundKind.DELIVERED,
    InboundKind.RELAYED,
    InboundKind.EXPANDED,
)
AUTOMATIC = re.compile(
    r"auto.?(reply|response|matic reply)|out of (the )?office|vacation|自動回覆|自动回复|自動回復|自动答复|休假",
    re.IGNORECASE,
)
REJECTED = re.compile(r"reject|quota|refused|could not be delivered|not delivered", re.IGNORECASE)
DISPLAYED = re.compile(r";\s{0,9}(displayed|read)\b", re.IGNORECASE)
ADDRESSED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc")


@dataclass(frozen=True)
class ReadMail:
    """All that is needed to find the delivery that a mail is about, and what to write down."""

    kind: InboundKind
    recipients: list[Recipient]
    subject: str = ""
    sender: str = ""
    addressed_to: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    envelope_ids: tuple[str, ...] = ()
    seen: bool = False  # a disposition notification (RFC 8098) says that it was displayed
    given_up: bool = False  # it took too long: a person has to look

    def as_json(self) -> dict[str, object]:
        """As `read_bounce --json` prints it: recipients that are named."""
        named = [recipient.as_json() for recipient in self.recipients if recipient.address]
        return {"kind": self.kind.value, "recipients": named}


def read_mail(raw: bytes) -> ReadMail:
    """Every mail gets a kind; one that nothing can be made of is "other". Bounded in size, parts, depth and time."""
    try:
        with cpu_limit(PARSE_SECONDS):
            return read_within_limits(raw)
    except Unreadable:
        return ReadMail(InboundKind.OTHER, [])
    except TimeUp:
        return ReadMail(InboundKind.OTHER, [], given_up=True)


def read_within_limits(raw: bytes) -> ReadMail:
    """The reading itself. Raises Unreadable, TimeUp."""
    mail = open_mail(raw)
    parts = list(parts_of(mail))
    kind, recipients = judge(mail, parts, raw)
    return ReadMail(
        kind=kind,
        recipients=recipients,
        subject=header(mail, "Subject")[:300],
        sender=next(iter(addresses_in(mail, "From")), header(mail, "From"))[:254],
        addressed_to=tuple(addresses_in(mail, *ADDRESSED_TO)),
        message_ids=tuple(message_ids(mail, parts)),
        envelope_ids=tuple(dsn.envelope_ids(parts)),
        seen=is_disposition(mail) and any(DISPLAYED.search(line) for line in disposition_fields(parts, "Disposition")),
    )


def judge(mail: Message, parts: list[Part], raw: bytes) -> tuple[InboundKind, list[Recipient]]:
    """The kind and the recipients, from the most exact source that the mail offers."""
    explanation = plain_bounces.explanation_of(parts)
    if recipients := dsn.recipients_of(parts, explanation):
        recipients = with_addresses(recipients, mail, parts, raw, explanation)
        return worst(recipients), recipients
    if complaints.is_complaint(mail, parts):
        return InboundKind.COMPLAINT, complaints.recipients_of(parts)
    if is_disposition(mail) and not REJECTED.search(explanation):
        return InboundKind.AUTO_REPLY, []
    if is_automatic(mail) and not plain_bounces.comes_from_system(mail):
        return InboundKind.AUTO_REPLY, []
    texts = plain_bounces.written_texts(parts)
    if plain_bounces.looks_like_bounce(mail) and (recipients := dsn.written_out(texts, explanation)):
        return worst(recipients), recipients
    if recipients := plain_bounces.recipients_of(mail, parts, raw, explanation):
        return worst(recipients), recipients
    if plain_bounces.comes_from_system(mail) or (plain_bounces.looks_like_bounce(mail) and not is_automatic(mail)):
        kind = InboundKind.DELAYED if plain_bounces.DELAY.search(explanation) else InboundKind.BOUNCE
        recipient = dsn.judged("", status_in(explanation), explanation, kind)
        if recipient.cause == Cause.OTHER and not recipient.status and not plain_bounces.comes_from_system(mail):
            return InboundKind.AUTO_REPLY, []  # an empty return path alone: some machine answered, nothing failed
        return kind, [recipient]
    return (InboundKind.AUTO_REPLY if is_automatic(mail) else InboundKind.OTHER), []


def worst(recipients: list[Recipient]) -> InboundKind:
    kinds = {recipient.kind for recipient in recipients}
    return next(kind for kind in ORDER if kind in kinds)


def with_addresses(
    recipients: list[Recipient], mail: Message, parts: list[Part], raw: bytes, explanation: str
) -> list[Recipient]:
    """A report may leave the address out (x400 names); then the words may have it."""
    if any(recipient.address for recipient in recipients):
        return [recipient for recipient in recipients if recipient.address]
    named = plain_bounces.recipients_of(mail, parts, raw, explanation)
    if not named:
        return recipients
    first = recipients[0]
    return [Recipient(found.address, first.status, first.cause, first.hard, first.kind, first.words) for found in named]


def is_disposition(mail: Message) -> bool:
    return str(mail.get_param("report-type", "")).lower() == "disposition-notification"


def disposition_fields(parts: list[Part], name: str) -> list[str]:
    """A field of the disposition notifications (RFC 8098) in the mail; the library takes their fields for a head."""
    found = []
    for part in parts:
        payload = part.message.get_payload()
        if part.kind == "message/disposition-notification" and isinstance(payload, list):
            found += [header(fields, name) for fields in payload[:1]]
    return found


def is_automatic(mail: Message) -> bool:
    """RFC 3834, and the headers and subjects that were used before it. "auto-generated" is no reply."""
    if header(mail, "Auto-Submitted").lower().startswith("auto-replied"):
        return True
    if (
        header(mail, "X-Autoreply")
        or header(mail, "X-Autorespond")
        or "auto_reply" in header(mail, "Precedence").lower()
    ):
        return True
    return bool(AUTOMATIC.search(header(mail, "Subject")))


def message_ids(mail: Message, parts: list[Part]) -> list[str]:
    """Message-IDs of the mail that came back, of mails that this one answers, and its own (the canary comes home
    itself).
    """
    found = [header(part.message, "Message-ID") for part in parts if part.returned]
    found += disposition_fields(parts, "Original-Message-ID")
    found += [
        line.partition(":")[2].strip()
        for part in parts
        if part.kind in ("text/plain", "text/rfc822-headers")
        for line in text_of(part.message).splitlines()
        if line.lower().startswith("message-id:") or MESSAGE_ID.search(line)
    ]
    found += [header(mail, name) for name in ("In-Reply-To", "References", "Message-ID")]
    return [value for value in found if value][:20]
