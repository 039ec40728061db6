"""Read a config.yaml, and say what is wrong with it: the file, the line, the key, what to do."""

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from deepzine_gui.errors import SettingsError
from deepzine_gui.first_deepzine.settings import ConfigFile
from deepzine_gui.settings import reason_of

_MOST_BYTES = 1_000_000
_EXAMPLE = "deepzine run --example shows one with all keys."


_REASONS = {"bool_type": "write True or False", "int_type": "write a whole number"}


@dataclass(frozen=True, slots=True, order=True)
class _Fault:
    """What is wrong in one line, from 1; 0 where it is none's alone."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}" if self.line else self.sentence


def read_config_file(path: Path) -> ConfigFile:
    """Read and check a config.yaml.

    Raises:
        SettingsError: it is missing, no YAML, or has a key that is unknown, there twice, or of a
            wrong value; every fault is named.
    """
    text = _text(path)
    try:
        lines, faults = _keys(path, yaml.compose(text, yaml.SafeLoader))
        written = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SettingsError(_no_yaml(path, error)) from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path} cannot be read as YAML ({error}). {_EXAMPLE}") from error
    try:
        config = ConfigFile.model_validate(written)
    except ValidationError as error:
        faults += [_fault(dict(fault), lines) for fault in error.errors()]
        raise SettingsError(_refusal(path, faults)) from error
    if faults:
        raise SettingsError(_refusal(path, faults))
    return config


def _text(path: Path) -> str:
    try:
        if path.is_file() and path.stat().st_size > _MOST_BYTES:
            raise SettingsError(f"{path} is too large for a config file: name a config.yaml.")
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise SettingsError(
            f"There is no file {path}: check its name, or write one; {_EXAMPLE}"
        ) from error
    except IsADirectoryError as error:
        raise SettingsError(f"{path} is a folder: name the config.yaml in it.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is no text (UTF-8): name a config.yaml.") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from error


def _keys(path: Path, root: yaml.Node | None) -> tuple[dict[str, int], list[_Fault]]:
    """Return the line of each key, and those that are there twice."""
    if root is None:
        raise SettingsError(f"{path} is empty. {_EXAMPLE}")
    if not isinstance(root, yaml.MappingNode):
        kind = "a list" if isinstance(root, yaml.SequenceNode) else "a single word"
        raise SettingsError(f"{path} is {kind}, not lines of KEY: VALUE. {_EXAMPLE}")
    lines: dict[str, int] = {}
    doubles = []
    for node, _ in root.value:
        name, line = str(node.value), node.start_mark.line + 1
        if name in lines:
            told = f"the key {name} is there already, in line {lines[name]}: remove one of them"
            doubles.append(_Fault(line, told))
        lines[name] = line
    return lines, doubles


def _no_yaml(path: Path, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it holds what no text holds"
    place = f"{path}, line {mark.line + 1}," if mark is not None else f"{path}"
    if "'\\t'" in problem:
        return f"{place} has a tab where YAML allows only spaces: put spaces in its place."
    return f"{place} is no YAML ({problem}): write lines of KEY: VALUE. {_EXAMPLE}"


def _fault(fault: dict[str, Any], lines: dict[str, int]) -> _Fault:
    """One fault that pydantic found."""
    if not fault["loc"]:
        return _Fault(0, reason_of(fault))
    name = str(fault["loc"][0])
    line = lines.get(name, 0)
    if fault["type"] == "extra_forbidden":
        return _Fault(line, f"there is no key {name}: {_advice(name)}")
    reason = _REASONS.get(fault["type"]) or reason_of(fault)
    return _Fault(line, f"{name} cannot be {fault['input']!r}: {reason}")


def _advice(name: str) -> str:
    near = difflib.get_close_matches(name, ConfigFile.model_fields, n=2)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"remove the line; {_EXAMPLE.rstrip('.')}"


def _refusal(path: Path, faults: list[_Fault]) -> str:
    if len(faults) == 1:
        return f"{path}{',' if faults[0].line else ':'} {_ended(str(faults[0]))}"
    told = (_ended(str(fault)) for fault in sorted(faults))
    return " ".join(
        [f"{path} has {len(faults)} faults.", *(one[:1].upper() + one[1:] for one in told)]
    )


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith("?") else f"{sentence}."
