"""Makes the pictures of the TUI in docs/: the real program, in a terminal, drawn as SVG.

    python tests/tui_pictures.py            # all of them
    python tests/tui_pictures.py filter     # one

Each picture is a size, a theme and the keys that lead to it, on a home full of made-up sessions.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.sax.saxutils import escape

from screen import Screen
from wcwidth import wcswidth

TOP = Path(__file__).resolve().parent.parent
PICTURES = {  # docs/tui-<name>.svg: theme, columns, rows, keys
    "dark": ("dark", 130, 25, []),
    "light": ("light", 130, 25, []),
    "list": ("dark", 80, 24, ["j"]),
    "list-light": ("light", 80, 24, ["j"]),
    "filter": ("dark", 80, 12, ["/", *"api"]),
    "actions": ("dark", 100, 14, ["enter", "right"]),
    "delete": ("dark", 80, 16, ["d"]),
    "search": ("dark", 100, 24, ["ctrl-f", *"clock"]),
    "help": ("dark", 100, 28, ["?"]),
}
SESSIONS = [  # name, days since it was created and hours since it was used, objective, discoveries
    (
        "debug-api",
        3,
        0.1,
        "Find out why the orders endpoint answers twice",
        ["Retries hide a timeout", "The cache key lacks the tenant"],
    ),
    ("homeassistant", 40, 2, "Lights that follow the sun", ["Zigbee channel 15 is free"]),
    (
        "fix-auth",
        1,
        5,
        "Tokens expire an hour early",
        ["The clock of node 3 is off", "Refresh ignores the leeway", "Tests freeze the time"],
    ),
    ("router-config", 90, 26, "Document the network at home", ["The switch forgets VLAN 20"]),
    ("research-llms", 12, 31, "Compare small models for summaries", []),
    ("invoice-parser", 6, 80, "Read the PDF invoices of three suppliers", ["Two of them are scans"]),
    ("api-gateway", 21, 130, "Move the gateway to HTTP/2", ["Trailers are dropped by the proxy"]),
    ("blog", 200, 220, "", []),
    ("garden-sensors", 60, 400, "Soil moisture over LoRa", ["Batteries last nine weeks"]),
    ("thesis", 300, 1200, "Chapter four", ["Figure 4.2 uses the old data"]),
    ("old-laptop", 500, 3000, "Get the photos off it", []),
]


def make_home(home):
    """Sessions as cs makes them, with all that the TUI shows."""
    root = home / ".claude-sessions"
    now = time.time()
    for name, days, hours, objective, discoveries in SESSIONS:
        meta = root / name / ".cs"
        (meta / "logs").mkdir(parents=True)
        (meta / "artifacts").mkdir()
        started = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now - days * 86400 - hours * 3600))
        log = meta / "logs" / "session.log"
        log.write_text(f"Session: {name}\nStarted: {started}\n")
        (meta / "README.md").write_text(f"# {name}\n\n## Objective\n\n{objective or '[what is it for?]'}\n")
        (meta / "discoveries.md").write_text("# Discoveries\n" + "".join(f"\n## {line}\n" for line in discoveries))
        (meta / "sync.conf").write_text("auto_sync=on\n")
        paths = ["probe.sh", "replay.py"] if discoveries else []
        (meta / "artifacts" / "MANIFEST.json").write_text(
            "[" + ", ".join(f'{{"path": "{path}"}}' for path in paths) + "]"
        )
        os.utime(str(log), (now - hours * 3600,) * 2)
    for name in ("debug-api", "api-gateway", "invoice-parser", "blog"):
        subprocess.run(["git", "init", "-q", "-b", "main", str(root / name)], check=True)
        url = f"git@github.com:hex/{name}.git"
        subprocess.run(["git", "-C", str(root / name), "remote", "add", "origin", url], check=True)
    (root / "homeassistant" / ".cs" / "remote.conf").write_text("host=mini\n")
    open_here(home, root / "fix-auth", "busy")
    for name, count in (("debug-api", 3), ("invoice-parser", 1)):
        for i in range(count):
            run_cs(home, name, "-secrets", "set", f"KEY_{i}", input=b"made up")


def open_here(home, session, state):
    """As if Claude were at work in a session: held by this very process."""
    stat = Path(f"/proc/{os.getpid()}/stat").read_text().rpartition(")")[2].split()[19]
    (session / ".cs" / "session.lock").write_text(f"{os.getpid()}\nhost={os.uname().nodename}\nstart={stat}\n")
    place = home / ".claude" / "sessions"
    place.mkdir(parents=True)
    (place / f"{os.getpid()}.json").write_text(
        f'{{"pid": {os.getpid()}, "procStart": "{stat}", "cwd": "{session}", "status": "{state}"}}'
    )


def environment(home, **more):
    return dict(HOME=str(home), PATH=os.environ["PATH"], LANG="C.UTF-8", TERM="xterm-256color", **more)


def run_cs(home, *words, input=b""):
    command = [sys.executable, "-IS", str(TOP / "cs.py"), *words]
    subprocess.run(command, env=environment(home), input=input, check=True, capture_output=True)


def picture(home, theme, columns, rows, keys):
    """The SVG of what stands on the screen after these keys."""
    screen = Screen(
        [sys.executable, "-IS", str(TOP / "cs.py")], home, environment(home, CS_TERM_THEME=theme), rows, columns
    )
    try:
        screen.wait("claude-sessions").wait_idle(0.6)
        for key in keys:
            screen.key(key)
            screen.wait_idle(0.5)
        return svg(screen.terminal, theme)
    finally:
        screen.close()


GROUNDS = {"dark": ("#191614", "#f5e6d3"), "light": ("#fffdfa", "#2e2925")}
NAMED = {  # the colours that pyte calls by name
    "black": "#000000", "red": "#cd3131", "green": "#0dbc79", "brown": "#e5e510", "blue": "#2472c8",
    "magenta": "#bc3fbc", "cyan": "#11a8cd", "white": "#e5e5e5",
}  # fmt: skip
CELL_W, CELL_H, PAD = 8.4, 18.0, 14.0


def svg(terminal, theme):
    """A screen of pyte's as SVG: backgrounds as rectangles, one text element for each run of a style."""
    ground, ink = GROUNDS[theme]
    width, height = terminal.columns * CELL_W + 2 * PAD, terminal.lines * CELL_H + 2 * PAD
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', '
        f'monospace" font-size="14">',
        f'<rect width="100%" height="100%" rx="10" fill="{ground}"/>',
    ]
    for y in range(terminal.lines):
        for x, text, fg, bg, bold, underlined in runs(terminal, y, ground, ink):
            left, top, cells = PAD + x * CELL_W, PAD + y * CELL_H, wcswidth(text)
            if bg != ground:
                out.append(f'<rect x="{left:g}" y="{top:g}" width="{cells * CELL_W:g}" height="18" fill="{bg}"/>')
            if text[:1] in DRAWN:
                path = "".join(DRAWN[c].format(*corner(left + i * CELL_W, top)) for i, c in enumerate(text))
                inside = fg if text[0] == "▌" else "none"
                out.append(f'<path d="{path}" stroke="{fg}" fill="{inside}" stroke-width="1.2"/>')
            elif text.strip():
                style = (' font-weight="bold"' if bold else "") + (
                    ' text-decoration="underline"' if underlined else ""
                )
                out.append(
                    f'<text x="{left:g}" y="{top + 13.5:g}" fill="{fg}" xml:space="preserve" '
                    f'textLength="{cells * CELL_W:g}"{style}>{escape(text)}</text>'
                )
    return "\n".join([*out, "</svg>", ""])


# Borders are drawn as lines, because fonts leave gaps: left, middle and right; top, middle and bottom of a cell.
DRAWN = {
    "─": "M{0} {4}H{2}",
    "│": "M{1} {3}V{5}",
    "╭": "M{1} {5}Q{1} {4} {2} {4}",
    "╮": "M{0} {4}Q{1} {4} {1} {5}",
    "╰": "M{1} {3}Q{1} {4} {2} {4}",
    "╯": "M{1} {3}Q{1} {4} {0} {4}",
    "▌": "M{0} {3}h3v18h-3z",
    "⚿": "M{0} {6}h7v9h-7zM{1} {7}v3m-1.5 -3a1.5 1.5 0 1 1 3 0a1.5 1.5 0 1 1 -3 0",
}


def corner(x, y):
    places = x, x + CELL_W / 2, x + CELL_W, y, y + CELL_H / 2, y + CELL_H, y + 5, y + 9
    return [f"{place:g}" for place in places]


def runs(terminal, y, ground, ink):
    """The pieces of a line that have one style."""
    pieces = []
    for x in range(terminal.columns):
        cell = terminal.buffer[y][x]
        fg = ink if cell.fg == "default" else NAMED.get(cell.fg, "#" + cell.fg)
        bg = ground if cell.bg == "default" else NAMED.get(cell.bg, "#" + cell.bg)
        if cell.reverse:
            fg, bg = bg, fg
        style = (fg, bg, cell.bold, cell.underscore)
        if pieces and pieces[-1][2:] == style and (cell.data in DRAWN) == (pieces[-1][1][:1] in DRAWN):
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + cell.data, *style)
        else:
            pieces.append((x, cell.data, *style))
    return pieces


def main(names):
    home = Path(tempfile.mkdtemp(prefix="cs-pictures-"))
    try:
        make_home(home)
        for name in names or PICTURES:
            (TOP / "docs" / f"tui-{name}.svg").write_text(picture(home, *PICTURES[name]), encoding="utf-8")
    finally:
        shutil.rmtree(str(home))


if __name__ == "__main__":
    main(sys.argv[1:])
