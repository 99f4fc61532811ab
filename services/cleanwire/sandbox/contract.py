"""How do a task and its outcome become bytes, and which bytes are accepted as an outcome?

What a function takes and gives stands in its annotations. Both sides read them: a task and a result travel as
MessagePack, and only what decodes to the annotated types is a result. Nothing in it names code, so a process that was
taken over can lie about its result, but not act through it. What has no annotation may be what MessagePack itself
knows: texts, numbers, bytes, lists, maps.
"""

import importlib
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from inspect import Parameter
from itertools import chain, repeat
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct
from msgspec.inspect import (
    CollectionType,
    DataclassType,
    DateTimeType,
    DictType,
    NamedTupleType,
    StructType,
    TupleType,
    Type,
    TypedDictType,
    UnionType,
)

MAX_DETAIL_CHARS = 500
MAX_UNTYPED_BYTES = 1024 * 1024  # a byte of what is untyped may cost 72 bytes of memory: an empty list in a list

_POSITIONAL = frozenset({Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL})
_NOTHING = Raw(msgspec.msgpack.encode(None))


class Kind(StrEnum):
    """How a task ended."""

    VALUE = "value"
    RAISED = "raised"
    MEMORY = "memory"


class Task(Struct, array_like=True, frozen=True):
    """What a process is asked to do. The answer repeats the number, so that none is taken for another."""

    number: int
    cpu_s: float
    module: str
    name: str
    positional: list[Raw] = []
    named: dict[str, Raw] = {}


class Answer(Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """What a process says came of it. `member` is the place of the result's type among those that are accepted."""

    number: int
    kind: Kind
    member: Annotated[int, Meta(ge=0, le=64)] = 0
    payload: Raw = _NOTHING
    detail: Annotated[str, Meta(max_length=MAX_DETAIL_CHARS)] = ""


class Contract:
    """What one function takes and gives."""

    def __init__(self, function: Callable[..., Any]) -> None:
        """Raises TypeError when the annotations cannot be read or are no types that can travel."""
        try:
            hints = typing.get_type_hints(function)
            parameters = inspect.signature(function).parameters.values()
        except (NameError, ValueError) as error:
            raise TypeError(f"{function!r}: its annotations cannot be read: {error}") from error
        self._places = [parameter.name for parameter in parameters if parameter.kind in _POSITIONAL]
        self._hints = {name: _accepted(hint) for name, hint in hints.items()}
        self.members = tuple(_members(self._hints.get("return", Any)))
        self._decoders = [msgspec.msgpack.Decoder(member) for member in self.members]
        self._dated = any(_holds_time(msgspec.inspect.type_info(member), set()) for member in self.members)

    @property
    def typed(self) -> bool:
        """Whether the function says what it gives."""
        return Any not in self.members

    def result(self, answer: Answer) -> Any:
        """Return the result in `answer`.

        Raises:
            IndexError, and whatever msgspec and the types raise on what they do not accept.
        """
        return self._decoders[answer.member].decode(answer.payload)

    def answer(self, number: int, result: Any) -> Answer:
        """Return the answer that carries `result`.

        Raises:
            TypeError, ValueError, OverflowError, RecursionError: it cannot be told as what the function says it gives.
        """
        member = self._member(result)
        # msgspec writes a time with an offset as an instant and forgets the offset, but as text with it
        told = msgspec.to_builtins(result, builtin_types=(bytes,), str_keys=False) if self._dated else result
        return Answer(number, Kind.VALUE, member, Raw(msgspec.msgpack.encode(told)))

    def arguments(self, task: Task) -> tuple[list[Any], dict[str, Any]]:
        """Return the positional and the named arguments in `task`."""
        names = chain(self._places, repeat(self._places[-1] if self._places else ""))  # the last one may take many
        return (
            [self._argument(name, raw) for name, raw in zip(names, task.positional, strict=False)],
            {name: self._argument(name, raw) for name, raw in task.named.items()},
        )

    def _argument(self, name: str, raw: Raw) -> Any:
        return msgspec.msgpack.decode(raw, type=self._hints.get(name, Any))

    def _member(self, result: Any) -> int:
        for place, member in enumerate(self.members):
            if member is Any or type(result) is (typing.get_origin(member) or member):
                return place
        for place, member in enumerate(self.members):
            origin = typing.get_origin(member) or member
            if isinstance(origin, type) and isinstance(result, origin):
                return place
        raise TypeError(f"a result of {type(result).__name__}, which the function does not say it gives")


@lru_cache(maxsize=256)
def of(function: Callable[..., Any]) -> Contract:
    """Return what `function` takes and gives.

    Raises:
        TypeError: its annotations cannot be read or are no types that can travel.
    """
    return Contract(function)


def task(
    number: int, cpu_s: float, function: Callable[..., Any], args: Sequence[Any], named: Mapping[str, Any]
) -> bytes:
    """Return the task to call `function`.

    Raises:
        TypeError, ValueError: the function cannot be found by its name, or an argument cannot be told.
    """
    name = f"{function.__module__}.{function.__qualname__}"
    try:
        found = find(function.__module__, function.__qualname__)
    except (ImportError, AttributeError):
        found = None
    if found is not function:
        raise ValueError(f"{name} is not found by that name: only functions of modules can be run elsewhere")
    told = Task(
        number,
        cpu_s,
        function.__module__,
        function.__qualname__,
        [_told(argument) for argument in args],
        {key: _told(argument) for key, argument in named.items()},
    )
    return msgspec.msgpack.encode(told)


def find(module: str, name: str) -> Callable[..., Any]:
    """Return what a module calls `name`.

    Raises:
        ImportError, AttributeError: there is none.
    """
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return typing.cast(Callable[..., Any], found)


def _told(argument: Any) -> Raw:
    return Raw(msgspec.msgpack.encode(argument))


def _accepted(hint: Any) -> Any:
    """Return `hint` as msgspec takes it: `object` promises nothing, `NoReturn` can only be none."""
    if hint is object:
        return Any
    return None if hint in (typing.NoReturn, typing.Never) else hint


def _members(hint: Any) -> Iterator[Any]:
    """Return the alternatives of a union: a record carries no name in MessagePack, so the answer gives its place."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        for member in typing.get_args(hint):
            yield from _members(member)
    else:
        yield type(None) if hint is None else hint


def _holds_time(told: Type, seen: set[type]) -> bool:
    """Tell whether a time is somewhere in what `told` describes."""
    if isinstance(told, DateTimeType):
        return True
    if isinstance(told, (StructType, DataclassType, NamedTupleType, TypedDictType)):
        if told.cls in seen:
            return False
        seen.add(told.cls)
        return any(_holds_time(field.type, seen) for field in told.fields)
    return any(_holds_time(part, seen) for part in _parts(told))


def _parts(told: Type) -> tuple[Type, ...]:
    if isinstance(told, TupleType):
        return told.item_types
    if isinstance(told, UnionType):
        return told.types
    if isinstance(told, DictType):
        return told.key_type, told.value_type
    return (told.item_type,) if isinstance(told, CollectionType) else ()
