"""Who sees layouts and forms: the staff of their place; those below use layouts and answer forms."""

from lianxin.kernel.db.row_security import changeable, either, guard, reach, window, with_parent
from lianxin.ledgers.models import Layout, LayoutVersion, Question, Reply, ReplyFile, ReportForm

HERE = reach("organisation_path", "ledgers")
CHANGED_HERE = changeable("organisation_path", "ledgers.")

window(
    "ledgers_reached()",
    returns="text[]",
    # From whose reach on a layout above serves: the paths themselves, asked the other way round.
    body=(
        "SELECT array_agg(path) FROM (SELECT nullif(current_setting('lianxin.ledgers_from', true), '')"
        " UNION ALL SELECT rtrim(other, '.') FROM"
        " unnest(nullif(current_setting('lianxin.ledgers_others', true), '')::text[]) t(other)) told(path)"
        " WHERE path IS NOT NULL"
    ),
)
guard(
    Layout,
    sees=either(
        HERE,
        "EXISTS (SELECT 1 FROM unnest(ledgers_reached()) own(path) WHERE starts_with(own.path, organisation_path))",
    ),
    changes=CHANGED_HERE,
)
guard(
    LayoutVersion,
    sees=with_parent("ledgers_layout_version.layout_id", Layout),
    changes=with_parent("ledgers_layout_version.layout_id", Layout, changeable("p.organisation_path", "ledgers.")),
)
guard(
    Reply,
    sees=either(HERE, reach("form_path", "ledgers")),
    adds=changeable("form_path", "ledgers."),
    changes=either(CHANGED_HERE, changeable("form_path", "ledgers.")),
)
guard(
    ReportForm,
    sees=either(HERE, "EXISTS (SELECT 1 FROM ledgers_reply r WHERE r.form_id = ledgers_form.id)"),
    changes=CHANGED_HERE,
)
guard(
    Question,
    sees=with_parent("ledgers_question.form_id", ReportForm),
    changes=with_parent("ledgers_question.form_id", ReportForm, changeable("p.organisation_path", "ledgers.")),
)
guard(
    ReplyFile,
    sees=with_parent("ledgers_reply_file.reply_id", Reply),
    changes=with_parent("ledgers_reply_file.reply_id", Reply, changeable("p.organisation_path", "ledgers.")),
)
