"""Who hears of what, by portal and mail. Nobody is told of what they did themselves."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.urls import reverse

from apps.approvals.enums import StepState
from apps.approvals.models import Step
from apps.delivery.enums import Queue
from apps.delivery.services import tell
from apps.people.deputies import deputies_of
from apps.people.enums import OFFICE_ROLES, DeputyScope, Role
from apps.people.models import Person, Post
from apps.servicedesk.enums import RequestState
from apps.servicedesk.escalation_texts import texts_of_escalations
from apps.servicedesk.models import Escalation, Participant, Request, Watcher
from apps.servicedesk.texts import BESIDE, TAKES_REPLIES, texts_of, texts_of_many


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


def requester_side(request: Request) -> list[Person]:
    """The person it is for, and who takes part; at the counter a clerk files for somebody, and only that somebody is
    told.
    """
    rows = Participant.objects.filter(request=request, ended_at__isnull=True).select_related("person")
    return [request.requester, *(row.person for row in rows.order_by("pk"))]


def handler_side(request: Request, at: datetime) -> list[Person]:
    """Its handler and who stands in for them; while nobody has it, the clerks of its unit (the director if it has
    none).
    """
    if request.handler:
        return [request.handler, *deputies_of(request.handler, scope=DeputyScope.REQUESTS, at=at)]
    return holders(Role.CLERK, request) or holders(Role.DIRECTOR, request)


def holders(role: str, request: Request) -> list[Person]:
    """Who holds `role` in the unit of the request today."""
    posts = Post.objects.current().filter(role=role, unit=request.unit, person__is_active=True)
    return list({post.person_id: post.person for post in posts.select_related("person").order_by("pk")}.values())


def directors(request: Request) -> list[Person]:
    return holders(Role.DIRECTOR, request)


def owing_side(request: Request, at: datetime) -> list[Person]:
    """Who is to do the next thing of the office's time: those asked for a decision, with the handler; else as
    `handler_side`.
    """
    if request.state != RequestState.IN_APPROVAL:
        return handler_side(request, at)
    handlers = handler_side(request, at) if request.handler else []
    return [*those_asked(request, at), *handlers] or handler_side(request, at)


def those_asked(request: Request, at: datetime, *, after: Step | None = None) -> list[Person]:
    """Who may decide what is asked for now; `after`: in later turns than this step's."""
    asked = Step.objects.about(request).filter(state=StepState.ASKED).select_related("approver")
    if after:
        asked = asked.filter(order__gt=after.order)
    return [person for step in asked for person in approvers(step, at)]


def approvers(step: Step, at: datetime) -> list[Person]:
    """Who may decide the step: the named person or the holders of the role, and their deputies; not the barred."""
    if step.approver:
        people = [step.approver]
    else:
        posts = Post.objects.current().filter(role=step.role, person__is_active=True).select_related("person")
        people = [post.person for post in (posts.filter(unit=step.unit) if step.unit_id else posts)]
    people = [person for person in people if person.pk not in step.barred]
    stand_ins = [deputy for person in people for deputy in deputies_of(person, scope=DeputyScope.APPROVALS, at=at)]
    return [person for person in [*people, *stand_ins] if person.pk not in step.barred]
