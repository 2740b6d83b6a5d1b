"""Addresses of ledgers in the workbench, under /work/ledgers/."""

from django.urls import URLPattern, path

from lianxin.ledgers.views import forms, layouts, ledgers, replies

app_name = "ledgers"
urlpatterns: list[URLPattern] = [
    path("", ledgers.index, name="index"),
    path("attendance/", ledgers.attendance, name="attendance"),
    path("layouts/", layouts.index, name="layouts"),
    path("layouts/new/", layouts.new, name="layout_new"),
    path("layouts/fields/", layouts.fields, name="fields"),
    path("layouts/samples/<slug:key>.<slug:kind>", layouts.sample, name="sample"),
    path("layouts/<uuid:layout>/", layouts.layout, name="layout"),
    path("layouts/<uuid:layout>/replace/", layouts.replace, name="layout_replace"),
    path("layouts/<uuid:layout>/withdraw/", layouts.withdraw, name="layout_withdraw"),
    path("layouts/<uuid:layout>/fill/", layouts.fill, name="layout_fill"),
    path("layouts/<uuid:layout>/files/<int:number>/", layouts.file, name="layout_file"),
    path("forms/", forms.index, name="forms"),
    path("forms/new/", forms.new, name="form_new"),
    path("forms/<uuid:form>/", forms.form, name="form"),
    path("forms/<uuid:form>/change/", forms.change, name="form_change"),
    path("forms/<uuid:form>/review/", forms.review, name="review"),
    path("forms/<uuid:form>/discard/", forms.discard, name="form_discard"),
    path("forms/<uuid:form>/close/", forms.close, name="form_close"),
    path("forms/<uuid:form>/table/", forms.table, name="form_table"),
    path("forms/<uuid:form>/fill/", replies.fill, name="fill"),
    path("replies/<uuid:reply>/", replies.reply, name="reply"),
    path("replies/<uuid:reply>/take-back/", replies.take_back, name="reply_take_back"),
    path("replies/<uuid:reply>/files/<uuid:file>/", replies.file, name="reply_file"),
    path("<uuid:organisation>/<slug:key>/", ledgers.ledger, name="ledger"),
    path("<uuid:organisation>/<slug:key>/<slug:kind>/", ledgers.take, name="take"),
]
