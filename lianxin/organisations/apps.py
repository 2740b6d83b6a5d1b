"""Wiring of organisations, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.web.actors import load_actors_with
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel


class OrganisationsConfig(AppConfig):
    """The tree of Party organisations."""

    name = "lianxin.organisations"
    label = "organisations"
    verbose_name = _("organisations")

    def ready(self) -> None:
        """Register permissions, actors, what can be imported and exported, menu entries and panels."""
        from lianxin.kernel.accounts.closing import ends_with_access  # noqa: PLC0415 - after the app registry
        from lianxin.kernel.accounts.queries.accounts import scope_accounts_with  # noqa: PLC0415 - the same
        from lianxin.kernel.accounts.queries.dormancy import staff_is  # noqa: PLC0415 - the same
        from lianxin.kernel.exports import register_export  # noqa: PLC0415 - the same
        from lianxin.kernel.imports import register_target  # noqa: PLC0415 - the same
        from lianxin.kernel.processing import declare_processing  # noqa: PLC0415 - the same
        from lianxin.organisations import events, keeping, permissions  # noqa: F401, PLC0415 - after the app registry
        from lianxin.organisations.actions.lending import end_lent_of  # noqa: PLC0415 - the same
        from lianxin.organisations.imports import OrganisationTarget  # noqa: PLC0415 - the same
        from lianxin.organisations.panels import (  # noqa: PLC0415 - the same
            borrowed_everywhere,
            due_at_home,
            lent_at_home,
            requests_at_home,
            terms_at_home,
        )
        from lianxin.organisations.queries.grants import (  # noqa: PLC0415 - the same
            accounts_in_reach,
            actor_of_account,
            grants_of_account,
            staff_since,
        )
        from lianxin.organisations.queries.listing import EXPORT  # noqa: PLC0415 - the same

        register_target(OrganisationTarget())
        register_export(EXPORT)
        add_panel(Panel("workbench.home", 20, "organisations/home_panel.html", due_at_home))
        add_panel(Panel("workbench.home", 30, "organisations/terms_panel.html", terms_at_home))
        add_panel(Panel("workbench.home", 5, "organisations/requests_panel.html", requests_at_home))
        add_panel(Panel("workbench.home", 25, "organisations/lent_panel.html", lent_at_home))
        add_panel(Panel("everywhere", 10, "organisations/borrowed_notice.html", borrowed_everywhere))
        scope_accounts_with(accounts_in_reach)
        staff_is(staff_since)
        ends_with_access(end_lent_of)
        declare(permissions.PERMISSIONS)
        declare_processing(keeping.PROCESSING)
        load_actors_with(actor_of_account)
        add_panel(Panel("accounts.account", 10, "organisations/grants_panel.html", grants_of_account))
        add_entry(Entry("workbench", 20, _("Organisations"), "sitemap", "organisations:tree", permissions.VIEW))
        add_entry(Entry("workbench", 80, _("Roles and grants"), "key", "organisations:grants", permissions.GRANTS_VIEW))
