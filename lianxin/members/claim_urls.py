"""The address at which a member claims their record, mounted in the portal."""

from django.urls import URLPattern, path

from lianxin.members.views import claims

app_name = "claim"
urlpatterns: list[URLPattern] = [path("", claims.claim_record, name="claim")]
