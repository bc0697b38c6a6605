"""Options of a command for the settings of a training, made from their descriptions."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from explorer.training.setting import Setting
from explorer.training.settings import SETTINGS

_TYPES = {"whole": int, "number": float, "switch": bool, "list": list[str]}
_FILES = ("names",)  # settings that are read from a file


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that ends in `**settings` an option for each setting that has one; see `given_settings`."""
    signature = inspect.signature(command, eval_str=True)
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, **_option(name, one))
        for name, one in SETTINGS.items()
        if one.option
    ]
    of_command = [one for one in signature.parameters.values() if one.kind is not inspect.Parameter.VAR_KEYWORD]
    first = [one for one in of_command if one.kind is not inspect.Parameter.KEYWORD_ONLY]
    command.__signature__ = signature.replace(parameters=[*first, *options, *of_command[len(first) :]])
    command.__annotations__ = {one.name: one.annotation for one in command.__signature__.parameters.values()}
    return command


def given_settings(options: dict[str, Any]) -> dict[str, Any]:
    """The settings that were given among the options of a command."""
    from explorer.data.folders.class_names import read_names

    given = {name: value for name, value in options.items() if value is not None and value is not False and value != []}
    return given | {name: tuple(read_names(given[name]).items()) for name in _FILES if name in given}


def _option(name: str, one: Setting) -> dict[str, Any]:
    flag = one.option if isinstance(one.option, str) else f"--{name.replace('_', '-')}"
    about = one.help + (" May be repeated." if one.kind == "list" and name not in _FILES else "")
    if one.kind == "choice" and not any(str(choice) in one.help for choice in one.choices):
        about += f" One of {', '.join(map(str, one.choices))}."
    least = one.low if one.kind == "whole" else None
    kind = Path if name in _FILES else type(one.default) if one.kind in ("choice", "text") else _TYPES[one.kind]
    if one.kind == "switch":
        return {"annotation": Annotated[bool, typer.Option(flag, help=about)], "default": False}
    metavar = "CHECKPOINT" if name == "start_from" else None
    return {
        "annotation": Annotated[kind | None, typer.Option(flag, help=about, min=least, metavar=metavar)],
        "default": None,
    }
