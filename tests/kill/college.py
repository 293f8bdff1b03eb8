"""A college in a database of its own, and a notice to all its staff, published as a page would:
`python -m tests.kill.college PEOPLE`. Nothing is planned yet: that is left to the workers.
"""

import os
import sys

import django


def main(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office_portal.settings")
    django.setup()
    from apps.notices import services
    from apps.people.enums import ContactKind, Role
    from apps.people.models import ContactPoint, Person, Post
    from tests import factories
    from tests.notices.factories import draft, ground

    clerk, root = ground(), factories.root_unit()
    people = Person.objects.bulk_create(
        Person(number=f"D{place:06d}", name=f"教師{place}", email=f"d{place}@college.example")
        for place in range(number)
    )
    Post.objects.bulk_create(
        Post(person=person, unit=root, role=Role.STAFF, valid_from="2020-09-01", is_main=True) for person in people
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(person=person, kind=ContactKind.MAIL, value=person.email, is_primary=True) for person in people
    )
    services.publish(notice=draft(clerk, needs_acknowledgement=True), actor=clerk)


if __name__ == "__main__":
    main(int(sys.argv[1]))
