"""The table of the guards fits the tree; script/test --mutants takes each out and expects its test to fail."""

import ast
from functools import cache

from tests.mutants import Mutant, mutants, shares
from tests.tree import ROOT


@cache
def names_in(name):
    path = ROOT / name
    return (
        {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
        if path.is_file()
        else set()
    )


def test_every_guard_stands_once_where_the_table_says():
    assert {str(mutant): mutant.occurrences() for mutant in mutants() if mutant.occurrences() != 1} == {}


def test_every_guard_has_its_test():
    named = {mutant.test.partition("[")[0].partition("::")[::2] for mutant in mutants()}
    assert {f"{name}::{test}" for name, test in named if test not in names_in(name)} == set()


def test_every_entry_changes_something_and_stands_once():
    entries = [(mutant.file, mutant.take, mutant.put, mutant.test) for mutant in mutants()]
    assert len(entries) == len(set(entries))
    assert [mutant for mutant in mutants() if mutant.take == mutant.put or not mutant.guard] == []


def test_every_mutant_is_python_that_could_run():
    broken = [mutant for mutant in mutants() if mutant.file.endswith(".py") and not is_python(without(mutant))]
    assert broken == []


def without(mutant):
    return (ROOT / mutant.file).read_text().replace(mutant.take, mutant.put)


def is_python(source):
    try:
        return bool(ast.parse(source))
    except SyntaxError:
        return False


def test_mutants_of_one_test_go_to_one_lane():
    every = [Mutant("a guard", "file.py", "x", "", f"test_{number % 3}") for number in range(9)]
    lanes = [{mutant.test for mutant in lane} for lane in shares(every)]
    assert sum(map(len, lanes)) == len(set().union(*lanes)) == 3
