"""One of each thing, all of another person of another unit, each holding a secret word that no stranger may read."""

from __future__ import annotations

from apps.people.enums import Role, UnitKind
from apps.servicedesk.services.searches import note_missed
from tests import factories
from tests.knowledge import factories as shelf
from tests.notices import factories as board
from tests.security.world import desk_rows, rows
from tests.security.world.assigned import assignments
from tests.security.world.base import (
    INVITATION,
    ROLES,
    SECRET,
    TOKEN,
    Thing,
    World,
    attach,
    of_nobody,
    sign_in,
    undone,
)
from tests.security.world.documents import documents
from tests.security.world.notices import (
    answers,
    audience,
    notice,
    notice_draft,
    notice_to_approve,
    relays,
    series,
    template,
)
from tests.security.world.office import (
    article,
    batch,
    copy_of_data,
    exported_list,
    form,
    programs,
    summaries_by_mail,
)
from tests.security.world.outgoing import outgoing
from tests.security.world.papers import certificate, paper_batch, sealed, to_seal
from tests.security.world.people import delivery, deputy, evidence, group, of_person, waiting_file
from tests.security.world.requests import (
    decided,
    draft,
    filed,
    filed_for,
    objected,
    of_service,
    rating_link,
    related,
    service,
    status_link,
    timed,
)
from tests.servicedesk.factories import paper_version

__all__ = ["INVITATION", "ROLES", "SECRET", "TOKEN", "Thing", "World", "attach", "build", "undone"]


def build() -> World:
    """The college, one person a role in the near unit, and things of `owner` (far unit) and `sender` (office)."""
    board.ground()
    factories.series("certificate", "C{year}-{number:05d}")
    root = factories.root_unit()
    near = factories.unit("近系", parent=root, code="near")
    far = factories.unit("遠系", parent=root, kind=UnitKind.DEPARTMENT, code="far")
    people = {
        "student": factories.person("近生", Role.STUDENT, at=near),
        "staff": factories.person("近師", Role.STAFF, at=near),
        "unit_secretary": factories.person("近秘", Role.UNIT_SECRETARY, at=near),
        "unit_head": factories.head(near, "近系主任"),
        "clerk": factories.clerk("科員乙"),
        "director": factories.director(),
        "leader": factories.leader(),
        "administrator": factories.administrator(),
    }
    owner = factories.person(f"遠生{SECRET}", Role.STUDENT, at=far)
    sender = factories.clerk("科員甲")
    world = World(people, owner, sender, near, far, {})
    for person in (*people.values(), owner, sender):
        person.password = ""  # some password, as most people have one: pages about it are there
        person.save(update_fields=["password"])
    world.things = things(world)
    world.cookies = {person.pk: sign_in(person) for person in (*people.values(), owner, sender)}
    return world


def things(world: World) -> dict[str, Thing]:
    request = filed(world)
    made = {
        "nothing": Thing(None, None, {"app_label": "auth"}),
        "request": request,
        "request in approval": decided(world),
        "draft": draft(world),
        "certificate": certificate(world),
        "waiting file": waiting_file(world),
        "person": Thing(world.owner, world.owner, {"pk": world.owner.pk}),
        "form": form(),
        "service": service(world, request.row.service),
        "area": Thing(request.row.service.area, world.sender, {"code": request.row.service.area.code}),
        "unit": Thing(world.far, world.owner, {"pk": world.far.pk}),
    }
    made |= {"notice to approve": notice_to_approve(world)}
    made |= {"notice": notice(world), "notice draft": notice_draft(world), "batch": batch(world)}
    made |= answers(world)
    made |= relays(world)
    made |= assignments(world)
    made |= {
        name: Thing(row, world.sender, parameters, form)
        for name, (row, parameters, form) in desk_rows.rows_of(world.sender, SECRET).items()
    }
    reply = made["canned reply"].row
    made["canned text"] = Thing(reply, world.owner, {"pk": request.row.pk, "reply_pk": reply.pk})
    made["timed request"] = timed(world)
    made |= {
        "delivery": delivery(world),
        "paper template": of_nobody(paper_version().template),
        "batch of papers": paper_batch(world),
        "request to seal": to_seal(world),
    }
    made |= sealed(world)
    made |= documents(world)
    made |= outgoing(world)
    made |= {
        "inbound": of_nobody(rows.inbound(SECRET)),
        "mail": of_nobody(rows.mail_at_desk(SECRET), number="R2026-90001", words="use_portal", note="words"),
        "status report": of_nobody(rows.status_report(SECRET), note="words", delivery=1),
        "suppression": of_nobody(rows.suppression(SECRET)),
        "robot": of_nobody(rows.robot(SECRET)),
        "deputy": deputy(world),
        "group": group(world),
        "audience": audience(world),
        "template": template(world),
        "series": series(world),
        **programs(world),
        **summaries_by_mail(world),
        "list": Thing(None, None, {"code": "requests"}),
        "exported list": exported_list(world),
        "copy of data": copy_of_data(world),
    }
    made |= of_service(world, request.row)
    made |= {
        "article": article(world),
        "filed for the owner": filed_for(world),
        "objected": objected(world),
        "status link": status_link(world),
        "rating link": rating_link(world),
        "missed search": of_nobody(note_missed(words="words")),
    }
    open_to_all = shelf.article(world.sender)
    made["service with article"] = Thing(
        request.row.service, None, {"code": request.row.service.code, "pk": open_to_all.pk}
    )
    return made | related(world, request) | of_person(world) | evidence(made["delivery"].row)
