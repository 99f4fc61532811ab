"""Which settings are there, what are their variables called, and what does each mean?"""

import ast
import inspect
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cleanwire.settings import sections
from cleanwire.settings.sections import Settings

PREFIX = "CLEANWIRE_"


def variable(key: str) -> str:
    """Return the name of the variable that sets `section.key`."""
    return PREFIX + key.replace(".", "_").upper()


def known() -> list[str]:
    """Return each `section.key`."""
    return [f"{section}.{name}" for section, fields in _fields() for name in fields]


def secret_keys() -> list[str]:
    """Return the keys whose value may stand in a file of its own: each has a `…_file` beside it."""
    return [
        f"{section}.{name}"
        for section, fields in _fields()
        for name, field in fields.items()
        if "SecretStr" in str(field.annotation)
    ]


def meanings() -> dict[str, str]:
    """Return what each `section.key` means: the text below it in `sections.py`. Most commands never ask."""
    texts: dict[tuple[str, str], str] = {}
    for section in ast.parse(inspect.getsource(sections)).body:
        for field, text in pairwise(section.body if isinstance(section, ast.ClassDef) else ()):
            match field, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(meaning))):
                    texts[cast("ast.ClassDef", section).name, name] = inspect.cleandoc(meaning)
    kinds = {section: cast("type", info.annotation).__name__ for section, info in Settings.model_fields.items()}
    return {f"{section}.{name}": texts[kinds[section], name] for section, fields in _fields() for name in fields}


def _fields() -> Iterator[tuple[str, Mapping[str, FieldInfo]]]:
    for section, info in Settings.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield section, info.annotation.model_fields
