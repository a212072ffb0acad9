# Completion of cs for PowerShell 7. Made by completions/generate.py from the command table of cs.py: change that, not this.

$global:CsCompletionPlaces = @{
    'cs' = @{ verbs = [ordered]@{ '-help' = 'show this help'; '-version' = 'show the version'; '-adopt' = 'make the current directory a session, in place'; '-list' = 'list the sessions'; '-ls' = 'list the sessions'; '-remove' = 'remove a session (to the trash)'; '-rm' = 'remove a session (to the trash)'; '-restore' = 'list the trash, or bring a session back from it'; '-rename' = 'rename a session'; '-secrets' = 'keep and use a session''s credentials'; '-sync' = 'carry a session''s history to a remote'; '-remote' = 'register hosts for remote sessions'; '-search' = 'find what was said or noted: words, "a phrase", prefix*, -word, in:notes|chat|artifacts, session:, since:2w'; '-install' = 'install the program, hooks, commands, skill and completions'; '-update' = 'update to the newest version; --check only tells, --rollback goes back one'; '-doctor' = 'check the installation, and say how to mend it'; '-uninstall' = 'remove cs; sessions and secrets stay unless you say otherwise'; '-tui' = 'choose a session on the screen, as cs alone does' }; takes = @{  }; options = @(); kinds = @('sessions') }
    'cs <session>' = @{ verbs = [ordered]@{ '-conversations' = 'list, or export, what was said in a session'; '-secrets' = 'keep and use a session''s credentials'; '-sync' = 'carry a session''s history to a remote' }; takes = [ordered]@{ '--resume' = 'none'; '--on' = 'hosts'; '--move-to' = 'hosts' }; options = @('--force', '--fresh', '--resume', '--on', '--move-to', '--move-here', '--dry-run'); kinds = @() }
    'cs -help' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs -h' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs --help' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs -version' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs -v' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs --version' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs -adopt' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none') }
    'cs --adopt' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none') }
    'cs -list' = @{ verbs = @{  }; takes = @{  }; options = @('--json'); kinds = @() }
    'cs -ls' = @{ verbs = @{  }; takes = @{  }; options = @('--json'); kinds = @() }
    'cs --list' = @{ verbs = @{  }; takes = @{  }; options = @('--json'); kinds = @() }
    'cs --ls' = @{ verbs = @{  }; takes = @{  }; options = @('--json'); kinds = @() }
    'cs -remove' = @{ verbs = @{  }; takes = @{  }; options = @('-y', '--yes', '--force'); kinds = @('sessions') }
    'cs -rm' = @{ verbs = @{  }; takes = @{  }; options = @('-y', '--yes', '--force'); kinds = @('sessions') }
    'cs --remove' = @{ verbs = @{  }; takes = @{  }; options = @('-y', '--yes', '--force'); kinds = @('sessions') }
    'cs --rm' = @{ verbs = @{  }; takes = @{  }; options = @('-y', '--yes', '--force'); kinds = @('sessions') }
    'cs -restore' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('trash') }
    'cs --restore' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('trash') }
    'cs -rename' = @{ verbs = @{  }; takes = @{  }; options = @('--force'); kinds = @('sessions', 'none') }
    'cs --rename' = @{ verbs = @{  }; takes = @{  }; options = @('--force'); kinds = @('sessions', 'none') }
    'cs <session> -conversations' = @{ verbs = [ordered]@{ 'list' = 'list the conversations, the one resumed next first'; 'ls' = 'list the conversations, the one resumed next first'; 'export' = 'write a conversation as Markdown, secrets redacted' }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> --conversations' = @{ verbs = [ordered]@{ 'list' = 'list the conversations, the one resumed next first'; 'ls' = 'list the conversations, the one resumed next first'; 'export' = 'write a conversation as Markdown, secrets redacted' }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> -conversations list' = @{ verbs = @{  }; takes = @{  }; options = @('--json'); kinds = @() }
    'cs <session> -conversations ls' = @{ verbs = @{  }; takes = @{  }; options = @('--json'); kinds = @() }
    'cs <session> --conversations list' = @{ verbs = @{  }; takes = @{  }; options = @('--json'); kinds = @() }
    'cs <session> --conversations ls' = @{ verbs = @{  }; takes = @{  }; options = @('--json'); kinds = @() }
    'cs <session> -conversations export' = @{ verbs = @{  }; takes = [ordered]@{ '-o' = 'files'; '--output' = 'files' }; options = @('-o', '--output'); kinds = @('none') }
    'cs <session> --conversations export' = @{ verbs = @{  }; takes = [ordered]@{ '-o' = 'files'; '--output' = 'files' }; options = @('-o', '--output'); kinds = @('none') }
    'cs -secrets' = @{ verbs = [ordered]@{ 'set' = 'store a secret; the value is asked for, or read from stdin'; 'store' = 'store a secret; the value is asked for, or read from stdin'; 'get' = 'print a value (-n: without a newline)'; 'list' = 'names and dates, never values'; 'ls' = 'names and dates, never values'; 'delete' = 'delete a secret'; 'rm' = 'delete a secret'; 'purge' = 'delete all secrets of the session'; 'export' = 'lines for eval "$(cs -secrets export)"'; 'run' = 'run a command with the secrets in its environment'; 'export-file' = 'write secrets.age for other machines'; 'import-file' = 'read secrets.age or secrets.enc'; 'backend' = 'which store is in use, where, and why'; 'migrate-backend' = 'copy the secrets to another store, checking every value (--all: of all sessions)'; 'migrate' = 'find plaintext secrets in artifacts, and store them'; 'fill' = 'put values back in place of [REDACTED: …]'; 'age' = 'the keys that open secrets.age' }; takes = @{  }; options = @(); kinds = @() }
    'cs --secrets' = @{ verbs = [ordered]@{ 'set' = 'store a secret; the value is asked for, or read from stdin'; 'store' = 'store a secret; the value is asked for, or read from stdin'; 'get' = 'print a value (-n: without a newline)'; 'list' = 'names and dates, never values'; 'ls' = 'names and dates, never values'; 'delete' = 'delete a secret'; 'rm' = 'delete a secret'; 'purge' = 'delete all secrets of the session'; 'export' = 'lines for eval "$(cs -secrets export)"'; 'run' = 'run a command with the secrets in its environment'; 'export-file' = 'write secrets.age for other machines'; 'import-file' = 'read secrets.age or secrets.enc'; 'backend' = 'which store is in use, where, and why'; 'migrate-backend' = 'copy the secrets to another store, checking every value (--all: of all sessions)'; 'migrate' = 'find plaintext secrets in artifacts, and store them'; 'fill' = 'put values back in place of [REDACTED: …]'; 'age' = 'the keys that open secrets.age' }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> -secrets' = @{ verbs = [ordered]@{ 'set' = 'store a secret; the value is asked for, or read from stdin'; 'store' = 'store a secret; the value is asked for, or read from stdin'; 'get' = 'print a value (-n: without a newline)'; 'list' = 'names and dates, never values'; 'ls' = 'names and dates, never values'; 'delete' = 'delete a secret'; 'rm' = 'delete a secret'; 'purge' = 'delete all secrets of the session'; 'export' = 'lines for eval "$(cs -secrets export)"'; 'run' = 'run a command with the secrets in its environment'; 'export-file' = 'write secrets.age for other machines'; 'import-file' = 'read secrets.age or secrets.enc'; 'backend' = 'which store is in use, where, and why'; 'migrate-backend' = 'copy the secrets to another store, checking every value (--all: of all sessions)'; 'migrate' = 'find plaintext secrets in artifacts, and store them'; 'fill' = 'put values back in place of [REDACTED: …]'; 'age' = 'the keys that open secrets.age' }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> --secrets' = @{ verbs = [ordered]@{ 'set' = 'store a secret; the value is asked for, or read from stdin'; 'store' = 'store a secret; the value is asked for, or read from stdin'; 'get' = 'print a value (-n: without a newline)'; 'list' = 'names and dates, never values'; 'ls' = 'names and dates, never values'; 'delete' = 'delete a secret'; 'rm' = 'delete a secret'; 'purge' = 'delete all secrets of the session'; 'export' = 'lines for eval "$(cs -secrets export)"'; 'run' = 'run a command with the secrets in its environment'; 'export-file' = 'write secrets.age for other machines'; 'import-file' = 'read secrets.age or secrets.enc'; 'backend' = 'which store is in use, where, and why'; 'migrate-backend' = 'copy the secrets to another store, checking every value (--all: of all sessions)'; 'migrate' = 'find plaintext secrets in artifacts, and store them'; 'fill' = 'put values back in place of [REDACTED: …]'; 'age' = 'the keys that open secrets.age' }; takes = @{  }; options = @(); kinds = @() }
    'cs -secrets set' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets', 'none') }
    'cs -secrets store' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets', 'none') }
    'cs --secrets set' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets', 'none') }
    'cs --secrets store' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets', 'none') }
    'cs <session> -secrets set' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets', 'none') }
    'cs <session> -secrets store' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets', 'none') }
    'cs <session> --secrets set' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets', 'none') }
    'cs <session> --secrets store' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets', 'none') }
    'cs -secrets get' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '-n'); kinds = @('secrets') }
    'cs --secrets get' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '-n'); kinds = @('secrets') }
    'cs <session> -secrets get' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '-n'); kinds = @('secrets') }
    'cs <session> --secrets get' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '-n'); kinds = @('secrets') }
    'cs -secrets list' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs -secrets ls' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs --secrets list' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs --secrets ls' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs <session> -secrets list' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs <session> -secrets ls' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs <session> --secrets list' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs <session> --secrets ls' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs -secrets delete' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets') }
    'cs -secrets rm' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets') }
    'cs --secrets delete' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets') }
    'cs --secrets rm' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets') }
    'cs <session> -secrets delete' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets') }
    'cs <session> -secrets rm' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets') }
    'cs <session> --secrets delete' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets') }
    'cs <session> --secrets rm' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('secrets') }
    'cs -secrets purge' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '-y'); kinds = @() }
    'cs --secrets purge' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '-y'); kinds = @() }
    'cs <session> -secrets purge' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '-y'); kinds = @() }
    'cs <session> --secrets purge' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '-y'); kinds = @() }
    'cs -secrets export' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs --secrets export' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs <session> -secrets export' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs <session> --secrets export' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--json'); kinds = @() }
    'cs -secrets run' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('programs') }
    'cs --secrets run' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('programs') }
    'cs <session> -secrets run' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('programs') }
    'cs <session> --secrets run' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('programs') }
    'cs -secrets export-file' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('files') }
    'cs --secrets export-file' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('files') }
    'cs <session> -secrets export-file' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('files') }
    'cs <session> --secrets export-file' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('files') }
    'cs -secrets import-file' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--replace'); kinds = @('files') }
    'cs --secrets import-file' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--replace'); kinds = @('files') }
    'cs <session> -secrets import-file' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--replace'); kinds = @('files') }
    'cs <session> --secrets import-file' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--replace'); kinds = @('files') }
    'cs -secrets backend' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @() }
    'cs --secrets backend' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @() }
    'cs <session> -secrets backend' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @() }
    'cs <session> --secrets backend' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @() }
    'cs -secrets migrate-backend' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session'; '--from' = '=keychain|credential|secret-service|keyring|encrypted' }; options = @('-s', '--session', '--from', '--delete-source', '--all'); kinds = @('=keychain|credential|secret-service|keyring|encrypted') }
    'cs --secrets migrate-backend' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session'; '--from' = '=keychain|credential|secret-service|keyring|encrypted' }; options = @('-s', '--session', '--from', '--delete-source', '--all'); kinds = @('=keychain|credential|secret-service|keyring|encrypted') }
    'cs <session> -secrets migrate-backend' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session'; '--from' = '=keychain|credential|secret-service|keyring|encrypted' }; options = @('-s', '--session', '--from', '--delete-source', '--all'); kinds = @('=keychain|credential|secret-service|keyring|encrypted') }
    'cs <session> --secrets migrate-backend' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session'; '--from' = '=keychain|credential|secret-service|keyring|encrypted' }; options = @('-s', '--session', '--from', '--delete-source', '--all'); kinds = @('=keychain|credential|secret-service|keyring|encrypted') }
    'cs -secrets migrate' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--redact'); kinds = @() }
    'cs --secrets migrate' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--redact'); kinds = @() }
    'cs <session> -secrets migrate' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--redact'); kinds = @() }
    'cs <session> --secrets migrate' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session', '--redact'); kinds = @() }
    'cs -secrets fill' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session'; '-o' = 'none'; '--output' = 'none' }; options = @('-s', '--session', '-o', '--output'); kinds = @('files') }
    'cs --secrets fill' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session'; '-o' = 'none'; '--output' = 'none' }; options = @('-s', '--session', '-o', '--output'); kinds = @('files') }
    'cs <session> -secrets fill' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session'; '-o' = 'none'; '--output' = 'none' }; options = @('-s', '--session', '-o', '--output'); kinds = @('files') }
    'cs <session> --secrets fill' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session'; '-o' = 'none'; '--output' = 'none' }; options = @('-s', '--session', '-o', '--output'); kinds = @('files') }
    'cs -secrets age' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('=init|pubkey|add|list|remove', 'none+') }
    'cs --secrets age' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('=init|pubkey|add|list|remove', 'none+') }
    'cs <session> -secrets age' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('=init|pubkey|add|list|remove', 'none+') }
    'cs <session> --secrets age' = @{ verbs = @{  }; takes = [ordered]@{ '-s' = 'session'; '--session' = 'session' }; options = @('-s', '--session'); kinds = @('=init|pubkey|add|list|remove', 'none+') }
    'cs -sync' = @{ verbs = [ordered]@{ 'remote' = 'show or set where the session is synced to'; 'push' = 'commit, and carry the branch to the remote'; 'pull' = 'bring in what the remote has, and import its secrets'; 'status' = 'show branch, remote, and what is not committed or pushed'; 'st' = 'show branch, remote, and what is not committed or pushed'; 'auto' = 'show or set whether it syncs by itself'; 'clone' = 'make a session of what is at a remote' }; takes = @{  }; options = @(); kinds = @() }
    'cs -s' = @{ verbs = [ordered]@{ 'remote' = 'show or set where the session is synced to'; 'push' = 'commit, and carry the branch to the remote'; 'pull' = 'bring in what the remote has, and import its secrets'; 'status' = 'show branch, remote, and what is not committed or pushed'; 'st' = 'show branch, remote, and what is not committed or pushed'; 'auto' = 'show or set whether it syncs by itself'; 'clone' = 'make a session of what is at a remote' }; takes = @{  }; options = @(); kinds = @() }
    'cs --sync' = @{ verbs = [ordered]@{ 'remote' = 'show or set where the session is synced to'; 'push' = 'commit, and carry the branch to the remote'; 'pull' = 'bring in what the remote has, and import its secrets'; 'status' = 'show branch, remote, and what is not committed or pushed'; 'st' = 'show branch, remote, and what is not committed or pushed'; 'auto' = 'show or set whether it syncs by itself'; 'clone' = 'make a session of what is at a remote' }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> -sync' = @{ verbs = [ordered]@{ 'remote' = 'show or set where the session is synced to'; 'push' = 'commit, and carry the branch to the remote'; 'pull' = 'bring in what the remote has, and import its secrets'; 'status' = 'show branch, remote, and what is not committed or pushed'; 'st' = 'show branch, remote, and what is not committed or pushed'; 'auto' = 'show or set whether it syncs by itself'; 'clone' = 'make a session of what is at a remote' }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> -s' = @{ verbs = [ordered]@{ 'remote' = 'show or set where the session is synced to'; 'push' = 'commit, and carry the branch to the remote'; 'pull' = 'bring in what the remote has, and import its secrets'; 'status' = 'show branch, remote, and what is not committed or pushed'; 'st' = 'show branch, remote, and what is not committed or pushed'; 'auto' = 'show or set whether it syncs by itself'; 'clone' = 'make a session of what is at a remote' }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> --sync' = @{ verbs = [ordered]@{ 'remote' = 'show or set where the session is synced to'; 'push' = 'commit, and carry the branch to the remote'; 'pull' = 'bring in what the remote has, and import its secrets'; 'status' = 'show branch, remote, and what is not committed or pushed'; 'st' = 'show branch, remote, and what is not committed or pushed'; 'auto' = 'show or set whether it syncs by itself'; 'clone' = 'make a session of what is at a remote' }; takes = @{  }; options = @(); kinds = @() }
    'cs -sync remote' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none') }
    'cs -s remote' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none') }
    'cs --sync remote' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none') }
    'cs <session> -sync remote' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none') }
    'cs <session> -s remote' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none') }
    'cs <session> --sync remote' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none') }
    'cs -sync push' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--squash', '--as-is'); kinds = @() }
    'cs -s push' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--squash', '--as-is'); kinds = @() }
    'cs --sync push' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--squash', '--as-is'); kinds = @() }
    'cs <session> -sync push' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--squash', '--as-is'); kinds = @() }
    'cs <session> -s push' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--squash', '--as-is'); kinds = @() }
    'cs <session> --sync push' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--squash', '--as-is'); kinds = @() }
    'cs -sync pull' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--mine', '--theirs'); kinds = @() }
    'cs -s pull' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--mine', '--theirs'); kinds = @() }
    'cs --sync pull' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--mine', '--theirs'); kinds = @() }
    'cs <session> -sync pull' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--mine', '--theirs'); kinds = @() }
    'cs <session> -s pull' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--mine', '--theirs'); kinds = @() }
    'cs <session> --sync pull' = @{ verbs = @{  }; takes = @{  }; options = @('-q', '--quiet', '--mine', '--theirs'); kinds = @() }
    'cs -sync status' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs -sync st' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs -s status' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs -s st' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs --sync status' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs --sync st' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> -sync status' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> -sync st' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> -s status' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> -s st' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> --sync status' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs <session> --sync st' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs -sync auto' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('=on|off') }
    'cs -s auto' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('=on|off') }
    'cs --sync auto' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('=on|off') }
    'cs <session> -sync auto' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('=on|off') }
    'cs <session> -s auto' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('=on|off') }
    'cs <session> --sync auto' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('=on|off') }
    'cs -sync clone' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none', 'none') }
    'cs -s clone' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none', 'none') }
    'cs --sync clone' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none', 'none') }
    'cs <session> -sync clone' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none', 'none') }
    'cs <session> -s clone' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none', 'none') }
    'cs <session> --sync clone' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none', 'none') }
    'cs -remote' = @{ verbs = [ordered]@{ 'add' = 'give a host a name'; 'list' = 'list the registered hosts'; 'ls' = 'list the registered hosts'; 'remove' = 'forget a host'; 'rm' = 'forget a host' }; takes = @{  }; options = @(); kinds = @() }
    'cs --remote' = @{ verbs = [ordered]@{ 'add' = 'give a host a name'; 'list' = 'list the registered hosts'; 'ls' = 'list the registered hosts'; 'remove' = 'forget a host'; 'rm' = 'forget a host' }; takes = @{  }; options = @(); kinds = @() }
    'cs -remote add' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none', 'none') }
    'cs --remote add' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('none', 'none') }
    'cs -remote list' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs -remote ls' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs --remote list' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs --remote ls' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs -remote remove' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('hosts') }
    'cs -remote rm' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('hosts') }
    'cs --remote remove' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('hosts') }
    'cs --remote rm' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @('hosts') }
    'cs -search' = @{ verbs = @{  }; takes = [ordered]@{ '--limit' = 'none' }; options = @('--limit', '--json'); kinds = @('none+') }
    'cs --search' = @{ verbs = @{  }; takes = [ordered]@{ '--limit' = 'none' }; options = @('--limit', '--json'); kinds = @('none+') }
    'cs -install' = @{ verbs = @{  }; takes = [ordered]@{ '--name' = 'none' }; options = @('--name'); kinds = @() }
    'cs --install' = @{ verbs = @{  }; takes = [ordered]@{ '--name' = 'none' }; options = @('--name'); kinds = @() }
    'cs -update' = @{ verbs = @{  }; takes = @{  }; options = @('-c', '--check', '-f', '--force', '--rollback'); kinds = @() }
    'cs --update' = @{ verbs = @{  }; takes = @{  }; options = @('-c', '--check', '-f', '--force', '--rollback'); kinds = @() }
    'cs -doctor' = @{ verbs = @{  }; takes = @{  }; options = @('--json'); kinds = @() }
    'cs --doctor' = @{ verbs = @{  }; takes = @{  }; options = @('--json'); kinds = @() }
    'cs -uninstall' = @{ verbs = @{  }; takes = @{  }; options = @('-y', '--yes'); kinds = @() }
    'cs --uninstall' = @{ verbs = @{  }; takes = @{  }; options = @('-y', '--yes'); kinds = @() }
    'cs -tui' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
    'cs --tui' = @{ verbs = @{  }; takes = @{  }; options = @(); kinds = @() }
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
