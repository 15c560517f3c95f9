"""JSON Schemas of what the named queries take."""

from __future__ import annotations

from typing import Any

from ascn_graph.sparql import NamedQuery, Parameter

__all__ = ["parameters_schema", "several_schema", "value_schema"]

_PATTERNS = {
    "integer": r"^[+-]?[0-9]{1,18}$",
    "decimal": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$",
    "boolean": "^(true|false)$",
    "gYear": "^-?[0-9]{4,9}$",
    "gYearMonth": "^-?[0-9]{4,9}-(0[1-9]|1[0-2])$",
    "period": "^[0-9]{4}(-(0[1-9]|1[0-2])(-[0-3][0-9])?)?$",
}
_FORMATS = {"date": "date", "dateTime": "date-time"}


def value_schema(parameter: Parameter) -> dict[str, Any]:
    """Return the schema of one value of a parameter, as a text."""
    schema: dict[str, Any] = {"type": "string", "minLength": 1}
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    elif parameter.type in _FORMATS:
        schema["format"] = _FORMATS[parameter.type]
    elif parameter.type in _PATTERNS:
        schema["pattern"] = _PATTERNS[parameter.type]
    return {**schema, "description": parameter.says, "examples": [parameter.example]}


def several_schema(parameter: Parameter) -> dict[str, Any]:
    """Return the schema of a list of values of a parameter."""
    return {"type": "array", "items": value_schema(parameter), "minItems": 1}


def parameters_schema(query: NamedQuery) -> dict[str, Any]:
    """Return the schema of the object of parameters that a query takes; one that takes many takes a list too."""
    properties = {}
    for name, parameter in query.parameters.items():
        value = value_schema(parameter)
        properties[name] = {"anyOf": [value, several_schema(parameter)]} if parameter.many else value
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name, parameter in query.parameters.items() if parameter.required],
        "additionalProperties": False,
    }
