"""The description of one setting: its option, its field on the Train tab, its card row and its checks follow."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from explorer.errors import ExplorerError, shown

UNBOUNDED = 1e9  # of a number without a bound of its own

Bounds = tuple[float, float]
Change = Literal["", "free", "checked", "recorded"]
_TYPES = {bool: bool, int: int, float: int | float, str: str, tuple: tuple}  # what a setting may hold, by its default


class TrainingError(ExplorerError):
    """A training that cannot start or go on, in one sentence."""


@dataclass(frozen=True)
class Setting:
    """One field of a training's config.

    default: what it is where nothing sets it. automatic: gives that value where it depends on the machine.
    help: one line for the command line and the Train tab; empty for a setting that follows from others.
    low, high: inclusive bounds. above, below: exclusive ones. choices: all allowed values; "" leaves it to the family.
    page: bounds of the Train tab where they are narrower (its visitor may be a stranger, who uses your disk and
        memory), or whether the tab has the setting at all. option: whether `train` has an option for it beside
        `--set name=value`, or that option's name.
    public: whether a model card shows it. applies: the conditioning or penalty it is for, or `folders` for pictures
        of one's own; a model card shows it for these alone.
    change: whether a run that was begun may go on with another value: `free` (no weight depends on it), `checked` (the
        same pictures and words must be found) or `recorded` (in `changes`); by default it may not.
    inherited: by default as in the checkpoint that a training starts from. noted: written by the run, never set.
    before: the value of a run whose config was written before there was this setting.
    """

    default: Any
    help: str = ""
    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple = ()
    page: bool | tuple[float, float | Callable[[], float]] = True
    option: bool | str = False
    public: bool = True
    applies: str = ""
    change: Change = ""
    inherited: bool = False
    noted: bool = False
    automatic: Callable[[], Any] | None = None
    before: Any = None

    @property
    def value(self) -> Any:
        """What it is on this machine where nothing sets it."""
        return self.automatic() if self.automatic else self.default

    @property
    def kind(self) -> str:
        """`choice`, `switch`, `list`, `text`, `whole` or `number`."""
        if self.choices:
            return "choice"
        return {bool: "switch", tuple: "list", str: "text", int: "whole", float: "number"}[type(self.default)]

    @property
    def page_bounds(self) -> Bounds:
        """Bounds of a number on the Train tab."""
        if not isinstance(self.page, tuple):
            return self.low or 0, UNBOUNDED if self.high is None else self.high
        low, high = self.page
        return low, high() if callable(high) else high

    def check_type(self, name: str, value: object) -> None:
        """Raise TrainingError for a value of another type than the default's."""
        is_bool = isinstance(self.default, bool)
        if not isinstance(value, _TYPES[type(self.default)]) or isinstance(value, bool) is not is_bool:
            raise TrainingError(f"{name} is {shown(value, 50)!r}; it must be like {self.default!r}.")

    def check_value(self, name: str, value: Any) -> None:
        """Raise TrainingError for a value of the right type that is not allowed."""
        if self.choices and value not in self.choices:
            known = ", ".join(str(choice) for choice in self.choices if choice != "")
            raise TrainingError(f"{name} is {shown(value, 50)!r}; it must be one of {known}.")
        if self.kind in ("whole", "number") and not self._lies_within(value):
            raise TrainingError(f"{name} is {value}; it must {self._range()}.")

    def _lies_within(self, value: float) -> bool:  # False for NaN too
        least = (
            value > self.above if self.above is not None else value >= (-UNBOUNDED if self.low is None else self.low)
        )
        most = (
            value < self.below if self.below is not None else value <= (UNBOUNDED if self.high is None else self.high)
        )
        return least and most

    def _range(self) -> str:
        if self.below is not None:
            return f"lie in [{self.low}, {self.below})"
        if self.high is None and (self.above == 0 or self.low == 1):
            return "be a positive number"
        return f"lie between {self.low} and {UNBOUNDED if self.high is None else self.high}"


def setting(default: Any, help: str = "", **description: Any) -> Any:
    """A dataclass field that carries its `Setting`."""
    return field(default=default, metadata={"setting": Setting(default, help, **description)})
