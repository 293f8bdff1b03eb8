"""The people of the demo college, written in bulk."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from apps.demo.college import DEPARTMENTS, College, words
from apps.demo.names import make_name
from apps.people.enums import ContactKind, DeputyScope, GroupKind, Language, Role
from apps.people.models import ContactPoint, Deputy, Group, Membership, Person, Post, Unit

BATCH = 5000
STAFF_SHARE = 12  # one in twelve is staff
WITHOUT_MAIL = 60  # one in sixty has no address
DOMAIN = "college.example"
SIGN_INS = (
    ("director", Role.DIRECTOR, "周敏華", "Zhou Minhua"),
    ("clerk", Role.CLERK, "科員甲", "Clerk Jia"),
    ("leader", Role.LEADER, "梁院長", "Dean Liang"),
    ("secretary", Role.UNIT_SECRETARY, "系秘書丙", "Secretary Bing"),
    ("head", Role.UNIT_HEAD, "系主任丁", "Head Ding"),
    ("staff", Role.STAFF, "許文哲", "Xu Wenzhe"),
    ("student", Role.STUDENT, "陳曉雲", "Chen Xiaoyun"),
    ("admin", Role.ADMINISTRATOR, "系統管理員", "Administrator"),
)


@dataclass
class Cast:
    """Who plays in the demo."""

    students: list[Person] = field(default_factory=list)
    staff: list[Person] = field(default_factory=list)
    clerks: list[Person] = field(default_factory=list)
    by_login: dict[str, Person] = field(default_factory=dict)
    unit_of: dict[int, Unit] = field(default_factory=dict)

    @property
    def director(self) -> Person:
        return self.by_login["director"]


def make_people(college: College, *, count: int, random: Random, at: datetime, password: str) -> Cast:
    """`count` people with posts and contact points; one known sign-in per role."""
    cast = Cast()
    _make_sign_ins(college, cast, at, password)
    _make_clerks(college, cast, random, at)
    rest = max(count - Person.objects.count(), 0)
    staff = rest // STAFF_SHARE
    _make_crowd(cast, "staff", college.departments + college.offices, staff, random, at)
    _make_crowd(cast, "students", college.classes, rest - staff, random, at)
    _make_groups(cast, at)
    _make_deputies(cast, at)
    return cast


def _make_sign_ins(college: College, cast: Cast, at: datetime, password: str) -> None:
    units = {
        Role.LEADER: college.root,
        Role.UNIT_SECRETARY: college.departments[0],
        Role.UNIT_HEAD: college.departments[0],
        Role.STAFF: college.departments[0],
        Role.STUDENT: college.classes[0],
    }
    for login, role, name, english in SIGN_INS:
        person = Person.objects.create_user(
            login,
            name,
            password,
            name_en=english,
            email=f"{login}@{DOMAIN}",
            created_at=at,
            is_staff=role == Role.ADMINISTRATOR,
        )
        unit = units.get(role, college.office)
        Post.objects.create(person=person, unit=unit, role=role, valid_from=date(2022, 9, 1), is_main=True)
        _give_contacts([person], at)
        cast.by_login[login] = person
        cast.unit_of[person.pk] = unit
    cast.students.append(cast.by_login["student"])
    cast.staff.append(cast.by_login["staff"])
    cast.clerks.append(cast.by_login["clerk"])


def _make_clerks(college: College, cast: Cast, random: Random, at: datetime) -> None:
    people = _people([("c", n) for n in range(1, 5)], random, at)
    _add(people, [college.office] * len(people), Role.CLERK, cast, at)
    cast.clerks += people
    secretaries = _people([("s", n) for n in range(1, len(DEPARTMENTS))], random, at)
    _add(secretaries, college.departments[1:], Role.UNIT_SECRETARY, cast, at)
    cast.staff += secretaries
    heads = _people([("h", n) for n in range(1, len(DEPARTMENTS))], random, at)
    _add(heads, college.departments[1:], Role.UNIT_HEAD, cast, at)
    cast.staff += heads


def _make_crowd(cast: Cast, kind: str, units: list[Unit], count: int, random: Random, at: datetime) -> None:
    role = Role.STAFF if kind == "staff" else Role.STUDENT
    target = cast.staff if kind == "staff" else cast.students
    for first in range(0, count, BATCH):
        places = [units[n % len(units)] for n in range(first, min(first + BATCH, count))]
        numbers = [("T" if kind == "staff" else "2", first + n) for n in range(len(places))]
        people = _people(numbers, random, at)
        _add(people, places, role, cast, at)
        target += people


def _people(numbers: list[tuple[str, int]], random: Random, at: datetime) -> list[Person]:
    unusable = make_password(None)
    rows = []
    for prefix, number in numbers:
        name, english = make_name(random)
        text = (
            f"{prefix}{number:03d}"
            if prefix in "csh"
            else f"{prefix}{number:07d}"
            if prefix == "2"
            else f"T{number:06d}"
        )
        mail = "" if prefix == "2" and random.randrange(WITHOUT_MAIL) == 0 else f"{text.lower()}@{DOMAIN}"
        rows.append(
            Person(
                number=text,
                name=name,
                name_en=english,
                email=mail,
                password=unusable,
                created_at=at,
                language=Language.HANS if random.random() < 0.3 else Language.HANT,
            )
        )
    return Person.objects.bulk_create(rows)


def _add(people: list[Person], units: list[Unit], role: str, cast: Cast, at: datetime) -> None:
    Post.objects.bulk_create(
        [
            Post(person=person, unit=unit, role=role, valid_from=date(2023, 9, 1), is_main=True)
            for person, unit in zip(people, units, strict=True)
        ]
    )
    _give_contacts(people, at)
    cast.unit_of.update({person.pk: unit for person, unit in zip(people, units, strict=True)})


def _give_contacts(people: list[Person], at: datetime) -> None:
    rows = []
    for person in people:
        if person.email:
            rows.append(
                ContactPoint(person=person, kind=ContactKind.MAIL, value=person.email, is_primary=True, verified_at=at)
            )
        rows.append(ContactPoint(person=person, kind=ContactKind.PHONE, value=f"139{person.pk:08d}", is_primary=True))
    ContactPoint.objects.bulk_create(rows)


def _make_groups(cast: Cast, at: datetime) -> None:
    committee = Group.objects.create(
        code="academic-committee",
        name=words("學術委員會", "学术委员会", "Academic Committee"),
        owner=cast.director,
    )
    team = Group.objects.create(
        code="accreditation",
        name=words("專業認證任務團隊", "专业认证任务团队", "Accreditation task team"),
        kind=GroupKind.TASK_TEAM,
        owner=cast.director,
        ends_on=(at + timedelta(days=120)).date(),
    )
    for group, people in ((committee, cast.staff[:11]), (team, cast.staff[5:13])):
        Membership.objects.bulk_create([Membership(group=group, person=person, added_at=at) for person in people])


def _make_deputies(cast: Cast, at: datetime) -> None:
    """One clerk is away for three days; another acts for the director in approvals."""
    away, stand_in = cast.clerks[1], cast.clerks[0]
    Deputy.objects.create(
        principal=away,
        deputy=stand_in,
        scope=DeputyScope.ALL,
        starts_at=at - timedelta(days=1),
        ends_at=at + timedelta(days=3),
        reason="公出",
        created_by=away,
    )
