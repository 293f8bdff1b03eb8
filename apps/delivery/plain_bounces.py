"""Bounces that are only words: flufl.bounce knows the layouts of many systems, then the explanation is read as a
person does.
"""

import email
import re
import warnings
from email.message import Message

from apps.delivery.causes import status_in
from apps.delivery.dsn import Recipient, judged
from apps.delivery.enums import InboundKind
from apps.delivery.limits import MAIL_PARTS, READ_CHARS
from apps.delivery.mail_parts import ADDRESS, Part, addresses_in, header, text_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # flufl imports pkg_resources-style namespaces on old releases
    from flufl.bounce import all_failures

DAEMON = re.compile(
    r"mailer-?daemon|post[._-]?master|mail ?delivery|delivery subsystem|^ndr@|mdaemon|imss@|smtp.{0,6}service", re.I
)
SUBJECT = re.compile(
    r"undeliver|delivery (status|failure|report|problem|notif)|returned mail|mail (delivery|system) (failed|"
    r"failure|error|problem)|"
    r"failure (notice|delivery)|(could|can)(no| no|n')t be delivered|mail not delivered|not delivered|"
    r"non-delivery|failed mail|"
    r"returning (message )?to sender|退信|退件|退回|"
    r"(投递|投遞|传递|傳遞|发送|發送|寄送|送達|送达|传送|傳送)(失败|失敗|状态|狀態)|"
    r"(无法|無法|未能|未)(投递|投遞|传递|傳遞|送达|送達|传送|傳送|寄達)|"
    r"配信(エラー|不能|失敗)|送信(エラー|失敗)|メールエラー|不達|未配信|배달되지|전송 ?실패|반송|전달할 수 없|"
    r"unzustellbar|nicht (zustellbar|zugestellt)|non (remis|distribu|recapit|délivré)|échec de (la )?remise|"
    r"no (se ha podido|se pudo|se puede) entregar|no entrega|mancata consegna|impossibile recapitare|"
    r"não (pôde|foi|pode) (ser )?entreg|não entregue|не ?доставлен|удается доставить|onbestelbaar|"
    r"niedostarczon|nedoručiteln|teslim edilemedi|kunde inte levereras|olevererbar",
    re.I,
)
DELAY = re.compile(
    r"has (not yet been|been) (delivered|delayed|postponed)|not yet been delivered|delivery (has been |is )?delayed|"
    r"(will|delivery attempts will) (be retried|continue to)|this is (just )?a warning|warning message only|"
    r"still being retried",
    re.I,
)
# Where the explanation ends and the returned mail begins, in mails without parts.
RETURNED = re.compile(
    r"^[ >*=|-]{0,40}(this is a copy of|(below|next) (this|the next) line|here is a copy|included is a copy|"
    r"a copy of the original|"
    r"(start of )?(the )?(original|returned|unsent|undelivered) (message|mail)\b(?! (was|has|is|could|to|from|with)\b)|"
    r"message (text|header|body|"
    r"headers)s? (follows?|below)|"
    r"header of the source mail|the (first|header)\b.{0,40}(follow|message)|old message:|old mail|your message reads|"
    r"return-path:|a summary of the undelivered)",
    re.I | re.M,
)
NOT_THE_RECIPIENT = re.compile(
    r"\b(contact|reply to|questions?|errors?-to|sender|reporting|from|abuse|helpdesk|help|mailto|locator|"
    r"message-?id)\b[^\n]{0,40}$",
    re.I,
)
TAKEN_FOR = re.compile(rf"\bfor\s{{1,20}}<?({ADDRESS.pattern})>?", re.I)
# "someone@example.org: 550 …" (OpenSMTPD, qmail's kin) and "554 <someone@example.org>... 550 …" (old sendmail).
LISTED = re.compile(
    rf"^[ \t]{{0,8}}<?({ADDRESS.pattern})>?:[ \t]{{1,8}}[45]\d\d\b|^[45]\d\d <({ADDRESS.pattern})>\.\.\.", re.M
)
LISTED_MOST = 100
WINDOW_LINES = 8


def explanation_of(parts: list[Part]) -> str:
    """The words of the server, without the mail that came back."""
    texts = [
        text_of(part.message)
        for part in parts
        if is_words(part) and not part.returned and not part.message.get_filename()
    ]
    text = "\n".join(texts)[:READ_CHARS]
    match = RETURNED.search(text)
    return text[: match.start()] if match else text


def is_words(part: Part) -> bool:
    """Text, or a multipart whose boundary never comes: then all of it is one text."""
    torn = part.kind.startswith("multipart/") and not part.message.is_multipart()
    return torn or part.kind in ("text/plain", "text/html")


def written_texts(parts: list[Part]) -> list[str]:
    """The texts in which a report without parts of its own may stand."""
    return [text_of(part.message) for part in parts if is_words(part) and not part.returned]


def comes_from_system(mail: Message) -> bool:
    """By the sender's name or the subject."""
    return bool(DAEMON.search(header(mail, "From")) or SUBJECT.search(header(mail, "Subject")))


def looks_like_bounce(mail: Message) -> bool:
    sender = header(mail, "From")
    empty_path = header(mail, "Return-Path").strip() == "<>" or sender.strip().endswith("<>")
    return comes_from_system(mail) or empty_path


def recipients_of(mail: Message, parts: list[Part], raw: bytes, explanation: str) -> list[Recipient]:
    """The addresses that failed or wait, with the reason given for each."""
    delayed, failed = flufl_findings(raw) if len(parts) < MAIL_PARTS else ([], [])
    if not delayed and not failed and looks_like_bounce(mail):
        failed = named_in(mail, explanation) or named_in_returned(mail, parts)
    kind = InboundKind.DELAYED if not failed or DELAY.search(explanation) else InboundKind.BOUNCE
    found = []
    for address in [*failed, *delayed]:
        words = words_about(address, explanation, [*failed, *delayed])
        recipient = judged(address, status_in(words), words, kind)
        if recipient.cause == "other":
            whole = f"{header(mail, 'Subject')}\n{explanation}"
            recipient = judged(address, recipient.status or status_in(whole), whole, kind)
        found.append(recipient)
    return found


def flufl_findings(raw: bytes) -> tuple[list[str], list[str]]:
    """(delayed, failed) addresses. The library is made for well-formed lists; what upsets it finds nothing."""
    try:
        delayed, failed = all_failures(email.message_from_bytes(raw[: READ_CHARS * 4]))
    except Exception:
        return [], []
    return tuple(sorted(address.decode("utf-8", "replace") for address in found) for found in (delayed, failed))


def named_in(mail: Message, explanation: str) -> list[str]:
    """The addresses at the head of lines with a server's answer; else the first one in the explanation that is
    neither the reader's own nor one to turn to.
    """
    own = {address.lower() for address in addresses_in(mail, "From", "To", "Reply-To", "Sender", "Return-Path", "Cc")}
    listed = {match[1] or match[2]: None for match in LISTED.finditer(explanation)}
    if several := [address for address in listed if address.lower() not in own]:
        return several[:LISTED_MOST]
    for match in ADDRESS.finditer(explanation):
        line_before = explanation[max(0, match.start() - 80) : match.start()].rpartition("\n")[2]
        if match[0].lower() not in own and not NOT_THE_RECIPIENT.search(line_before):
            return [match[0]]
    return []


def named_in_returned(mail: Message, parts: list[Part]) -> list[str]:
    """For whom the last server took the mail that came back, where the words say nothing."""
    failed = addresses_in(mail, "X-Failed-Recipients")
    for part in parts:
        if failed or not (part.returned or part.kind == "text/rfc822-headers"):
            continue
        headers = part.message.get_all("Received", []) or [text_of(part.message)[:4000]]
        failed = [match[1] for line in headers[:3] if (match := TAKEN_FOR.search(str(line)))]
    return failed[:1]


def words_about(address: str, explanation: str, others: list[str]) -> str:
    """The lines from the address on, until the next address or the end of its paragraph group."""
    place = explanation.lower().find(address.lower())
    if place < 0:
        return explanation
    start = explanation.rfind("\n", 0, place) + 1
    lines = explanation[start:].splitlines()
    kept = lines[:1]
    rest = {other.lower() for other in others if other.lower() != address.lower()}
    for line in lines[1:WINDOW_LINES]:
        if any(other in line.lower() for other in rest):
            break
        kept.append(line)
    return "\n".join(kept)
