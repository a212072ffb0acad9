"""What is measured: the commands that have a limit in the project's targets, from an installed cs."""

from bench import row


def sessions(bench, count):
    """Make some sessions by copying one: directories, not links, each with its own log."""
    bench.installed()
    bench.claude()
    result = bench.cs("session-0000")
    assert result.status == 0, result.err
    first = bench.root / "session-0000"
    readme = (first / ".cs" / "README.md").read_bytes()
    log = (first / ".cs" / "logs" / "session.log").read_bytes()
    git = (first / ".git" / "config").read_bytes()
    for number in range(1, count):
        place = bench.root / f"session-{number:04d}"
        (place / ".cs" / "logs").mkdir(parents=True)
        (place / ".git").mkdir()
        (place / ".cs" / "README.md").write_bytes(readme)
        (place / ".cs" / "logs" / "session.log").write_bytes(log)
        (place / ".git" / "config").write_bytes(git)


@row("sh -c true")
def shell(bench):
    return ["/bin/sh", "-c", "true"]


@row("cs -version", limit=12)
def version(bench):
    return [*bench.installed().program, "-version"]


@row("cs -ls, 1,000 sessions", limit=60)
def list_thousand(bench):
    sessions(bench, 1000)
    return [*bench.program, "-ls"]


@row("cs -ls --json, 1,000 sessions", limit=150)
def list_thousand_as_json(bench):
    sessions(bench, 1000)
    return [*bench.program, "-ls", "--json"]


@row("cs -ls, 10,000 sessions", limit=500, runs=7)
def list_ten_thousand(bench):
    sessions(bench, 10000)
    return [*bench.program, "-ls"]
