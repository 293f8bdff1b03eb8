"""Verbs on people, units, groups and deputies. Each is one transaction, records what changed and who did it."""

from apps.people.services.contacts import (
    UnableToAddMail,
    UnableToRemoveContact,
    UnableToSetMail,
    UnableToVerifyMail,
    add_mail,
    find_proof,
    mark_phone_dead,
    remove_contact,
    send_proof,
    set_mail,
    verify_mail,
)
from apps.people.services.deputies import UnableToSetDeputy, revoke_deputy, set_deputy
from apps.people.services.groups import (
    AddResult,
    UnableToSaveGroup,
    add_members,
    create_group,
    edit_group,
    remove_member,
)
from apps.people.services.invitations import (
    UnableToAccept,
    UnableToInvite,
    accept_invitation,
    create_link,
    find_invitation,
    invite,
)
from apps.people.services.people import UnableToEditPerson, activate, deactivate, edit_person, edit_profile
from apps.people.services.posts import UnableToAddPost, UnableToEndPost, add_post, end_post, yesterday
from apps.people.services.sessions import count_sessions, end_sessions
from apps.people.services.units import UnableToSaveUnit, create_unit, edit_unit, move_unit

__all__ = [
    "AddResult",
    "UnableToAccept",
    "UnableToAddMail",
    "UnableToAddPost",
    "UnableToEditPerson",
    "UnableToEndPost",
    "UnableToInvite",
    "UnableToRemoveContact",
    "UnableToSaveGroup",
    "UnableToSaveUnit",
    "UnableToSetDeputy",
    "UnableToSetMail",
    "UnableToVerifyMail",
    "accept_invitation",
    "activate",
    "add_mail",
    "add_members",
    "add_post",
    "count_sessions",
    "create_group",
    "create_link",
    "create_unit",
    "deactivate",
    "edit_group",
    "edit_person",
    "edit_profile",
    "edit_unit",
    "end_post",
    "end_sessions",
    "find_invitation",
    "find_proof",
    "invite",
    "mark_phone_dead",
    "move_unit",
    "remove_contact",
    "remove_member",
    "revoke_deputy",
    "send_proof",
    "set_deputy",
    "set_mail",
    "verify_mail",
    "yesterday",
]
