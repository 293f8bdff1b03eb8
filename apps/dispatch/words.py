"""What a paper says: the words of an edition, read and written in one place.

The words are the substance: any change of them makes another edition, and that has to be signed again. What is not
among them (contact, printing office, copies) may be put right without.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString, mark_safe

from apps.core.text import localized
from apps.documents.enums import Kind
from apps.documents.models import Edition
from apps.notices.rich import clean_html, plain_text
from apps.people.models import Unit


@dataclass(frozen=True)
class Party:
    """A unit of the college (`unit` is its key), or somebody outside, by name alone. The name is that of the day."""

    name: str
    unit: int | None = None

    @classmethod
    def of(cls, unit: Unit, language: str | None = None) -> "Party":
        return cls(localized(unit.name, language), unit.pk)


@dataclass(frozen=True)
class Words:
    """`issuers`: who it is from, the lead unit first (聯合行文); `main` and `copies_to`: 主送 and 抄送; `urgency`: the
    words that are printed, "" for an ordinary one.
    """

    title: str
    kind: str
    body: str
    issuers: tuple[Party, ...]
    main: tuple[Party, ...]
    copies_to: tuple[Party, ...] = ()
    annexes: tuple[str, ...] = ()
    urgency: str = ""

    @property
    def units(self) -> list[int]:
        """Keys of the units of the college that receive it, each once."""
        return list(dict.fromkeys(party.unit for party in (*self.main, *self.copies_to) if party.unit))

    @property
    def outside(self) -> list[str]:
        """Those outside who receive it, each once."""
        return list(dict.fromkeys(party.name for party in (*self.main, *self.copies_to) if not party.unit))

    @property
    def html(self) -> SafeString:
        """The body for a page; cleaned once more, whatever the row holds."""
        return mark_safe(clean_html(self.body))  # noqa: S308 (cleaned)

    @property
    def is_joint(self) -> bool:
        return len(self.issuers) > 1

    def cleaned(self) -> "Words":
        """As it is kept: the body with nothing but what the editor can make."""
        return replace(self, body=clean_html(self.body))

    def as_json(self) -> dict[str, object]:
        return {
            "title": self.title,
            "kind": self.kind,
            "body": self.body,
            "annexes": list(self.annexes),
            "urgency": self.urgency,
            **{name: [[party.name, party.unit] for party in getattr(self, name)] for name in PARTIES},
        }


PARTIES = ("issuers", "main", "copies_to")


def read_words(edition: Edition) -> Words:
    return words_of_json(edition.words)


def words_of_json(kept: Mapping[str, object]) -> Words:
    parties = {name: tuple(Party(*pair) for pair in kept.get(name, ())) for name in PARTIES}
    plain = {name: kept.get(name, "") for name in ("title", "kind", "body", "urgency")}
    return Words(**plain, **parties, annexes=tuple(kept.get("annexes", ())))


def kind_name(kind: str) -> str:
    return str(Kind(kind).label) if kind in Kind.values else kind


def as_plain_text(words: Words, labels: Mapping[str, str]) -> str:
    """Everything that was decided about, as lines, to compare editions. `labels`: by name of the part."""
    lines = [words.title, "", f"{labels['kind']}：{kind_name(words.kind)}"]
    for name in PARTIES:
        if getattr(words, name):
            lines.append(f"{labels[name]}：{'、'.join(party.name for party in getattr(words, name))}")
    if words.urgency:
        lines.append(f"{labels['urgency']}：{words.urgency}")
    lines += ["", plain_text(words.body), ""]
    lines += [f"{labels['annexes']} {place}：{name}" for place, name in enumerate(words.annexes, 1)]
    return "\n".join(lines) + "\n"
