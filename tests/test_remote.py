"""Remote sessions: hosts, stubs and connecting; against a real sshd, a real tmux and a stand-in for et."""

import shlex

import pytest
from bed import need, wait_for
from far import Far

CLIENT = '#!/bin/sh\necho "client $$ of $CLAUDE_SESSION_NAME in $PWD"\nread line\necho "heard $line"\nsleep 1\n'

ET = """\
#!/bin/sh
# Eternal Terminal's command line: et [--ssh-option OPTION] [-p PORT] [user@]host -c COMMAND. The real one types
# the command and "; exit" into a login shell on the other side, and its status says nothing of the command's.
while [ $# != 0 ]; do
    case $1 in
        --ssh-option) options="$options -o $2"; shift 2 ;;
        -p) shift 2 ;;
        -c) command=$2; shift 2 ;;
        *) host=$1; shift ;;
    esac
done
ssh -tt $options "$host" "$command; exit"
exit 0
"""


@pytest.fixture
def far(box):
    """The other computer, with a client that waits for a line."""
    need("tmux")
    far = Far(box)
    far.there.fake("claude", script=CLIENT)
    return far


def open_on(box, far, name="api", *more, **terminal):
    """A terminal in which a session is open on the other computer."""
    words = more or (name, "--on", far.address)
    return box.spawn_cs(*words, **terminal).wait(f"of {name}")


def detach(screen):
    """Leave tmux as a person does."""
    screen.send("\x02d")
    return screen.finish()


def stub(box, name="api"):
    """The host in the stub of a session."""
    return (box.root / name / ".cs/remote.conf").read_text()


# ---- registered hosts ----------------------------------------------------------------------------------


def test_hosts_are_registered_listed_replaced_and_forgotten(box):
    assert box.cs("-remote", "list") == (
        0, "", "no host is registered; cs -remote add <name> <user@host> registers one\n"
    )  # fmt: skip
    assert box.cs("-remote", "add", "mini", "hex@mac-mini.local") == (0, "", "mini is hex@mac-mini.local now\n")
    assert box.cs("-remote", "add", "build", "ci@build:2222").status == 0
    assert box.cs("-remote", "ls") == (
        0, "HOST   TARGET\nbuild  ci@build:2222\nmini   hex@mac-mini.local\n", ""
    )  # fmt: skip
    assert box.cs("-remote", "add", "mini", "alias").err == "mini is alias now; it was hex@mac-mini.local\n"
    assert (box.root / ".remotes").read_text() == "build=ci@build:2222\nmini=alias\n"
    assert box.cs("-remote", "rm", "build") == (0, "", "build is forgotten; it was ci@build:2222\n")
    assert box.cs("-remote", "remove", "build") == (
        1, "",
        "cs: error: no host 'build' is registered\n"
        "cs: hint: cs -remote add build user@host registers it; user@host can also be given directly\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    "target",
    ["", "a b@c", "-oProxyCommand=x", "me@-x", "@host", "me@", "me@host:port", "me@host;id", "m\n@h", "$(x)@h"],
)
def test_what_is_no_address_is_refused(box, target):
    before = box.tree()
    assert box.cs("-remote", "add", "x", "--", target) == (
        1, "",
        f"cs: error: '{' '.join(target.split(chr(10)))}' is no address of a host\n"
        "cs: hint: it looks like user@host or user@host:port, or is a Host of ~/.ssh/config\n",
    )  # fmt: skip
    assert box.tree() == before


def test_a_host_that_sessions_are_on_is_forgotten_with_a_warning(box):
    box.cs("-remote", "add", "mini", "me@mini")
    make_stub(box, "api", "mini")
    assert box.cs("-remote", "rm", "mini") == (
        0, "",
        "mini is forgotten; it was me@mini\ncs: warning: on mini there are still: api\n"
        "cs: hint: cs <session> --on me@mini keeps them within reach\n",
    )  # fmt: skip
    assert box.cs("api", "--dry-run") == (
        1, "",
        "cs: error: no host 'mini' is registered\n"
        "cs: hint: cs -remote add mini user@host registers it; user@host can also be given directly\n",
    )  # fmt: skip


def make_stub(box, name, host, more=""):
    """A stub as earlier tools made it."""
    place = box.root / name / ".cs"
    place.mkdir(parents=True)
    (place / "remote.conf").write_text(f"host={host}\n{more}")


# ---- what is run ---------------------------------------------------------------------------------------


def test_a_dry_run_prints_the_exact_command_and_changes_nothing(box, far):
    before = box.tree()
    shown = box.cs("my.app-2", "--on", "me@build:2222", "--dry-run")
    assert (shown.status, shown.err, box.tree()) == (0, "", before)
    words = shlex.split(shown.out)
    assert words[:6] == ["ssh", "-t", "-p", "2222", "--", "me@build"]
    assert words[6].startswith("exec sh -c ") and len(words) == 7
    script = shlex.split(words[6])[3]
    assert "exec tmux new-session -A -s cs-my+app-2 " in script
    assert box.calls("ssh") == []


def test_the_command_of_a_dry_run_works_as_it_stands(box, far):
    line = box.cs(f"{far.address}:api", "--dry-run").out
    screen = box.spawn("sh", "-c", line).wait("of api")
    assert detach(screen) == 0
    assert "cs-api" in far.tmux("ls").out


def test_an_ssh_that_is_told_to_open_gets_the_options_for_the_other_side(box, far):
    make_stub(box, "api", "me@build")
    out = box.cs("api", "--dry-run", "--force", "--fresh").out
    assert " api --force --fresh || sleep 2" in out
    box.wrapper("et", "exit 9")
    assert shlex.split(box.cs("api", "--dry-run").out)[:3] == ["et", "me@build", "-c"]
    make_stub(box, "b", "me@build:22")
    assert shlex.split(box.cs("b", "--dry-run").out)[:5] == ["et", "--ssh-option", "Port=22", "me@build", "-c"]


def test_a_stub_that_was_renamed_keeps_the_name_that_its_session_has_there(box):
    box.wrapper("et", "exit 9")
    make_stub(box, "old", "me@build")
    assert box.cs("-rename", "old", "new").status == 0
    assert " old || sleep 2" in box.cs("new", "--dry-run").out
    make_stub(box, "bad", "me@build", "name=$(id)\n")
    assert box.cs("bad", "--dry-run").status == 1


# ---- connecting ----------------------------------------------------------------------------------------


def test_on_connects_with_a_banner_and_a_title_and_leaves_a_stub(box, far):
    screen = box.spawn_cs("api", "--on", far.address, cols=220)
    screen.wait("of api")
    assert b"\x1b]2;cs: api @ ada@remote\x07" in screen.raw
    banner = screen.raw.partition(b"\x1b[?1049h")[0].decode()
    assert [" ".join(line.split()) for line in plain(banner).splitlines()[:4]] == [
        "cs 2026.11.1", "session api", "host ada@remote", "transport ssh",
    ]  # fmt: skip
    assert f"client {client_pids(far)[0]} of api in {far.root}/api" in screen.text
    assert detach(screen) == 0
    assert stub(box) == f"host={far.address}\n"
    assert (box.root / "api/.cs/logs/session.log").read_text().startswith("Session: api\nStarted: ")
    assert not (box.root / "api/CLAUDE.md").exists()


def plain(text):
    """Text without colours and titles."""
    import re

    return re.sub(r"\x1b\[[0-9;]*m|\x1b\][^\x07]*\x07|\r", "", text)


def client_pids(far):
    """Who was started as Claude Code there."""
    return [call.pid for call in far.there.calls("claude")]


def test_afterwards_the_name_alone_connects_to_the_same_client(box, far):
    assert detach(open_on(box, far, "api", f"{far.address}:api")) == 0
    screen = open_on(box, far, "api", "api")
    screen.send("hello\r")
    screen.wait("heard hello")
    assert screen.finish() == 0
    assert len(client_pids(far)) == 1


def test_a_second_terminal_attaches_to_the_same_client(box, far):
    first = open_on(box, far)
    second = open_on(box, far, "api", "api")
    first.send("shared")
    second.wait("shared")
    assert len(far.tmux("list-clients").out.splitlines()) == 2
    assert len(client_pids(far)) == 1
    assert (detach(first), detach(second)) == (0, 0)


def test_a_connection_that_was_cut_leaves_the_session_running_and_is_made_again(box, far):
    screen = open_on(box, far)
    far.drop()
    assert screen.finish() == 1
    said = plain(screen.raw.decode())
    assert "cs: error: the connection to ada@remote was lost; session 'api' goes on there" in said
    assert "cs: hint: cs api attaches to it again" in said
    assert "cs-api" in far.tmux("ls").out
    again = open_on(box, far, "api", "api")
    assert len(client_pids(far)) == 1
    assert detach(again) == 0


def test_names_with_dots_are_told_apart_by_tmux_too(box, far):
    for name in ("a.b", "a_b", "a-b"):
        assert detach(open_on(box, far, name)) == 0
    assert far.tmux("list-sessions", "-F", "#{session_name}").out == "cs-a+b\ncs-a-b\ncs-a_b\n"
    assert sorted(path.name for path in far.root.iterdir()) == ["a-b", "a.b", "a_b"]


@pytest.mark.once
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_login_shell_there_may_be_any(box, far, shell):
    far.there.env["SHELL"] = need(shell)
    far.publish()
    box.fake("claude")
    assert detach(open_on(box, far, "it-is.dotted")) == 0
    assert far.cs("api").status == 0
    make_stub(box, "api", far.address)
    assert box.cs("api", "--move-here").status == 0
    box.without("rsync")
    assert box.cs("api", "--move-to", far.address).status == 0


def test_et_is_preferred_where_it_is_installed(box, far):
    box.fake("et", script=ET)
    screen = open_on(box, far)
    assert "transport et" in " ".join(plain(screen.raw.decode()).split())
    assert detach(screen) == 0
    (call,) = box.calls("et")
    assert box.run("cat", box.root / "api/.cs/remote.conf").out == f"host={far.address}\n"
    assert call.argv[:2] == [far.address, "-c"]
    assert call.argv[2].startswith("exec sh -c ")


def test_a_known_host_may_be_given_by_its_name_and_changed(box, far):
    box.cs("-remote", "add", "mini", far.address)
    assert detach(open_on(box, far, "api", "api", "--on", "mini")) == 0
    assert stub(box) == "host=mini\n"
    screen = open_on(box, far, "api", "api", "--on", "eve@other")
    assert "session 'api' was on mini (ada@remote); from now on it is on eve@other" in plain(screen.raw.decode())
    assert detach(screen) == 0
    assert stub(box) == "host=eve@other\n"
    listed = box.cs("-ls").out.splitlines()
    assert listed[0].split() == ["SESSION", "CREATED", "MODIFIED", "LOCATION"]
    assert listed[1].endswith("  eve@other")


def test_the_list_says_where_a_session_is(box):
    box.cs("-remote", "add", "mini", "me@mini.local")
    make_stub(box, "api", "mini")
    assert box.cs("-ls").out.splitlines()[1].split(None, 3) == ["api", "-", "-", "mini (me@mini.local)"]
    assert '"location": "mini' in box.cs("-ls", "--json").out


# ---- failures, each with its own message ----------------------------------------------------------------


def failure(box, *words):
    """What a command that fails says, and that it leaves nothing behind."""
    before = box.tree(box.root) if box.root.exists() else {}
    result = box.cs(*words)
    assert result.status == 1
    assert (box.tree(box.root) if box.root.exists() else {}) == before
    return [line for line in result.err.splitlines() if line.startswith("cs: ")]


def test_a_host_that_nobody_registered(box):
    box.cs("-remote", "add", "mini", "me@mini")
    assert failure(box, "api", "--on", "minj") == [
        "cs: error: no host 'minj' is registered",
        "cs: hint: did you mean 'mini'?",
        "cs: hint: cs -remote add minj user@host registers it; user@host can also be given directly",
    ]


def test_neither_et_nor_ssh_here(box):
    box.without("ssh", "et")
    assert failure(box, "api", "--on", "me@mini") == [
        "cs: error: neither et nor ssh is installed here",
        "cs: hint: apt install openssh-client, or the like, brings ssh",
    ]


def test_a_session_stays_on_its_host_when_another_one_is_not_reached(box, far):
    box.cs("-remote", "add", "mini", "me@mini")
    make_stub(box, "api", "mini")
    error = box.cs("api", "--on", far.address)  # no terminal
    assert error.status == 1 and "this is none" in error.err
    assert "session 'api' stays on mini (me@mini)\n" in error.err and stub(box) == "host=mini\n"
    far.stop()
    assert "cannot be reached" in box.cs("api", "--on", far.address).err and stub(box) == "host=mini\n"


@pytest.mark.parametrize("transport", ["ssh", "et"])
def test_a_host_that_does_not_answer(box, far, transport):
    if transport == "et":
        box.fake("et", status=1)
    far.stop()
    assert failure(box, "api", "--on", far.address) == [
        "cs: error: ada@remote cannot be reached: nothing listens on its ssh port",
        "cs: hint: is sshd running there?",
        "cs: hint: try it: ssh -t ada@remote true",
    ]


def test_an_et_without_its_server(box, far):
    box.fake("et", err="Could not reach the ET server: remote:2022\n", status=1)
    assert failure(box, "api", "--on", far.address) == [
        "cs: error: et cannot connect to ada@remote: Could not reach the ET server: remote:2022",
        "cs: hint: its server, etserver, must run there; where et is not on the PATH, cs takes ssh",
    ]


def test_a_host_that_refuses_the_login(box, far):
    box.spy("ssh", "-F", far.top / "ssh_config", "-o", "PubkeyAuthentication=no", "-l", "root")
    assert failure(box, "api", "--on", far.address) == [
        "cs: error: ada@remote refused the login",
        "cs: hint: ssh-copy-id puts your key there",
        "cs: hint: try it: ssh -t ada@remote true",
    ]


def test_a_host_with_another_key_than_before(box, far):
    (far.top / "known").write_text(
        "remote ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6HBh7Dvs0GkXS4vzTQWqmqE4Y9hyqzhVmRJxJPB6JZ\n"
    )
    box.spy("ssh", "-F", far.top / "ssh_config", "-o", f"UserKnownHostsFile={far.top}/known", "-l", "root")
    assert failure(box, "api", "--on", far.address)[0] == (
        "cs: error: ada@remote is not the machine it was, or is not known yet: its key was not accepted"
    )


@pytest.mark.parametrize("transport", ["ssh", "et"])
def test_no_tmux_there(box, far, transport):
    if transport == "et":
        box.fake("et", script=ET)
    far.without("tmux")
    assert failure(box, "api", "--on", far.address) == [
        "cs: error: there is no tmux on ada@remote",
        "cs: hint: install it there, for example: ssh -t ada@remote 'sudo apt install tmux'",
    ]


@pytest.mark.parametrize("transport", ["ssh", "et"])
def test_no_cs_there(box, far, transport):
    if transport == "et":
        box.fake("et", script=ET)
    (far.home / ".local/bin/cs").unlink()
    box.env["CS_RELEASES_URL"] = "https://example.org/cs/releases"
    command = "curl -fsSL https://example.org/cs/releases/download/v2026.11.1/install.sh | bash"
    assert failure(box, "api", "--on", far.address) == [
        "cs: error: there is no cs on ada@remote",
        f"cs: hint: to install it: ssh -t ada@remote '{command}'",
    ]


def test_no_terminal_here(box, far):
    assert failure(box, "api", "--on", far.address) == [
        "cs: error: a session on another machine is opened in a terminal, and this is none",
        f"cs: hint: cs api --on {far.address} --dry-run prints the command",
    ]
    assert not (box.root / "api").exists()


def test_a_session_that_is_here_is_not_opened_elsewhere(box, far):
    box.fake("claude")
    assert box.cs("api").status == 0
    assert failure(box, "api", "--on", far.address) == [
        "cs: error: session 'api' is here, not on another host",
        "cs: hint: cs api --move-to <host> moves it there",
    ]


def test_a_stub_that_has_been_used_survives_a_failure(box, far):
    make_stub(box, "api", far.address)
    far.stop()
    assert box.cs("api").status == 1
    assert stub(box) == f"host={far.address}\n"


def test_sync_and_secrets_are_refused_for_a_session_elsewhere(box):
    box.cs("-remote", "add", "mini", "me@mini")
    make_stub(box, "api", "mini")
    for words in ("-secrets list", "-sync status", "-s push", "-sync auto", "-sync auto off"):
        error, hint = failure(box, "api", *words.split())
        assert error.startswith("cs: error: session 'api' is on mini, ") and "connect first: cs api" in hint


def test_a_stub_that_leads_to_itself_is_not_followed_for_ever(box, far):
    far.there.env["CS_SESSIONS_ROOT"] = str(box.root)
    far.publish()
    screen = box.spawn_cs("api", "--on", far.address)
    screen.wait("session 'api' is not there: what stands for it on ada@remote leads back to here")
    assert screen.finish() == 0


def test_a_command_for_a_session_at_an_address_says_to_connect_first(box):
    for words in ("-sync", "-sync push", "-secrets list"):
        name = words.split()[0]
        assert failure(box, "me@mini:api", *words.split()) == [
            f"cs: error: {name} works where the session is, on me@mini",
            "cs: hint: connect first: cs me@mini:api",
        ]


def test_a_client_that_is_missing_there_is_readable_for_a_moment(box, far):
    (far.there.bin / "claude").unlink()
    screen = box.spawn_cs("api", "--on", far.address)
    screen.wait("Claude Code is not here")
    wait_for(lambda: screen.pump(0.1) or "no server" in far.tmux("ls").err or not far.tmux("ls").out, timeout=20)
