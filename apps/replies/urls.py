"""URLs of this app. `notice`: key of a notice; `pk`: of a collection, below `answers/` of one person's answers."""

from django.urls import path

from apps.replies.views import checking, collecting, filling, reporting, signing

app_name = "replies"
urlpatterns = [
    path("", reporting.list_collections, name="list"),
    path("of/<int:notice>/", filling.fill, name="fill"),
    path("of/<int:notice>/save/", filling.save, name="save"),
    path("of/<int:notice>/hand-in/", filling.hand_in, name="hand_in"),
    path("with/<int:notice>/", collecting.collect, name="collect"),
    path("with/<int:notice>/stop/", collecting.stop, name="stop"),
    path("<int:pk>/", reporting.progress, name="progress"),
    path("<int:pk>/confirm/", checking.confirm_many, name="confirm_many"),
    path("<int:pk>/export/", reporting.export, name="export"),
    path("<int:pk>/totals/", signing.totals, name="totals"),
    path("<int:pk>/close/", signing.close, name="close"),
    path("<int:pk>/reopen/", signing.reopen, name="reopen"),
    path("<int:pk>/sign/", signing.sign, name="sign"),
    path("answers/<int:pk>/", checking.detail, name="detail"),
    path("answers/<int:pk>/confirm/", checking.confirm, name="confirm"),
    path("answers/<int:pk>/return/", checking.give_back, name="give_back"),
]
