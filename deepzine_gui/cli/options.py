"""Command-line options made from the fields of settings, so that a setting is written once."""

import argparse
import difflib
import json
import math
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from deepzine_gui.cli.usage import UsageError
from deepzine_gui.errors import SettingsError
from deepzine_gui.settings import Settings, checked, reason_of, unit_of


def add_field(
    parser: argparse.ArgumentParser, model: type[BaseModel], name: str, *, preset: bool = False
) -> None:
    """Add ``--name`` for a field of `model`: its description, limits, choices and default.

    With `preset`, the default is None and a preset decides.
    """
    default = model.model_fields[name].default
    if preset:
        _add(parser, model, name, None, "the preset's")
    else:
        _add(parser, model, name, default, "automatic" if default is None else default)


def add_fields(
    parser: argparse.ArgumentParser, model: type[BaseModel], *, title: str, told: str | None = None
) -> None:
    """Add an option for every field of `model`, to be read with `given`.

    The help tells each field's own default, or `told` for all of them.
    """
    group = parser.add_argument_group(title)
    for name, field in model.model_fields.items():
        _add(group, model, name, argparse.SUPPRESS, field.default if told is None else told)


def given(arguments: argparse.Namespace, model: type[BaseModel]) -> dict[str, Any]:
    """The fields of `model` for which an option was given."""
    found = vars(arguments)
    return {name: found[name] for name in model.model_fields if name in found}


def flag(name: str) -> str:
    """The option of a field."""
    return f"--{name.replace('_', '-')}"


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``, which every command understands."""
    parser.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS,
        help="print one JSON line per event on standard output",
    )


def _add(
    parser: "argparse._ActionsContainer",
    model: type[BaseModel],
    name: str,
    default: Any,
    told: object,
) -> None:
    field = model.model_fields[name]
    description = (field.description or name).rstrip(".")
    parser.add_argument(
        flag(name),
        default=default,
        metavar=_metavar(field),
        type=_checker(field),
        help=f"{description}{_limits(field)} (default: {told})".replace("%", "%%"),
    )


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the positional MODEL."""
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="a run folder, a checkpoint, a .safetensors file, or the name of a shipped model",
    )


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number") from error


def count(text: str) -> int:
    """Parse a whole number from 1 up."""
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def from_zero(text: str) -> int:
    """Parse a whole number from 0 up."""
    value = _whole(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must be at least 0")
    return value


def positive(text: str) -> float:
    """Parse a number above 0."""
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no number") from error
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError("must be above 0")
    return value


def parse_pairs(pairs: Iterable[str], model: type[BaseModel]) -> dict[str, Any]:
    """Parse ``KEY=VALUE`` words against the fields of `model`.

    Raises:
        UsageError: no ``=``, a key that is no field (the nearest is named), or a value outside its
            limits.
    """
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise UsageError(f"--set {pair}: expected KEY=VALUE.")
        name = name.strip().replace("-", "_")
        if name not in model.model_fields:
            raise UsageError(f"--set {pair}: {_unknown(name, model)}")
        try:
            found[name] = _checker(model.model_fields[name])(text.strip())
        except argparse.ArgumentTypeError as error:
            raise UsageError(f"--set {pair}: {error}.") from error
    return found


def describe_fields(settings: BaseModel) -> str:
    """One line a field: name, value, limits and description, for a help text."""
    lines = []
    for name, field in type(settings).model_fields.items():
        choices = _choices(field)
        limits = choices or " ".join(filter(None, (_limits(field)[2:], unit_of(field))))
        limits = f" ({limits})" if limits else ""
        lines.append(f"  {name}={_text(getattr(settings, name))}{limits}: {field.description}")
    return "\n".join(lines)


def _text(value: Any) -> str:
    """A value as ``--set`` takes it."""
    if isinstance(value, dict):
        return ",".join(f"{key}:{number}" for key, number in value.items())
    return str(value)


def make(model: type[Settings], **values: Any) -> Settings:
    """Make settings from options.

    Raises:
        UsageError: values that do not go together; names each.
    """
    try:
        return checked(model, values)
    except SettingsError as error:
        raise UsageError(str(error)) from error


def _checker(field: FieldInfo) -> Callable[[str], Any]:
    """A function that parses one word as the value of `field`, within its limits."""
    limited: Any = field.annotation
    for limit in field.metadata:
        limited = Annotated[limited, limit]
    adapter: TypeAdapter[Any] = TypeAdapter(limited)

    def check(text: str) -> Any:
        fault = ""
        for reading in _readings(text):
            try:
                return adapter.validate_python(reading)
            except ValidationError as error:
                fault = reason_of(dict(error.errors()[0]))
        raise argparse.ArgumentTypeError(fault)

    return check


def _readings(text: str) -> Iterable[Any]:
    """The text itself, which suits most fields; else as JSON, for lists, null and numbers."""
    try:
        other = json.loads(text)
    except ValueError:
        return (text,)
    return (other, text)


def _unknown(name: str, model: type[BaseModel]) -> str:
    near = difflib.get_close_matches(name, model.model_fields, n=1)
    if near:
        return f"there is no setting {name}; did you mean {near[0]}?"
    return f"there is no setting {name}; there are {', '.join(model.model_fields)}."


def _metavar(field: FieldInfo) -> str:
    is_text = str in (field.annotation, *get_args(field.annotation))
    return _choices(field) or ("TEXT" if is_text else "N")


def _choices(field: FieldInfo) -> str:
    if get_origin(field.annotation) is not Literal:
        return ""
    return "|".join(str(choice) for choice in get_args(field.annotation))


def _limits(field: FieldInfo) -> str:
    lows = [getattr(item, "ge", None) for item in field.metadata]
    highs = [getattr(item, "le", None) for item in field.metadata]
    low = next((limit for limit in lows if limit is not None), None)
    high = next((limit for limit in highs if limit is not None), None)
    if low is None or high is None:
        return "" if low is None else f"; at least {low}"
    return f"; {low} to {high}"
