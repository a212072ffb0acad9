# Completion of cs for bash. Made by completions/generate.py from the command table of cs.py: change that, not this.

_cs_know() {  # sets what may follow at the place $1; fails when there is no such place
    case $1 in
        'cs')
            verbs='-help -version -adopt -list -ls -remove -rm -restore -rename -install -uninstall' options='' values='' kinds='sessions' ;;
        'cs <session>')
            verbs='-conversations' options='--force --fresh --resume --on --move-to --move-here --dry-run' values='--resume:none --on:hosts --move-to:hosts' kinds='' ;;
        'cs -help'|'cs -h'|'cs --help')
            verbs='' options='' values='' kinds='' ;;
        'cs -version'|'cs -v'|'cs --version')
            verbs='' options='' values='' kinds='' ;;
        'cs -adopt'|'cs --adopt')
            verbs='' options='' values='' kinds='none' ;;
        'cs -list'|'cs -ls'|'cs --list'|'cs --ls')
            verbs='' options='--json' values='' kinds='' ;;
        'cs -remove'|'cs -rm'|'cs --remove'|'cs --rm')
            verbs='' options='-y --yes --force' values='' kinds='sessions' ;;
        'cs -restore'|'cs --restore')
            verbs='' options='' values='' kinds='trash' ;;
        'cs -rename'|'cs --rename')
            verbs='' options='--force' values='' kinds='sessions none' ;;
        'cs <session> -conversations'|'cs <session> --conversations')
            verbs='list ls export' options='' values='' kinds='' ;;
        'cs <session> -conversations list'|'cs <session> -conversations ls'|'cs <session> --conversations list'|'cs <session> --conversations ls')
            verbs='' options='--json' values='' kinds='' ;;
        'cs <session> -conversations export'|'cs <session> --conversations export')
            verbs='' options='-o --output' values='-o:files --output:files' kinds='none' ;;
        'cs -install'|'cs --install')
            verbs='' options='--name' values='--name:none' kinds='' ;;
        'cs -uninstall'|'cs --uninstall')
            verbs='' options='-y --yes' values='' kinds='' ;;
        *) return 1 ;;
    esac
}

_cs_offer_names() {  # the entries of directory $1 that begin with the word at the cursor
    local path name
    for path in "$1/$current"*; do
        [[ -d $path ]] || continue
        printf -v name %q "${path##*/}"
        COMPREPLY+=("$name")
    done
}

_cs_offer() {  # what is of kind $1
    local name rest
    case ${1%+} in
        session|sessions) _cs_offer_names "$root" ;;
        trash) _cs_offer_names "$root/.trash" ;;
        hosts)
            [[ -r $root/.remotes ]] || return 0
            while IFS='=' read -r name rest || [[ $name ]]; do
                [[ $rest && $name != '#'* && $name == "$current"* ]] && COMPREPLY+=("$name")
            done <"$root/.remotes"
            ;;
        secrets)
            while IFS='"' read -r _ rest _ name _; do
                [[ $rest == name && $name == "$current"* ]] && COMPREPLY+=("$name")
            done < <(cs "$session" -secrets list --json 2>/dev/null | tr ',{' '\n\n')
            ;;
        files)
            compopt -o filenames 2>/dev/null
            while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$current")
            ;;
        programs) _cs_words "$(compgen -c -- "$current")" ;;
        =*) rest=${1#=} && _cs_words "${rest//|/ }" ;;
    esac
    return 0
}

_cs_words() {  # those of some words that begin with the word at the cursor
    local word
    for word in $1; do
        [[ $word == "$current"* ]] && COMPREPLY+=("$word")
    done
}

_cs() {
    local root=${CS_SESSIONS_ROOT:-$HOME/.claude-sessions} session=${CLAUDE_SESSION_NAME-}
    local where=cs verbs='' options='' values='' kinds='' current word wait='' i place=0
    root=${root/#'~/'/$HOME/}
    COMPREPLY=()
    [[ ${1##*/} == cs-secrets ]] && where='cs -secrets'
    _cs_know "$where"
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == '=' ]]; then
            continue
        elif [[ $wait ]]; then
            [[ $wait == session ]] && session=$word
            wait=''
        elif [[ $where == cs && $word != -* ]]; then
            session=$word where='cs <session>'
            _cs_know "$where"
        elif ((place == 0)) && _cs_know "$where $word"; then
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
        _cs_offer "$wait"
        return
    fi
    if ((place == 0)) && [[ $where != cs || $current == -* ]]; then
        word=" $verbs"
        [[ $current == --* ]] && word=${word// -/ --}
        _cs_words "$word"
    fi
    [[ $current == -* ]] && _cs_words "$options" && return
    set -- $kinds
    while ((place-- > 0 && $# > 0)) && [[ $1 != *+ ]]; do
        shift
    done
    [[ -z ${1-} ]] || _cs_offer "$1"
}

complete -F _cs cs cs-secrets
