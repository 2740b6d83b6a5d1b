"""The OpenAPI document as a page: endpoints, parameters, bodies with examples, answers, schemas. No script needed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from lianxin.api.service import api

Schema = Mapping[str, Any]
REF = "#/components/schemas/"
PLAIN_EXAMPLES = {
    "uuid": "0192f0c1-7b7a-7c2e-9d55-3f1c2a4b5d6e",
    "date": "2026-12-01",
    "date-time": "2026-12-01T09:30:00+08:00",
}
PLAIN_VALUES = {"integer": 1, "boolean": False, "string": ""}


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field of a schema."""

    name: str
    kind: str
    description: str = ""
    required: bool = False
    place: str = ""
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint can answer."""

    status: str
    description: str
    kind: str = ""
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint."""

    key: str
    method: str
    path: str
    summary: str
    description: str
    permission: str
    parameters: list[Field]
    body: str
    example: str
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class SchemaShown:
    """One schema."""

    name: str
    description: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Reference:
    """The page: endpoints by tag, and schemas."""

    version: str
    groups: dict[str, list[Endpoint]] = field(default_factory=dict)
    schemas: list[SchemaShown] = field(default_factory=list)


@cache
def reference() -> Reference:
    """The whole reference; made once, for the document does not change while the server runs."""
    document = api.get_openapi_schema()
    schemas: Mapping[str, Schema] = document["components"]["schemas"]
    made = Reference(version=document["info"]["version"])
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            made.groups.setdefault(operation["tags"][0], []).append(_endpoint(method, path, operation, schemas))
    made.schemas.extend(
        SchemaShown(name, one.get("description", ""), list(_fields(one))) for name, one in sorted(schemas.items())
    )
    return made


def _endpoint(method: str, path: str, operation: Mapping[str, Any], schemas: Mapping[str, Schema]) -> Endpoint:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    example = json.dumps(example_of(body, schemas), ensure_ascii=False, indent=2) if body else ""
    return Endpoint(
        key=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        permission=operation.get("x-permission", ""),
        parameters=[
            Field(
                one["name"],
                kind_of(one["schema"])[0],
                one.get("description", ""),
                required=one["required"],
                place=one["in"],
            )
            for one in operation["parameters"]
        ],
        body=kind_of(body)[1] if body else "",
        example=example,
        answers=[_answer(str(status), one) for status, one in sorted(operation["responses"].items(), key=_status)],
    )


def _status(item: tuple[Any, Any]) -> int:
    return int(item[0])


def _answer(status: str, answer: Mapping[str, Any]) -> Answer:
    for content in answer.get("content", {}).values():
        kind, schema = kind_of(content["schema"])
        return Answer(status, answer["description"], kind, schema)
    return Answer(status, answer["description"])


def _fields(schema: Schema) -> Iterator[Field]:
    required = set(schema.get("required", ()))
    for name, one in schema.get("properties", {}).items():
        kind, target = kind_of(one)
        yield Field(name, kind, one.get("description", ""), required=name in required, schema=target)
    if "enum" in schema:
        yield Field(", ".join(str(one) for one in schema["enum"]), "enum")


def kind_of(schema: Schema) -> tuple[str, str]:
    """What a schema is called on the page, and the schema it leads to, if any."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REF)
        return name, name
    if "anyOf" in schema:
        kinds = [kind_of(one) for one in schema["anyOf"]]
        return " | ".join(kind for kind, _target in kinds), next((target for _kind, target in kinds if target), "")
    if schema.get("type") == "array":
        kind, target = kind_of(schema.get("items", {}))
        return f"[{kind}]", target
    return schema.get("format", schema.get("type", "any")), ""


def example_of(schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    """A body that fits the schema, from its examples; optional fields without an example are left out."""
    for listed in ("examples", "enum"):
        if schema.get(listed):
            return schema[listed][0]
    inner = schemas[schema["$ref"].removeprefix(REF)] if "$ref" in schema else schema.get("anyOf", [None])[0]
    if inner is not None:
        return example_of(inner, schemas)
    if "properties" in schema:
        required = schema.get("required", ())
        return {
            name: example_of(one, schemas)
            for name, one in schema["properties"].items()
            if name in required or one.get("examples")
        }
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas)]
    return PLAIN_EXAMPLES.get(schema.get("format", "")) or PLAIN_VALUES.get(schema.get("type", ""))
