"""Why a mail came back, from the enhanced status code (RFC 3463) and the words of the server.

The first digit alone misleads: of the "permanent" refusals in real bounces less than half mean a dead address; the
rest are full boxes, rules, filters and sizes. The words win over a status that says nothing (x.0.0, or none).
"""

import re
from dataclasses import dataclass

from apps.delivery.enums import Cause, EvidenceKind


@dataclass(frozen=True)
class Verdict:
    """`hard`: trying the same address again does not help."""

    cause: Cause
    hard: bool


JUDGED_CHARS = 8_000  # reasons stand at the beginning
ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,253}")
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
BAD_STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
REPLY = re.compile(r"(?<![\d.-])([45]\d\d)(?=[ -])")

# By subject and detail of the status. Not listed: the words decide.
BY_STATUS: dict[tuple[int, int], Cause] = {
    (1, 0): Cause.DEAD,
    (1, 1): Cause.DEAD,
    (1, 2): Cause.DEAD,
    (1, 3): Cause.DEAD,
    (1, 6): Cause.DEAD,
    (1, 10): Cause.DEAD,
    (1, 7): Cause.BLOCKED,
    (1, 8): Cause.BLOCKED,
    (2, 1): Cause.DEAD,
    (2, 2): Cause.FULL,
    (2, 3): Cause.SIZE,
    (2, 4): Cause.POLICY,
    (3, 1): Cause.FULL,
    (3, 4): Cause.SIZE,
    (4, 1): Cause.EXPIRED,
    (4, 2): Cause.EXPIRED,
    (4, 4): Cause.DEAD,  # no route: a domain that is wrong; see classify for 4.4.4
    (4, 7): Cause.EXPIRED,
    (7, 0): Cause.POLICY,
    (7, 1): Cause.POLICY,
    (7, 2): Cause.POLICY,
    (7, 13): Cause.DEAD,
    (7, 17): Cause.DEAD,
    (7, 20): Cause.BLOCKED,
    (7, 23): Cause.BLOCKED,
    (7, 24): Cause.BLOCKED,
    (7, 25): Cause.BLOCKED,
    (7, 26): Cause.BLOCKED,
    (7, 27): Cause.BLOCKED,
    (7, 28): Cause.BLOCKED,
    (3, 2): Cause.EXPIRED,
    (5, 3): Cause.POLICY,
}
# Where the table has no line: the subject alone (RFC 3463). Microsoft numbers its refusals of senders 5.7.500-799.
BY_SUBJECT: dict[int, Cause] = {4: Cause.EXPIRED, 6: Cause.POLICY, 7: Cause.POLICY}
MICROSOFT_REFUSALS = range(500, 800)

# In this order: a server that writes "user over quota: mailbox unavailable" means the box is full, not gone.
WORDS: tuple[tuple[Cause, re.Pattern[str]], ...] = tuple(
    (cause, re.compile("|".join(phrases), re.IGNORECASE))
    for cause, phrases in (
        (
            Cause.FULL,
            (
                r"quota",
                r"(mail)? ?box (is )?(currently )?full|full mail ?box|box space not enough",
                r"(account|user|recipient|folder)[\w' ]{0,20} (is )?(full|over ?storage)",
                r"storage (limit|space)",
                r"insufficient (system |disk )?(storage|space)",
                r"exceed(s|ed|ing)[\w' ]{0,20} (allowed|allotted|allocated)?[\w' ]{0,10}(storage|mailbox size)",
                r"out of (disk )?space",
                r"over ?quota",
                r"mail ?box exceed|mail ?box (size )?limit|disk space|has too many messages",
                r"(mail ?box|inbox|account) full|boîte pleine|buz[oó]n lleno|postfach[\w ]{0,9} voll",
                r"переполнен|casella piena|容量|いっぱい|一杯|満杯|메일함이 가득|超出[^\n]{0,8}空间|空间不足|空間不足",
                r"(邮箱|郵箱|信箱|邮件箱)[^\n]{0,6}(满|滿)|(空间|空間|容量)[^\n]{0,4}(用完|用尽|用盡|已满|已滿|不足)",
                r"mail ?box[\w.@<>' ()-]{0,40} is full",
            ),
        ),
        (
            Cause.SIZE,
            (
                r"(message|mail|content)[\w' ]{0,12} (is )?too (large|big|long)",
                r"(exceed\w*|maximum|larger than)[\w' ]{0,30}(message )?(size|limit of \d+ bytes)",
                r"(message|mail) size",
                r"message.{0,30}exceeds.{0,30}size",
                r"(邮件|郵件|信件|附件)[^\n]{0,6}(过大|過大|太大)|超(过|過|出)[^\n]{0,10}(大小|长度)|サイズ[^\n]{0,12}超",
                r"(邮件|郵件|信件|附件)(大小)?[^\n]{0,2}超(过|過|出)[^\n]{0,12}(限制|限额|限額)",
            ),
        ),
        (
            Cause.BLOCKED,  # what is said of the sender, before "rejected" could be taken for the recipient
            (
                r"client (host|ip)\b[^\n]{0,80}(rejected|blocked|denied)|blocked using|\bbanned\b",
                r"reverse (dns|mapping|lookup|host)|\brdns\b|\bptr\b|(ip|client) name lookup failed|"
                r"mismatches client ip",
                r"(bad|low|poor) reputation|\bUBE\b|\bUCE\b|content rejected|purported responsible",
                r"not accepting (connections|mail from)|invalid ip for sending",
                r"(your|sending|source) (server'?s? )?ip\b[^\n]{0,60}"
                r"(block|list|denied|reject|not (allowed|permitted))",
                r"error from remote mail server after (MAIL FROM|initial connection|[EH][EH]LO)|"
                r"in reply to (MAIL FROM|[EH][EH]LO)|"
                r"at a rate that|rate limit|too many (connections|messages|concurrent)|throttl",
                r"(envelope )?(sender|from)( address| domain)?\b[^\n]{0,12} (rejected|refused|denied)",
                r"domain of (the )?sender|sender'?s? domain|valid sender domain",
                r"垃圾邮件|垃圾郵件|垃圾信|黑名单|黑名單|信誉|ip[^\n]{0,8}(被拒|封)|スパム|迷惑メール",
                r"(发|發|送|连接|連線)[^\n]{0,2}(频率|頻率)|拒(绝|絕)[^\n]{0,8}(?<![a-z])ip(?![a-z])",
                r"frequency limited|mail content denied|suspected (bounce|spam)",  # Tencent
                r"\b(MI|HL|WM|DT|RP):[A-Z]{3}\b",  # NetEase: what it holds against the sending host
                r"user complaints|(permanently|temporarily) deferred due|will be permanently deferred",  # Yahoo
                r"suspicious (links?|content|activity)|(is|as|likely) suspicious",
            ),
        ),
        (
            Cause.POLICY,
            (
                r"(no|not|cannot|unable to|to) relay(ing)?\b|relay(ing)?[\w' ]{0,12} "
                r"(denied|not (allowed|permitted)|prohibited)",
                r"(email )?policy violation|security (policy|error|violation)|protocol violation|too many recipients",
            ),
        ),
        (
            Cause.DEAD,
            (
                r"(no|not? a|unknown|invalid|bad|illegal|nonexist[ae]nt|unrouteable|inactive|disabled|"
                r"undeliverable)[\w' -]{0,16}"
                r"[ -](user|mail ?box|mail drop|recipient|address|account|alias|person|customer|local[ -]part|"
                r"mailbox name)",
                r"(user|mail ?box|recipient|address|account|alias|name|person|destination|domain|host)\b[^\n]{0,60}?"
                r"(unknown|not (be )?(found|known|listed|exist|valid|active|recognized|a known|our customer|local)|"
                r"(doesn'?t|does not|didn'?t|did not|no longer|cannot|don'?t|do not)[\w' ]{0,12}("
                r"exist|have|valid|active|found|available)|"
                r"invalid|inactive|disabled|discontinued|expired|closed|suspended|unavailable|is no more|"
                r"\b(locked|frozen|deactivated|terminated))",
                r"recipient address(es)? rejected ?: ?(access denied|undeliverable|unverified)|"
                r"domain is not reachable|(mail ?box|account)[\w' ]{0,20} blocked",
                r"(unknown|invalid|nonexist[ae]nt|non-exist[ae]nt|no such|unrouteable)[\w' ]{0,10} ?(user|address|"
                r"recipient|mailbox|host|domain|name|person)",
                r"no such (person|user|mailbox|recipient|name)",
                r"(there is|have|has) no[\w' ]{0,12} (user|account|mailbox|one) (by|with|here|named|called|of)?",
                r"doesn'?t have (a|an)[\w .@()-]{0,60} (account|mailbox)",
                r"can(no|')t (find|verify|open|create)[\w' ]{0,20}(user|mailbox|recipient|host|domain|mail ?drop)",
                r"not (listed|found|known) in[\w' ]{0,20}(directory|public name|address book|domino)",
                r"mailbox (\w+ )?not (found|available)",
                r"bad destination|bad address|host (unknown|not found)|no (mx|a) record|name service error|nxdomain",
                r"no longer (on|with|at|works?|employed|available|in use|accept|valid)",
                r"user[\w' ]{0,10} (not|isn'?t|is not)[\w' ]{0,20}(known|found|exist|local)",
                r"no matches to (nameserver|directory) query|did not exactly match|"
                r"not have a final email delivery point",
                r"final delivery userid|not find a gateway|n'existe pas|не найден|not a valid user",
                r"no mailbox here|not our customer|isn'?t (a|in)[\w' ]{0,20}(user|list of|valid|local)",
                r"dosn'?t exist",  # as several large providers in China spell it
                r"utilisateur non recens|(inconnue?|unbekannt|desconocid[oa]|sconosciuto|desconhecido)\b",
                r"existiert nicht|no existe\b|non esiste|não existe|nicht gefunden|introuvable|не существует",
                r"不存在|查无此|查無此|无此(用户|邮箱|帐号|账号)|無此(用戶|使用者|信箱|帳號)|找不到(收件|用户|使用者|该|此)",
                r"(邮箱|郵箱|信箱|帐号|账号|帳號|用户|用戶|使用者)[^\n]{0,6}(停用|禁用|注销|註銷|锁定|鎖定|冻结|凍結)",
                r"(查無|查无)(使用者|用戶|用户|收件)|域名[^\n]{0,4}(解析失败|不存在|错误)|(无法|無法)解析[^\n]{0,8}(域名|網域)",
                r"(宛先|アドレス|ユーザー?|ディレクトリ)[^\n]{0,40}(存在しません|見つか|ありません|不明)|존재하지 않",
            ),
        ),
        (
            Cause.BLOCKED,
            (
                r"\bspam|junk ?mail|unsolicited|bulk mail|spamhaus|\bdnsbl|\brbl\b|black ?list|block(ed)? ?list|"
                r"reputation",
                r"not accepting mail from",
                r"blocked|greylist|spf\b|dkim|dmarc|virus|infected",
                r"sender (address )?(is )?(rejected|refused|denied|blocked|verify failed|not allowed)|bad sender",
            ),
        ),
        (Cause.DEAD, (r"(user|mail ?box|recipient|address|account|alias|name|destination)\b[^\n]{0,60}?rejected",)),
        (
            Cause.POLICY,
            (
                r"relay(ing)?[\w' ]{0,12} (denied|not (allowed|permitted)|prohibited)|unable to relay|"
                r"not permitted to relay",
                r"polic(y|ies)|not (authori[sz]ed|allowed|permitted)|access denied|denied by|permission|prohibited|"
                r"(?<!connection )refused|"
                r"authentication (is )?(required|failed)|administratively|restricted|content (was )?rejected|rejected|"
                r"拒收|拒绝|拒絕|被拒|不允许|不允許|zurückgewiesen|abgelehnt|refusé|rechazad|отклонен",
            ),
        ),
        (
            Cause.EXPIRED,
            (
                r"time[ds]?[ -]?out|maximum[ -]time|expired|too (old|long in)|(retry|giv(e|en|ing)) (up|timeout)|"
                r"not responding|"
                r"no (answer|response) from|connection (refused|reset|dropped|failed|lost)|could ?n[o']t connect|"
                r"unable to (connect|contact|reach)|could not be delivered (for|within)|delay|unreachable|"
                r"temporar(y|ily)|failed \d+ attempts|(after|of) [\d.]+ (hour|day)|did not respond|undelivered (for|"
                r"after) \d|(has|have) not been (delivered|collected)|too many hops|"
                r"requests? to connect|failing for a long time|retry time ?not reached|hop count|(mail|routing) loop|"
                r"host (is )?not reachable|forwarded more|message looped|"
                r"超时|逾時|超時|连接失败|連線失敗|暂时|暫時|稍后再试|再試行|"
                r"(无法|無法|未能)(连接|連接|連線)|無回應|无响应|无应答",
            ),
        ),
        (Cause.DEAD, (r"undeliverable {1,3}to\b",)),  # says no more, and means it
    )
)


def classify(status: str, words: str) -> Verdict:
    """The cause behind a status ("5.1.1", "" if none) and the server's words; both may be empty."""
    codes = [*STATUS.finditer(status), *STATUS.finditer(words[:JUDGED_CHARS])]
    by_status, code = next(((cause, code) for code in codes if (cause := _of_status(code))), (None, ""))
    # An address is no word: "unknown-user@example.com" says nothing about why its mail came back.
    spoken = ADDRESS.sub("@", words[:JUDGED_CHARS])
    by_words = next((cause for cause, pattern in WORDS if pattern.search(spoken)), None)
    if code and code[0] == "5.4.1" and by_words == Cause.DEAD:  # Exchange Online's word for "no such recipient"
        by_status = None
    cause = _stronger(by_status, by_words)
    return Verdict(cause, _is_hard(cause, codes[0][1] if codes else _reply_digit(words)))


def _of_status(code: re.Match[str]) -> Cause | None:
    subject, detail = int(code[2]), int(code[3])
    if code[0] == "4.4.4":
        return Cause.EXPIRED
    if subject == 7 and detail in MICROSOFT_REFUSALS:
        return Cause.BLOCKED
    return BY_STATUS.get((subject, detail)) or (BY_SUBJECT.get(subject) if detail else None)


def _stronger(by_status: Cause | None, by_words: Cause | None) -> Cause:
    """A status that names the cause wins, but for three that servers misuse: "policy", "dead" for a full box,
    "expired".
    """
    if by_status is None:
        return by_words or Cause.OTHER
    misused = {
        Cause.POLICY: (Cause.DEAD, Cause.FULL, Cause.BLOCKED, Cause.SIZE),
        Cause.DEAD: (Cause.FULL, Cause.BLOCKED),
        Cause.EXPIRED: (Cause.FULL, Cause.BLOCKED),
    }
    return by_words if by_words in misused.get(by_status, ()) else by_status


def _reply_digit(words: str) -> str:
    match = REPLY.search(words)
    return match[1][0] if match else "5"


def _is_hard(cause: Cause, digit: str) -> bool:
    """Boxes are emptied, filters change and hosts come back; what is dead, too large or forbidden stays so."""
    if cause in (Cause.FULL, Cause.BLOCKED, Cause.EXPIRED):
        return False
    return digit == "5"


def status_in(words: str) -> str:
    """The enhanced status in a server's words; from a plain reply code its first digit (550 gives 5.0.0); else ""."""
    if match := BAD_STATUS.search(words):
        return match[0]
    match = REPLY.search(words)
    return f"{match[1][0]}.0.0" if match else ""


def evidence_kind(verdict: Verdict) -> EvidenceKind:
    """What a bounce with this cause is recorded as."""
    if verdict.cause == Cause.DEAD and verdict.hard:
        return EvidenceKind.BOUNCED_HARD
    if verdict.cause in (Cause.BLOCKED, Cause.POLICY):
        return EvidenceKind.BLOCKED
    return EvidenceKind.BOUNCED_SOFT
