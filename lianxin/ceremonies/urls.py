"""Addresses of ceremonies in the workbench, under /work/ceremonies/."""

from django.urls import path

from lianxin.ceremonies.views import birthdays, oath

app_name = "ceremonies"
urlpatterns = [
    path("", birthdays.index, name="birthdays"),
    path("medal/", birthdays.medal, name="medal"),
    path("greetings/<uuid:member>/", birthdays.greeting, name="greet"),
    path("oath/", oath.index, name="oath"),
    path("oath/load/", oath.load, name="load_oath"),
]
