"""URLs of this app. `pk`: of an assignment, below `parts/` of one unit's part."""

from django.urls import path

from apps.assignments.views import days, lists, part, phoning, supervision, whole

app_name = "assignments"
urlpatterns = [
    path("", lists.mine, name="list"),
    path("supervision/", supervision.supervision, name="supervision"),
    path("supervision/sheet/", supervision.sheet, name="sheet"),
    path("phone/", phoning.phone, name="phone"),
    path("<int:pk>/", whole.detail, name="detail"),
    path("<int:pk>/add-part/", whole.add_part, name="add_part"),
    path("<int:pk>/change-lead/", whole.change_lead, name="change_lead"),
    path("<int:pk>/close/", whole.close, name="close"),
    path("<int:pk>/call-off/", whole.call_off, name="call_off"),
    path("<int:pk>/reopen/", whole.reopen, name="reopen"),
    path("parts/<int:pk>/", part.part, name="part"),
    path("parts/<int:pk>/sign/", part.sign, name="sign"),
    path("parts/<int:pk>/name/", part.name, name="name"),
    path("parts/<int:pk>/hand-over/", part.hand_over, name="hand_over"),
    path("parts/<int:pk>/pass-down/", part.pass_down, name="pass_down"),
    path("parts/<int:pk>/fill-in/", part.fill_in, name="fill_in"),
    path("parts/<int:pk>/report/", part.report, name="report"),
    path("parts/<int:pk>/confirm/", part.confirm, name="confirm"),
    path("parts/<int:pk>/send-back/", part.send_back, name="send_back"),
    path("parts/<int:pk>/accept/", part.accept, name="accept"),
    path("parts/<int:pk>/return/", part.give_back, name="give_back"),
    path("parts/<int:pk>/ask-more/", part.ask_more, name="ask_more"),
    path("parts/<int:pk>/excuse/", part.excuse, name="excuse"),
    path("parts/<int:pk>/urge/", part.urge, name="urge"),
    path("parts/<int:pk>/ask-extension/", days.ask_extension, name="ask_extension"),
    path("parts/<int:pk>/grant-extension/", days.grant_extension, name="grant_extension"),
    path("parts/<int:pk>/refuse-extension/", days.refuse_extension, name="refuse_extension"),
    path("parts/<int:pk>/set-day/", days.set_day, name="set_day"),
    path("parts/<int:pk>/pause/", days.pause, name="pause"),
    path("parts/<int:pk>/resume/", days.resume, name="resume"),
    path("parts/<int:pk>/call/", phoning.call, name="call"),
    path("parts/<int:pk>/sign-by-phone/", phoning.sign_by_phone, name="sign_by_phone"),
]
