"""Several figures in one statement are those that each would give alone."""

from lianxin.kernel.db.together import ask_together, how_many, only_value
from lianxin.organisations.models import Organisation


def test_figures_are_those_of_each_question_alone(cast, as_owner, django_assert_num_queries):
    every = Organisation.objects.all()
    both = every.filter(depth=1).values("pk").union(every.filter(depth=2).values("pk"), all=True)
    names = Organisation.objects.filter(pk=cast.willow.pk).values_list("short_name", flat=True)
    with django_assert_num_queries(1):
        found = ask_together(
            [
                how_many(every.order_by("path")),
                how_many(both),
                how_many(every.none()),
                only_value(names),
                only_value(names.none()),
                only_value(names.filter(depth=99)),
            ]
        )
    assert found == [every.count(), both.count(), 0, cast.willow.short_name, None, None]
