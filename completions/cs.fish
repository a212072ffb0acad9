# Completion of cs for fish. Made by completions/generate.py from the command table of cs.py: change that, not this.

# Sets what may follow at the place $argv[1] in the variables of the caller; fails when there is no such place.
function __@CS@_know --no-scope-shadowing
    switch $argv[1]
        case 'cs'
            set verbs -help\t'show this help' -version\t'show the version' -adopt\t'make the current directory a session, in place' -list\t'list the sessions' -ls\t'list the sessions' -remove\t'remove a session (to the trash)' -rm\t'remove a session (to the trash)' -restore\t'list the trash, or bring a session back from it' -rename\t'rename a session' -secrets\t'keep and use a session\'s credentials' -sync\t'carry a session\'s history to a remote' -remote\t'register hosts for remote sessions' -search\t'find what was said or noted: words, "a phrase", prefix*, -word, in:notes|chat|artifacts, session:, since:2w' -install\t'install the program, hooks, commands, skill and completions' -update\t'update to the newest version; --check only tells, --rollback goes back one' -doctor\t'check the installation, and say how to mend it' -uninstall\t'remove cs; sessions and secrets stay unless you say otherwise' -tui\t'choose a session on the screen, as cs alone does'
            set options
            set values
            set kinds 'sessions'
        case 'cs <session>'
            set verbs -conversations\t'list, or export, what was said in a session' -secrets\t'keep and use a session\'s credentials' -sync\t'carry a session\'s history to a remote'
            set options --force --fresh --resume --on --move-to --move-here --dry-run
            set values --resume:'none' --on:'hosts' --move-to:'hosts'
            set kinds
        case 'cs -help' 'cs -h' 'cs --help'
            set verbs
            set options
            set values
            set kinds
        case 'cs -version' 'cs -v' 'cs --version'
            set verbs
            set options
            set values
            set kinds
        case 'cs -adopt' 'cs --adopt'
            set verbs
            set options
            set values
            set kinds 'none'
        case 'cs -list' 'cs -ls' 'cs --list' 'cs --ls'
            set verbs
            set options --json
            set values
            set kinds
        case 'cs -remove' 'cs -rm' 'cs --remove' 'cs --rm'
            set verbs
            set options -y --yes --force
            set values
            set kinds 'sessions'
        case 'cs -restore' 'cs --restore'
            set verbs
            set options
            set values
            set kinds 'trash'
        case 'cs -rename' 'cs --rename'
            set verbs
            set options --force
            set values
            set kinds 'sessions' 'none'
        case 'cs <session> -conversations' 'cs <session> --conversations'
            set verbs list\t'list the conversations, the one resumed next first' ls\t'list the conversations, the one resumed next first' export\t'write a conversation as Markdown, secrets redacted'
            set options
            set values
            set kinds
        case 'cs <session> -conversations list' 'cs <session> -conversations ls' 'cs <session> --conversations list' 'cs <session> --conversations ls'
            set verbs
            set options --json
            set values
            set kinds
        case 'cs <session> -conversations export' 'cs <session> --conversations export'
            set verbs
            set options -o --output
            set values -o:'files' --output:'files'
            set kinds 'none'
        case 'cs -secrets' 'cs --secrets' 'cs <session> -secrets' 'cs <session> --secrets'
            set verbs set\t'store a secret; the value is asked for, or read from stdin' store\t'store a secret; the value is asked for, or read from stdin' get\t'print a value (-n: without a newline)' list\t'names and dates, never values' ls\t'names and dates, never values' delete\t'delete a secret' rm\t'delete a secret' purge\t'delete all secrets of the session' export\t'lines for eval "$(cs -secrets export)"' run\t'run a command with the secrets in its environment' export-file\t'write secrets.age for other machines' import-file\t'read secrets.age or secrets.enc' backend\t'which store is in use, where, and why' migrate-backend\t'copy the secrets to another store, checking every value (--all: of all sessions)' migrate\t'find plaintext secrets in artifacts, and store them' fill\t'put values back in place of [REDACTED: …]' age\t'the keys that open secrets.age'
            set options
            set values
            set kinds
        case 'cs -secrets set' 'cs -secrets store' 'cs --secrets set' 'cs --secrets store' 'cs <session> -secrets set' 'cs <session> -secrets store' 'cs <session> --secrets set' 'cs <session> --secrets store'
            set verbs
            set options -s --session
            set values -s:'session' --session:'session'
            set kinds 'secrets' 'none'
        case 'cs -secrets get' 'cs --secrets get' 'cs <session> -secrets get' 'cs <session> --secrets get'
            set verbs
            set options -s --session -n
            set values -s:'session' --session:'session'
            set kinds 'secrets'
        case 'cs -secrets list' 'cs -secrets ls' 'cs --secrets list' 'cs --secrets ls' 'cs <session> -secrets list' 'cs <session> -secrets ls' 'cs <session> --secrets list' 'cs <session> --secrets ls'
            set verbs
            set options -s --session --json
            set values -s:'session' --session:'session'
            set kinds
        case 'cs -secrets delete' 'cs -secrets rm' 'cs --secrets delete' 'cs --secrets rm' 'cs <session> -secrets delete' 'cs <session> -secrets rm' 'cs <session> --secrets delete' 'cs <session> --secrets rm'
            set verbs
            set options -s --session
            set values -s:'session' --session:'session'
            set kinds 'secrets'
        case 'cs -secrets purge' 'cs --secrets purge' 'cs <session> -secrets purge' 'cs <session> --secrets purge'
            set verbs
            set options -s --session -y
            set values -s:'session' --session:'session'
            set kinds
        case 'cs -secrets export' 'cs --secrets export' 'cs <session> -secrets export' 'cs <session> --secrets export'
            set verbs
            set options -s --session --json
            set values -s:'session' --session:'session'
            set kinds
        case 'cs -secrets run' 'cs --secrets run' 'cs <session> -secrets run' 'cs <session> --secrets run'
            set verbs
            set options -s --session
            set values -s:'session' --session:'session'
            set kinds 'programs'
        case 'cs -secrets export-file' 'cs --secrets export-file' 'cs <session> -secrets export-file' 'cs <session> --secrets export-file'
            set verbs
            set options -s --session
            set values -s:'session' --session:'session'
            set kinds 'files'
        case 'cs -secrets import-file' 'cs --secrets import-file' 'cs <session> -secrets import-file' 'cs <session> --secrets import-file'
            set verbs
            set options -s --session --replace
            set values -s:'session' --session:'session'
            set kinds 'files'
        case 'cs -secrets backend' 'cs --secrets backend' 'cs <session> -secrets backend' 'cs <session> --secrets backend'
            set verbs
            set options -s --session
            set values -s:'session' --session:'session'
            set kinds
        case 'cs -secrets migrate-backend' 'cs --secrets migrate-backend' 'cs <session> -secrets migrate-backend' 'cs <session> --secrets migrate-backend'
            set verbs
            set options -s --session --from --delete-source --all
            set values -s:'session' --session:'session' --from:'=keychain|credential|secret-service|keyring|encrypted'
            set kinds '=keychain|credential|secret-service|keyring|encrypted'
        case 'cs -secrets migrate' 'cs --secrets migrate' 'cs <session> -secrets migrate' 'cs <session> --secrets migrate'
            set verbs
            set options -s --session --redact
            set values -s:'session' --session:'session'
            set kinds
        case 'cs -secrets fill' 'cs --secrets fill' 'cs <session> -secrets fill' 'cs <session> --secrets fill'
            set verbs
            set options -s --session -o --output
            set values -s:'session' --session:'session' -o:'none' --output:'none'
            set kinds 'files'
        case 'cs -secrets age' 'cs --secrets age' 'cs <session> -secrets age' 'cs <session> --secrets age'
            set verbs
            set options -s --session
            set values -s:'session' --session:'session'
            set kinds '=init|pubkey|add|list|remove' 'none+'
        case 'cs -sync' 'cs -s' 'cs --sync' 'cs <session> -sync' 'cs <session> -s' 'cs <session> --sync'
            set verbs remote\t'show or set where the session is synced to' push\t'commit, and carry the branch to the remote' pull\t'bring in what the remote has, and import its secrets' status\t'show branch, remote, and what is not committed or pushed' st\t'show branch, remote, and what is not committed or pushed' auto\t'show or set whether it syncs by itself' clone\t'make a session of what is at a remote'
            set options
            set values
            set kinds
        case 'cs -sync remote' 'cs -s remote' 'cs --sync remote' 'cs <session> -sync remote' 'cs <session> -s remote' 'cs <session> --sync remote'
            set verbs
            set options
            set values
            set kinds 'none'
        case 'cs -sync push' 'cs -s push' 'cs --sync push' 'cs <session> -sync push' 'cs <session> -s push' 'cs <session> --sync push'
            set verbs
            set options -q --quiet --squash --as-is
            set values
            set kinds
        case 'cs -sync pull' 'cs -s pull' 'cs --sync pull' 'cs <session> -sync pull' 'cs <session> -s pull' 'cs <session> --sync pull'
            set verbs
            set options -q --quiet --mine --theirs
            set values
            set kinds
        case 'cs -sync status' 'cs -sync st' 'cs -s status' 'cs -s st' 'cs --sync status' 'cs --sync st' 'cs <session> -sync status' 'cs <session> -sync st' 'cs <session> -s status' 'cs <session> -s st' 'cs <session> --sync status' 'cs <session> --sync st'
            set verbs
            set options
            set values
            set kinds
        case 'cs -sync auto' 'cs -s auto' 'cs --sync auto' 'cs <session> -sync auto' 'cs <session> -s auto' 'cs <session> --sync auto'
            set verbs
            set options
            set values
            set kinds '=on|off'
        case 'cs -sync clone' 'cs -s clone' 'cs --sync clone' 'cs <session> -sync clone' 'cs <session> -s clone' 'cs <session> --sync clone'
            set verbs
            set options
            set values
            set kinds 'none' 'none'
        case 'cs -remote' 'cs --remote'
            set verbs add\t'give a host a name' list\t'list the registered hosts' ls\t'list the registered hosts' remove\t'forget a host' rm\t'forget a host'
            set options
            set values
            set kinds
        case 'cs -remote add' 'cs --remote add'
            set verbs
            set options
            set values
            set kinds 'none' 'none'
        case 'cs -remote list' 'cs -remote ls' 'cs --remote list' 'cs --remote ls'
            set verbs
            set options
            set values
            set kinds
        case 'cs -remote remove' 'cs -remote rm' 'cs --remote remove' 'cs --remote rm'
            set verbs
            set options
            set values
            set kinds 'hosts'
        case 'cs -search' 'cs --search'
            set verbs
            set options --limit --json
            set values --limit:'none'
            set kinds 'none+'
        case 'cs -install' 'cs --install'
            set verbs
            set options --name
            set values --name:'none'
            set kinds
        case 'cs -update' 'cs --update'
            set verbs
            set options -c --check -f --force --rollback
            set values
            set kinds
        case 'cs -doctor' 'cs --doctor'
            set verbs
            set options --json
            set values
            set kinds
        case 'cs -uninstall' 'cs --uninstall'
            set verbs
            set options -y --yes
            set values
            set kinds
        case 'cs -tui' 'cs --tui'
            set verbs
            set options
            set values
            set kinds
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
