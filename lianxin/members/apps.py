"""Wiring of members, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.exports import ExportSource, register_export
from lianxin.kernel.imports import register_target
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel


class MembersConfig(AppConfig):
    """The register of members."""

    name = "lianxin.members"
    label = "members"
    verbose_name = _("members")

    def ready(self) -> None:
        """Register permissions, menu entries, panels, spreadsheets, and what follows organisations."""
        from lianxin.kernel.processing import declare_processing  # noqa: PLC0415 - after the app registry
        from lianxin.kernel.retention.types import declare_records  # noqa: PLC0415 - the same
        from lianxin.members import events, keeping, panels, permissions  # noqa: F401, PLC0415 - the same
        from lianxin.members.actions.moving import follow, still_there  # noqa: PLC0415 - the same
        from lianxin.members.importing.post_target import PostsTarget  # noqa: PLC0415 - the same
        from lianxin.members.importing.target import MembersTarget  # noqa: PLC0415 - the same
        from lianxin.members.queries.national_form import NATIONAL_FORM  # noqa: PLC0415 - the same
        from lianxin.members.queries.roster import PERSONAL_COLUMNS, ROSTER, export_rows  # noqa: PLC0415 - the same
        from lianxin.organisations.facade import register_follower, register_holder  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        declare_processing(keeping.PROCESSING)
        declare_records(keeping.RECORD_TYPES)
        add_entry(Entry("workbench", 30, _("Members"), "users", "members:roster", permissions.VIEW))
        add_entry(Entry("portal", 90, _("My record"), "user", "own:record", permissions.OWN))
        add_entry(Entry("portal", 95, _("My data"), "shield-lock", "own:data", permissions.OWN))
        add_entry(Entry("sign_in", 10, _("First time here? Claim your record with a code"), "key", "claim:claim"))
        add_panel(Panel("organisations.organisation", 10, "members/posts_panel.html", panels.posts_panel))
        add_panel(Panel("organisations.organisation", 20, "members/members_panel.html", panels.members_panel))
        add_panel(Panel("workbench.home", 10, "members/asked_panel.html", panels.asked_at_home))
        add_panel(Panel("portal.home", 50, "members/own_panel.html", panels.own_at_home))
        register_follower(follow)
        register_holder(still_there)
        register_target(MembersTarget())
        register_target(PostsTarget())
        register_export(
            ExportSource(
                ROSTER.name,
                _("members"),
                permissions.EXPORT,
                ROSTER,
                export_rows,
                PERSONAL_COLUMNS,
                personal_permission=permissions.REVEAL,
                place="organisation_path",
                layout=NATIONAL_FORM,
                layout_label=_("national sheet of members (20 columns)"),
            )
        )
