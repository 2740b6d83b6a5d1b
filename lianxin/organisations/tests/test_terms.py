from datetime import date, timedelta

import pytest

from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.organisations.actions.terms import NewTerm, begin_term, correct_term, end_term
from lianxin.organisations.models import Organisation, Term

DECISION = {"document_no": "利组发〔2026〕7号", "reason": "换届选举"}


def begin(cast, at, starts_on, who="clerk", **facts):
    term = NewTerm(starts_on=starts_on, **facts)
    return begin_term(cast.actor(who), organisation=cast.willow.id, term=term, at=at, **DECISION)


def refused(error, act):
    before = list(Term.objects.order_by("id").values()), Event.objects.count()
    with pytest.raises(error) as caught:
        act()
    assert (list(Term.objects.order_by("id").values()), Event.objects.count()) == before
    return caught.value


def test_the_rule_of_the_day_gives_the_end(cast, at):
    assert begin(cast, at, date(2024, 9, 30)).due_on == date(2027, 9, 30)
    Organisation.objects.filter(id=cast.willow.id).update(is_village_or_community=True)
    second = begin(cast, at, date(2025, 1, 1))
    assert second.due_on == date(2030, 1, 1)
    assert Term.objects.get(starts_on=date(2024, 9, 30)).ended_on == date(2025, 1, 1)
    assert Organisation.objects.get(id=cast.willow.id).term_ends_on == date(2030, 1, 1)
    assert Event.objects.filter(kind="organisations.term_begun").count() == 2


def test_before_the_rule_the_end_is_asked_for(cast, at):
    error = refused(InvalidInput, lambda: begin(cast, at, date(2015, 1, 1)))
    assert "due_on" in error.fields
    assert begin(cast, at, date(2015, 1, 1), due_on=date(2018, 1, 1)).due_on == date(2018, 1, 1)


def test_dates_out_of_order_are_refused(cast, at, today):
    begin(cast, at, date(2024, 1, 1))
    for act in (
        lambda: begin(cast, at, date(2023, 1, 1)),
        lambda: begin(cast, at, date(2025, 1, 1), due_on=date(2024, 6, 1)),
        lambda: begin(cast, at, today + timedelta(days=1)),
        lambda: begin(cast, at, date(1990, 1, 1)),
    ):
        refused(InvalidInput, act)


@pytest.mark.parametrize(
    ("who", "error"),
    [("secretary", NotPermitted), ("viewer", NotPermitted), ("outsider", NotVisible), ("expired", NotVisible)],
)
def test_who_may_not_record_terms(cast, at, who, error):
    refused(error, lambda: begin(cast, at, date(2024, 1, 1), who=who))
    made = begin(cast, at, date(2024, 1, 1))
    facts = {"starts_on": date(2024, 2, 1), "due_on": date(2027, 2, 1), "number": 3, "election": ""}
    refused(error, lambda: correct_term(cast.actor(who), term=made.id, at=at, **facts, **DECISION))


def test_a_term_ends_without_a_new_one(cast, at, today):
    def end():
        return end_term(cast.actor("clerk"), organisation=cast.willow.id, effective_on=today, at=at, **DECISION)

    refused(Conflict, end)
    begin(cast, at, date(2024, 1, 1))
    assert end().ended_on == today
    assert Organisation.objects.get(id=cast.willow.id).term_ends_on is None
    refused(Conflict, end)


def test_a_term_recorded_wrongly_is_mended(cast, at):
    made = begin(cast, at, date(2024, 1, 1))
    facts = {"starts_on": date(2024, 2, 1), "due_on": date(2027, 2, 1), "number": 3, "election": "党员大会选举"}
    correct_term(cast.actor("clerk"), term=made.id, at=at, **facts, **DECISION)
    assert Organisation.objects.get(id=cast.willow.id).term_ends_on == date(2027, 2, 1)
    changes = Event.objects.get(kind="organisations.term_corrected").changes
    assert changes["starts_on"] == ["2024-01-01", "2024-02-01"]
    refused(InvalidInput, lambda: correct_term(cast.actor("clerk"), term=made.id, at=at, **facts, **DECISION))
