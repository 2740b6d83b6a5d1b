"""Addresses of imports and exports, under /work/files/."""

from django.urls import path

from lianxin.files.views import exports, imports

app_name = "files"
urlpatterns = [
    path("", imports.index, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/<uuid:import_id>/", imports.detail, name="import"),
    path("imports/<uuid:import_id>/columns/", imports.columns, name="import_columns"),
    path("imports/<uuid:import_id>/columns/again/", imports.choose_again, name="import_columns_again"),
    path("imports/<uuid:import_id>/mend/", imports.mend, name="import_mend"),
    path("imports/<uuid:import_id>/suggestions/", imports.suggestions, name="import_suggestions"),
    path("imports/<uuid:import_id>/leave-out/", imports.leave_out_refused, name="import_leave_out"),
    path("imports/<uuid:import_id>/write/", imports.write, name="import_write"),
    path("imports/<uuid:import_id>/undo/", imports.undo, name="import_undo"),
    path("imports/<uuid:import_id>/abandon/", imports.abandon, name="import_abandon"),
    path("imports/<uuid:import_id>/progress/", imports.progress, name="import_progress"),
    path("imports/<uuid:import_id>/returned.xlsx", imports.returned, name="import_returned"),
    path("templates/<slug:kind>.xlsx", imports.template, name="template"),
    path("exports/new/<str:source>/", exports.new, name="export_new"),
    path("exports/<uuid:export_id>/", exports.detail, name="export"),
    path("exports/<uuid:export_id>/progress/", exports.progress, name="export_progress"),
    path("exports/<uuid:export_id>/file/", exports.file, name="export_file"),
]
