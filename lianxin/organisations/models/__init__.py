"""Organisations and what belongs to them."""

from lianxin.organisations.models.grant import Grant, GrantFacts, GrantRequest, Kind, Outcome
from lianxin.organisations.models.local_value import LocalValue
from lianxin.organisations.models.organisation import Organisation, OrganisationVersion, Succession
from lianxin.organisations.models.planned import Unapplied
from lianxin.organisations.models.term import Term

__all__ = [
    "Grant",
    "GrantFacts",
    "GrantRequest",
    "Kind",
    "LocalValue",
    "Organisation",
    "OrganisationVersion",
    "Outcome",
    "Succession",
    "Term",
    "Unapplied",
]
