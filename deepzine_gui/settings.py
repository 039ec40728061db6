"""Check settings against their pydantic model, and say in a sentence what is wrong."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from deepzine_gui.errors import SettingsError

Settings = TypeVar("Settings", bound=BaseModel)


def checked(model: type[Settings], values: Mapping[str, Any]) -> Settings:
    """Make settings from `values`.

    Raises:
        SettingsError: an unknown name, or a value outside its limits; one sentence names each.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise SettingsError(explain(error)) from error


def unit_of(field: FieldInfo) -> str:
    """The unit of a number, as its model declares it, or ""."""
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def explain(error: ValidationError) -> str:
    """What was wrong, in a sentence a fault."""
    return " ".join(_sentence(dict(fault)) for fault in error.errors())


def reason_of(fault: Mapping[str, Any]) -> str:
    """Why one value was refused, without its name: "input should be less than …"."""
    text = str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    return text[:1].lower() + text[1:]


def _sentence(fault: dict[str, Any]) -> str:
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"There is no setting {name}."
    reason = reason_of(fault)
    if not name:
        return f"The settings do not go together: {reason}."
    return f"The setting {name} cannot be {fault['input']!r}: {reason}."
