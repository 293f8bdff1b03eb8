"""Delivery status notifications (RFC 3464), as mail servers really write them."""

import base64
import email
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message

from apps.delivery.causes import STATUS, Verdict, classify, status_in
from apps.delivery.enums import Cause, InboundKind
from apps.delivery.mail_parts import ADDRESS, Part, decoded, header

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
GROUP_START = re.compile(r"^(Original-Recipient|Final-Recipient|Action):", re.I | re.M)
REPORTS = ("message/delivery-status", "message/global-delivery-status")  # RFC 3464, RFC 6533
ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")  # how RFC 6533 writes what is not ASCII
BY_STATUS_CLASS = {"5": InboundKind.BOUNCE, "4": InboundKind.DELAYED, "2": InboundKind.DELIVERED}
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
    reports = [part for part in parts if part.kind in REPORTS]
    outer = [part for part in reports if not part.returned and ("final-recipient" in str(part.message).lower())]
    for part in outer or reports:
        payload = part.message.get_payload()
        if "base64" in header(part.message, "Content-Transfer-Encoding").lower():  # against the rule, and done
            yield from blocks_of(from_base64(part.message))
        elif isinstance(payload, list) and part.kind == REPORTS[0]:
            yield from payload[:BLOCKS]
        elif isinstance(payload, list):  # the standard library takes it for a mail: its body holds the other groups
            yield from blocks_of(b"\n\n".join(mail.as_bytes() for mail in payload[:1]))
        else:
            yield from blocks_of(part.message.get_payload(decode=True) or b"")


def from_base64(message: Message) -> bytes:
    """The fields of a report in base64; the standard library may already have cut it into groups."""
    payload = message.get_payload()
    text = "".join(str(group.get_payload()) for group in payload) if isinstance(payload, list) else str(payload)
    try:
        return base64.b64decode(re.sub(r"[^A-Za-z0-9+/=]", "", text))
    except ValueError:
        return b""


def blocks_of(content: bytes) -> Iterator[Message]:
    """Field groups, one blank line between them."""
    return (email.message_from_bytes(block) for block in re.split(rb"\r?\n[ \t]*\r?\n", content)[:BLOCKS])


def written_out(texts: Iterable[str], explanation: str) -> list[Recipient]:
    """A report whose parts were torn by a gateway: its groups stand as text in the mail. Quoted ones do not count."""
    found = {}
    for text in texts:
        for group in re.split(r"\n\s{0,80}\n", text)[:BLOCKS]:
            start = GROUP_START.search(group)
            if start and re.search(r"^Final-Recipient:", group, re.I | re.M):
                block = email.message_from_string(group[start.start() :])
                if recipient := read_block(block, explanation):
                    found.setdefault(recipient.address, recipient)
    return [recipient for recipient in found.values() if recipient.address]


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
    status_field = header(block, "Status")
    kind = ACTIONS.get(action)
    if not action and header(block, "Final-Recipient"):  # left out, against the rule: the status says it too
        kind = BY_STATUS_CLASS.get(status_field[:1])
    if kind is None:
        return None
    words = " ".join([status_field, header(block, "Action"), header(block, "Diagnostic-Code")])
    if "\x1b" in words:  # Japanese as it was sent before MIME
        words = decoded(words.encode("utf-8", "replace"), "iso-2022-jp")
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
        text = re.sub(r"\s+@", "@", (rest if semicolon else kind)).strip().strip("<>").strip()
        text = ESCAPED.sub(lambda code: chr(min(int(code[1], 16), 0x10FFFF)), text)
        if "x400" in kind.lower():
            continue
        if ADDRESS.fullmatch(text) or re.fullmatch(r"[^\s@<>]{1,64}@[^\s@<>]{1,253}", text):
            return text
    return ""


def envelope_ids(parts: list[Part]) -> list[str]:
    return [value for block in status_blocks(parts) if (value := header(block, "Original-Envelope-Id"))]
