"""Deputies, groups and invitations for tests."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.people.enums import DeputyScope
from apps.people.models import Deputy, Group, Membership, Person
from tests.factories import sequence

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)


def deputy(
    principal: Person,
    stand_in: Person,
    *,
    scope: str = DeputyScope.ALL,
    starts_at: datetime = AT - timedelta(days=1),
    ends_at: datetime = AT + timedelta(days=1),
    revoked_at: datetime | None = None,
) -> Deputy:
    return Deputy.objects.create(
        principal=principal,
        deputy=stand_in,
        scope=scope,
        starts_at=starts_at,
        ends_at=ends_at,
        revoked_at=revoked_at,
        created_by=principal,
    )


def group(owner: Person, *members: Person, **fields: object) -> Group:
    made = Group.objects.create(
        code=f"g{next(sequence)}", name={"zh-hant": "工作組", "en": "Group"}, owner=owner, **fields
    )
    for member in members:
        Membership.objects.create(group=made, person=member)
    return made
