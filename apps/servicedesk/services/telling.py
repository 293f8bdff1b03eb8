"""Who hears of what, by portal and mail. Nobody is told of what they did themselves."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.core.clock import now
from apps.core.text import localized
from apps.delivery.enums import Queue
from apps.delivery.services import tell
from apps.people.deputies import deputies_of
from apps.people.enums import HANDLER_ROLES, OFFICE_ROLES, DeputyScope, Role
from apps.people.models import Person, Post
from apps.servicedesk.enums import RequestState
from apps.servicedesk.escalation_texts import texts_of_escalations
from apps.servicedesk.models import Escalation, Participant, Request, Watcher
from apps.servicedesk.texts import BESIDE, TAKES_REPLIES, texts_of, texts_of_left, texts_of_many


def tell_people(
    people: Iterable[Person | None],
    kind: str,
    *,
    request: Request,
    actor: Person | None,
    at: datetime,
    note: str = "",
    queue: str = Queue.NOTICE,
    mail: str = "",
    form: str = "",
    verb: str = "",
) -> None:
    """The message `kind` (texts.WORDS) to each of `people` once, the actor left out. `verb`: what the text says was
    done.

    Its mails may be answered if they are words between the two sides (texts.TAKES_REPLIES): an answer becomes a public
    message. `mail`: the Message-ID of the mail that this answers by itself; `form`: a move whose form the link opens.
    """
    wanted = {person.pk: person for person in people if person and person.is_active and person != actor}
    if not wanted:
        return
    said = {"who": actor.name if actor else "", "note": note, "verb": verb}
    texts = beside = texts_of(kind, request, **said)
    if kind in BESIDE and set(wanted) != {request.requester_id}:
        beside = texts_of(BESIDE[kind], request, **said)
    silent = readers(request, wanted) if kind in TAKES_REPLIES else ()
    for person in wanted.values():
        tell(
            person=person,
            source=f"servicedesk.request:{request.pk}",
            texts=texts if person.pk == request.requester_id else beside,
            queue=queue,
            target_url=request.get_absolute_url() + (f"?do={form}" if form else ""),
            actor=actor,
            takes_replies=kind in TAKES_REPLIES and person.pk not in silent,
            answers_mail=mail,
            at=at,
        )


def readers(request: Request, people: Collection[int]) -> set[int]:
    """Those of `people` (keys) who take part and may only read: a mail invites nobody to an answer that is refused
    (one query, none where only requester and handler are told).
    """
    others = set(people) - {request.requester_id, request.filed_by_id, request.handler_id}
    if not others:
        return set()
    rows = Participant.objects.filter(request=request, ended_at__isnull=True, may_act=False, merge__isnull=True)
    return set(rows.filter(person__in=others).values_list("person_id", flat=True))


def tell_of_many(person: Person, escalations: Sequence[Escalation], *, at: datetime) -> None:
    """One message about all that rules noticed for a person. It names numbers and services, nobody."""
    requests = {each.request_id: each.request for each in escalations}
    url = next(iter(requests.values())).get_absolute_url() if len(requests) == 1 else reverse("servicedesk:list")
    tell(
        person=person,
        source="servicedesk.escalations",
        texts=texts_of_escalations(escalations, at=at),
        target_url=url,
        actor=None,
        at=at,
    )


def tell_left(person: Person, requests: Sequence[Request], *, gone: Person, at: datetime) -> None:
    """One message about all requests that somebody who has left leaves to nobody."""
    if len(requests) == 1:
        tell_people([person], "handler_left", request=requests[0], actor=None, at=at, note=gone.name)
        return
    tell(
        person=person,
        source=f"servicedesk.request:{requests[0].pk}",
        texts=texts_of_left(requests, who=gone.name),
        queue=Queue.NOTICE,
        target_url=f"{reverse('servicedesk:list')}?chip=unassigned",
        actor=None,
        at=at,
    )


def tell_many_assigned(handler: Person, requests: Sequence[Request], *, actor: Person, at: datetime) -> None:
    """One message about all requests that somebody was given at once."""
    if handler == actor:
        return
    tell(
        person=handler,
        source=f"servicedesk.request:{requests[0].pk}",
        texts=texts_of_many(requests, who=actor.name),
        queue=Queue.NOTICE,
        target_url=f"{reverse('servicedesk:list')}?chip=mine",
        actor=actor,
        at=at,
    )


def tell_watchers(
    request: Request, verb: str, *, actor: Person, at: datetime, note: str = "", besides: Iterable[Person | None] = ()
) -> None:
    """Who watches hears what was done; not those `besides`, who are told of it anyway, and nobody who left the office
    (one query when nobody watches).
    """
    told = {person.pk for person in besides if person}
    rows = Watcher.objects.filter(request=request, ended_at__isnull=True).select_related("person").order_by("pk")
    rows = [row.person for row in rows if row.person_id not in told]
    if rows:
        office = Person.objects.active().with_role(*OFFICE_ROLES).filter(pk__in=[person.pk for person in rows])
        tell_people(office, "watched", request=request, actor=actor, at=at, note=note, verb=verb)


def requester_side(request: Request, at: datetime | None = None) -> list[Person]:
    """`asking_people` and who stands in for the requester."""
    return [*asking_people(request), *deputies_of(request.requester, scope=DeputyScope.REQUESTS, at=at or now())]


def asking_people(request: Request) -> list[Person]:
    """The person it is for, and who takes part; at the counter a clerk files for somebody, and only that somebody is
    told.
    """
    rows = Participant.objects.filter(request=request, ended_at__isnull=True).select_related("person")
    return [request.requester, *(row.person for row in rows.order_by("pk"))]


def handler_side(request: Request, at: datetime) -> list[Person]:
    """Its handler and who stands in for them; while nobody has it, or its handler has left, the clerks of its unit (the
    directors if it has none).
    """
    if request.handler and request.handler.has_role(*HANDLER_ROLES):
        return [request.handler, *deputies_of(request.handler, scope=DeputyScope.REQUESTS, at=at)]
    return holders(Role.CLERK, request) or directors(request)


def holders(role: str, request: Request) -> list[Person]:
    """Who holds `role` in the unit of the request today."""
    posts = Post.objects.current().filter(role=role, unit=request.unit, person__is_active=True)
    return list({post.person_id: post.person for post in posts.select_related("person").order_by("pk")}.values())


def directors(request: Request) -> list[Person]:
    """The directors of its unit, else of the nearest unit above that has any, else all (one query)."""
    posts = Post.objects.current().filter(role=Role.DIRECTOR, person__is_active=True).select_related("person")
    found: dict[int, dict[int, Person]] = {}
    for post in posts.order_by("pk"):
        found.setdefault(post.unit_id, {})[post.person_id] = post.person
    above = [int(key) for key in request.unit.path.split("/") if key]
    nearest = next((found[key] for key in reversed(above) if key in found), None)
    everybody = {key: person for people in found.values() for key, person in people.items()}
    return list((nearest or everybody).values())


def tell_office(row: Request, *, actor: Person, at: datetime, by_rule: bool = False) -> None:
    """The clerks of the unit hear of what nobody has, its handler of what a rule gave out (`by_rule`); on the fast lane
    the directors too, ahead of all other mail.
    """
    if row.service.fast_lane:
        people = [*handler_side(row, at), *directors(row)]
        tell_people(people, "urgent_for_office", request=row, actor=actor, at=at, queue=Queue.URGENT)
    else:
        word = "given_by_rule" if by_rule else "new_for_office"
        tell_people(handler_side(row, at), word, request=row, actor=actor, at=at)


def owing_side(request: Request, at: datetime) -> list[Person]:
    """Who is to do the next thing of the office's time: those asked for a decision (the directors where nobody can
    decide), with the handler; else as `handler_side`.
    """
    if request.state != RequestState.IN_APPROVAL:
        return handler_side(request, at)
    handlers = handler_side(request, at) if request.handler else []
    return [*(those_asked(request, at) or directors(request)), *handlers] or handler_side(request, at)


def asked_steps(request: Request, *, after: Step | None = None) -> QuerySet:
    """What is asked for now; `after`: in later turns than this step's."""
    asked = Step.objects.about(request).filter(state=StepState.ASKED).select_related("approver")
    return asked.filter(order__gt=after.order) if after else asked


def those_asked(request: Request, at: datetime, *, after: Step | None = None) -> list[Person]:
    """Who may decide what is asked for now; `after`: in later turns than this step's."""
    return [person for step in asked_steps(request, after=after) for person in approvers(step, at)]


def asked_of_nobody(request: Request, at: datetime, *, after: Step | None = None) -> list[Step]:
    """What is asked for now and nobody can decide: the named person has left, or nobody who may holds the role. Where
    one of several is enough, only when all of them are so.
    """
    asked = list(asked_steps(request, after=after))
    empty = [step for step in asked if not approvers(step, at)]
    return [step for step in empty if not step.any_of or len(empty) == len(asked)]


def tell_undecided(request: Request, steps: Sequence[Step], *, at: datetime) -> None:
    """The directors hear of steps that nobody can decide, also who asked for them: somebody has to do something."""
    if steps:
        with override(settings.LANGUAGE_CODE):
            names = "、".join(localized(step.name) for step in steps)
        tell_people(directors(request), "nobody_decides", request=request, actor=None, at=at, note=names)


def approvers(step: Step, at: datetime) -> list[Person]:
    """Who may decide the step: the named person or the holders of the role, and their deputies; not the barred, nor who
    has left.
    """
    if step.approver:
        people = [step.approver]
    else:
        posts = Post.objects.current().filter(role=step.role, person__is_active=True).select_related("person")
        people = [post.person for post in (posts.filter(unit=step.unit) if step.unit_id else posts)]
    people = [person for person in people if person.is_active and person.pk not in step.barred]
    stand_ins = [deputy for person in people for deputy in deputies_of(person, scope=DeputyScope.APPROVALS, at=at)]
    return [person for person in [*people, *stand_ins] if person.pk not in step.barred]
