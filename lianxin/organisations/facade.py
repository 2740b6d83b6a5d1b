"""The door to organisations for the modules above."""

from lianxin.organisations.actions.appoint import Appointed, appoint
from lianxin.organisations.actions.change_facts import change_facts
from lianxin.organisations.actions.dissolve import dissolve
from lianxin.organisations.actions.facts import Facts, NewOrganisation
from lianxin.organisations.actions.leadership import set_leadership
from lianxin.organisations.actions.local_values import end_local_value, set_local_value
from lianxin.organisations.actions.merge import merge
from lianxin.organisations.actions.move import move
from lianxin.organisations.actions.planned import apply_planned
from lianxin.organisations.actions.rename import rename
from lianxin.organisations.actions.set_up import Founding, set_up, set_up_many
from lianxin.organisations.actions.split import Part, split
from lianxin.organisations.actions.terms import NewTerm, begin_term, correct_term, end_term
from lianxin.organisations.models import LocalValue, Organisation
from lianxin.organisations.permissions import CHANGE, LEND, REORGANISE, TERMS, VIEW
from lianxin.organisations.queries.grant_requests import requests_to_decide
from lianxin.organisations.queries.grants import count_of_holders, holders_of
from lianxin.organisations.queries.listing import ORGANISATIONS, TERMS_ENDING
from lianxin.organisations.queries.local_values import LocalValues, overrides_at, overrides_on
from lianxin.organisations.queries.names import Named, resolve_names, short_names_of
from lianxin.organisations.queries.scope import (
    Crumb,
    alive_on,
    ancestors_of,
    ever_within,
    organisation_for,
    organisations_within,
    place_of,
)
from lianxin.organisations.queries.search import search_condition, search_organisations
from lianxin.organisations.queries.tree import (
    Level,
    Node,
    ancestors_on,
    children_of,
    children_on,
    organisation_on,
    subtree_on,
    tops_of,
    tops_on,
)
from lianxin.organisations.queries.warnings import count_warnings, terms_ending, warned_within, warnings_of
from lianxin.organisations.queries.wording import kind_name
from lianxin.organisations.succession import Passing, register_follower, register_holder

__all__ = [
    "CHANGE",
    "LEND",
    "ORGANISATIONS",
    "REORGANISE",
    "TERMS",
    "TERMS_ENDING",
    "VIEW",
    "Appointed",
    "Crumb",
    "Facts",
    "Founding",
    "Level",
    "LocalValue",
    "LocalValues",
    "Named",
    "NewOrganisation",
    "NewTerm",
    "Node",
    "Organisation",
    "Part",
    "Passing",
    "alive_on",
    "ancestors_of",
    "ancestors_on",
    "apply_planned",
    "appoint",
    "begin_term",
    "change_facts",
    "children_of",
    "children_on",
    "correct_term",
    "count_of_holders",
    "count_warnings",
    "dissolve",
    "end_local_value",
    "end_term",
    "ever_within",
    "holders_of",
    "kind_name",
    "merge",
    "move",
    "organisation_for",
    "organisation_on",
    "organisations_within",
    "overrides_at",
    "overrides_on",
    "place_of",
    "register_follower",
    "register_holder",
    "rename",
    "requests_to_decide",
    "resolve_names",
    "search_condition",
    "search_organisations",
    "set_leadership",
    "set_local_value",
    "set_up",
    "set_up_many",
    "short_names_of",
    "split",
    "subtree_on",
    "terms_ending",
    "tops_of",
    "tops_on",
    "warned_within",
    "warnings_of",
]
