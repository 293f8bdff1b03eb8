"""Which services, requests, messages, certificates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.approvals.models import Step
from apps.core.clock import now
from apps.people.deputies import principals
from apps.people.enums import HANDLER_ROLES, OFFICE_ROLES, DeputyScope, Role
from apps.servicedesk.catalogue_enums import Opening
from apps.servicedesk.enums import OPEN_STATES, RUNNING_STATES, Priority, RequestState, ViewScope
from apps.tasks.models import Task

if TYPE_CHECKING:
    from apps.people.models import Person, Post

STEPS_SEEN = 2000
TAKEN_PART_SEEN = 2000


class ServiceQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> ServiceQuerySet:
        """Services on offer that this person may see in the catalogue: those to ask for and those opened to the eyes
        of others; the office sees all that are offered.
        """
        offered = self.filter(is_active=True, area__is_active=True)
        return offered if user.is_office else offered.filter(may_ask(user) | may_see_too(user))

    def askable_by(self, user: Person) -> ServiceQuerySet:
        """Services on offer that this person may ask for; working for the office opens none."""
        return self.filter(may_ask(user), is_active=True, area__is_active=True)


def may_ask(user: Person) -> Q:
    """One post of the person fits both the roles and the units of the service; neither named: everybody."""
    units = openings(Opening.ASK)
    fits = Q(roles=[]) & ~Exists(units)
    for post in user.current_posts if user.is_active else ():
        fits |= (Q(roles=[]) | Q(roles__contains=[post.role])) & (~Exists(units) | Exists(units.filter(above(post))))
    return fits


def may_see_too(user: Person) -> Q:
    """As who may ask, but nothing named opens it to nobody."""
    units, fits = openings(Opening.SEE), Q(pk__in=[])
    for post in user.current_posts if user.is_active else ():
        by_role = Q(seen_by_roles__contains=[post.role])
        fits |= by_role & (~Exists(units) | Exists(units.filter(above(post))))
        fits |= Q(seen_by_roles=[]) & Exists(units.filter(above(post)))
    return fits


def openings(kind: str) -> models.QuerySet:
    rows = apps.get_model("servicedesk", "ServiceOpening").objects
    return rows.filter(service=OuterRef("pk"), kind=kind)


def above(post: Post) -> Q:
    """The unit of the post and all above it."""
    return Q(unit__in=[int(key) for key in post.unit.path.split("/") if key])


def own(user: Person) -> Q:
    """What was asked for in the person's name, and what the person filed for others while of the office. A draft is
    for who writes it alone.
    """
    filed = Q(filed_by=user) if user.is_office else Q(filed_by=user, requester=user)
    return filed | Q(requester=user) & ~Q(state=RequestState.DRAFT)


def own_through(user: Person, path: str) -> Q:
    """As `own`, for rows that name their request as `path`; drafts have none."""
    asked = Q(**{f"{path}__requester": user})
    return asked | Q(**{f"{path}__filed_by": user}) if user.is_office else asked


def taking_part(user: Person) -> list[int]:
    """Keys of the requests that `user` takes part in beside the requester, or has a task about that opens the whole
    request and is not done, the newest first (one query).
    """
    kind = ContentType.objects.get_by_natural_key("servicedesk", "request")
    added = apps.get_model("servicedesk", "Participant").objects.filter(person=user, ended_at__isnull=True)
    given = Task.objects.filter(owner=user, shows_subject=True, subject_type=kind).unfinished()
    keys = added.values_list("request_id").union(given.values_list("subject_id"))
    return [key for (key,) in keys.order_by("-request_id")[:TAKEN_PART_SEEN]]


def entrusted(user: Person) -> Q | None:
    """Filed requests of those for whom `user` stands in, those laid before `user` for a decision, and those that `user`
    takes part in (at most six queries). What was decided for somebody else stays in sight while `user` stands in for
    them, or as long as it is open.
    """
    at, found = now(), None
    # As lists: a sub-select inside these ORs would keep PostgreSQL from using the indexes of the other parts.
    part = taking_part(user)
    if part:
        found = Q(pk__in=part)
    people = principals(user, scope=DeputyScope.REQUESTS, at=at)
    if people:
        theirs = Q(requester__in=people) | Q(filed_by__in=people) | Q(handler__in=people)
        found = theirs | found if found else theirs
    if user.roles - {Role.STUDENT}:
        kind = ContentType.objects.get(app_label="servicedesk", model="request")
        steps = Step.objects.filter(subject_type=kind)
        laid = steps.waiting_for(user, at) | steps.filter(Q(decided_by=user) | Q(on_behalf_of=user))
        for seen in laid_before(user, laid, at):
            found = seen | found if found else seen
    return found and found & ~Q(state=RequestState.DRAFT)


def laid_before(user: Person, steps: models.QuerySet, at: datetime) -> list[Q]:
    """Requests with these steps; those that `user` decided for others only while that goes on, or while they are open
    (two queries at most).
    """
    rows = steps.values_list("subject_id", "decided_by", "on_behalf_of")[:STEPS_SEEN]
    keys: dict[int | None, list[int]] = {}
    for key, decided_by, principal in rows:
        keys.setdefault(principal if decided_by == user.pk else None, []).append(key)
    if keys.keys() - {None}:
        for person in principals(user, scope=DeputyScope.APPROVALS, at=at):
            keys.setdefault(None, []).extend(keys.pop(person.pk, []))
    seen = [Q(pk__in=keys.pop(None, []))]
    ended = [key for rest in keys.values() for key in rest]
    if ended:
        seen.append(Q(pk__in=ended, state__in=OPEN_STATES))
    return [each for each in seen if each != Q(pk__in=[])]


class RequestQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> RequestQuerySet:
        """The office sees what was filed; others their own, what they stand in for, and what they are asked to decide.

        A draft is its author's alone.
        """
        if user.has_role(*OFFICE_ROLES):
            return self.filter(own(user) | ~Q(state=RequestState.DRAFT))
        more = entrusted(user)
        return self.filter(own(user) | more if more else own(user))

    def open(self) -> RequestQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def running(self) -> RequestQuerySet:
        return self.filter(state__in=RUNNING_STATES)

    def overdue(self, at: datetime) -> RequestQuerySet:
        """Running and past the due time: a paused request is never late while it waits for the requester."""
        return self.running().filter(due_at__lt=at)

    def urgent(self) -> RequestQuerySet:
        """Open and urgent, the oldest first: few, and on top of every list."""
        return self.open().filter(priority=Priority.URGENT).order_by("submitted_at", "pk")

    def unassigned(self) -> RequestQuerySet:
        """Nobody has it, and the office may begin: what waits for a sign-off first is not the office's yet."""
        return self.running().exclude(state=RequestState.IN_APPROVAL).filter(handler__isnull=True)


class RecurrenceQuerySet(models.QuerySet):
    def concerning(self, user: Person) -> RecurrenceQuerySet:
        """Made in the person's name, or kept by this person while on the side from which that was begun: the office's,
        or that of a handler who is stood in for.
        """
        return self.filter(Q(origin__requester=user) | kept(user))

    def visible_to(self, user: Person) -> RecurrenceQuerySet:
        return self if user.has_role(*OFFICE_ROLES) else self.concerning(user)


def kept(user: Person) -> Q:
    """(`rules.still_keeps` says it of one row.)"""
    if user.is_office:
        return Q(kept_by=user)
    people = [each for each in principals(user, scope=DeputyScope.REQUESTS, at=now()) if each.has_role(*HANDLER_ROLES)]
    if any(person.has_role(Role.DIRECTOR) for person in people):
        return Q(kept_by=user)
    theirs = Q(origin__handler__in=people) | (Q(origin__handler__isnull=True) if people else Q(pk__in=[]))
    return Q(kept_by=user) & theirs


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> MessageQuerySet:
        """Internal notes are for clerks, the director, leaders and administrators only."""
        if user.has_role(*OFFICE_ROLES):
            return self
        seen = RequestQuerySet(model=self.model._meta.get_field("request").related_model).visible_to(user)
        return self.filter(request__in=seen, internal=False)


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> CertificateQuerySet:
        """The paper itself is for the office, for whom it was asked, and for participants who were let."""
        if user.has_role(*OFFICE_ROLES):
            return self
        let = apps.get_model("servicedesk", "Participant").objects.filter(person=user, ended_at__isnull=True)
        keys = list(let.filter(sees_papers=True).values_list("request_id", flat=True)[:TAKEN_PART_SEEN])
        return self.filter(Q(person=user) | own_through(user, "request") | Q(request__in=keys))


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> SavedViewQuerySet:
        """The own views, and for the office those that are shared with it or with a unit of the reader's."""
        mine = Q(owner=user)
        if not user.has_role(*OFFICE_ROLES):
            return self.filter(mine)
        units = [post.unit_id for post in user.current_posts]
        return self.filter(mine | Q(scope=ViewScope.OFFICE) | Q(scope=ViewScope.UNIT, unit__in=units))


class CannedReplyQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> CannedReplyQuerySet:
        """The office's own words: for its people, those of a unit only for who works there."""
        if not user.has_role(*OFFICE_ROLES):
            return self.none()
        return self.filter(Q(unit__isnull=True) | Q(unit__in=[post.unit_id for post in user.current_posts]))


class TimeSpentQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> TimeSpentQuerySet:
        """The office's alone."""
        return self if user.has_role(*OFFICE_ROLES) else self.none()


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user: Person) -> BatchQuerySet:
        """Batches are the office's: each names many people."""
        return self if user.has_role(*OFFICE_ROLES) else self.none()
