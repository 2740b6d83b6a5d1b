"""Addresses of messaging for members, in the portal."""

from lianxin.messaging.views.paths import OWN_PATHS

app_name = "own_messaging"
urlpatterns = OWN_PATHS
