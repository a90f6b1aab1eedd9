"""`/api/docs`: the OpenAPI document as a page, made on the server, without scripts or other sites."""

from html import escape
from importlib.resources import files
from typing import Any

import orjson
from aiohttp import web

from server.errors import Code


class Docs:
    """Serves `/api/openapi.json`, `/api/docs` and its stylesheet. All are made once."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._json = orjson.dumps(document)
        self._page = page(document)
        self._style = files("server.api").joinpath("docs.css").read_text()

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/api/openapi.json", self._openapi)
        app.router.add_get("/api/docs", self._docs)
        app.router.add_get("/api/docs.css", self._css)

    async def _openapi(self, _: web.Request) -> web.Response:
        return web.Response(body=self._json, content_type="application/json")

    async def _docs(self, _: web.Request) -> web.Response:
        return web.Response(text=self._page, content_type="text/html")

    async def _css(self, _: web.Request) -> web.Response:
        return web.Response(text=self._style, content_type="text/css")


def page(document: dict[str, Any]) -> str:
    """Render an OpenAPI document as HTML."""
    info = document["info"]
    operations = "".join(
        _operation(method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    schemas = "".join(_schema(name, body) for name, body in document["components"]["schemas"].items())
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{escape(info['title'])} API</title><link rel=stylesheet href=/api/docs.css>"
        f"<header><h1>{escape(info['title'])} API <small>{escape(info['version'])}</small></h1>"
        "<p>The machine-readable form: <a href=/api/openapi.json>openapi.json</a> (OpenAPI 3.1).</p></header>"
        f"<main><h2 id=operations>Operations</h2>{operations}<h2 id=errors>Errors</h2>{_errors()}"
        f"<h2 id=shapes>Shapes</h2>{schemas}</main></html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    answers = "".join(
        f"<dt>{escape(status)}</dt><dd>{escape(answer['description'])}{_linked(answer)}</dd>"
        for status, answer in operation["responses"].items()
    )
    body = operation.get("requestBody")
    session = "" if "security" in operation else "<p>Needs no session.</p>"
    takes = f"<p>Body:{_linked(body)}</p>" if body else ""
    title = f"<code>{method.upper()} {escape(path)}</code> {escape(operation['summary'])}"
    return (
        f"<details id='{escape(operation['operationId'])}'><summary>{title}</summary>"
        f"{session}{takes}{_parameters(operation)}<dl>{answers}</dl></details>"
    )


def _parameters(operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<li><code>{escape(parameter['name'])}</code> ({parameter['in']})</li>"
        for parameter in operation["parameters"]
    )
    return f"<ul>{rows}</ul>" if rows else ""


def _linked(part: dict[str, Any]) -> str:
    links = ""
    for content in part.get("content", {}).values():
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        links += f" <a href='#shape-{escape(name)}'>{escape(name)}</a>" if name else ""
    return links


def _errors() -> str:
    rows = "".join(
        f"<tr id='error-{code.value}'><th scope=row><code>{code.value}</code></th><td>{code.status}</td>"
        f"<td>{escape(code.message)}</td></tr>"
        for code in Code
    )
    return (
        "<table><thead><tr><th scope=col>code<th scope=col>status<th scope=col>message</thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _schema(name: str, body: dict[str, Any]) -> str:
    text = orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()
    return (
        f"<details id='shape-{escape(name)}'><summary><code>{escape(name)}</code></summary>"
        f"<pre tabindex=0>{escape(text)}</pre></details>"
    )
