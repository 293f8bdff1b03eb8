"""What a person is in assignments, self and as a deputy: clerk or head of which units, in whose name otherwise.

A deputy of the scope "tasks" does what the principal may; a unit's head is stood in for by a deputy of "approvals" too.
Nobody hands such a power on: only the principal's own posts count.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apps.assignments.enums import CLERK_ROLES, HEAD_ROLES
from apps.core.clock import now
from apps.people.enums import DeputyScope
from apps.people.models import Deputy, Post

if TYPE_CHECKING:
    from apps.people.models import Person

SCOPES = (DeputyScope.ALL, DeputyScope.TASKS, DeputyScope.APPROVALS)
OF_HEADS = SCOPES
OF_OTHERS = (DeputyScope.ALL, DeputyScope.TASKS)


@dataclass
class Standing:
    """`clerk_of`, `head_of`: paths of units, each with the one stood in for (None: oneself). `people`: oneself and
    those in whose name one may act otherwise, by key.
    """

    clerk_of: dict[str, Person | None] = field(default_factory=dict)
    head_of: dict[str, Person | None] = field(default_factory=dict)
    people: dict[int, Person | None] = field(default_factory=dict)

    @property
    def paths(self) -> set[str]:
        return {*self.clerk_of, *self.head_of}


def standing_of(user: Person) -> Standing:
    """Two queries at most, kept on the user as the posts are."""
    if getattr(user, "standing_in_assignments", None) is None:
        user.standing_in_assignments = _read(user)
    return user.standing_in_assignments


def _read(user: Person) -> Standing:
    found = Standing()
    if not user.is_active:
        return found
    rows = Deputy.objects.in_force(now()).filter(deputy=user, scope__in=SCOPES, principal__is_active=True)
    rows = list(rows.select_related("principal").order_by("principal_id"))
    scopes: dict[int, set[str]] = {}
    for row in rows:
        scopes.setdefault(row.principal_id, set()).add(row.scope)
    principals = {row.principal_id: row.principal for row in rows}
    if principals:
        posts = Post.objects.current().filter(person__in=principals, role__in=(*CLERK_ROLES, *HEAD_ROLES))
        for post in posts.select_related("unit").order_by("pk"):
            _take(found, post, principals[post.person_id], scopes[post.person_id])
    for key, principal in principals.items():
        if scopes[key].intersection(OF_OTHERS):
            found.people[key] = principal
    for post in user.current_posts:
        _take(found, post, None, set(SCOPES))
    found.people[user.pk] = None
    return found


def _take(found: Standing, post: Post, principal: Person | None, scopes: set[str]) -> None:
    if post.role in CLERK_ROLES and scopes.intersection(OF_OTHERS):
        found.clerk_of[post.unit.path] = principal
    if post.role in HEAD_ROLES and scopes.intersection(OF_HEADS):
        found.head_of[post.unit.path] = principal
