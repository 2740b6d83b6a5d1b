"""The door to organisations for the modules above."""

from lianxin.organisations.actions.leadership import set_leadership
from lianxin.organisations.models import Organisation
from lianxin.organisations.permissions import CHANGE, REORGANISE, TERMS, VIEW
from lianxin.organisations.queries.names import Named, resolve_names
from lianxin.organisations.queries.scope import (
    Crumb,
    alive_on,
    ancestors_of,
    ever_within,
    organisation_for,
    organisations_within,
    place_of,
)
from lianxin.organisations.succession import Passing, register_follower, register_holder

__all__ = [
    "CHANGE",
    "REORGANISE",
    "TERMS",
    "VIEW",
    "Crumb",
    "Named",
    "Organisation",
    "Passing",
    "alive_on",
    "ancestors_of",
    "ever_within",
    "organisation_for",
    "organisations_within",
    "place_of",
    "register_follower",
    "register_holder",
    "resolve_names",
    "set_leadership",
]
