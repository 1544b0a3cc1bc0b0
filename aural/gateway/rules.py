"""What goes together in a body, as JSON Schema: the document says it, the bodies' validators hold to it."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

ABSENT: Schema = {"type": "null"}
NUMBER: Schema = {"type": "number"}
YES: Schema = {"const": True}
NO: Schema = {"const": False}


def _when(said: dict[str, Schema], *, needs: dict[str, Schema] | None = None, allows: dict[str, Schema]) -> Schema:
    """Where all of `said` is so, `needs` must be there and so, and what of `allows` is there must be so."""
    needed = needs or {}
    return {
        "if": {"properties": said, "required": list(said)},
        "then": {"properties": {**needed, **allows}, **({"required": list(needed)} if needed else {})},
    }


CONTROLS = (
    {
        **_when({"bars": NUMBER}, needs={"loop": YES}, allows={"duration": {"not": {}}}),
        "$comment": "Bars make a loop, and say how long it is.",
    },
    {**_when({"loop": YES}, allows={"ending": ABSENT}), "$comment": "A loop has no end."},
    {
        **_when({"takes": {"const": "all"}}, needs={"candidates": {"type": "integer", "minimum": 2}}, allows={}),
        "$comment": "All takes are those of several candidates.",
    },
)
GENERATE = (
    *CONTROLS,
    {
        **_when(
            {"stream": YES},
            allows={"loop": NO, "candidates": {"const": 1}, "takes": {"const": "best"}, "loudness": ABSENT},
        ),
        "$comment": "Music is sent before all of it is there.",
    },
)
COMPOSE = (
    *CONTROLS,
    {
        **_when({"mode": {"const": "continue"}}, allows={"loop": NO}),
        "$comment": "What goes on from a clip does not lead into its own start.",
    },
)
