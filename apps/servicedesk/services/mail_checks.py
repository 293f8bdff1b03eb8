"""What a mail must stand before it may add a word to a request. One check after the other, the first that fails says
why it waits for a person instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import cached_property

from apps.delivery.letters.addresses import route_of, was_sent_to
from apps.delivery.letters.origin import Origin
from apps.delivery.letters.reading import Letter
from apps.delivery.models import InboundMail, ReplyRoute
from apps.people.enums import ContactKind
from apps.people.models import ContactPoint, Person
from apps.servicedesk.enums import MailProof, MailReason
from apps.servicedesk.models import MailIn, Request

SOURCE = "servicedesk.request:"


@dataclass
class Case:
    """One mail on its way through the checks."""

    inbound: InboundMail
    letter: Letter
    at: datetime

    @cached_property
    def route(self) -> ReplyRoute | None:
        """Where the reply address leads, if it is one of ours and still good."""
        found = route_of(self.inbound.reply_name) if self.inbound.reply_name else None
        return found if found and found.source.startswith(SOURCE) else None

    @cached_property
    def request(self) -> Request | None:
        """The request of the reply address, if its person still sees it."""
        if self.route is None:
            return None
        number = self.route.source.removeprefix(SOURCE)
        return Request.objects.visible_to(self.route.person).filter(pk=number).first()

    @cached_property
    def sender(self) -> Person | None:
        """The one active person who proved that this address is theirs, or who answers from it."""
        if self.is_answer:
            return self.route.person
        address = self.letter.sender
        points = ContactPoint.objects.filter(kind=ContactKind.MAIL, value__iexact=address, verified_at__isnull=False)
        people = {point.person for point in points.select_related("person") if point.person.is_active and address}
        return people.pop() if len(people) == 1 else None

    @cached_property
    def is_own_address(self) -> bool:
        """Did the person of the reply address prove that the sender's address is theirs? It may be several people's (a
        shared mailbox): it is enough that it is proved for this one.
        """
        points = ContactPoint.objects.filter(
            person=self.route.person, kind=ContactKind.MAIL, value__iexact=self.letter.sender
        )
        return bool(self.letter.sender) and points.filter(verified_at__isnull=False).exists()

    @cached_property
    def is_answer(self) -> bool:
        """Does it come back from where our mail went, by the word of the receiving server? Addresses of a roster are
        proved by nobody, but only who reads that mailbox knows the reply address.
        """
        if self.route is None or self.letter.origin != Origin.PASS or self.is_own_address:
            return False
        return was_sent_to(self.route, self.letter.sender)

    @property
    def proof(self) -> MailProof:
        domain = self.letter.sender.rpartition("@")[2].lower()
        if self.is_answer:
            return MailProof.ANSWERED
        if self.letter.origin == Origin.PASS:
            return MailProof.PROVED
        inner = self.letter.origin == Origin.NONE and domain in settings.INBOUND_INNER_DOMAINS
        return MailProof.INNER if inner else MailProof.UNPROVED


def reason_against(case: Case) -> MailReason | None:
    """Why the mail may not stand in a request by itself; None when it may."""
    return next((reason for reason, test in CHECKS.items() if test(case)), None)


def is_repeated(case: Case) -> bool:
    return MailIn.objects.filter(fingerprint=case.letter.fingerprint).exists()


def is_automatic(case: Case) -> bool:
    return bool(case.letter.automatic)


def are_too_many(case: Case) -> bool:
    sender = case.letter.sender or case.letter.shown_sender
    recent = MailIn.objects.of_sender(sender, proof=case.proof, since=case.at - timedelta(hours=1))
    return bool(sender) and recent.count() >= settings.INBOUND_MAILS_AN_HOUR


def has_no_address(case: Case) -> bool:
    return not case.inbound.reply_name


def has_bad_address(case: Case) -> bool:
    return case.route is None or case.request is None or not case.route.person.is_active


def is_from_another(case: Case) -> bool:
    return not case.is_own_address and not case.is_answer


def is_forged(case: Case) -> bool:
    return case.letter.origin in (Origin.FAIL, Origin.TORN)


def is_unproved(case: Case) -> bool:
    return case.proof == MailProof.UNPROVED


def is_too_large(case: Case) -> bool:
    return case.letter.too_large


def is_broken(case: Case) -> bool:
    return case.letter.unreadable or case.letter.too_deep


def is_encrypted(case: Case) -> bool:
    return case.letter.is_encrypted


def is_empty(case: Case) -> bool:
    return not case.letter.written.strip() and not case.letter.files


# In this order; the labels of MailReason say each in words.
CHECKS: dict[MailReason, Callable[[Case], bool]] = {
    MailReason.REPEATED: is_repeated,
    MailReason.AUTOMATIC: is_automatic,
    MailReason.TOO_MANY: are_too_many,
    MailReason.NO_ADDRESS: has_no_address,
    MailReason.BAD_ADDRESS: has_bad_address,
    MailReason.WRONG_SENDER: is_from_another,
    MailReason.FORGED: is_forged,
    MailReason.UNPROVED: is_unproved,
    MailReason.TOO_LARGE: is_too_large,
    MailReason.BROKEN: is_broken,
    MailReason.ENCRYPTED: is_encrypted,
    MailReason.EMPTY: is_empty,
}
ASIDE = (MailReason.REPEATED, MailReason.AUTOMATIC)  # nobody's time is asked for
