"""The description of the service: everything in the document stands on the page, for everybody, without a script."""

import json

from django.test import Client

from lianxin.api.doors import operations
from lianxin.api.reference import reference
from lianxin.api.service import api
from tests.cast import Cast


def test_everybody_may_read_it(cast: Cast) -> None:
    for client in (Client(), cast.client("clerk"), cast.client("stranger")):
        answer = client.get("/api/", headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        page = answer.content.decode()
        for one in operations():
            assert one[1].summary in page
        assert "<script>" not in page
        assert "style=" not in page


def test_only_those_who_may_are_offered_a_token(cast: Cast) -> None:
    for who, offered in (("clerk", True), ("secretary", False)):
        assert ("/api/tokens/new/" in cast.client(who).get("/api/").content.decode()) is offered
    assert "/api/tokens/new/" not in Client().get("/api/").content.decode()


def test_every_endpoint_and_schema_stands_in_it() -> None:
    document = api.get_openapi_schema()
    shown = [one for group in reference().groups.values() for one in group]
    assert len(shown) == sum(len(some) for some in document["paths"].values())
    assert {one.name for one in reference().schemas} == set(document["components"]["schemas"])


def test_examples_are_bodies() -> None:
    examples = {one.key: one.example for group in reference().groups.values() for one in group if one.example}
    for key, example in examples.items():
        assert isinstance(json.loads(example), dict), key
    rename = next(example for key, example in examples.items() if key.endswith("rename_organisation"))
    assert json.loads(rename)["document_no"] == "利组发〔2026〕12号"
