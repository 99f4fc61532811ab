"""Does every mutant still name a place in the code and tests that exist? Told in a second, before `make mutants`."""

import pytest

import mutants

EDITS = [(mutant.rule, edit) for mutant in mutants.MUTANTS for edit in mutant.edits]


@pytest.mark.parametrize(("rule", "edit"), EDITS)
def test_an_edit_finds_its_text_once(rule: str, edit: mutants.Edit) -> None:
    code = (mutants.ROOT / "services" / "cleanwire" / edit.file).read_text("utf-8")
    assert code.count(edit.old) == 1, f"{rule}: {edit.file}"


def test_its_tests_are_there() -> None:
    named = {test for mutant in mutants.MUTANTS for test in mutant.tests}
    lost = []
    for test in sorted(named):
        file, _, name = test.partition("::")
        path = mutants.ROOT / file
        if not path.is_file() or (name and f"def {name.partition('[')[0]}(" not in path.read_text("utf-8")):
            lost.append(test)
    assert not lost
