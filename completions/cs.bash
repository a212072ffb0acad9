# Completion of cs for bash. Made by completions/generate.py from the command table of cs.py: change that, not this.

_@CS@_know() {  # sets what may follow at the place $1; fails when there is no such place
    case $1 in
        'cs')
            verbs='-help -version -adopt -list -ls -remove -rm -restore -rename -secrets -sync -remote -search -install -update -doctor -uninstall -tui' options='' values='' kinds='sessions' ;;
        'cs <session>')
            verbs='-conversations -secrets -sync' options='--force --fresh --resume --on --move-to --move-here --dry-run' values='--resume:none --on:hosts --move-to:hosts' kinds='' ;;
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
        'cs -secrets'|'cs --secrets'|'cs <session> -secrets'|'cs <session> --secrets')
            verbs='set store get list ls delete rm purge export run export-file import-file backend migrate-backend migrate fill age' options='' values='' kinds='' ;;
        'cs -secrets set'|'cs -secrets store'|'cs --secrets set'|'cs --secrets store'|'cs <session> -secrets set'|'cs <session> -secrets store'|'cs <session> --secrets set'|'cs <session> --secrets store')
            verbs='' options='-s --session' values='-s:session --session:session' kinds='secrets none' ;;
        'cs -secrets get'|'cs --secrets get'|'cs <session> -secrets get'|'cs <session> --secrets get')
            verbs='' options='-s --session -n' values='-s:session --session:session' kinds='secrets' ;;
        'cs -secrets list'|'cs -secrets ls'|'cs --secrets list'|'cs --secrets ls'|'cs <session> -secrets list'|'cs <session> -secrets ls'|'cs <session> --secrets list'|'cs <session> --secrets ls')
            verbs='' options='-s --session --json' values='-s:session --session:session' kinds='' ;;
        'cs -secrets delete'|'cs -secrets rm'|'cs --secrets delete'|'cs --secrets rm'|'cs <session> -secrets delete'|'cs <session> -secrets rm'|'cs <session> --secrets delete'|'cs <session> --secrets rm')
            verbs='' options='-s --session' values='-s:session --session:session' kinds='secrets' ;;
        'cs -secrets purge'|'cs --secrets purge'|'cs <session> -secrets purge'|'cs <session> --secrets purge')
            verbs='' options='-s --session -y' values='-s:session --session:session' kinds='' ;;
        'cs -secrets export'|'cs --secrets export'|'cs <session> -secrets export'|'cs <session> --secrets export')
            verbs='' options='-s --session --json' values='-s:session --session:session' kinds='' ;;
        'cs -secrets run'|'cs --secrets run'|'cs <session> -secrets run'|'cs <session> --secrets run')
            verbs='' options='-s --session' values='-s:session --session:session' kinds='programs' ;;
        'cs -secrets export-file'|'cs --secrets export-file'|'cs <session> -secrets export-file'|'cs <session> --secrets export-file')
            verbs='' options='-s --session' values='-s:session --session:session' kinds='files' ;;
        'cs -secrets import-file'|'cs --secrets import-file'|'cs <session> -secrets import-file'|'cs <session> --secrets import-file')
            verbs='' options='-s --session --replace' values='-s:session --session:session' kinds='files' ;;
        'cs -secrets backend'|'cs --secrets backend'|'cs <session> -secrets backend'|'cs <session> --secrets backend')
            verbs='' options='-s --session' values='-s:session --session:session' kinds='' ;;
        'cs -secrets migrate-backend'|'cs --secrets migrate-backend'|'cs <session> -secrets migrate-backend'|'cs <session> --secrets migrate-backend')
            verbs='' options='-s --session --from --delete-source --all' values='-s:session --session:session --from:=keychain|credential|secret-service|keyring|encrypted' kinds='=keychain|credential|secret-service|keyring|encrypted' ;;
        'cs -secrets migrate'|'cs --secrets migrate'|'cs <session> -secrets migrate'|'cs <session> --secrets migrate')
            verbs='' options='-s --session --redact' values='-s:session --session:session' kinds='' ;;
        'cs -secrets fill'|'cs --secrets fill'|'cs <session> -secrets fill'|'cs <session> --secrets fill')
            verbs='' options='-s --session -o --output' values='-s:session --session:session -o:none --output:none' kinds='files' ;;
        'cs -secrets age'|'cs --secrets age'|'cs <session> -secrets age'|'cs <session> --secrets age')
            verbs='' options='-s --session' values='-s:session --session:session' kinds='=init|pubkey|add|list|remove none+' ;;
        'cs -sync'|'cs -s'|'cs --sync'|'cs <session> -sync'|'cs <session> -s'|'cs <session> --sync')
            verbs='remote push pull status st auto clone' options='' values='' kinds='' ;;
        'cs -sync remote'|'cs -s remote'|'cs --sync remote'|'cs <session> -sync remote'|'cs <session> -s remote'|'cs <session> --sync remote')
            verbs='' options='' values='' kinds='none' ;;
        'cs -sync push'|'cs -s push'|'cs --sync push'|'cs <session> -sync push'|'cs <session> -s push'|'cs <session> --sync push')
            verbs='' options='-q --quiet --squash --as-is' values='' kinds='' ;;
        'cs -sync pull'|'cs -s pull'|'cs --sync pull'|'cs <session> -sync pull'|'cs <session> -s pull'|'cs <session> --sync pull')
            verbs='' options='-q --quiet --mine --theirs' values='' kinds='' ;;
        'cs -sync status'|'cs -sync st'|'cs -s status'|'cs -s st'|'cs --sync status'|'cs --sync st'|'cs <session> -sync status'|'cs <session> -sync st'|'cs <session> -s status'|'cs <session> -s st'|'cs <session> --sync status'|'cs <session> --sync st')
            verbs='' options='' values='' kinds='' ;;
        'cs -sync auto'|'cs -s auto'|'cs --sync auto'|'cs <session> -sync auto'|'cs <session> -s auto'|'cs <session> --sync auto')
            verbs='' options='' values='' kinds='=on|off' ;;
        'cs -sync clone'|'cs -s clone'|'cs --sync clone'|'cs <session> -sync clone'|'cs <session> -s clone'|'cs <session> --sync clone')
            verbs='' options='' values='' kinds='none none' ;;
        'cs -remote'|'cs --remote')
            verbs='add list ls remove rm' options='' values='' kinds='' ;;
        'cs -remote add'|'cs --remote add')
            verbs='' options='' values='' kinds='none none' ;;
        'cs -remote list'|'cs -remote ls'|'cs --remote list'|'cs --remote ls')
            verbs='' options='' values='' kinds='' ;;
        'cs -remote remove'|'cs -remote rm'|'cs --remote remove'|'cs --remote rm')
            verbs='' options='' values='' kinds='hosts' ;;
        'cs -search'|'cs --search')
            verbs='' options='--limit --json' values='--limit:none' kinds='none+' ;;
        'cs -install'|'cs --install')
            verbs='' options='--name' values='--name:none' kinds='' ;;
        'cs -update'|'cs --update')
            verbs='' options='-c --check -f --force --rollback' values='' kinds='' ;;
        'cs -doctor'|'cs --doctor')
            verbs='' options='--json' values='' kinds='' ;;
        'cs -uninstall'|'cs --uninstall')
            verbs='' options='-y --yes' values='' kinds='' ;;
        'cs -tui'|'cs --tui')
            verbs='' options='' values='' kinds='' ;;
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
