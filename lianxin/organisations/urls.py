"""Addresses of organisations, mounted in the workbench."""

from django.urls import URLPattern, path

from lianxin.organisations.views import acts, detail, grant_requests, grants, lending, lists, local_values, tree

app_name = "organisations"
urlpatterns: list[URLPattern] = [
    path("", tree.tree, name="tree"),
    path("list/", lists.organisations, name="list"),
    path("warnings/", lists.warnings, name="warnings"),
    path("terms/", lists.terms, name="terms"),
    path("terms/<uuid:term>/correct/", acts.term_correct, name="term_correct"),
    path("choices/", lists.choices, name="choices"),
    path("<uuid:organisation>/", detail.detail, name="detail"),
    path("<uuid:organisation>/level/", tree.level, name="level"),
    path("<uuid:organisation>/structure/", tree.structure, name="structure"),
    path("<uuid:organisation>/structure.json", tree.structure_data, name="structure_data"),
    path("<uuid:organisation>/set-up/", acts.set_up, name="set_up"),
    path("<uuid:organisation>/rename/", acts.rename, name="rename"),
    path("<uuid:organisation>/move/", acts.move, name="move"),
    path("<uuid:organisation>/merge/", acts.merge, name="merge"),
    path("<uuid:organisation>/split/", acts.split, name="split"),
    path("<uuid:organisation>/dissolve/", acts.dissolve, name="dissolve"),
    path("<uuid:organisation>/facts/", acts.facts, name="facts"),
    path("<uuid:organisation>/term/", acts.term_begin, name="term_begin"),
    path("<uuid:organisation>/term/end/", acts.term_end, name="term_end"),
    path("<uuid:organisation>/local-values/", local_values.local_values, name="local_values"),
    path("<uuid:organisation>/local-values/<str:rule>/", local_values.set_value, name="local_value_set"),
    path("local-values/<uuid:local_value>/end/", local_values.end_value, name="local_value_end"),
    path("grants/", grants.grants, name="grants"),
    path("grants/give/", grants.give, name="grant_give"),
    path("grants/lend/", lending.lend, name="grant_lend"),
    path("grants/requests/", grant_requests.requests, name="requests"),
    path("grants/requests/<uuid:grant_request>/", grant_requests.request_page, name="request"),
    path("grants/requests/<uuid:grant_request>/confirm/", grant_requests.confirm, name="request_confirm"),
    path("grants/requests/<uuid:grant_request>/decline/", grant_requests.decline, name="request_decline"),
    path("grants/requests/<uuid:grant_request>/withdraw/", grant_requests.withdraw, name="request_withdraw"),
    path("grants/borrowed/<uuid:grant>/end/", lending.end, name="lending_end"),
    path("grants/roles/", grants.role_matrix, name="roles"),
    path("grants/<uuid:grant>/", grants.grant_page, name="grant"),
    path("grants/<uuid:grant>/revoke/", grants.revoke, name="grant_revoke"),
]
