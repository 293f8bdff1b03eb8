"""URLs of this app."""

from django.urls import path

from apps.notices.views import approving, changing, chasing, composing, phoning, quota, reading, reporting

app_name = "notices"
urlpatterns = [
    path("", reading.inbox, name="inbox"),
    path("sent/", reporting.sent, name="list"),
    path("people/", reporting.people, name="people"),
    path("phone/", phoning.phone_list, name="phone_list"),
    path("phone/<int:person_id>/", phoning.record_call, name="call"),
    path("mandatory/", quota.mandatory, name="mandatory"),
    path("new/", composing.create, name="create"),
    path("<int:pk>/", reading.read, name="read"),
    path("<int:pk>/open/", reading.open_notice, name="open"),
    path("<int:pk>/files/<uuid:key>/", reading.file, name="file"),
    path("<int:pk>/acknowledge/", reading.acknowledge, name="acknowledge"),
    path("<int:pk>/edit/", composing.edit, name="edit"),
    path("<int:pk>/preview/", composing.preview_page, name="preview"),
    path("<int:pk>/publish/", composing.publish, name="publish"),
    path("<int:pk>/unschedule/", composing.unschedule, name="unschedule"),
    path("<int:pk>/approval/", approving.approval_page, name="approval"),
    path("<int:pk>/approve/", approving.approve, name="approve"),
    path("<int:pk>/send-back/", approving.send_back, name="send_back"),
    path("<int:pk>/discard/", composing.discard, name="discard"),
    path("<int:pk>/report/", reporting.report_page, name="report"),
    path("<int:pk>/export/", reporting.export, name="export"),
    path("<int:pk>/change/", changing.change, name="change"),
    path("<int:pk>/recall/", changing.recall, name="recall"),
    path("<int:pk>/editions/", changing.editions, name="editions"),
    path("<int:pk>/history/", reporting.history, name="history"),
    path("<int:pk>/remind/", chasing.remind, name="remind"),
    path("<int:pk>/people/<int:person_id>/", reporting.person, name="person"),
    path("<int:pk>/people/<int:person_id>/remind/", chasing.remind_person, name="remind_person"),
    path("<int:pk>/people/<int:person_id>/excuse/", chasing.excuse, name="excuse"),
    path("<int:pk>/people/<int:person_id>/told/", chasing.told, name="told"),
]
