"""How can a command be listed, described and completed before its module is imported?"""

import gc
import importlib
from dataclasses import dataclass
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

from cleanwire.cli.reference_pages import manual


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """One command: `attribute` of `cleanwire.cli.<module>` is its function, or the Typer of a group of commands.

    `help` is the first sentence of what the command itself says; a test compares them.
    """

    name: str
    module: str
    attribute: str
    help: str

    def load(self) -> Any:
        """Import the module and return the command itself."""
        found = getattr(importlib.import_module(f"cleanwire.cli.{self.module}"), self.attribute)
        if isinstance(found, typer.Typer):
            command: Any = typer.main.get_group(found)  # also when it holds one command only
        else:
            alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            alone.command(self.name, context_settings={"help_option_names": ["-h", "--help"]})(found)
            command = typer.main.get_command(alone)
        command.name = self.name
        inner = getattr(command, "commands", None)
        alone_or_each = (
            {self.name: command} if inner is None else {f"{self.name} {name}": inner[name] for name in inner}
        )
        for name, each in alone_or_each.items():
            each.epilog = manual.ENTRIES[name].epilog()
        for each in (command, *alone_or_each.values()):
            each.rich_markup_mode = None  # in boxes the examples would be wrapped
        return command


class _Later(TyperCommand):
    """Stands for a command until it is called."""

    def __init__(self, lazy: LazyCommand) -> None:
        super().__init__(lazy.name, help=lazy.help, add_help_option=False)
        self._lazy = lazy

    def make_context(self, *args: Any, **named: Any) -> Any:
        command = self._lazy.load()
        if not gc.isenabled():  # since the process began
            gc.freeze()  # modules are no garbage: later collections pass them by
            gc.enable()
        return command.make_context(*args, **named)


class LazyGroup(TyperGroup):
    """A group whose commands are imported when they are called."""

    commands_later: ClassVar[tuple[LazyCommand, ...]] = ()

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return [lazy.name for lazy in self.commands_later]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        del ctx
        return next((_Later(lazy) for lazy in self.commands_later if lazy.name == cmd_name), None)
