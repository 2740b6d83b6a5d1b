"""Organisations and what belongs to them."""

from lianxin.organisations.models.grant import Grant
from lianxin.organisations.models.organisation import Organisation, OrganisationVersion, Succession
from lianxin.organisations.models.planned import Unapplied
from lianxin.organisations.models.term import Term

__all__ = ["Grant", "Organisation", "OrganisationVersion", "Succession", "Term", "Unapplied"]
