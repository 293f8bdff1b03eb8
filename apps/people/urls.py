"""URLs of this app."""

from django.urls import path

from apps.people.views import contacts, deputies, groups, invitations, people, profile, units

app_name = "people"
urlpatterns = [
    path("", people.people, name="list"),
    path("invite/", invitations.invite_many, name="invite_many"),
    path("<int:pk>/", people.detail, name="detail"),
    path("<int:pk>/edit/", people.edit, name="edit"),
    path("<int:pk>/invite/", invitations.invite, name="invite"),
    path("<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("<int:pk>/activate/", people.activate, name="activate"),
    path("<int:pk>/posts/", people.add_post, name="add_post"),
    path("<int:pk>/posts/<int:post_pk>/end/", people.end_post, name="end_post"),
    path("<int:pk>/contacts/", contacts.add_contact, name="add_contact"),
    path("<int:pk>/contacts/<int:contact_pk>/remove/", contacts.drop_contact, name="drop_contact"),
    path("me/phone/", profile.add_phone, name="add_phone"),
    path("me/", profile.profile, name="profile"),
    path("me/settings/", profile.edit_profile, name="edit_profile"),
    path("me/mail/", profile.add_mail, name="add_mail"),
    path("me/mail/<int:contact_pk>/prove/", profile.send_proof, name="send_proof"),
    path("me/mail/<int:contact_pk>/main/", profile.make_main, name="make_main"),
    path("me/contacts/<int:contact_pk>/remove/", profile.remove_contact, name="remove_contact"),
    path("me/mail/verify/<str:token>/", profile.verify_mail, name="verify_mail"),
    path("units/", units.units, name="units"),
    path("units/new/", units.create_unit, name="create_unit"),
    path("units/<int:pk>/edit/", units.edit_unit, name="edit_unit"),
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.create_group, name="create_group"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("groups/<int:pk>/edit/", groups.edit_group, name="edit_group"),
    path("groups/<int:pk>/members/", groups.add_members, name="add_members"),
    path("groups/<int:pk>/members/<int:person_pk>/remove/", groups.remove_member, name="remove_member"),
    path("deputies/", deputies.deputies, name="deputies"),
    path("deputies/new/", deputies.set_deputy, name="set_deputy"),
    path("deputies/<int:pk>/revoke/", deputies.revoke_deputy, name="revoke_deputy"),
    path("invitation/<str:token>/", invitations.accept_invitation, name="accept_invitation"),
]
