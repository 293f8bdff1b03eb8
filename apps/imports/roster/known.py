"""What the portal holds about the people of a file, read in bulk (three queries for each 5,000 numbers)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.db.models.functions import Lower, Upper

from apps.people.enums import ContactKind, Role
from apps.people.models import ContactPoint, Person, Post

CHUNK = 5000
PLAIN_ROLES = (Role.STUDENT, Role.STAFF)


@dataclass
class Known:
    """A person as stored, with the current posts, those to come, and the contact points."""

    person: Person
    posts: list[Post] = field(default_factory=list)
    coming: list[Post] = field(default_factory=list)
    contacts: list[ContactPoint] = field(default_factory=list)

    def posts_as(self, role: str) -> list[Post]:
        return [post for post in self.posts if post.role == role]

    def contact(self, kind: str, value: str) -> ContactPoint | None:
        return next((row for row in self.contacts if row.kind == kind and row.value.lower() == value.lower()), None)

    @property
    def keeps_account(self) -> bool:
        """Has this person signed in before, or an account by which others' matters are seen or decided?"""
        person = self.person
        if person.last_login or person.is_staff or person.is_superuser:
            return True
        return any(post.role not in PLAIN_ROLES for post in (*self.posts, *self.coming))

    def primary(self, kind: str) -> ContactPoint | None:
        return next((row for row in self.contacts if row.kind == kind and row.is_primary), None)


def chunks(values: Iterable[object], size: int = CHUNK) -> Iterator[list]:
    """`values` in lists of at most `size`."""
    source = iter(values)
    while part := list(islice(source, size)):
        yield part


def known_people(numbers: Iterable[str], on: date) -> dict[str, Known]:
    """Number in capitals → what is known."""
    found: dict[int, Known] = {}
    for part in chunks({number.upper() for number in numbers}):
        people = Person.objects.annotate(capitals=Upper("number")).filter(capitals__in=part)
        found.update({person.pk: Known(person) for person in people.defer("password")})
    for part in chunks(found):
        for post in Post.objects.exclude(valid_to__lt=on).filter(person__in=part).order_by("pk"):
            known = found[post.person_id]
            (known.posts if post.is_current(on) else known.coming).append(post)
        for contact in ContactPoint.objects.filter(person__in=part).order_by("pk"):
            found[contact.person_id].contacts.append(contact)
    return {known.person.number.upper(): known for known in found.values()}


def owners_of_mail(addresses: Iterable[str]) -> dict[str, Person]:
    """Address in small letters → whose sign-in address or proved contact point it is."""
    owners: dict[str, Person] = {}
    for part in chunks({address.lower() for address in addresses}):
        people = Person.objects.annotate(small=Lower("email")).filter(small__in=part)
        proved = ContactPoint.objects.annotate(small=Lower("value")).filter(
            kind=ContactKind.MAIL, verified_at__isnull=False, small__in=part
        )
        owners.update({contact.small: contact.person for contact in proved.select_related("person")})
        owners.update({person.small: person for person in people})
    return owners


def owners_of_account(kind: str, accounts: Iterable[str]) -> dict[str, Person]:
    """Account in small letters → who is written to by it: chat services do not tell capitals apart."""
    owners: dict[str, Person] = {}
    for part in chunks({account.lower() for account in accounts}):
        points = ContactPoint.objects.annotate(small=Lower("value")).filter(
            kind=kind, is_primary=True, small__in=part, person__is_active=True
        )
        owners.update({point.small: point.person for point in points.select_related("person").order_by("-pk")})
    return owners
