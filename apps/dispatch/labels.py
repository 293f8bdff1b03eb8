"""The names of the parts of a paper, in the words of the reader."""

from django.utils.translation import pgettext


def part_labels() -> dict[str, str]:
    return {
        "kind": pgettext("part of a paper", "Kind of paper"),
        "issuers": pgettext("part of a paper", "Issued by"),
        "main": pgettext("part of a paper", "Main addressees"),
        "copies_to": pgettext("part of a paper", "Copies to"),
        "annexes": pgettext("part of a paper", "Annex"),
        "urgency": pgettext("part of a paper", "Urgency"),
    }
