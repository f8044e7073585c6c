"""API: the OpenAPI document: what FastAPI makes of the routes, and the problems that each may answer with."""

from typing import Any

from fastapi import FastAPI

from api.problems import MEDIA_TYPE, ProblemDocument

_READING = {
    "401": "Not signed in, or with a token that is not good here",
    "403": "Not for this office; the detail names who may",
    "404": "Not found, or you do not have access to it",
    "422": "Not as it should be; `errors` names the fields",
    "503": "The issuer's keys cannot be fetched",
}
_WRITING = {
    "400": "The body is no JSON",
    "409": "Refused: the case does not take this now; the detail says why",
    "412": "Changed since it was read",
    "413": "The body is larger than 2 MB",
    "415": "The body is not said to be `application/json`",
}
_FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")


def install(app: FastAPI) -> None:
    """Let the application describe itself so; it does it once."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            _describe(plain())
        return plain()

    app.openapi = described  # type: ignore[method-assign]  # the way that FastAPI's documentation gives


def _describe(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name in _FASTAPIS_OWN:
        schemas.pop(name, None)
    made = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= made.pop("$defs", {}) | {"ProblemDocument": made}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _add_problems(path, method, operation)
            _put_form_in_place(operation, schemas)


def _put_form_in_place(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """A form that carries a file: FastAPI makes a class of it, whose name is no name in other languages."""
    form = operation.get("requestBody", {}).get("content", {}).get("multipart/form-data")
    if form is not None:
        form["schema"] = schemas.pop(form["schema"]["$ref"].rpartition("/")[2])


def _add_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    said = _READING | (_WRITING if method in ("post", "put", "delete") else {})
    if not path.startswith("/v1"):
        said = {"404": _READING["404"]} if path.startswith("/problems") else {"503": "Not ready; `errors` names what"}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    responses = operation["responses"]
    responses |= {status: {"description": text, "content": content} for status, text in said.items()}
    if "422" not in said:
        responses.pop("422", None)
