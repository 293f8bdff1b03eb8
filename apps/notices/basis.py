"""What a state rests on, in words a person can check."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.delivery.enums import BOUNCED_STATES, SUPPRESSED, Channel, DeliveryState, EvidenceKind
from apps.delivery.models import Delivery, Evidence
from apps.notices.enums import CallOutcome
from apps.notices.models import Notice, Obligation, Round
from apps.notices.states import BY_PERSON, TURNS, Fact, deciding_fact

LONGEST = 120
SAID = ("answer", "diagnostic", "reason", "note", "file")


def deciding_evidence(notice: Notice, lines: Iterable[Obligation]) -> dict[int, Evidence]:
    """For each obligation of one notice (by key) the evidence that gives its state (two queries)."""
    people = {line.person_id: line.pk for line in lines}
    rounds = {row.message_id: row for row in notice.rounds.only("notice", "message_id", "number", "edition")}
    found = Evidence.objects.filter(message_id__in=rounds, person_id__in=people).order_by("happened_at", "pk")
    told: dict[int, list[tuple[Fact, Evidence]]] = defaultdict(list)
    for row in found.select_related("recorded_by", "delivery"):
        told[people[row.person_id]].append((_fact(row, rounds[row.message_id]), row))
    return {key: row for key, pairs in told.items() if (row := _deciding(pairs, notice.counts_from))}


def _fact(row: Evidence, sent: Round) -> Fact:
    channel = row.delivery.channel if row.delivery else Channel.MAIL
    return Fact(sent.number, row.kind, channel, sent.edition)


def _deciding(pairs: list[tuple[Fact, Evidence]], counts_from: int) -> Evidence | None:
    """The first evidence that says what decides."""
    fact = deciding_fact((fact for fact, _row in pairs), counts_from=counts_from)
    same = [row for each, row in pairs if each == fact]
    return (same[-1] if fact and fact.kind in TURNS else same[0]) if same else None


def held_causes(notice: Notice, lines: Iterable[Obligation]) -> dict[int, str]:
    """For obligations without a working channel: the cause for which their mail is held (one query, or none)."""
    people = {line.person_id: line.pk for line in lines if line.state == "unreachable"}
    if not people:
        return {}
    mails = Delivery.objects.filter(message__in=notice.rounds.values("message"), person_id__in=people).order_by("pk")
    held = mails.filter(state=DeliveryState.HELD, held_reason__startswith=SUPPRESSED)
    return {people[row.person_id]: str(row.held_because) for row in held}


def basis_text(line: Obligation, evidence: Evidence | None, held: str = "") -> str:
    """One sentence on why the state is what it is. `held`: the cause of `held_causes`."""
    if evidence is None and held:
        return _("the mail is held, its address is not written to: %(cause)s") % {"cause": held}
    if evidence is None:
        return _("no channel that works is known") if line.state == "unreachable" else _("the line stands in the inbox")
    said = evidence_words(evidence)
    kind = kind_words(evidence)
    return _("%(kind)s: %(said)s") % {"kind": kind, "said": said} if said else kind


def kind_words(evidence: Evidence) -> str:
    """What happened, in words that fit the channel: only a mail has servers and mailboxes."""
    channel = evidence.delivery.channel if evidence.delivery else Channel.MAIL
    if channel not in (Channel.MAIL, Channel.PORTAL):
        if evidence.kind == EvidenceKind.HANDED_OFF:
            return _("the message to %(channel)s was handed over") % {"channel": Channel(channel).label}
        if evidence.kind == EvidenceKind.DELIVERED:
            return _("the device took the message by %(channel)s") % {"channel": Channel(channel).label}
    return str(EvidenceKind(evidence.kind).label)  # get_kind_display translates all kinds for each row


PROOFS = (*(kind for kind, _state in BY_PERSON), *(EvidenceKind(state.value) for state in BOUNCED_STATES))
HINTS = (
    EvidenceKind.HANDED_OFF,
    EvidenceKind.RELAYED,
    EvidenceKind.DELIVERED,
    EvidenceKind.DELAYED,
    EvidenceKind.SEEN_HINT,
)


def strength(evidence: Evidence) -> tuple[str, str]:
    """How much an event says, as a word and a colour: proof (of what it says), a hint, or nothing."""
    if evidence.kind in PROOFS:
        return _("proof"), "green"
    return (_("hint"), "yellow") if evidence.kind in HINTS else (_("proves nothing"), "secondary")


def evidence_words(evidence: Evidence) -> str:
    """What the evidence itself says: the server's answer, the reason or note somebody wrote, the receipt."""
    detail = evidence.detail
    words = [str(detail[name]) for name in ("status", "code") if detail.get(name)][:1]
    if detail.get("outcome") in CallOutcome.values:
        words.append(str(CallOutcome(detail["outcome"]).label))
    said = detail | {"reason": evidence.reason}
    words += [str(said[name]) for name in SAID if said.get(name)][:1]
    if detail.get("receipt"):
        words.append(_("receipt %(number)s") % {"number": detail["receipt"]})
    if evidence.recorded_by_id and evidence.kind in ("told", "called", "excused"):
        words.append(_noted_by(evidence.recorded_by.name, detail.get("for")))
    return _(", ").join(words)[:LONGEST]


def _noted_by(name: str, behalf: str | None) -> str:
    if behalf:
        return _("noted by %(name)s for %(other)s") % {"name": name, "other": behalf}
    return _("noted by %(name)s") % {"name": name}
