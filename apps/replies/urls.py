"""URLs of this app."""

app_name = "replies"
urlpatterns = []
