"""Delivery status notifications (RFC 3464), as mail servers really write them."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from apps.delivery.causes import STATUS, Verdict, classify, status_in
from apps.delivery.enums import Cause, InboundKind
from apps.delivery.mail_parts import ADDRESS, Part, header

ACTIONS = {
    "failed": InboundKind.BOUNCE,
    "failure": InboundKind.BOUNCE,
    "error": InboundKind.BOUNCE,
    "delayed": InboundKind.DELAYED,
    "delivered": InboundKind.DELIVERED,
    "relayed": InboundKind.RELAYED,
    "expanded": InboundKind.EXPANDED,
}
BLOCKS = 1_000
GOOD = (InboundKind.DELIVERED, InboundKind.RELAYED, InboundKind.EXPANDED)


@dataclass(frozen=True)
class Recipient:
    """What a mail says about one address. `address` may be "" when the mail names none."""

    address: str
    status: str
    cause: Cause
    hard: bool
    kind: InboundKind
    words: str = ""

    def as_json(self) -> dict[str, object]:
        return {"address": self.address, "status": self.status, "cause": self.cause.value, "hard": self.hard}


def judged(address: str, status: str, words: str, kind: InboundKind) -> Recipient:
    """A recipient with the cause worked out. A receipt has no cause, and a delay is never hard."""
    verdict = Verdict(Cause.OTHER, False) if kind in GOOD else classify(status, words)
    hard = verdict.hard and kind == InboundKind.BOUNCE
    return Recipient(address, status, verdict.cause, hard, kind, " ".join(words.split())[:300])


def status_blocks(parts: list[Part]) -> Iterator[Message]:
    """The field groups of the delivery-status parts; of one inside an attached mail only where a gateway wrapped the
    report.
    """
    reports = [part for part in parts if part.kind == "message/delivery-status"]
    outer = [part for part in reports if not part.returned and ("final-recipient" in str(part.message).lower())]
    for part in outer or reports:
        payload = part.message.get_payload()
        if isinstance(payload, list):
            yield from payload[:BLOCKS]
        else:  # sent in base64, against the rule
            content = part.message.get_payload(decode=True) or b""
            yield from (email.message_from_bytes(block) for block in re.split(rb"\r?\n\r?\n", content)[:BLOCKS])


def recipients_of(parts: list[Part], explanation: str) -> list[Recipient]:
    """What the delivery-status parts say, each address once. `explanation` is the mail's text, for reports that give
    no reason.
    """
    found: dict[str, Recipient] = {}
    for block in status_blocks(parts):
        recipient = read_block(block, explanation)
        if recipient and (recipient.address not in found or found[recipient.address].kind != InboundKind.BOUNCE):
            found[recipient.address] = recipient
    return list(found.values())


def read_block(block: Message, explanation: str) -> Recipient | None:
    """One recipient's fields; None for the group about the whole message or for one without a known action."""
    action = re.match(r"[a-z]*", header(block, "Action").lower())[0]
    kind = ACTIONS.get(action)
    if kind is None:
        return None
    status_field = header(block, "Status")
    words = " ".join([status_field, header(block, "Action"), header(block, "Diagnostic-Code")])
    match = STATUS.search(status_field)
    status = match[0] if match else status_in(words)
    recipient = judged(address_of(block), status, words, kind)
    if recipient.cause == Cause.OTHER and kind not in GOOD:
        recipient = judged(recipient.address, status, f"{words} {explanation[:4000]}", kind)
    return recipient


def address_of(block: Message) -> str:
    """As the sender wrote it (Original-Recipient), else as the last server knows it."""
    for name in ("Original-Recipient", "Final-Recipient"):
        value = header(block, name)
        kind, semicolon, rest = value.partition(";")
        text = (rest if semicolon else kind).strip().strip("<>").strip()
        if "x400" in kind.lower():
            continue
        if ADDRESS.fullmatch(text) or re.fullmatch(r"[^\s@<>]{1,64}@[^\s@<>]{1,253}", text):
            return text
    return ""


def envelope_ids(parts: list[Part]) -> list[str]:
    return [value for block in status_blocks(parts) if (value := header(block, "Original-Envelope-Id"))]
