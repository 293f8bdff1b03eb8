"""What a state rests on, in words a person can check."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from apps.delivery.models import Evidence
from apps.notices.models import Notice, Obligation
from apps.notices.states import Fact, deciding_kind

LONGEST = 120
SAID = ("answer", "diagnostic", "reason", "note")


def deciding_evidence(notice: Notice, lines: Iterable[Obligation]) -> dict[int, Evidence]:
    """For each obligation of one notice (by key) the evidence that gives its state (two queries)."""
    people = {line.person_id: line.pk for line in lines}
    round_of = dict(notice.rounds.values_list("message_id", "number"))
    found = Evidence.objects.filter(message_id__in=round_of, person_id__in=people).order_by("happened_at", "pk")
    rows: dict[int, list[Evidence]] = defaultdict(list)
    for evidence in found.select_related("recorded_by"):
        rows[people[evidence.person_id]].append(evidence)
    return {key: chosen for key, facts in rows.items() if (chosen := _deciding(facts, round_of))}


def _deciding(facts: list[Evidence], round_of: Mapping[int, int]) -> Evidence | None:
    """The first of the strongest kind; for mail, in the last round that has any."""
    kind = deciding_kind(Fact(round_of[row.message_id], row.kind) for row in facts)
    same = [row for row in facts if row.kind == kind]
    last = max((round_of[row.message_id] for row in same), default=0)
    return next((row for row in same if round_of[row.message_id] == last), None)


def basis_text(line: Obligation, evidence: Evidence | None) -> str:
    """One sentence on why the state is what it is."""
    if evidence is None:
        return (
            _("no working mail address is known") if line.state == "unreachable" else _("the line stands in the inbox")
        )
    said = evidence_words(evidence)
    kind = str(evidence.get_kind_display())
    return _("%(kind)s: %(said)s") % {"kind": kind, "said": said} if said else kind


def evidence_words(evidence: Evidence) -> str:
    """What the evidence itself says: the server's answer, the reason or note somebody wrote, the receipt."""
    detail = evidence.detail
    words = [str(detail[name]) for name in ("status", "code") if detail.get(name)][:1]
    words += [str(detail[name]) for name in SAID if detail.get(name)][:1]
    if detail.get("receipt"):
        words.append(_("receipt %(number)s") % {"number": detail["receipt"]})
    if evidence.recorded_by_id and evidence.kind in ("told", "excused"):
        words.append(_("noted by %(name)s") % {"name": evidence.recorded_by.name})
    return _(", ").join(words)[:LONGEST]
