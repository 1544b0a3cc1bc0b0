"""What the models of answers have in common."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from aural_client.errors import BrokenAnswer


class Answered(BaseModel):
    """Fields that a newer service adds are kept, and can be read by their names."""

    model_config = ConfigDict(extra="allow", frozen=True, protected_namespaces=())


Model = TypeVar("Model", bound=BaseModel)


def read_as(kind: type[Model], data: bytes | str, request_id: str | None = None) -> Model:
    """JSON as a model. Raises BrokenAnswer for what is none."""
    try:
        return kind.model_validate_json(data)
    except ValidationError as cause:
        raise BrokenAnswer(f"The answer is no {kind.__name__}: {cause}", request_id=request_id) from cause
