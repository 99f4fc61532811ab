"""Reads `kafka-acls.sh --add` commands out of a document and carries them out."""

import argparse
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

PAGE = Path(__file__).parents[2] / "docs/security.md"
LIMIT_S = 30


def of_page() -> list[AclBinding]:
    """Return every right that the page grants."""
    lines = re.findall(r"^acls (--.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [binding for line in lines for binding in parse(line)]


def parse(line: str) -> Iterator[AclBinding]:
    """Yield the rights of one command; an option that the tool does not know ends the test."""
    options = argparse.ArgumentParser(allow_abbrev=False)
    options.add_argument("--allow-principal", action="append", required=True)
    options.add_argument("--operation", action="append", required=True)
    options.add_argument("--topic", action="append", default=[])
    options.add_argument("--group", action="append", default=[])
    options.add_argument("--transactional-id", action="append", default=[])
    options.add_argument("--resource-pattern-type", choices=("literal", "prefixed"), default="literal")
    given = options.parse_args(shlex.split(line, comments=True))
    resources = [(ResourceType.TOPIC, name) for name in given.topic]
    resources += [(ResourceType.GROUP, name) for name in given.group]
    resources += [(ResourceType.TRANSACTIONAL_ID, name) for name in given.transactional_id]
    for kind, name in resources:
        for principal in given.allow_principal:
            for operation in given.operation:
                yield AclBinding(
                    kind,
                    name,
                    ResourcePatternType[given.resource_pattern_type.upper()],
                    principal,
                    "*",
                    AclOperation[re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).upper()],
                    AclPermissionType.ALLOW,
                )


def grant(bootstrap: str, bindings: Iterable[AclBinding]) -> None:
    """Add rights."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 3})  # whose answers end with it
    for made in admin.create_acls(list(bindings)).values():
        made.result(LIMIT_S)


def revoke(bootstrap: str, binding: AclBinding) -> None:
    """Take one right away."""
    wanted = AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 3})
    [removed] = admin.delete_acls([wanted]).values()
    assert len(removed.result(LIMIT_S)) == 1
