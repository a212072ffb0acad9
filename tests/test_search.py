"""Searching: what is found, in which order, and how it is shown; the same from the index and from a scan."""

import json
import os
import sys
import time

import pytest
import search_corpus as corpus

import cs

ID = "0a1b2c3d-0000-4000-8000-00000000000"


@pytest.fixture(autouse=True)
def places(box):
    """Where the things of this test's home are."""
    return cs.Places(box.env)


@pytest.fixture(params=["index", "scan"])
def engine(request, monkeypatch):
    """Runs a test twice: with the index, and as if this Python had no SQLite."""
    if request.param == "scan":
        monkeypatch.setitem(sys.modules, "sqlite3", None)
    return request.param


class Sessions:
    """Makes sessions and conversations by hand, as old as is wanted."""

    def __init__(self, box):
        self.home, self.root = box.home, box.root

    def add(self, name, days=0, **documents):
        """A session with an objective, discoveries, ..., last changed so many days ago."""
        meta = self.root / name / ".cs"
        (meta / "logs").mkdir(parents=True, exist_ok=True)
        objective = documents.pop("objective", "[What this session is for]")
        documents.setdefault("README", f"# {name}\n\n## Objective\n\n{objective}\n")
        for document, text in documents.items():
            corpus.write(meta / (document.replace("_", ".") + ".md"), text, time.time() - days * 86400 - 10)
        return meta

    def chat(self, name, *said, number=1, days=0, kept=False, end="\n"):
        """A conversation in which the person and Claude speak by turns."""
        directory = self.root / name
        moment = time.time() - days * 86400 - 100
        lines = [
            corpus.record(kind, text, moment + n, os.path.realpath(directory), ID + str(number))
            for n, (kind, text) in enumerate(zip(("user", "assistant") * len(said), said))
        ]
        folder = directory / ".cs/local/conversations" if kept else corpus.project(self.home, directory)
        path = folder / f"{ID}{number}.jsonl"
        corpus.write(path, "".join(lines)[: -1 or None] + end, moment)
        return path

    def artifact(self, name, file, text):
        corpus.write(self.root / name / ".cs/artifacts" / file, text, time.time() - 10)


@pytest.fixture
def sessions(box):
    """Makes sessions in the box."""
    return Sessions(box)


def found(places, query, **more):
    """The names of the sessions that answer a query."""
    return [session.session for session in cs.search(places, cs.parse_query(query), **more)]


def hits(places, query, count=20):
    """What a query finds, as (where, text)."""
    answer = cs.search(places, cs.parse_query(query), hits=count)
    return [(hit.where, hit.text) for session in answer for hit in session.hits]


# ---- what is looked through ----------------------------------------------------------------------------


def test_every_document_is_searched(engine, places, sessions):
    for document in ("discoveries", "discoveries_archive", "discoveries_compact", "changes", "summary"):
        sessions.add(
            "in-" + document.replace("_", "-"), **{document: f"# Title\n\n## Heading\n\nthe {document[-7:]} word\n"}
        )
    for document in ("discoveries", "discoveries_archive", "discoveries_compact", "changes", "summary"):
        assert found(places, document[-7:].strip("_") + " word") == ["in-" + document.replace("_", "-")]


def test_the_objective_the_name_and_headings_are_searched(engine, places, sessions):
    sessions.add("wind-tunnel", objective="Measure the drag", discoveries="# D\n\n## Turbulence\n\nmuch\n")
    assert [found(places, word) for word in ("tunnel", "drag", "turbulence")] == [["wind-tunnel"]] * 3


def test_what_templates_and_comments_say_is_not(engine, places, sessions):
    sessions.add("empty", discoveries="# Discoveries\n\n<!-- One finding each -->\n")
    assert found(places, "what") == []
    assert found(places, "finding") == []


def test_names_and_text_of_artifacts_are_searched(engine, places, sessions):
    sessions.add("one")
    sessions.artifact("one", "external/etc/rotate_logs.sh", "#!/bin/sh\nlogrotate --force\n")
    sessions.artifact("one", "icon.png", "\x89PNG\0logrotate")
    assert hits(places, "logrotate force") == [("artifacts", "#!/bin/sh logrotate --force")]
    assert hits(places, "rotate") == [("artifacts", "external/etc/rotate_logs.sh")]
    assert hits(places, "icon") == [("artifacts", "icon.png")]


def test_what_was_said_is_searched_and_what_tools_printed_is_not(engine, places, sessions):
    sessions.add("one")
    path = sessions.chat("one", "why is the sky blue", [{"type": "text", "text": "Rayleigh scattering"}])
    extra = [
        corpus.record("assistant", [{"type": "thinking", "thinking": "hmmpondering"}], 1, "/x", "y"),
        corpus.record(
            "assistant", [{"type": "tool_use", "name": "Bash", "input": {"command": "grepping"}}], 1, "/x", "y"
        ),
        corpus.record("user", [{"type": "tool_result", "content": "toolprinted"}], 1, "/x", "y", toolUseResult="z"),
        corpus.record("user", [{"type": "tool_result", "content": "toolprinted"}], 1, "/x", "y"),
        corpus.record("user", "machinenote", 1, "/x", "y", isMeta=True),
        corpus.record("user", "sidetalk", 1, "/x", "y", isSidechain=True),
        corpus.record("user", "<command-name>/slashword</command-name>", 1, "/x", "y"),
        json.dumps({"type": "system", "content": "systemword"}) + "\n",
    ]
    path.write_text(path.read_text() + "".join(extra))
    assert hits(places, "sky") == [("chat", "why is the sky blue")]
    assert hits(places, "rayleigh") == [("chat", "Rayleigh scattering")]
    for word in ("hmmpondering", "grepping", "toolprinted", "machinenote", "sidetalk", "slashword", "systemword"):
        assert found(places, word) == [], word


def test_the_words_around_a_pasted_image_are_found(engine, places, sessions):
    sessions.add("one")
    image = {"type": "image", "source": {"type": "base64", "data": "iVBORw0KGgoAAAANSUhEUgAA" * 200000}}
    sessions.chat("one", [image, {"type": "text", "text": "what does this screenshot show"}])
    assert hits(places, "screenshot") == [("chat", "what does this screenshot show")]


def test_a_conversation_that_only_cs_has_is_found_and_one_that_both_have_once(engine, places, sessions):
    sessions.add("one")
    sessions.chat("one", "quokka question", kept=True, number=1)
    both = sessions.chat("one", "wombat question", number=2)
    os.link(both, sessions.root / "one/.cs/local/conversations" / both.name)
    copied = sessions.chat("one", "numbat question", "numbat answer", number=3)
    shorter = copied.read_text().splitlines(True)[0]
    (sessions.root / "one/.cs/local/conversations" / copied.name).write_text(shorter)
    (sessions.root / "one/.cs/local/conversations" / f"{ID}3.2.jsonl").write_text(
        shorter.replace("numbat", "kept numbat")
    )
    assert len(hits(places, "quokka")) == 1
    answer = cs.search(places, cs.parse_query("wombat"), hits=20)
    assert [(hit.file, hit.conversation) for hit in answer[0].hits] == [(str(both), ID + "2")]
    assert sorted(hits(places, "numbat")) == [
        ("chat", "kept numbat question"),
        ("chat", "numbat answer"),
        ("chat", "numbat question"),
    ]


def test_claude_s_own_file_is_named_until_claude_deletes_it(engine, places, sessions):
    sessions.add("one")
    path = sessions.chat("one", "quokka question")
    kept = sessions.root / "one/.cs/local/conversations" / path.name
    kept.parent.mkdir(parents=True)
    os.link(path, kept)
    assert cs.search(places, cs.parse_query("quokka"))[0].hits[0].file == str(path)
    path.unlink()
    assert cs.search(places, cs.parse_query("quokka"))[0].hits[0].file == str(kept)


def test_a_conversation_of_another_directory_with_the_same_folder_is_not_this_session_s(engine, places, sessions):
    sessions.add("my.app")
    sessions.add("my_app")
    sessions.chat("my.app", "marmot")
    assert found(places, "marmot") == ["my.app"]


def test_adopted_sessions_are_searched_where_they_are(engine, places, sessions, box):
    project = box.home / "src" / "thing"
    sessions.add("real", objective="Shrink the walrus")
    project.parent.mkdir()
    (sessions.root / "real").rename(project)
    (sessions.root / "thing").symlink_to(project)
    path = corpus.project(box.home, project) / (ID + "1.jsonl")
    corpus.write(path, corpus.record("user", "feed the walrus", time.time(), str(project), ID + "1"), time.time())
    assert [text for _, text in hits(places, "walrus")] == ["Shrink the walrus", "feed the walrus"]


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names of files are UTF-8 here")
def test_names_that_are_not_utf_8_are_no_obstacle(engine, places, sessions, box):
    sessions.add("one", objective="the badger")
    sessions.artifact("one", "b\udcfcrste.sh", "echo badger\n")
    sessions.add("t\udcfcwo", README="# Two\n\nthe badger\n")
    assert found(places, "badger") == ["one", "t\udcfcwo"]
    assert sorted(hits(places, "rste echo")) == [("artifacts", "b?rste.sh"), ("artifacts", "echo badger")]
    result = box.cs("-search", "badger", "--json")
    assert (result.status, result.err) == (0, "")
    assert [each["text"] for each in json.loads(result.out)[0]["hits"]] == ["the badger", "echo badger"]
    assert "artifacts/b" in box.cs("-search", "badger").out


def test_the_trash_is_not_searched_and_remote_sessions_only_by_name(engine, places, sessions):
    sessions.add(".trash/gone-20260101-000000", objective="ocelot")
    meta = sessions.add("ocelot-far", objective="secretive lynx", discoveries="# D\n\n## lynx\n")
    (meta / "remote.conf").write_text("host=me@far\n")
    (sessions.root / "no-session").mkdir()
    assert found(places, "ocelot") == ["ocelot-far"]
    assert found(places, "lynx") == []


def test_the_earliest_layout_is_searched_and_what_is_no_session_is_not(engine, places, box):
    now = time.time()
    corpus.write(box.root / "early/logs/session.log", "2025-01-01 10:00:00 - Session started\n", now)
    corpus.write(box.root / "early/discoveries.md", "# D\n\n## H\n\nan okapi\n", now)
    corpus.write(box.root / "early/artifacts/run.sh", "echo okapi\n", now)
    corpus.write(box.root / "just-files/README.md", "# an okapi\n\nhere\n", now)
    assert hits(places, "okapi") == [("notes", "an okapi"), ("artifacts", "echo okapi")]
    assert found(places, "files") == []


def test_torn_and_foreign_lines_are_passed_over(engine, places, sessions):
    sessions.add("one")
    path = sessions.chat("one", "first narwhal", "second narwhal", end="")
    assert len(hits(places, "narwhal")) == 2  # the last line is whole, although it has no end
    third = corpus.record("user", "third narwhal é", time.time(), "/x", "y").encode()
    with path.open("ab") as f:
        f.write(b"\n\xff\xfe garbage narwhal\n[1]\n\0\0\n{}\n" + third[:-40])
    assert len(hits(places, "narwhal")) == 2
    with path.open("ab") as f:
        f.write(third[-40:])
    assert len(hits(places, "narwhal")) == 3
    with path.open("ab") as f:
        f.write(corpus.record("assistant", "lone \ud83d narwhal", 1, "/x", "y").encode("utf-8", "surrogatepass"))
        f.write(b'{"type":"user","message":{"role":"user","content":"escaped \\ud83d narwhal"}}\n')
    assert len(hits(places, "narwhal")) == 5


# ---- the language of queries ---------------------------------------------------------------------------


@pytest.fixture
def zoo(sessions):
    """A few sessions with overlapping words."""
    sessions.add("api-cats", objective="Feed the cats", discoveries="# D\n\n## Whiskers\n\nwild cats purr\n")
    sessions.add("api-dogs", objective="Walk the dogs")
    sessions.add("horses", discoveries="# D\n\n## Stable\n\nno dogs and no cats in the Café\n")
    sessions.chat("api-dogs", "do dogs like cats", "they fear wild tigers", days=30)
    sessions.artifact("horses", "feed.sh", "echo tigers\n")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("tigers dogs", {"api-dogs", "horses"}),
        ("cats tigers whiskers", set()),
        ('"wild cats"', {"api-cats"}),
        ('"cats wild"', set()),
        ("whisk", set()),
        ("whisk*", {"api-cats"}),
        ("WHISKERS", {"api-cats"}),
        ("cafe", {"horses"}),
        ("CAFÉ", {"horses"}),
        ("cats -dogs", {"api-cats"}),
        ('cats -"no dogs"', {"api-cats", "api-dogs"}),
        ("-dogs cats -horses", {"api-cats"}),
        ("in:chat cats", {"api-dogs"}),
        ("in:notes cats", {"api-cats", "horses"}),
        ("in:notes api", {"api-cats", "api-dogs"}),
        ("in:artifacts tigers", {"horses"}),
        ("in:artifacts in:chat tigers", {"horses", "api-dogs"}),
        ("in:artifacts,chat tigers", {"horses", "api-dogs"}),
        ("-in:artifacts tigers", {"api-dogs"}),
        ("session:api* cats", {"api-cats", "api-dogs"}),
        ("session:API-CATS cats", {"api-cats"}),
        ("-session:api* cats", {"horses"}),
        ("tigers since:2w", {"horses"}),
        ("tigers since:2mo", {"api-dogs", "horses"}),
        ("tigers since:5000h", {"api-dogs", "horses"}),
        ("tigers since:2020-01-31", {"api-dogs", "horses"}),
        ("tigers since:2999-01-31", set()),
        ("cats since:2w", {"api-cats", "horses"}),
        ("api-cats", {"api-cats"}),
        ("purring", {"api-cats"}),
        ('"purring"', set()),
        ("++ cats", {"api-cats", "api-dogs", "horses"}),
    ],
)
def test_a_query_finds(engine, places, zoo, query, names):
    assert set(found(places, query)) == names


def test_a_phrase_does_not_go_from_one_message_to_the_next(engine, places, sessions):
    sessions.add("one")
    sessions.chat("one", "it ends with red", "panda begins this")
    assert found(places, '"red panda"') == []
    assert found(places, "red panda") == ["one"]


def test_a_place_and_a_time_hold_together(engine, places, sessions):
    sessions.add("one")
    path = sessions.chat("one", "an old badger", days=30)
    sessions.chat("one", "a new badger", number=2)
    path.write_text(path.read_text() + path.with_name(ID + "2.jsonl").read_text())
    assert found(places, "in:chat since:2w badger") == ["one"]
    assert found(places, "in:notes since:2w badger") == []


def test_scripts_without_spaces_and_composed_letters_are_found(engine, places, sessions):
    sessions.add("one", discoveries="# D\n\n## 検索\n\n全文検索の速さ und Ko\u0308pfe, STRASSE\n")
    for query in ("検索", "全文", "köpfe", "kopfe", "straße", "KÖPFE"):
        assert found(places, query) == ["one"], query
    assert found(places, "索検") == []


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["since:2x", "a"], "since:2x is no time"),
        (["since:2m", "a"], "since:2m is no time"),
        (["since:2026-02-31", "a"], "since:2026-02-31 is no time"),
        (["since:", "a"], "since: is no time"),
        (["in:mail", "a"], "in:mail is no place to search"),
        (["in:", "a"], "in: is no place to search"),
        (["-since:2w", "a"], "since: is no time"),
        (["in:chat"], "there is no word to search for"),
        (["-a"], "there are only words to leave out"),
        (["session:", "a"], "session: needs a name right after it"),
        (["++"], "there is no word to search for"),
        (["a", "--limit", "0"], "--limit 0: not a number above zero"),
        (["a", "--limit", "x"], "--limit x: not a number above zero"),
        (["a", "--json=1"], "cs -search: --json takes no value"),
        ([], "cs -search: something is missing"),
    ],
)
def test_a_query_that_cannot_be_understood_is_an_error(box, words, error):
    result = box.cs("-search", *words)
    assert (result.status, result.out, result.err.splitlines()[0]) == (2, "", "cs: error: " + error)


def test_after_two_dashes_everything_is_words(box, sessions):
    sessions.add("one", discoveries="# D\n\n## Flags\n\nuse in:notes and -force here\n")
    sessions.add("two", discoveries="# D\n\n## Flags\n\nforce of notes in here\n")
    assert box.cs("-search", "flags", "--", "-force", "in:notes").out.splitlines()[0] == "one"
    assert "two" not in box.cs("-search", "flags", "--", "-force", "in:notes").out
    assert box.cs("-search", "--", "since:tomorrow").status == 1
    assert box.cs("-search", "--", "forces").status == 0
    assert box.cs("-search", "--", "fo*").status == 1


def test_while_a_query_is_typed_its_last_word_is_a_beginning(engine, places, zoo):
    typed = [cs.parse_query(text, typing=True) for text in ("cats whisk", "whisk cats", '"wild ca', "cats ")]
    names = [sorted(each.session for each in cs.search(places, query)) for query in typed]
    assert names == [["api-cats"], [], [], ["api-cats", "api-dogs", "horses"]]


# ---- the order, and what is shown ----------------------------------------------------------------------


def test_the_name_weighs_more_than_the_objective_than_notes_than_conversations(engine, places, sessions):
    sessions.add("badger", days=9)
    sessions.add("b", days=8, objective="About the badger")
    sessions.add("c", days=7, discoveries="# D\n\n## Found\n\nthe badger\n")
    sessions.add("d", days=1)
    sessions.chat("d", "the badger", "a badger", "that badger")
    for _ in range(2):
        assert found(places, "badger") == ["badger", "b", "c", "d"]


def test_the_newer_of_equal_sessions_comes_first(engine, places, sessions):
    for name, days in (("b", 3), ("a", 5), ("c", 1), ("d", 4)):
        sessions.add(name, days=100 - days)
        sessions.chat(name, "the badger", days=days)
    assert found(places, "badger") == ["c", "b", "d", "a"]
    assert found(places, "badger", limit=2) == ["c", "b"]


def test_words_that_stand_together_weigh_more(engine, places, sessions):
    sessions.add("apart")
    sessions.chat("apart", "the badger sleeps", *["something else " * 120] * 12, "and honey too")
    sessions.add("together", days=50)
    sessions.chat("together", "the badger eats honey", *["something else " * 120] * 12, days=50)
    assert found(places, "badger honey") == ["together", "apart"]


def test_a_session_shows_three_hits_that_have_all_the_words_if_possible(box, sessions):
    sessions.add("one", discoveries="# D\n\n" + "".join(f"## badger {n}\n\nthe badger\n\n" for n in range(5)))
    sessions.chat("one", "what about honey")
    sessions.add("two", objective="badger and honey")
    result = box.cs("-search", "badger", "honey")
    lines = result.out.splitlines()
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 100))
    assert (result.status, result.err) == (0, "")
    assert lines[:3] == ["two", f"  {day}  .cs/README.md § Objective", "    badger and honey"]
    assert lines[3] == "one"
    assert lines[4:9:2] == [line for line in lines[4:] if line.startswith("  2")]
    assert "    what about honey" in lines
    assert len(lines) == 10


def test_json_tells_all_about_each_hit(box, sessions):
    sessions.add("one", discoveries="# D\n\n## 2026-03-01 Setts\n\nthe badger\n")
    path = sessions.chat("one", "a badger", "many badgers")
    sessions.artifact("one", "badger.sh", "echo badger\n")
    sessions.add("badger")
    result = box.cs("-search", "badger", "--json")
    answer = json.loads(result.out)
    assert (result.status, result.err, [each["session"] for each in answer]) == (0, "", ["badger", "one"])
    assert list(answer[1]) == ["session", "path", "score", "hits"]
    assert answer[1]["path"] == str(sessions.root / "one")
    assert answer[0]["score"] > answer[1]["score"] > 0
    assert answer[0]["hits"] == [
        {
            "where": "notes",
            "file": None,
            "heading": None,
            "conversation": None,
            "text": "badger",
            "when": answer[0]["hits"][0]["when"],
        }
    ]
    by_text = {hit["text"]: hit for hit in answer[1]["hits"]}
    assert by_text["the badger"] == {
        "where": "notes",
        "file": str(sessions.root / "one/.cs/discoveries.md"),
        "heading": "2026-03-01 Setts",
        "conversation": None,
        "when": "2026-03-01T23:59:59+00:00",
        "text": "the badger",
    }
    moment = cs.parse_local_time(by_text["a badger"].pop("when")[:19].replace("T", " "))
    assert abs(moment - (time.time() - 100)) < 60
    said = {"where": "chat", "file": str(path), "heading": "you", "conversation": ID + "1", "text": "a badger"}
    assert by_text["a badger"] == said
    assert by_text["many badgers"]["heading"] == "Claude"
    assert {by_text[text]["where"] for text in ("echo badger", "badger.sh")} == {"artifacts"}


def test_nothing_found_is_status_one(box, sessions):
    assert box.cs("-search", "x") == (1, "", "cs: hint: nothing found; 'x*' also finds longer words\n")
    sessions.add("one")
    assert box.cs("-search", "x*") == (1, "", "cs: hint: nothing found\n")
    assert box.cs("-search", "x", "--json") == (1, "[]\n", "")


def test_the_limit_is_of_sessions_and_of_twenty_hits_each(box, sessions):
    for number in range(25):
        sessions.add(f"s{number}", discoveries="# D\n" + "".join(f"\n## h{n}\n\nbadger {n}\n" for n in range(30)))
    assert len(json.loads(box.cs("-search", "badger", "--json").out)) == 20
    answer = json.loads(box.cs("-search", "badger", "--json", "--limit", "22").out)
    assert (len(answer), {len(each["hits"]) for each in answer}) == (22, {20})
    assert len([line for line in box.cs("-search", "badger", "--limit=3").out.splitlines() if line[0] == "s"]) == 3


def test_the_words_are_highlighted_on_a_terminal_and_nothing_else_reaches_it(box, sessions):
    sessions.add("one", discoveries="# D\n\n## Alarm\n\nthe \x1b[31mbadger\x07 in Köpfe\n")
    out = box.cs("-search", "badgers", "KOPFE", tty=True).out
    assert "    the \x1b[1;38;5;214mbadger\x1b[0m· in \x1b[1;38;5;214mKöpfe\x1b[0m\n" in out
    assert "    the badger· in Köpfe\n" in box.cs("-search", "badgers", "KOPFE").out


def test_a_long_passage_is_cut_around_the_words():
    terms = cs.parse_query("badger honey").terms
    text = "lorem ipsum " * 100 + "the ﬁerce badger likes honey " + "dolor sit " * 100
    line, marks = cs.snippet(text, terms)
    assert [line[start:end] for start, end in marks] == ["badger", "honey"]
    assert (line[0], line[-1], len(line) <= cs.SNIPPET + 2) == ("…", "…", True)


# ---- credentials ---------------------------------------------------------------------------------------


def test_no_credential_is_in_the_index_or_in_the_answers(engine, places, sessions, box):
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    sessions.add(
        "one", objective=f"use {token}", discoveries=f"# D\n\n## Heading {token}\n\npassword: hunter2secret\n"
    )
    sessions.chat("one", f"the token is {token} now", f"export API_KEY={token[4:]}")
    sessions.artifact("one", "deploy.sh", f"curl -H 'Authorization: Bearer {token}'\n")
    said = json.dumps([each.as_json() for each in cs.search(places, cs.parse_query("token the use"), hits=20)])
    said += json.dumps([each.as_json() for each in cs.search(places, cs.parse_query("redacted"), hits=20)])
    assert "REDACTED" in said
    index = b"".join(path.read_bytes() for path in (box.home / ".cache/cs").glob("*") if path.is_file())
    for secret in (token, token[4:], "hunter2secret"):
        assert secret not in said
        assert secret.lower().encode() not in index.lower()
        assert found(places, secret) == []


def test_a_value_that_is_stored_later_leaves_the_index(engine, places, sessions, box):
    box.env["CS_SECRETS_BACKEND"] = "encrypted"
    sessions.add("one")
    sessions.chat("one", "the word is Tr0ubadour-and-more today")
    assert found(places, "tr0ubadour") == ["one"]
    result = box.cs("one", "-secrets", "set", "WORD", input="Tr0ubadour-and-more\n")
    assert result.status == 0, result.err
    assert found(places, "tr0ubadour") == []
    assert hits(places, "today") == [("chat", "the word is [REDACTED: stored in keychain as WORD] today")]
    index = b"".join(path.read_bytes() for path in (box.home / ".cache/cs").glob("*") if path.is_file())
    assert b"tr0ubadour" not in index.lower()


def test_of_a_session_whose_secrets_cannot_be_read_nothing_new_is_searched(box, sessions):
    for name in ("one", "two"):
        sessions.add(name, objective="the badger")
        assert box.cs(name, "-secrets", "set", "WORD", input="Tr0ubadour-and-more\n").status == 0
    assert len(box.cs("-search", "badger").out.splitlines()) == 6
    (box.home / ".cs-secrets" / "one.enc").write_bytes(b"damaged")
    sessions.add("one", objective="the badger", summary="# S\n\n## H\n\nan ocelot, Tr0ubadour-and-more\n")
    sessions.add("two", objective="the badger", summary="# S\n\n## H\n\nan ocelot, Tr0ubadour-and-more\n")
    for _ in range(2):
        result = box.cs("-search", "ocelot", "--json")
        assert [each["session"] for each in json.loads(result.out)] == ["two"]
        assert "Tr0ubadour" not in result.out
        assert result.err.startswith("cs: warning: the secrets of 'one' cannot be read")
        assert len(box.cs("-search", "badger").out.splitlines()) == 6


def test_of_a_session_with_a_new_secret_that_cannot_be_read_nothing_is_shown(box, sessions):
    sessions.add("one", objective="the badger Tr0ubadour-and-more")
    assert box.cs("-search", "tr0ubadour").status == 0
    assert box.cs("one", "-secrets", "set", "WORD", input="Tr0ubadour-and-more\n").status == 0
    (box.home / ".cs-secrets" / "one.enc").write_bytes(b"damaged")
    for _ in range(2):
        assert box.cs("-search", "badger")[:2] == (1, "")


def test_when_the_list_of_secrets_is_damaged_what_is_stored_stays_hidden(engine, places, box, sessions):
    box.env["CS_SECRETS_BACKEND"] = "encrypted"
    sessions.add("one", objective="the badger")
    sessions.add("two")
    assert box.cs("one", "-secrets", "set", "WORD", input="Tr0ubadour-and-more\n").status == 0
    assert hits(places, "badger") == [("notes", "the badger")]
    (box.home / ".cs-secrets" / "index.json").write_text("{damaged")
    for word in ("badger", "ocelot"):  # the second time the list has been made anew
        sessions.add("one", objective=f"the {word} Tr0ubadour-and-more")
        assert hits(places, word) == [("notes", f"the {word} [REDACTED: stored in keychain as WORD]")]
        assert box.cs("two", "-secrets", "set", "WORD", input="another-value\n").status == 0


# ---- relevance -----------------------------------------------------------------------------------------


def test_the_session_that_is_meant_is_the_first_one(places, box):
    corpus.make(box.home)
    assert (len(corpus.sessions()), len(corpus.questions())) == (200, 40)
    searcher = cs.Searcher(places)
    searcher.refresh()
    ranks = {}
    for question, wanted in corpus.questions():
        names = [each.session for each in searcher.find(cs.parse_query(question))]
        ranks[question] = names.index(wanted) + 1 if wanted in names else 99
    searcher.close()
    print(ranks)
    assert sum(rank == 1 for rank in ranks.values()) >= 36
    assert [question for question, rank in ranks.items() if rank > 3] == []


# ---- with the real client -------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_is_said_to_the_real_claude_is_found_and_gone_back_to(box, real_claude, sessions):
    real_claude.api.script(["Perhaps a numbat lives there."])
    sessions.add("one")
    assert real_claude.ask("which animal lives in hollow logs", cwd=box.root / "one").status == 0
    answer = json.loads(box.cs("-search", "hollow", "numbat", "--json").out)
    said = {hit["heading"]: hit for hit in answer[0]["hits"]}
    assert said["you"]["text"] == "which animal lives in hollow logs"
    assert said["Claude"]["text"] == "Perhaps a numbat lives there."
    (id,) = box.transcripts()
    assert said["you"]["conversation"] == id
    (path,) = box.home.glob(".claude/projects/*/*.jsonl")
    assert said["you"]["file"] == str(path)


# ---- in the TUI ----------------------------------------------------------------------------------------


def test_in_the_tui_results_come_while_typing_and_enter_resumes_the_very_conversation(box, sessions):
    pytest.importorskip("curses")
    box.claude('say("hello")')
    box.env["CS_NO_UPDATE_CHECK"] = "1"
    sessions.add("one", objective="About quokkas")
    sessions.chat("one", "where do wombats live", "in burrows", number=1, days=2)
    sessions.chat("one", "do wombats swim", "rarely", number=2, days=9)
    screen = box.spawn_cs(rows=30, cols=100)
    screen.wait("one")
    screen.send("\x06")
    screen.send("wom")
    screen.wait("where do wombats live")
    screen.send("bats swi")
    screen.wait(lambda screen: 0 < screen.text.find("do wombats swim") < screen.text.find("where do wombats"))
    screen.key("enter")
    screen.wait(lambda _: box.calls("claude"))
    argv = box.calls("claude")[0].argv
    assert argv[argv.index("--resume") + 1] == ID + "2"
