"""Cut a letter to what its writer wrote: without the mail it answers, and without a signature.

Line by line from the top, each pattern on a bounded line, so the time is in proportion to the length. Where nothing
would be left the whole text stays: rather too much than nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_LINES, LINE_CHARS = 20_000, 2_000
QUOTE_BEGINS = "\ue000"  # what the reader of HTML writes where a program says that the quote begins
MARK = "##-"
RULE = re.compile(r"[-_=*—─﹣ \t]{3,200}")
# "-----Original Message-----", "---------- 原始邮件 ----------", "---- 回复的原邮件 ----"; a forwarded mail is content.
SEPARATOR = re.compile(
    r"[-_—─ ]{2,80}(&nbsp;| )*(original( message| appointment)?|replied message|reply message|原始邮件|原始郵件"
    r"|原邮件|原郵件|回复的原邮件|回覆的原郵件|原始訊息|原始信息|邮件原件|郵件原件|ursprüngliche nachricht"
    r"|message d.origine|mensaje original|元のメッセージ)(&nbsp;| )*[-_—─ ]{2,80}",
    re.IGNORECASE,
)
FROM_LINE = re.compile(r"(from|发件人|發件人|寄件者|寄件人|發信人|发信人|差出人|von|de)[ \t*]{0,4}[:：]", re.IGNORECASE)
HEAD_LINE = re.compile(
    r"(date|sent|to|cc|subject|importance|发送时间|发送日期|傳送時間|傳送日期|寄件日期|發送時間|日期|时间|時間|收件人|收件者|抄送"
    r"|副本|主题|主旨|主題|标题|標題|送信日時|宛先|件名|gesendet|datum|an|betreff|envoyé|objet|à)[ \t*]{0,4}[:：]",
    re.IGNORECASE,
)
ATTRIBUTION_BEGINS = re.compile(
    r"(on|at|in|am|le|el|il|在|於|于|自)\b|[在於于]|.{0,200}<[^<>]{1,254}@[^<>]{1,254}>", re.IGNORECASE
)
ATTRIBUTION_ENDS = re.compile(
    r".*(wrote|写道|寫道|写到|寫到|schrieb.{0,120}|a écrit|escribió|さんは書きました|のメッセージ)\s{0,3}[:：]",
    re.IGNORECASE,
)
HAS_DATE_OR_ADDRESS = re.compile(r"@|\d{4}\s{0,2}[年/.-]|\d{1,2}[:：]\d{2}|\d{1,2}月")
SENT_FROM = re.compile(
    r"(sent from|sent with|sent via|get outlook for|(获取|取得|下载).{0,12}outlook|发自|發自"
    r"|从我的|從我的|傳送自|发送自|寄自|來自我的|来自我的|来自 ?qq|發送自|本邮件发送自|von meinem|envoyé de mon)",
    re.IGNORECASE,
)
NETEASE_CARD = re.compile(r".{0,60}(签名由|簽名由).{0,40}(定制|定製|自定义)|.{0,20}from: ?netease", re.IGNORECASE)
SIGNATURE_LINES, SENT_FROM_CHARS, CARD_LINES = 25, 80, 14


@dataclass(frozen=True)
class Cut:
    """`was_cut`: something below was left out; the whole mail shows it."""

    text: str
    was_cut: bool


def cut(text: str) -> Cut:
    """What the writer wrote. Never longer than the text."""
    lines = [bare(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES)[:MOST_LINES]]
    end = next((place for place in range(len(lines)) if quote_begins(lines, place)), len(lines))
    above = trimmed(without_first_quote(lines[:end]))
    kept = without_signature(without_attribution(above) if len(above) < len(trimmed_empty(lines)) else above)
    if not kept:
        kept = answers_below(lines)
    written = "\n".join(kept).strip()
    whole = "\n".join(lines).replace(QUOTE_BEGINS, "").strip()
    return Cut(written or whole, bool(written) and written != whole)


def bare(line: str) -> str:
    return line[:LINE_CHARS].replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "").rstrip()


def inside(line: str) -> str:
    """A line without the signs of quoting and of bold type around it, and without the wide spaces of some heads."""
    return line.lstrip("> \t|*").rstrip(" \t*").replace("\u3000", "")


def quote_begins(lines: Sequence[str], place: int) -> bool:
    line = lines[place]
    if QUOTE_BEGINS in line or line.lstrip("> \t").startswith(MARK):
        return True
    words = inside(line)
    if not words or len(words) > 500:
        return False
    return bool(SEPARATOR.fullmatch(words)) or is_head_block(lines, place) or is_attribution(lines, place)


def is_head_block(lines: Sequence[str], place: int) -> bool:
    """From, and two more lines of a head soon after it (a long list of recipients may take several)."""
    if not FROM_LINE.match(inside(lines[place])):
        return False
    after = [inside(line) for line in lines[place + 1 : place + 9]]
    return sum(bool(HEAD_LINE.match(line)) for line in after if line) >= 2


def is_attribution(lines: Sequence[str], place: int) -> bool:
    """ "On … wrote:", which may run over three lines, and what stands for it in other languages."""
    if not ATTRIBUTION_BEGINS.match(inside(lines[place])):
        return False
    words = ""
    for line in lines[place : place + 3]:
        words = f"{words} {inside(line)}"[:700].strip()
        if not inside(line):
            return False
        if ATTRIBUTION_ENDS.fullmatch(words):
            return bool(HAS_DATE_OR_ADDRESS.search(words))
    return False


def trimmed(lines: Sequence[str]) -> list[str]:
    """Without empty lines, rules and quoted lines at the end."""
    end = len(lines)
    while end and is_padding(lines[end - 1]):
        end -= 1
    return list(lines[:end])


def without_first_quote(lines: Sequence[str]) -> list[str]:
    """For those who write under the block that they quote. Answers between quoted lines keep their questions."""
    own = next((place for place, line in enumerate(lines) if line.strip() and not line.startswith(">")), 0)
    quoted_later = any(line.startswith(">") for line in trimmed(lines[own:]))
    return list(lines) if quoted_later else list(lines[own:])


def without_attribution(lines: list[str]) -> list[str]:
    """Without a last line that names the writer of what stood below, also where it gives no address."""
    for size in (1, 2, 3):
        words = " ".join(inside(line) for line in lines[-size:])[:700]
        if size <= len(lines) and ATTRIBUTION_ENDS.fullmatch(words) and HAS_DATE_OR_ADDRESS.search(words):
            return trimmed(lines[:-size])
    return lines


def trimmed_empty(lines: Sequence[str]) -> list[str]:
    """Without empty lines at the end."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return list(lines[:end])


def is_padding(line: str) -> bool:
    words = line.strip()
    return not words or words.startswith(">") or words == QUOTE_BEGINS or bool(RULE.fullmatch(words))


def without_signature(lines: list[str]) -> list[str]:
    """Cut at "-- ", at a card of a mail program, and before lines like "Sent from my phone" at the end."""
    for place, line in enumerate(lines):
        if line.strip() in ("--", "-- ") and len(lines) - place <= SIGNATURE_LINES:
            return trimmed(lines[:place])
        if NETEASE_CARD.match(line.strip()):
            return without_card(trimmed(lines[:place]))
    while lines and is_sent_from(lines[-1]):
        lines = trimmed(lines[:-1])
    return lines


def is_sent_from(line: str) -> bool:
    words = inside(line).lstrip("-—[(（【")
    return len(words) <= SENT_FROM_CHARS and bool(SENT_FROM.match(words))


def without_card(lines: list[str]) -> list[str]:
    """The rows of a card (name and address between bars) above its last line."""
    start = max(0, len(lines) - CARD_LINES)
    top = next((place for place in range(start, len(lines)) if lines[place].lstrip().startswith("|")), len(lines))
    return trimmed(lines[:top])


def answers_below(lines: Sequence[str]) -> list[str]:
    """For those who write under or between the quoted lines: everything that is not quoted and no line of ours."""
    kept = [
        line
        for place, line in enumerate(lines)
        if not line.lstrip().startswith(">") and MARK not in line and not quote_begins(lines, place)
    ]
    quoted = any(line.lstrip().startswith(">") for line in lines)
    return without_signature(trimmed(kept)) if quoted else []
