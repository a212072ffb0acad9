"""install.ps1, which cannot be run where there is no PowerShell, and what it shares with install.sh."""

import bed
import pytest
from test_completions import errors_in

pytestmark = pytest.mark.once

POWERSHELL = (bed.TOP / "install.ps1").read_text()
SHELL = (bed.TOP / "install.sh").read_text()


def test_install_ps1_parses():
    grammar = pytest.importorskip("tree_sitter_powershell")
    tree_sitter = pytest.importorskip("tree_sitter")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    assert errors_in(parser.parse(POWERSHELL.encode()).root_node) == []


def test_both_scripts_download_with_the_same_program():
    ours = POWERSHELL.split("@'\n")[1].split("\n'@")[0]
    assert ours == SHELL.split("<<'PYTHON'\n")[1].split("\nPYTHON\n")[0]


@pytest.mark.parametrize(("script", "call"), [(SHELL, 'main "$@"'), (POWERSHELL, "Install-Cs @args")])
def test_a_download_that_is_cut_off_runs_nothing(script, call):
    assert script.endswith("\n" + call + "\n")
    assert script.count(call) == 1
