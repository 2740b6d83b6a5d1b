"""The hand-written SQL the pages are measured against: the same rows, asked for as directly as PostgreSQL allows."""

from __future__ import annotations

IN_REGISTER = "AND m.membership_status IN ('normal', 'restored', 'suspended')"
BY_PLACE = "m.organisation_path, m.pinyin, m.id"
BY_NAME = "m.pinyin, m.id"
BELOW = "AND m.organisation_path >= %(below)s AND m.organisation_path < %(below_end)s"
AFTER = "AND (m.organisation_path, m.pinyin, m.id) > (%(path)s, %(pinyin)s, %(id)s)"
AFTER_NAME = "AND (m.pinyin, m.id) > (%(pinyin)s, %(id)s)"
NAMED = "AND m.name ^@ %(name)s"
SPELT = "AND (m.pinyin >= %(low)s AND m.pinyin < %(high)s OR m.initials >= %(low)s AND m.initials < %(high)s)"
TAIL = "AND (m.id_number_tail = %(tail)s OR m.mobile_tail = %(tail)s)"
BY_ID_NUMBER = "AND m.id_number_digest = %(digest)s"
BY_MOBILE = "AND m.mobile_digest = %(digest)s"

_SHOWN = (
    "m.id, m.name, o.short_name, m.sex, m.birth_date, m.education, m.person_category, m.joined_on, m.work_post, "
    "m.id_number_masked, m.mobile_masked, m.membership_status"
)


def roster(where: str, *, order: str = BY_PLACE, in_register: str = IN_REGISTER) -> str:
    """One page of the roster: the columns shown, in scope, narrowed by `where`."""
    return (
        f"SELECT {_SHOWN} FROM members_member m JOIN organisations_organisation o ON o.id = m.organisation_id "  # noqa: S608 - our own words
        f"WHERE m.organisation_path >= %(top)s AND m.organisation_path < %(end)s {in_register} {where} "
        f"ORDER BY {order} LIMIT %(size)s"
    )


LEVEL = """
    SELECT c.id, c.short_name, c.code, c.org_type,
        (SELECT sum(b.full_members + b.probationary_members) FROM organisations_organisation b
         WHERE b.path >= c.path AND b.path < c.path || '~'),
        c.numchild
    FROM organisations_organisation c
    WHERE c.depth = %(depth)s AND c.path > %(path)s AND c.path < %(end)s AND c.founded_on <= current_date
      AND (c.dissolved_on IS NULL OR c.dissolved_on > current_date)
    ORDER BY c.path LIMIT 200
"""
ORGANISATION = """
    SELECT o.id, o.*,
        (SELECT sum(b.full_members + b.probationary_members) FROM organisations_organisation b
         WHERE b.path >= o.path AND b.path < o.path || '~'),
        (SELECT json_agg(json_build_array(p.kind, m.name, p.since)) FROM members_post p
         JOIN members_member m ON m.id = p.member_id WHERE p.organisation_id = o.id AND p.until IS NULL),
        (SELECT json_agg(json_build_array(t.starts_on, t.due_on)) FROM organisations_term t
         WHERE t.organisation_id = o.id),
        (SELECT json_agg(e.*) FROM
         (SELECT * FROM kernel_event e WHERE e.subject_id = o.id ORDER BY e.id DESC LIMIT 20) e)
    FROM organisations_organisation o WHERE o.id = %(id)s
"""
MEMBER = """
    SELECT m.id, m.*, o.short_name,
        (SELECT json_agg(s.*) FROM members_membership s WHERE s.member_id = m.id),
        (SELECT json_agg(r.*) FROM members_record r WHERE r.member_id = m.id),
        (SELECT json_agg(p.*) FROM members_post p WHERE p.member_id = m.id),
        (SELECT json_agg(e.*) FROM
         (SELECT * FROM kernel_event e WHERE e.subject_id = m.id ORDER BY e.id DESC LIMIT 20) e)
    FROM members_member m JOIN organisations_organisation o ON o.id = m.organisation_id WHERE m.id = %(id)s
"""
FIND_ORGANISATION = """
    SELECT o.id, o.name, o.short_name, o.code, o.secretary FROM organisations_organisation o
    WHERE o.grams @> %(pieces)s::varchar[] AND (o.name LIKE %(text)s OR o.short_name LIKE %(text)s)
      AND o.path >= %(top)s AND o.path < %(end)s
      AND o.founded_on <= current_date AND (o.dissolved_on IS NULL OR o.dissolved_on > current_date)
    ORDER BY length(o.short_name), o.path LIMIT 20
"""
# Each gives all that its page shows beside the shell: the place and the way to it, too.
_WAY = (
    "(SELECT json_agg(json_build_array(w.id, w.short_name)) FROM organisations_organisation w "
    "WHERE w.path = ANY(%(way)s))"
)
GRID = f"""
    SELECT c.id, c.short_name, c.numchild,
        (SELECT json_agg(json_build_array(n.period_start, n.period_end, n.due, n.met)) FROM duties_count n
         WHERE n.organisation_path = c.path AND n.key = %(key)s AND n.period_start BETWEEN %(first)s AND %(last)s),
        (SELECT json_agg(json_build_array(d.period_start, d.period_end, d.met_on)) FROM duties_duty d
         WHERE d.organisation_path = c.path AND d.key = %(key)s AND d.period_start BETWEEN %(first)s AND %(last)s
            AND d.withdrawn = ''),
        {_WAY}
    FROM organisations_organisation c
    WHERE c.depth = %(depth)s AND c.path > %(path)s AND c.path < %(end)s AND c.dissolved_on IS NULL OR c.id = %(id)s
    ORDER BY c.path LIMIT 62
"""  # noqa: S608 - our own words
DUTIES = f"""
    SELECT d.id, d.*, {_WAY} FROM duties_duty d
    WHERE d.organisation_id = %(id)s AND d.period_start BETWEEN %(first)s AND %(last)s
    ORDER BY d.key, d.period_start
"""  # noqa: S608 - our own words
CALENDAR = """
    SELECT o.id::text, NULL::date, o.name, o.short_name FROM organisations_organisation o WHERE o.id = %(id)s
    UNION ALL
    SELECT o.id::text, o.term_ends_on, o.name, '' FROM organisations_organisation o
    WHERE o.id = %(id)s AND o.term_ends_on BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT d.id::text, coalesce(d.met_on, d.period_end), d.key, d.title FROM duties_duty d
    WHERE d.organisation_id = %(id)s AND d.period_end BETWEEN %(first)s AND %(last)s AND d.withdrawn = ''
    UNION ALL
    SELECT a.id::text, a.starts_at::date, a.kinds[1], a.title
    FROM activities_party y JOIN activities_activity a ON a.id = y.activity_id
    WHERE y.organisation_path = %(path)s AND a.starts_at BETWEEN %(first)s AND %(last)s AND a.state <> 'cancelled'
    UNION ALL
    SELECT r.id::text, r.due_on, r.state, r.text FROM activities_resolution r
    WHERE r.organisation_id = %(id)s AND r.due_on BETWEEN %(first)s AND %(last)s AND r.state = 'open'
    UNION ALL
    SELECT p.id::text, p.due_on, p.state, '' FROM appraisals_round p
    WHERE p.organisation_id = %(id)s AND p.due_on BETWEEN %(first)s AND %(last)s AND p.state <> 'withdrawn'
    UNION ALL
    SELECT v.member_id::text, v.joined_on, m.name, '' FROM ceremonies_anniversary v
    JOIN members_member m ON m.id = v.member_id
    WHERE v.organisation_path = %(path)s AND v.month_day = ANY(%(days)s)
    UNION ALL
    SELECT q.id::text, q.planned_on, q.kind, q.topic FROM preparations_preparation q
    WHERE q.organisation_id = %(id)s AND q.planned_on BETWEEN %(first)s AND %(last)s AND q.activity_id IS NULL
    UNION ALL
    SELECT x.id::text, x.due_on, x.state, x.problem FROM preparations_rectification x
    WHERE x.organisation_id = %(id)s AND x.due_on BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT f.id::text, f.created_at::date, '', '' FROM duties_feed f
    WHERE f.account_id = %(account)s AND f.organisation_id = %(id)s AND f.revoked_at IS NULL
"""
OWN_CALENDAR = """
    SELECT a.id::text, a.starts_at::date, a.title, p.reply, p.attendance FROM activities_participant p
    JOIN activities_activity a ON a.id = p.activity_id
    WHERE p.member_id = %(member)s AND a.starts_at BETWEEN %(first)s AND %(last)s AND a.state IN ('announced', 'held')
    UNION ALL
    SELECT r.id::text, r.due_on, r.text, r.state, '' FROM activities_resolution r
    WHERE r.owner_id = %(member)s AND r.due_on BETWEEN %(first)s AND %(last)s AND r.state = 'open'
    UNION ALL
    SELECT m.id::text, m.joined_on, m.name, m.person_category, '' FROM members_member m WHERE m.id = %(member)s
    UNION ALL
    SELECT o.id::text, o.due_on, o.state, '', '' FROM appraisals_participant t
    JOIN appraisals_round o ON o.id = t.round_id
    WHERE t.member_id = %(member)s AND o.due_on BETWEEN %(first)s AND %(last)s AND o.state <> 'withdrawn'
    UNION ALL
    SELECT v.member_id::text, v.joined_on, '', '', '' FROM ceremonies_anniversary v
    WHERE v.member_id = %(member)s AND v.month_day = ANY(%(days)s)
    UNION ALL
    SELECT e.id::text, q.planned_on, q.topic, q.kind, '' FROM preparations_examination e
    JOIN preparations_preparation q ON q.id = e.preparation_id
    WHERE e.author_id = %(member)s AND q.planned_on BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT x.id::text, x.due_on, x.problem, x.state, '' FROM preparations_rectification x
    WHERE x.owner_id = %(member)s AND x.due_on BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT f.id::text, f.created_at::date, '', '', '' FROM duties_feed f
    WHERE f.account_id = %(account)s AND f.organisation_id IS NULL AND f.revoked_at IS NULL
"""
ACTIVITIES = """
    SELECT a.id, a.title, a.kinds, a.starts_at, a.state, a.place, o.short_name,
        (SELECT json_build_array(count(*), count(*) FILTER (WHERE p.attendance IN ('present', 'late')))
         FROM activities_participant p WHERE p.activity_id = a.id)
    FROM activities_activity a JOIN organisations_organisation o ON o.id = a.organisation_id
    WHERE a.organisation_path >= %(top)s AND a.organisation_path < %(end)s
    ORDER BY a.starts_at DESC, a.id DESC LIMIT %(size)s
"""
