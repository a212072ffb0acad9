"""Completions: made from the command table, and tried in the real shells."""

import sys

import bed
import pytest

sys.path.insert(0, str(bed.TOP / "completions"))
import generate

import cs

# In every shell, on a home with these sessions, hosts and removed sessions: what is typed → what is offered.
SESSIONS = ["debug-api", "debug.old", "router", "strange name"]
CASES = {
    "cs deb": ["debug-api", "debug.old"],
    "cs nothing": [],
    "cs -ren": ["-rename"],
    "cs --ren": ["--rename"],
    "cs -l": ["-list", "-ls"],
    "cs -remove r": ["router"],
    "cs -rm r": ["router"],
    "cs --rm --force r": ["router"],
    "cs -rm --": ["--force", "--yes"],
    "cs -rename router ": [],
    "cs -rename r": ["router"],
    "cs -restore g": ["gone-20260101-101010"],
    "cs router -conv": ["-conversations"],
    "cs router --fr": ["--fresh"],
    "cs router --on m": ["mini", "mac"],
    "cs router --on=mi": ["mini"],
    "cs router --force --move-to s": ["studio"],
    "cs -list --j": ["--json"],
    "cs -remote ": ["add", "list", "ls", "remove", "rm"],
    "cs --remote rem": ["remove"],
    "cs -remote rm m": ["mini", "mac"],
    "cs -remote remove mini ": [],
    "cs router -secrets migr": ["migrate", "migrate-backend"],
    "cs -secrets age pub": ["pubkey"],
    "cs -secrets migrate-backend enc": ["encrypted"],
    "cs -secrets list -s rou": ["router"],
    "cs-secrets backe": ["backend"],
    "cs router -conversations ex": ["export"],
}


@pytest.fixture(scope="session", autouse=True)
def scripts(shared_dir):
    """The scripts as they get installed."""

    def make(place):
        for name in ("cs.bash", "_cs", "cs.fish", "cs.ps1"):
            (place / name).write_text((bed.TOP / "completions" / name).read_text().replace("@CS@", "cs"))

    global SCRIPTS
    SCRIPTS = bed.once(shared_dir, "completions", make)


@pytest.fixture
def home(box):
    """A home with something to complete, on which `cs` is a fake that records whether it was called."""
    for name in SESSIONS:
        (box.root / name / ".cs").mkdir(parents=True)
    (box.root / "a-file").write_text("")
    (box.root / ".trash" / "gone-20260101-101010").mkdir(parents=True)
    (box.root / ".remotes").write_text("# hosts\nmini=hex@mini.local\nmac=hex@mac.local\nstudio=hex@studio:2222\n")
    box.fake("cs", out='[{"name": "TOKEN", "date": "2026-01-01"}, {"name": "api_key", "date": "2026-01-01"}]\n')
    return box


def test_what_is_run_with_secrets_is_completed_once_as_a_program():
    found = {key: place for place in generate.places() for key in place.keys}
    for key in ("cs -secrets run", "cs <session> -secrets run"):
        assert (found[key].kinds, found[key].options) == (["programs"], ["-s", "--session"])
    assert "-secrets run [-s\\|--session NAME] -- <command...>`" in generate.reference(cs.COMMANDS)


def in_bash(box, lines):
    """What bash offers for each line."""
    return {line: line_in_bash(box, line) for line in lines}


def line_in_bash(box, line):
    """What bash offers for a line."""
    script = r"""
        COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
        source "$1"; shift
        read -ra COMP_WORDS <<<"${1//=/ = }"
        [[ $1 == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _cs "${COMP_WORDS[0]}"
        printf '%s\n' "${COMPREPLY[@]}"
    """
    done = box.run(bed.need("bash"), "-c", script, "bash", SCRIPTS / "cs.bash", line)
    assert (done.status, done.err) == (0, ""), done
    return [word for word in done.out.split("\n") if word]


def in_fish(box, lines):
    """What fish offers for each line."""
    return {line: line_in_fish(box, line) for line in lines}


def line_in_fish(box, line):
    """What fish offers for a line."""
    script = "source $argv[1]; complete --do-complete $argv[2]"
    done = box.run(bed.need("fish"), "--no-config", "-c", script, SCRIPTS / "cs.fish", line)
    assert (done.status, done.err) == (0, ""), done
    offers = [offer.split("\t")[0] for offer in done.out.split("\n") if offer]
    return [offer[len("--on=") :] if offer.startswith("--on=") else offer for offer in offers]


ZSH = r"""
    zmodload zsh/zpty zsh/zselect
    script=$1 answer=$2; shift 2
    zpty shell zsh -f -i
    zpty -w shell "PROMPT= RPS1= TERM=dumb COLUMNS=400; unsetopt zle_bracketed_paste prompt_cr prompt_sp"
    zpty -w shell "fpath=(${(q)script:h} \$fpath); autoload -Uz compinit; compinit -u -D"
    zpty -w shell "compadd() {
        local -a __found; builtin compadd -O __found \"\$@\"; print -rl -- \"offer:\"\${^__found} >>${(q)answer}
        builtin compadd \"\$@\"; }"
    zpty -w shell "offers() { _main_complete; compstate[list]= compstate[insert]=; }"
    zpty -w shell "zle -C offer complete-word offers"
    zpty -w shell "bindkey '^T' offer; after() { print ::end >>${(q)answer}; zle kill-buffer; }; zle -N after"
    zpty -w shell "bindkey '^X' after; print ready >>${(q)answer}"
    until [[ -s $answer ]]; do zselect -t 1; done
    integer ends=0
    for line; do
        zpty -w -n shell "$line"$'\C-t\C-x'
        (( ++ends ))
        until (( $(grep -c "^::end" $answer) == ends )); do zselect -t 1; done
    done
    zpty -d shell
"""


def in_zsh(box, lines):
    """What zsh offers for each line."""
    answer = box.tmp / "answer"
    answer.write_text("")
    done = box.run(bed.need("zsh"), "-f", "-c", ZSH, "zsh", SCRIPTS / "_cs", answer, *lines)
    assert done.status == 0, done
    parts = answer.read_text().split("ready\n")[1].split("::end\n")
    offers = [{each[len("offer:") :] for each in part.split("\n")} - {""} for part in parts]
    return {line: sorted(offered) for line, offered in zip(lines, offers)}


SHELLS = {"bash": in_bash, "fish": in_fish, "zsh": in_zsh}


@pytest.mark.once
@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_offers_what_fits_and_starts_no_program_for_it(home, shell):
    offers = SHELLS[shell](home, list(CASES))
    assert {line: sorted(set(words)) for line, words in offers.items()} == {
        line: sorted(words) for line, words in CASES.items()
    }
    assert home.calls("cs") == []


@pytest.mark.once
@pytest.mark.parametrize("shell", SHELLS)
def test_names_of_secrets_are_asked_from_cs_for_the_session_that_is_meant(home, shell):
    lines = ["cs router -secrets get T", "cs -secrets get -s debug-api api", "cs -secrets delete "]
    home.env["CLAUDE_SESSION_NAME"] = "current"
    offers = SHELLS[shell](home, lines)
    assert offers == dict(zip(lines, [["TOKEN"], ["api_key"], ["TOKEN", "api_key"]]))
    assert {call.argv[0] for call in home.calls("cs")} == {"router", "debug-api", "current"}


@pytest.mark.once
def test_what_is_checked_in_is_what_the_command_table_gives():
    stale = [name for name, text in generate.generated().items() if (bed.TOP / name).read_text() != text]
    assert stale == [], "run: python3 completions/generate.py"


@pytest.mark.once
def test_bash_completes_in_a_terminal_and_quotes_strange_names(home):
    screen = home.spawn(bed.need("bash"), "--norc", "-i", env={"PS1": "> "})
    screen.wait(">").send(f"source {SCRIPTS}/cs.bash\n")
    screen.send("cs rou\t")
    screen.wait("> cs router")
    screen.send("\x15cs stra\t")
    screen.wait(r"> cs strange\ name")


@pytest.mark.once
def test_another_root_is_honoured(home):
    (home.home / "else" / "elsewhere").mkdir(parents=True)
    for shell, offered in SHELLS.items():
        for root in (home.home / "else", "~/else"):
            home.env["CS_SESSIONS_ROOT"] = str(root)
            assert offered(home, ["cs e"]) == {"cs e": ["elsewhere"]}, shell


@pytest.mark.once
def test_a_home_without_sessions_offers_nothing_and_says_nothing(box):
    for shell, offered in SHELLS.items():
        assert offered(box, ["cs "]) == {"cs ": []}, shell


@pytest.mark.once
def test_the_powershell_script_parses():
    grammar = pytest.importorskip("tree_sitter_powershell")
    tree_sitter = pytest.importorskip("tree_sitter")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    tree = parser.parse((SCRIPTS / "cs.ps1").read_bytes())
    assert errors_in(tree.root_node) == []


def errors_in(node):
    """The places that a grammar could not make sense of."""
    if node.type == "ERROR" or node.is_missing:
        return [(node.start_point, node.text[:80])]
    return [error for child in node.children for error in errors_in(child)] if node.has_error else []
