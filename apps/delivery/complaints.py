"""Complaints: feedback reports (RFC 5965) and the older forms that some mailbox providers still send."""

import email
import re
from email.message import Message

from apps.delivery.dsn import Recipient
from apps.delivery.enums import Cause, InboundKind
from apps.delivery.mail_parts import Part, addresses_in, header, text_of

MOST = 100
OLD_SUBJECT = re.compile(r"^\s*complaint about message from\b|\bspam (complaint|report)\b|垃圾邮件投诉", re.I)
# Who complained, by the report; then as Microsoft writes it in the mail that it gives back.
FIELDS = ("Original-Rcpt-To", "Removal-Recipient", "X-HmXmrOriginalRecipient")
REDACTED = re.compile(r"^redacted\b|^undisclosed", re.I)


def is_complaint(mail: Message, parts: list[Part]) -> bool:
    """A feedback report, or a mail of the old kind that carries the mail complained about."""
    if str(mail.get_param("report-type", "")).lower() == "feedback-report":
        return True
    if any(part.kind == "message/feedback-report" and not part.returned for part in parts):
        return True
    carries_mail = any(part.kind == "message/rfc822" for part in parts)
    return carries_mail and bool(OLD_SUBJECT.search(header(mail, "Subject")))


def recipients_of(parts: list[Part]) -> list[Recipient]:
    """Who complained. Without a field that says it, the one person to whom the mail complained about was written."""
    fields = [fields_of(part) for part in parts if part.kind == "message/feedback-report" and not part.returned]
    named = [address for one in fields for address in addresses_in(one, *FIELDS)]
    carried = [part.message for part in parts if part.returned]
    named = named or [address for one in carried for address in addresses_in(one, *FIELDS)]
    if not named:
        written_to = {address for one in carried[:1] for address in addresses_in(one, "To")}
        named = [address for address in written_to if len(written_to) == 1 and not REDACTED.search(address)]
    return [
        Recipient(address, "", Cause.BLOCKED, False, InboundKind.COMPLAINT) for address in dict.fromkeys(named[:MOST])
    ]


def fields_of(part: Part) -> Message:
    """The report's fields; the standard library takes them for a mail's head, unless they are encoded."""
    payload = part.message.get_payload()
    if isinstance(payload, list) and payload:
        return payload[0]
    return email.message_from_string(text_of(part.message).strip())
