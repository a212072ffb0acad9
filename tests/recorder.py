"""The program behind `box.fake`: write the call down, then do what the plan says.

usage: recorder.py PLAN [ARGUMENT...]
"""

import json
import os
import sys


def write_down(log, argv, stdin=None):
    """Add a call to the log, in one write, so that calls at the same time stay apart."""
    call = {"argv": argv, "cwd": os.getcwd(), "env": dict(os.environ), "stdin": stdin, "pid": os.getpid()}
    line = json.dumps(call) + "\n"
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, line.encode())
    os.close(file)
    return call


def main(plan, *argv):
    """Record, then become the real program, run the script, or print."""
    with open(plan) as file:
        told = json.load(file)
    name = os.path.basename(plan)[: -len(".plan")]
    stdin = sys.stdin.buffer.read().decode("utf-8", "surrogateescape") if told["stdin"] else None
    call = write_down(told["log"], list(argv), stdin)
    script = told["script"] or ""
    if told["real"]:
        os.execv(told["real"][0], [*told["real"], *argv])
    if script.startswith("#!"):
        become(plan + ".script", script, argv)
    if script:
        exec(
            compile(script, name, "exec"),
            {"argv": list(argv), "stdin": stdin, "call": call, "__name__": name},
        )
    sys.stdout.write(told["out"])
    sys.stderr.write(told["err"])
    return told["status"]


def become(place, script, argv):
    """Run a script of any language in place of this process."""
    fresh = f"{place}.{os.getpid()}"
    with open(fresh, "w") as file:
        file.write(script)
    os.chmod(fresh, 0o755)
    os.rename(fresh, place)
    os.execv(place, [place, *argv])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
