"""The server: the tools behind the Model Context Protocol, over stdin and stdout or over HTTP."""

from __future__ import annotations

import logging
import os
import socket
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS, CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams
from starlette.applications import Starlette

from aural.settings import VERSION
from aural_client import AsyncAural
from aural_client.errors import AuralError
from cli.agents.folders import Folders, Refused
from cli.agents.progress import telling
from cli.agents.tools import TOOLS, Tools, refused

log = logging.getLogger(__name__)
LOCAL = ("127.0.0.1", "localhost", "[::1]")
Context = ServerRequestContext[Any]


def make_server(aural: AsyncAural, folders: Folders) -> Server[Any]:
    tools = Tools(aural, folders)
    names = {tool.name for tool in TOOLS}

    async def list_tools(context: Context, params: PaginatedRequestParams | None) -> ListToolsResult:  # noqa: ARG001
        return ListToolsResult(tools=list(TOOLS))

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        if params.name not in names:
            raise MCPError(INVALID_PARAMS, f"There is no tool {params.name!r}. There are {', '.join(sorted(names))}.")
        try:
            async with telling(context) as tell:
                return await tools.call(params.name, params.arguments or {}, tell)
        except AuralError as error:
            return refused(str(error))
        except (Refused, ValueError) as error:
            return refused(str(error))
        except OSError as error:
            return refused(f"{error.filename}: {error.strerror}.")
        except Exception:
            log.exception("The tool %s failed.", params.name)
            return refused("The tool failed: a bug. The server's stderr has the details.")

    return Server(
        "aural-architect",
        version=VERSION,
        title="Aural Architect",
        instructions="Listens to audio files (tempo, key, emotion, style) and makes music from a prompt or to follow a"
        f" file. Files are read and written in {', '.join(map(str, folders.roots))} and below, nowhere else.",
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def serve_stdio(server: Server[Any]) -> None:
    """Until stdin ends. While it goes on, whatever else is printed goes to stderr."""
    async with stdio_server() as (received, sent):
        await server.run(received, sent, server.create_initialization_options())


def http_app(server: Server[Any], host: str, allowed: tuple[str, ...] = ()) -> Starlette:
    """MCP at /mcp. Only requests whose Host is this machine, `host` or one of `allowed` are answered, so that no web
    page can reach it by another name (DNS rebinding)."""
    hosts = [*LOCAL, *((host,) if host not in LOCAL else ()), *allowed]
    security = TransportSecuritySettings(
        allowed_hosts=[name for host in hosts for name in (host, f"{host}:*")],
        allowed_origins=[
            f"{scheme}://{host}{port}" for host in hosts for scheme in ("http", "https") for port in ("", ":*")
        ],
    )
    return server.streamable_http_app(host=host, transport_security=security)


async def serve_http(server: Server[Any], host: str, port: int, allowed: tuple[str, ...] = ()) -> None:
    """Until it is stopped. Raises Refused where the address cannot be had."""
    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family)
    except OSError as cause:
        why = os.strerror(cause.errno) if cause.errno and cause.errno > 0 else cause.strerror
        raise Refused(f"Nothing can listen at {host}, port {port}: {why}. Choose another (--host, --port).") from cause
    with door:
        log.warning("MCP at http://%s:%d/mcp", f"[{host}]" if ":" in host else host, door.getsockname()[1])
        config = uvicorn.Config(http_app(server, host, allowed), log_level="warning")
        await uvicorn.Server(config).serve(sockets=[door])
