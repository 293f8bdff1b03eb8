"""Where a mail really comes from, as far as our own receiving server proved it (RFC 8601, RFC 7489).

Only headers that bear the configured name are read; those of other servers are the sender's own words. The receiving
server must take away what bears its name and came from outside. Should it not, then two headers say different things:
that is told apart and believed in no case.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

HEADER_CHARS = 4_000
MOST_HEADERS = 20
ATOM = r"[^\s;=\"()]{1,250}"
RESULT = re.compile(rf"dmarc\s*(?:/\s*\d+\s*)?=\s*({ATOM})", re.IGNORECASE)
FROM_DOMAIN = re.compile(rf"header\.from\s*=\s*\"?({ATOM})", re.IGNORECASE)
ANGLE = re.compile(r"<\s*([^<>\s]{1,254})\s*>")
ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]@]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


class Origin(StrEnum):
    """What our receiving server says of the sender's domain."""

    PASS = "pass"  # noqa: S105 (the word of the standard)
    FAIL = "fail"
    NONE = "none"  # the domain has no policy, or nothing was said
    TORN = "torn"  # two headers in its name disagree, or name another domain than the sender's


@dataclass(frozen=True)
class Claim:
    result: str
    domain: str


def origin_of(mail: Message, sender: str, believed: Iterable[str]) -> Origin:
    """The result for the domain of `sender`, from headers of the servers in `believed` alone."""
    names, domain = {name.lower() for name in believed}, sender.rpartition("@")[2].lower()
    values = headers(mail)
    if len(values) > MOST_HEADERS or any(is_unclear(value, names) for value in values):
        return Origin.TORN
    claims = [claim for value in values for claim in claims_in(value, names)]
    if not claims:
        return Origin.NONE
    if len({claim.result for claim in claims}) > 1 or any(claim.domain not in ("", domain) for claim in claims):
        return Origin.TORN
    result = claims[0].result
    if result == Origin.PASS:
        return Origin.PASS
    return Origin.NONE if result == Origin.NONE else Origin.FAIL


def headers(mail: Message) -> list[str]:
    """At most one more than is read, each with at most one letter more: what is longer is unclear."""
    found = [str(value) for key, value in mail.raw_items() if key.lower() == "authentication-results"]
    return [value[: HEADER_CHARS + 1] for value in found[: MOST_HEADERS + 1]]


def is_unclear(value: str, names: set[str]) -> bool:
    """Is a header that names one of our servers cut, or does a bracket or quote stay open in it? A result may be hidden
    then in what looks like a comment: parts of the header repeat words that the sender chose.
    """
    if not any(name in value.lower() for name in names):
        return False
    return len(value) > HEADER_CHARS or bare(value)[1]


def claims_in(value: str, names: set[str]) -> Iterator[Claim]:
    """What a header says of DMARC, if one of our servers wrote it."""
    server, *results = split(without_comments(value))
    words = server.split()
    if not words or words[0].strip('"').lower() not in names:
        return
    for result in results:
        found = RESULT.match(result.strip())
        if found:
            domain = FROM_DOMAIN.search(result)
            yield Claim(found[1].lower(), domain[1].lower().rpartition("@")[2] if domain else "")


def without_comments(value: str) -> str:
    return bare(value)[0]


def bare(value: str) -> tuple[str, bool]:
    """The header without what stands in round brackets (they may be nested; quoted text stays as it is), and whether a
    bracket or a quote stays open at its end.
    """
    kept, depth, quoted, escaped = [], 0, False, False
    for letter in value:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter == "(" and not quoted:
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
            continue
        if not depth:
            kept.append(letter)
    return "".join(kept), bool(depth or quoted or escaped)


def split(value: str) -> list[str]:
    """At semicolons outside quotes."""
    parts, quoted = [""], False
    for letter in value:
        quoted ^= letter == '"'
        if letter == ";" and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def sender_of(mail: Message) -> str:
    """The one address that the mail says it is from; "" when it names none, several or an unclear one.

    Read strictly: what programs read differently (an address in the name before another) must not prove anything.
    """
    values = [str(value) for key, value in mail.raw_items() if key.lower() == "from"]
    if len(values) != 1 or len(values[0]) > HEADER_CHARS:
        return ""
    plain = re.sub(r'"(?:[^"\\]|\\.)*"', " ", without_comments(" ".join(values[0].split())))
    angles = ANGLE.findall(plain)
    if len(angles) > 1 or plain.count("<") != len(angles) or plain.count(">") != len(angles):
        return ""
    rest = ANGLE.sub(" ", plain)
    named = ADDRESS.findall(rest)
    if not angles:
        return named[0] if len(named) == 1 and rest.strip() == named[0] else ""
    only = angles[0] if ADDRESS.fullmatch(angles[0]) else ""
    unclear = "," in rest or ";" in rest or any(name.lower() != only.lower() for name in named)
    return "" if unclear or rest.count("@") != len(named) else only
