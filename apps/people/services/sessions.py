"""Where a person is signed in, and how to end that."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings

from apps.people.models import Person


def count_sessions(person: Person) -> int:
    """Sessions that were not ended; one that ran out by itself may still count."""
    return UserSession.objects.filter(user=person).count()


def end_sessions(person: Person) -> int:
    """Sign a person out everywhere, in the caller's transaction (sessions are rows); gives the number of sessions."""
    rows = UserSession.objects.filter(user=person)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = list(rows.values_list("session_key", flat=True))
    for key in keys:
        store(session_key=key).delete()
    rows.delete()
    return len(keys)
