#!/usr/bin/env python3
"""Writes the completions of four shells and docs/commands.md from the command table of cs.py.

`python3 completions/generate.py` writes them; with --check it only says which are stale, and exits 1.

Every shell gets the same small machine: a table that says, for each place in a command line (`cs`,
`cs <session>`, `cs -sync push` ...), which commands, options and arguments may follow, and a walk over the
words up to the cursor that finds the place. Names come from the directories that cs keeps, so that pressing
TAB starts no Python; only the names of secrets are asked from cs. @CS@ stands for the name under which cs
gets installed.
"""

from __future__ import annotations

import os
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TOP)
sys.dont_write_bytecode = True

import cs  # noqa: E402 - it is beside this directory

HEAD = "Made by completions/generate.py from the command table of cs.py: change that, not this."

# What stands for an argument in a usage line → what completes it. A command may differ from the rest.
BACKENDS = "=" + "|".join(cs.BACKENDS)
KINDS = {
    "BACKEND": BACKENDS,
    "HOST": "hosts",
    "<host>": "hosts",
    "FILE": "files",
    "<file>": "files",
    "file": "files",
    "DIR": "files",
    "<session>": "sessions",
    "<old>": "sessions",
    "SESSION": "sessions",
    "CMD": "programs",
}
KINDS_OF = {
    "-remove": {"<name>": "sessions", "<session>": "sessions"},
    "-restore": {"<name>": "trash", "name": "trash"},
    "-remote remove": {"<name>": "hosts"},
    "-secrets migrate-backend": {"<to>": BACKENDS},
}
for _verb in ("get", "delete", "set"):
    KINDS_OF["-secrets " + _verb] = {"NAME": "secrets", "<name>": "secrets", "<NAME>": "secrets"}
SESSION_OPTION = "-s|--session"  # its value says whose secrets are meant

PLACEHOLDERS = {"session", "url", "name", "host", "file"}  # words that stand for something, as in <session|url>

TARGETS = {cs.GLOBAL: ("cs",), cs.OF_SESSION: ("cs <session>",), cs.EITHER: ("cs", "cs <session>")}


class Place:
    """A place in a command line, and what may follow there."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys  # every spelling of it
        self.verbs: list[tuple[str, str]] = []  # (word, summary)
        self.options: list[str] = []
        self.values: dict[str, str] = {}  # option → the kind of its value
        self.kinds: list[str] = []  # of the arguments in turn; a last one that repeats ends with +


def places() -> list[Place]:
    """Everything that the command table allows."""
    top, of_session = Place(["cs"]), Place(["cs <session>"])
    top.kinds = ["sessions"]
    found = [top, of_session]
    for command in cs.COMMANDS:
        targets = [place for place in (top, of_session) if place.keys[0] in TARGETS[command.scope]]
        if not command.names:  # `cs <session>` itself
            arguments(of_session, command.usage, {})
            continue
        for target in targets:
            target.verbs += offered(command)
        place = Place([f"{target.keys[0]} {name}" for target in targets for name in spellings(command)])
        found.append(place)
        if not command.verbs:
            arguments(place, command.usage, KINDS_OF.get(command.names[0], {}))
        for verb in command.verbs:
            place.verbs += offered(verb)
            below = Place([f"{key} {name}" for key in place.keys for name in verb.names])
            arguments(below, verb.usage, KINDS_OF.get(f"{command.names[0]} {verb.names[0]}", {}))
            found.append(below)
    return found


def spellings(command: cs.Command) -> list[str]:
    """All that is understood as a command: `--list` for `-list` too."""
    return [*command.names, *("-" + name for name in command.names if len(name) > 2 and name[0] == "-" != name[1])]


def offered(command: cs.Command) -> list[tuple[str, str]]:
    """The names worth offering: all but the one-letter ones and those with two dashes."""
    names = [name for name in command.names if len(name.lstrip("-")) > 1 and not name.startswith("--")]
    return [(name, command.summary) for name in names]


def arguments(place: Place, usage: str, special: dict[str, str]) -> None:
    """Adds what a usage line declares."""
    usage, _, command = usage.partition("-- ")  # a command of the person's own
    for part in cs._usage_parts(usage):
        repeats = "+" if "..." in part else ""
        part = part.replace("...", "").strip()
        if part.startswith("["):
            part = part[1:-1].strip()
        if part.startswith("-"):
            names, _, label = part.partition(" ")
            place.options += names.split("|")
            if label:
                kind = "session" if names == SESSION_OPTION else kind_of(label, special)
                place.values.update(dict.fromkeys(names.split("|"), kind))
        else:
            place.kinds.append(kind_of(part, special) + repeats)
    if command:
        place.kinds.append("programs")


def kind_of(label: str, special: dict[str, str]) -> str:
    """What completes an argument: a kind, `=a|b` for one of some words, or `none`.

    >>> kind_of("HOST", {}), kind_of("on|off", {}), kind_of("<new>", {}), kind_of("<session|url>", {})
    ('hosts', '=on|off', 'none', 'none')
    """
    if label in special:
        return special[label]
    if label in KINDS:
        return KINDS[label]
    words = label.strip("<>").split("|")
    literal = len(words) > 1 and not PLACEHOLDERS.intersection(words) and all(word.isalpha() for word in words)
    return "=" + "|".join(words) if literal else "none"


def quoted(text: str, quote: str = "'\\''") -> str:
    """A text in single quotes; a quote in it is written as the shell wants that.

    >>> print(quoted("a session's"), quoted("a session's", "''"))
    'a session'\\''s' 'a session''s'
    """
    return "'" + text.replace("'", quote) + "'"


# ── bash ──

BASH = r"""# Completion of cs for bash. @HEAD@

_@CS@_know() {  # sets what may follow at the place $1; fails when there is no such place
    case $1 in
@TABLE@
        *) return 1 ;;
    esac
}

_@CS@_offer_names() {  # the entries of directory $1 that begin with the word at the cursor
    local path name
    for path in "$1/$current"*; do
        [[ -d $path ]] || continue
        printf -v name %q "${path##*/}"
        COMPREPLY+=("$name")
    done
}

_@CS@_offer() {  # what is of kind $1
    local name rest
    case ${1%+} in
        session|sessions) _@CS@_offer_names "$root" ;;
        trash) _@CS@_offer_names "$root/.trash" ;;
        hosts)
            [[ -r $root/.remotes ]] || return 0
            while IFS='=' read -r name rest || [[ $name ]]; do
                [[ $rest && $name != '#'* && $name == "$current"* ]] && COMPREPLY+=("$name")
            done <"$root/.remotes"
            ;;
        secrets)
            while IFS='"' read -r _ rest _ name _; do
                [[ $rest == name && $name == "$current"* ]] && COMPREPLY+=("$name")
            done < <(@CS@ "$session" -secrets list --json 2>/dev/null | tr ',{' '\n\n')
            ;;
        files)
            compopt -o filenames 2>/dev/null
            while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$current")
            ;;
        programs) _@CS@_words "$(compgen -c -- "$current")" ;;
        =*) rest=${1#=} && _@CS@_words "${rest//|/ }" ;;
    esac
    return 0
}

_@CS@_words() {  # those of some words that begin with the word at the cursor
    local word
    for word in $1; do
        [[ $word == "$current"* ]] && COMPREPLY+=("$word")
    done
}

_@CS@() {
    local root=${CS_SESSIONS_ROOT:-$HOME/.claude-sessions} session=${CLAUDE_SESSION_NAME-}
    local where=cs verbs='' options='' values='' kinds='' current word wait='' i place=0
    root=${root/#'~/'/$HOME/}
    COMPREPLY=()
    [[ ${1##*/} == *-secrets ]] && where='cs -secrets'
    _@CS@_know "$where"
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == '=' ]]; then
            continue
        elif [[ $wait ]]; then
            [[ $wait == session ]] && session=$word
            wait=''
        elif [[ $where == cs && $word != -* ]]; then
            session=$word where='cs <session>'
            _@CS@_know "$where"
        elif ((place == 0)) && _@CS@_know "$where $word"; then
            where+=" $word"
        elif [[ $word != -* ]]; then
            ((++place))
        elif [[ " $values " == *" $word:"* ]]; then
            wait=" $values " wait=${wait#*" $word:"} wait=${wait%% *}
        fi
    done
    current=${COMP_WORDS[COMP_CWORD]}
    [[ $current == '=' ]] && current=''
    if [[ $wait ]]; then
        _@CS@_offer "$wait"
        return
    fi
    if ((place == 0)) && [[ $where != cs || $current == -* ]]; then
        word=" $verbs"
        [[ $current == --* ]] && word=${word// -/ --}
        _@CS@_words "$word"
    fi
    [[ $current == -* ]] && _@CS@_words "$options" && return
    set -- $kinds
    while ((place-- > 0 && $# > 0)) && [[ $1 != *+ ]]; do
        shift
    done
    [[ -z ${1-} ]] || _@CS@_offer "$1"
}

complete -F _@CS@ @CS@ @CS@-secrets
"""


def bash(table: list[Place]) -> str:
    """completions/cs.bash."""
    arms = []
    for place in table:
        words = (
            ("verbs", [word for word, _ in place.verbs]),
            ("options", place.options),
            ("values", [f"{option}:{kind}" for option, kind in place.values.items()]),
            ("kinds", place.kinds),
        )
        sets = " ".join(f"{name}='{' '.join(each)}'" for name, each in words)
        arms.append(f"        {'|'.join(map(quoted, place.keys))})\n            {sets} ;;")
    return fill(BASH, "\n".join(arms))


# ── zsh ──

ZSH = r"""#compdef @CS@ @CS@-secrets
# Completion of cs for zsh. @HEAD@

_@CS@_know() {  # sets what may follow at the place $1; fails when there is no such place
    case $1 in
@TABLE@
        (*) return 1 ;;
    esac
}

_@CS@_offer() {  # what is of kind $1
    local -a found
    case ${1%+} in
        (session|sessions) found=($root/*(N-/:t)) && _describe -t sessions session found ;;
        (trash) found=($root/.trash/*(N-/:t)) && _describe -t trash 'removed session' found ;;
        (hosts)
            [[ -r $root/.remotes ]] && found=(${${(M)${(f)"$(<$root/.remotes)"}:#[^#]*=*}%%=*})
            _describe -t hosts host found
            ;;
        (secrets)
            found=(${(f)"$(_call_program secrets @CS@ ${(q)session} -secrets list --json 2>/dev/null)"})
            found=(${${(M)${(s:,:)${(j:,:)found}}:#*\"name\":*}/(#b)*\"name\":*\"(*)\"*/$match[1]})
            _describe -t secrets secret found
            ;;
        (files) _files ;;
        (programs) _command_names -e ;;
        (=*) found=(${(s:|:)1#=}) && _describe -t words word found ;;
    esac
}

_@CS@() {
    emulate -L zsh
    setopt extended_glob
    local root=${CS_SESSIONS_ROOT:-$HOME/.claude-sessions} session=$CLAUDE_SESSION_NAME
    local where=cs word wait= current
    local -a verbs options kinds dashed
    local -A values
    integer place=0 i shown=1
    root=${root/#\~\//$HOME/}
    [[ $service == *-secrets ]] && where='cs -secrets'
    _@CS@_know $where
    for (( i = 2; i < CURRENT; i++ )); do
        word=${(Q)words[i]}
        if [[ -n $wait ]]; then
            [[ $wait == session ]] && session=$word
            wait=
        elif [[ $where == cs && $word != -* ]]; then
            session=$word where='cs <session>'
            _@CS@_know $where
        elif (( place == 0 )) && _@CS@_know "$where $word"; then
            where+=" $word"
        elif [[ $word != -* ]]; then
            (( ++place ))
        elif [[ -n ${values[$word]} ]]; then
            wait=${values[$word]}
        fi
    done
    current=${(Q)PREFIX}
    if [[ $current == --*=* && -n ${values[${current%%=*}]} ]]; then
        wait=${values[${current%%=*}]}
        compset -P '*='
    fi
    if [[ -n $wait ]]; then
        _@CS@_offer $wait
        return
    fi
    if (( place == 0 )) && [[ $where != cs || $current == -* ]]; then
        [[ $current == --* ]] && verbs=(${verbs/#-/--})
        _describe -t commands command verbs && shown=0
    fi
    if [[ $current == -* ]]; then
        _describe -t options option options && shown=0
        return shown
    fi
    while (( place-- > 0 && $#kinds )) && [[ $kinds[1] != *+ ]]; do
        shift kinds
    done
    [[ -n $kinds[1] ]] && _@CS@_offer $kinds[1] && shown=0
    return shown
}

_@CS@ "$@"
"""


def zsh(table: list[Place]) -> str:
    """completions/_cs."""
    arms = []
    for place in table:
        words = (
            ("verbs", [quoted(f"{word}:{summary}") for word, summary in place.verbs]),
            ("options", place.options),
            ("values", [f"{option} {quoted(kind)}" for option, kind in place.values.items()]),
            ("kinds", map(quoted, place.kinds)),
        )
        sets = " ".join(f"{name}=({' '.join(each)})" for name, each in words)
        arms.append(f"        ({'|'.join(map(quoted, place.keys))})\n            {sets} ;;")
    return fill(ZSH, "\n".join(arms))


# ── fish ──

FISH = r"""# Completion of cs for fish. @HEAD@

# Sets what may follow at the place $argv[1] in the variables of the caller; fails when there is no such place.
function __@CS@_know --no-scope-shadowing
    switch $argv[1]
@TABLE@
        case '*'
            return 1
    end
end

# What is of kind $argv[1], a line each.
function __@CS@_offer --argument-names kind root session current
    switch (string trim --right --chars + -- $kind)
        case session sessions
            __@CS@_directories $root
        case trash
            __@CS@_directories $root/.trash
        case hosts
            test -r $root/.remotes
            and string replace --filter --regex '^([^#=][^=]*)=(.+)' '$1\t$2' <$root/.remotes
        case secrets
            @CS@ $session -secrets list --json 2>/dev/null | string replace --filter --all --regex \
                '.*?"name": *"([^"]*)"[^{]*' '$1\n' | string match --regex '.+'
        case files
            __fish_complete_path $current
        case programs
            __fish_complete_command
        case '=*'
            string split '|' (string sub --start 2 -- $kind)
    end
end

function __@CS@_directories
    for path in $argv[1]/*
        test -d $path; and string replace --regex '.*/' '' -- $path
    end
end

function __@CS@_complete
    set --local words (commandline --tokenize --cut-at-cursor --current-process)
    set --local current (commandline --cut-at-cursor --current-token)
    set --local root $HOME/.claude-sessions
    set --query CS_SESSIONS_ROOT[1]; and set root (string replace --regex '^~/' $HOME/ -- $CS_SESSIONS_ROOT)
    set --local session $CLAUDE_SESSION_NAME
    set --local place 0
    set --local wait
    set --local where cs
    string match --quiet --regex '.-secrets$' -- $words[1]; and set where 'cs -secrets'
    set --local verbs
    set --local options
    set --local values
    set --local kinds
    __@CS@_know $where
    for word in $words[2..-1]
        if set --query wait[1]
            test $wait = session; and set session $word
            set wait
        else if test "$where" = cs; and not string match --quiet -- '-*' $word
            set session $word
            set where 'cs <session>'
            __@CS@_know $where
        else if test $place = 0; and __@CS@_know "$where $word"
            set where "$where $word"
        else if not string match --quiet -- '-*' $word
            set place (math $place + 1)
        else
            set wait (string replace --filter -- "$word:" '' $values)
        end
    end
    set --local option (string replace --filter --regex '^(--[^=]+)=.*' '$1:' -- $current)
    if set --query option[1]; and set wait (string replace --filter -- $option '' $values)
        set current (string replace --regex '^[^=]*=' '' -- $current)
        set option (string trim --right --chars : -- $option)
        __@CS@_offer $wait $root "$session" $current | string replace --regex -- '^' $option=
        return
    end
    if set --query wait[1]
        __@CS@_offer $wait $root "$session" "$current"
        return
    end
    if test $place = 0; and begin; test "$where" != cs; or string match --quiet -- '-*' $current; end
        string match --quiet -- '--*' $current; and set verbs (string replace --regex '^-' '--' -- $verbs)
        printf '%s\n' $verbs
    end
    if string match --quiet -- '-*' $current
        printf '%s\n' $options
        return
    end
    while test $place -gt 0; and set --query kinds[1]; and not string match --quiet -- '*+' $kinds[1]
        set --erase kinds[1]
        set place (math $place - 1)
    end
    set --query kinds[1]; and __@CS@_offer $kinds[1] $root "$session" "$current"
end

complete --command @CS@ --no-files --keep-order --arguments '(__@CS@_complete)'
complete --command @CS@-secrets --no-files --keep-order --arguments '(__@CS@_complete)'
"""


FISH_QUOTE = "\\'"


def fish(table: list[Place]) -> str:
    """completions/cs.fish."""
    arms = []
    for place in table:
        words = (
            ("verbs", [f"{word}\\t{quoted(summary, FISH_QUOTE)}" for word, summary in place.verbs]),
            ("options", place.options),
            ("values", [f"{option}:{quoted(kind)}" for option, kind in place.values.items()]),
            ("kinds", list(map(quoted, place.kinds))),
        )
        sets = "".join(f"            set {' '.join([name, *each])}\n" for name, each in words)
        arms.append(f"        case {' '.join(map(quoted, place.keys))}\n{sets}".rstrip("\n"))
    return fill(FISH, "\n".join(arms))


# ── PowerShell ──

POWERSHELL = r"""# Completion of cs for PowerShell 7. @HEAD@

$global:CsCompletionPlaces = @{
@TABLE@
}

function global:CsCompletionNames([string]$kind, [string]$root, [string]$session, [string]$begun) {
    switch -Regex ($kind.TrimEnd('+')) {
        '^sessions?$' { @((Get-ChildItem -Directory -LiteralPath $root -ErrorAction Ignore).Name) -notlike '.*' }
        '^trash$' { (Get-ChildItem -Directory -LiteralPath (Join-Path $root '.trash') -ErrorAction Ignore).Name }
        '^hosts$' {
            Get-Content -LiteralPath (Join-Path $root '.remotes') -ErrorAction Ignore |
                Where-Object { $_ -match '^[^#=]+=' } | ForEach-Object { $_.Split('=')[0] }
        }
        '^secrets$' { (@CS@ $session -secrets list --json 2>$null | ConvertFrom-Json).name }
        '^files$' { (Get-ChildItem -Path "$begun*" -ErrorAction Ignore) | Resolve-Path -Relative }
        '^programs$' { (Get-Command -CommandType Application -Name "$begun*" -ErrorAction Ignore).Name }
        '^=' { $kind.Substring(1).Split('|') }
    }
}

Register-ArgumentCompleter -Native -CommandName @('@CS@', '@CS@-secrets') -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
            ForEach-Object { $_.ToString().Trim("'`"") })
    $root = Join-Path $HOME '.claude-sessions'
    if ($env:CS_SESSIONS_ROOT) { $root = $env:CS_SESSIONS_ROOT -replace '^~', $HOME }
    $session = $env:CLAUDE_SESSION_NAME
    $where = if ($words[0] -match '-secrets') { 'cs -secrets' } else { 'cs' }
    $know = $global:CsCompletionPlaces[$where]
    $place = 0
    $wait = $null
    foreach ($word in ($words | Select-Object -Skip 1)) {
        if ($wait) {
            if ($wait -eq 'session') { $session = $word }
            $wait = $null
        } elseif ($where -eq 'cs' -and $word -notlike '-*') {
            $session = $word
            $where = 'cs <session>'
            $know = $global:CsCompletionPlaces[$where]
        } elseif ($place -eq 0 -and $global:CsCompletionPlaces.ContainsKey("$where $word")) {
            $where = "$where $word"
            $know = $global:CsCompletionPlaces[$where]
        } elseif ($word -notlike '-*') {
            $place++
        } else {
            $wait = $know.takes[$word]
        }
    }
    $found = [ordered]@{}
    if (-not $wait) {
        if ($place -eq 0 -and ($where -ne 'cs' -or $wordToComplete -like '-*')) {
            foreach ($verb in $know.verbs.GetEnumerator()) {
                $name = if ($wordToComplete -like '--*') { $verb.Key -replace '^-', '--' } else { $verb.Key }
                $found[$name] = $verb.Value
            }
        }
        $last = $know.kinds.Count - 1
        if ($wordToComplete -like '-*') {
            foreach ($option in $know.options) { $found[$option] = $option }
        } elseif ($last -ge 0 -and ($place -le $last -or $know.kinds[$last].EndsWith('+'))) {
            $wait = $know.kinds[[Math]::Min($place, $last)]
        }
    }
    if ($wait) {
        foreach ($name in (CsCompletionNames $wait $root $session $wordToComplete)) {
            if ($name) { $found[$name] = $name }
        }
    }
    foreach ($entry in $found.GetEnumerator()) {
        $name = $entry.Key
        if ($name.StartsWith($wordToComplete, 'OrdinalIgnoreCase')) {
            $text = if ($name -match '^[\w./\\:=-]+$') { $name } else { "'" + $name.Replace("'", "''") + "'" }
            [System.Management.Automation.CompletionResult]::new($text, $name, 'ParameterValue', $entry.Value)
        }
    }
}
"""


POWERSHELL_QUOTE = "''"


def powershell(table: list[Place]) -> str:
    """completions/cs.ps1."""
    arms = []
    for place in table:
        pairs = (
            ("verbs", [f"{quoted(word)} = {quoted(summary, POWERSHELL_QUOTE)}" for word, summary in place.verbs]),
            ("takes", [f"{quoted(option)} = {quoted(kind)}" for option, kind in place.values.items()]),
        )
        lists = (("options", place.options), ("kinds", place.kinds))
        tables = [f"{name} = {'[ordered]' * bool(each)}@{{ {'; '.join(each)} }}" for name, each in pairs]
        tables += [f"{name} = @({', '.join(map(quoted, each))})" for name, each in lists]
        for words in ([word for word, _ in place.verbs], list(place.values), place.keys):
            assert len({word.lower() for word in words}) == len(words), f"one and the same to PowerShell: {words}"
        for key in place.keys:
            arms.append(f"    {quoted(key)} = @{{ {'; '.join(tables)} }}")
    return fill(POWERSHELL, "\n".join(arms))


# ── the reference ──


def reference(table: list[cs.Command]) -> str:
    """docs/commands.md."""
    lines = ["# Commands", "", f"<!-- {HEAD} -->", ""]
    for scope, target, title in (
        (cs.OF_SESSION, "cs <session>", "Of one session"),
        (cs.EITHER, "cs [<session>]", "Of one session, or of the one you are in"),
        (cs.GLOBAL, "cs", "Everything else"),
    ):
        lines += [f"## {title}", "", "| command | what it does |", "|---|---|"]
        for command in table:
            if command.scope == scope:
                lines += reference_rows(target, command)
        lines.append("")
    return "\n".join(lines)


def reference_rows(target: str, command: cs.Command) -> list[str]:
    """The rows of a command, or one for each of its subcommands."""
    line = " ".join(part for part in (target, "|".join(command.names)) if part)
    if not command.verbs:
        return [reference_row(f"{line} {command.usage}", command.summary)]
    return [reference_row(f"{line} {'|'.join(verb.names)} {verb.usage}", verb.summary) for verb in command.verbs]


def reference_row(line: str, summary: str) -> str:
    """One row of a table in Markdown, where `|` parts the cells even in code."""
    return "| `{}` | {} |".format(*(text.strip().replace("|", "\\|") for text in (line, summary)))


# ── files ──


def fill(template: str, table: str) -> str:
    """A script with its table."""
    return template.replace("@HEAD@", HEAD).replace("@TABLE@", table)


TABLE_BEGIN = "<!-- The table is made by completions/generate.py from HOOKS in cs.py. -->\n"
TABLE_END = "<!-- End of the table. -->\n"


def with_hooks_table(text: str) -> str:
    """docs/hooks.md with the current table of the hooks between its two marks."""
    before, _, rest = text.partition(TABLE_BEGIN)
    after = rest.partition(TABLE_END)[2]
    return before + TABLE_BEGIN + "\n" + hooks_table() + "\n" + TABLE_END + after


def hooks_table() -> str:
    """The hooks, when Claude Code runs them, and what each does."""
    lines = ["| hook | event of Claude Code | what it does |", "|---|---|---|"]
    for hook in cs.HOOKS:
        tools = f" ({hook.matcher.replace('|', ', ')})" if hook.matcher else ""
        lines.append(f"| `{hook.name}` | {hook.event}{tools} | {hook.summary} |")
    return "".join(line + "\n" for line in lines)


def generated() -> dict[str, str]:
    """What each file should hold, by its path below the top."""
    table = places()
    return {
        "completions/cs.bash": bash(table),
        "completions/_cs": zsh(table),
        "completions/cs.fish": fish(table),
        "completions/cs.ps1": powershell(table),
        "docs/commands.md": reference(cs.COMMANDS),
        "docs/hooks.md": with_hooks_table(cs.read_text(os.path.join(TOP, "docs/hooks.md")) or ""),
    }


def main(words: list[str]) -> int:
    """Writes what is stale, or with --check says what is."""
    stale = 0
    for name, content in generated().items():
        path = os.path.join(TOP, name)
        if cs.read_text(path) == content:
            continue
        stale = 1
        print(name)
        if words != ["--check"]:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            cs.write_atomically(path, content, 0o644)
    return stale if words == ["--check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
