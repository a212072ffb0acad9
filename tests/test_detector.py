"""The detector finds what is a credential, leaves alone what is none, and what it redacts still parses."""

import ast
import configparser
import json
import subprocess
import time

import pytest
from bed import need
from corpus_reader import lines_of, precision_and_recall, score

import cs

try:
    import yaml
except ImportError:  # only some tests need it
    yaml = None
try:
    import tomllib
except ImportError:  # before Python 3.11
    tomllib = None

PEM = (
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
    "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\n"
    "-----END PRIVATE KEY-----\n"
)


def names(text):
    return [(finding.name, finding.value) for finding in cs.find_secrets(text)]


def redacted(text):
    return cs.redact(text, cs.find_secrets(text))


def shown(name):
    return f"[REDACTED: stored in keychain as {name}]"


# ---- the corpus ----------------------------------------------------------------------------------------


def test_the_corpus_is_large_enough_and_covers_eight_syntaxes():
    lines = lines_of("tuning.txt")
    positive = [line for line in lines if line.start is not None]
    assert len(positive) >= 150
    assert len(lines) - len(positive) >= 150
    assert {line.syntax for line in positive} == {"shell", "env", "ini", "toml", "yaml", "json", "python", "js"}


@pytest.mark.parametrize("name", ["tuning.txt", "second.txt", "holdout.txt"])
def test_precision_and_recall_are_at_least_97_of_100(name):
    precision, recall = precision_and_recall(lines_of(name))
    print(f"{name}: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.97, score(lines_of(name))
    assert recall >= 0.97, score(lines_of(name))


def test_each_line_is_judged_alike_in_the_middle_of_a_file():
    for line in lines_of("tuning.txt"):
        alone = [finding.value for finding in cs.find_secrets(line.text + "\n")]
        among = [finding.value for finding in cs.find_secrets("# a file\n\n" + line.text + "\n\n# its end\n")]
        assert among == alone, line.text


# ---- what still parses ---------------------------------------------------------------------------------

JSON = json.dumps(
    {
        "password": 'q"uo\\te-1!',
        "pin_password": 123456789,
        "key": PEM,
        "nested": [{"apiKey": "8f14e45fceea167a5a36dedd4bea2543"}],
        "url": "https://u:pw.1234@h/",
    },
    indent=2,
)

PYTHON = f'''import os
API_KEY = "k9Xw2Lq8Zr4Tn6Vb"
PASSWORD: str = r'raw!pass9'
PIN_PASSWORD = 12345678901
KEY = """{PEM}"""
PIECES = ("-----BEGIN RSA PRIVATE KEY-----\\n"
          "MIIEpAIBAAKCAQEA04up8hoqzS1hMpx1234567890\\n"
          "-----END RSA PRIVATE KEY-----\\n")
connect(url=f"postgres://app:pgP4ss99@{{os.name}}/db", token=b"a94a8fe5ccb19ba61c4c0873d391e987")
'''

SHELL = f"""#!/bin/bash
export API_KEY=k9Xw2Lq8Zr4Tn6Vb DB_PASSWORD='p@$$w0rd!'
PGPASSWORD=hunter2hunter psql "postgres://u:pw.1234@h/db" && echo done
curl -H "Authorization: Bearer zXcVbNm1234567890qwErTy" https://x
if [[ $1 == ghp_Z9y8X7w6V5u4T3s2R1q0P9o8N7m6L5k4J3i2 ]]; then echo yes; fi
cat <<'END' > key.pem
{PEM}END
tokens=(ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8 other)
"""

JAVASCRIPT = f"""const apiKey = "8f14e45fceea167a5a36dedd4bea2543";
const c = {{ password: 'obj3ct!', pinPassword: 123456789, url: `https://u:pw.1234@${{host}}/` }};
process.env.API_TOKEN = "n7M5b3V1c9X7z5L3"; // ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8
const pem = `{PEM}`;
"""

YAML = f"""password: hunter2!x9
number_password: 90210441
url: postgres://web:N1ghtly7@db/prod  # the database
args: --token=glrt-aBcDeFgHiJkLmNoPqRsT --verbose
flow: {{ user: admin, password: fl0wMapPw, port: 5432 }}
environment:
  - DB_PASSWORD=c0mp0se!pw
  - A_TOKEN=ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8 B_KEY=ghp_Z9y8X7w6V5u4T3s2R1q0P9o8N7m6L5k4J3i2
command: ["run", "--token=glpat-x8Yk2LmN4pQr6StUvWxZ"]
key: |
  {PEM.strip().replace(chr(10), chr(10) + "  ")}
quoted: 'https://u:pw.1234@h/'
"""

TOML = f'''password = "t0ml!Secret"
pin_password = 12345678901
credentials = {{ user = "ci", password = 'b1ld3r!' }}
urls = ["https://u:pw.1234@h/"]
key = """{PEM}"""
'''

INI = """[server]
password = Gr8!fence%%1
pin_password = 12345678901
url = mysql://root:to0r!pw@127.0.0.1/shop
tokens =
    ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8
    ghp_Z9y8X7w6V5u4T3s2R1q0P9o8N7m6L5k4J3i2
"""

SECRETS = (
    *('q\\"uo', "123456789", "MIIE", "8f14e45f", "pw.1234", "k9Xw2", "raw!pass9", "p@$$w0rd", "hunter2", "zXcVb"),
    *("ghp_", "obj3ct!", "90210441", "N1ghtly7", "glrt-", "fl0wMapPw", "c0mp0se", "glpat-", "t0ml!", "b1ld3r!"),
    *("Gr8!fence", "to0r!pw", "pgP4ss99", "a94a8fe5", "n7M5b3V1"),
)


@pytest.mark.parametrize("text", [JSON, PYTHON, SHELL, JAVASCRIPT, YAML, TOML, INI])
def test_no_credential_is_left_in_a_redacted_file(text):
    result = redacted(text)
    assert [secret for secret in SECRETS if secret in result] == []
    assert cs.find_secrets(result) == []


def test_a_redacted_json_file_parses_and_keeps_its_shape():
    value = json.loads(redacted(JSON))
    assert value["password"] == shown("password")
    assert value["pin_password"] == shown("pin_password")
    assert value["key"] == shown("key") + "\n"
    assert value["nested"] == [{"apiKey": shown("apiKey")}]
    assert value["url"] == f"https://u:{shown('URL_PASSWORD')}@h/"


def test_a_redacted_python_file_parses():
    ast.parse(redacted(PYTHON))


def test_a_redacted_shell_file_parses(box):
    assert box.run("bash", "-n", "/dev/stdin", input=redacted(SHELL)).err == ""


def test_a_redacted_javascript_file_parses(box):
    path = box.work / "a.js"
    path.write_text(redacted(JAVASCRIPT))
    assert subprocess.run([need("node"), "--check", str(path)], capture_output=True).stderr == b""


@pytest.mark.skipif(yaml is None, reason="PyYAML is not installed")
def test_a_redacted_yaml_file_parses_and_keeps_its_shape():
    value = yaml.safe_load(redacted(YAML))
    assert value["url"] == f"postgres://web:{shown('URL_PASSWORD')}@db/prod"
    assert value["args"] == f"--token={shown('token')} --verbose"
    assert value["number_password"] == shown("number_password")
    assert value["flow"]["port"] == 5432
    assert value["key"] == shown("PRIVATE_KEY") + "\n"
    assert len(value["environment"]) == 2


@pytest.mark.skipif(tomllib is None, reason="tomllib is new in Python 3.11")
def test_a_redacted_toml_file_parses():
    value = tomllib.loads(redacted(TOML))
    assert value["pin_password"] == shown("pin_password")
    assert value["credentials"]["password"].startswith("[REDACTED")


def test_a_redacted_ini_file_parses():
    parser = configparser.ConfigParser()
    parser.read_string(redacted(INI))
    assert parser["server"]["password"] == shown("password")


def test_every_line_of_the_corpus_parses_after_redaction():
    for line in lines_of("tuning.txt") + lines_of("second.txt") + lines_of("holdout.txt"):
        result = redacted(line.text + "\n")
        if line.syntax == "json" and line.start is not None:
            text = result.strip().rstrip(",")
            json.loads(text if text.startswith("{") else "{" + text + "}")
        if line.syntax == "python" and line.start is not None:
            ast.parse(result if not line.text.startswith("def") else result + "    pass\n")
        if line.syntax == "yaml" and line.start is not None and yaml:
            yaml.safe_load(result)


# ---- names and values ----------------------------------------------------------------------------------


def test_the_rest_of_the_line_stays_as_it_was():
    assert redacted("export API_KEY=k9Xw2Lq8Zr4Tn6Vb  # mine\n") == f"export API_KEY={shown('API_KEY')}  # mine\n"
    assert redacted("  'token': 'a1b2c3d4e5f6a7b8c9d0',\r\n") == f"  'token': '{shown('token')}',\r\n"


def test_two_values_of_one_name_get_two_names_and_one_value_keeps_one():
    text = "PASSWORD=first!one\nPASSWORD=second!one\nPASSWORD=first!one\n"
    assert names(text) == [
        ("PASSWORD", "first!one"),
        ("PASSWORD_2", "second!one"),
        ("PASSWORD", "first!one"),
    ]


def test_a_value_that_the_store_has_keeps_its_name_and_lends_it_to_no_other():
    found = cs.find_secrets("token=mine: hunter2hunter\nDB_PASSWORD=other!pass\n", {"hunter2hunter": "DB_PASSWORD"})
    assert [(finding.name, finding.value) for finding in found] == [
        ("DB_PASSWORD", "hunter2hunter"),
        ("DB_PASSWORD_2", "other!pass"),
    ]


def test_a_known_value_is_found_anywhere_also_where_it_is_escaped():
    known = {'multi\nline "value"': "MULTI"}
    assert redacted_with(known, 'x = "multi\\nline \\"value\\""') == f'x = "{shown("MULTI")}"'
    assert redacted_with(known, 'multi\nline "value"!') == shown("MULTI") + "!"


def redacted_with(known, text):
    return cs.redact_bytes(text.encode(), known).decode()


def test_known_values_of_fewer_than_eight_characters_are_words_like_others():
    assert redacted_with({"orange": "FRUIT"}, "an orange") == "an orange"


def test_a_private_key_is_one_credential():
    assert names("before\n" + PEM + "after\n") == [("PRIVATE_KEY", PEM.rstrip("\n"))]


def test_a_torn_private_key_is_redacted_as_far_as_it_goes():
    torn = PEM[: PEM.index("-----END")]
    assert redacted("x\n" + torn + "\nend\n") == f"x\n{shown('PRIVATE_KEY')}\n\nend\n"


def test_a_value_of_the_store_is_replaced_everywhere_also_when_it_is_a_word_like_others():
    text = "image: postgres:15\nPOSTGRES_PASSWORD=postgres\n"
    shown_as = shown("POSTGRES_PASSWORD")
    expected = f"image: '{shown_as}:15'\nPOSTGRES_PASSWORD={shown_as}\n"
    assert redacted_with({"postgres": "POSTGRES_PASSWORD"}, text) == expected


@pytest.mark.parametrize("value", ["keychain", "REDACTED", "[REDACTED", "REDACTED: stored", "POSTGRES_PASSWORD"])
def test_a_value_that_is_a_word_of_the_placeholder_itself_does_not_break_placeholders(value):
    text = f"x {value}\ny {shown('POSTGRES_PASSWORD')}\n"
    expected = f"x {shown('WORD')}\ny {shown('POSTGRES_PASSWORD')}\n"
    assert redacted_with({value: "WORD"}, text) == expected
    assert redacted_with({value: "WORD"}, expected) == expected


# ---- bytes ---------------------------------------------------------------------------------------------


def test_a_file_without_credentials_comes_back_as_the_same_object():
    data = b"nothing to see, keyboard and author included\n"
    assert cs.redact_bytes(data, {"something": "A"}) is data


def test_binary_files_are_left_alone():
    data = b"\x7fELF\0\0password=hunter2!x\n"
    assert cs.redact_bytes(data) is data


def test_bytes_that_are_not_utf8_survive_redaction():
    data = b"name = \xe9\xff\xfe\npassword = hunter2!x\n\x80"
    expected = b"name = \xe9\xff\xfe\npassword = " + shown("password").encode() + b"\n\x80"
    assert cs.redact_bytes(data) == expected


def test_a_known_value_with_umlauts_is_found_in_utf8():
    assert redacted_with({"schlüssel-übung": "S"}, "a schlüssel-übung b") == f"a {shown('S')} b"


def test_utf16_files_are_redacted_in_their_encoding():
    data = "password=hunter2!x\r\n".encode("utf-16")
    assert cs.redact_bytes(data).decode("utf-16") == f"password={shown('password')}\r\n"


# ---- filling in ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [PYTHON, SHELL, JAVASCRIPT, INI, YAML, TOML])
def test_filling_in_gives_the_file_back(text):
    found = cs.find_secrets(text)
    filled, missing = cs.fill(cs.redact(text, found), {finding.name: finding.value for finding in found}.get)
    assert missing == []
    if text is PYTHON:  # a literal in pieces becomes one
        assert ast.dump(ast.parse(filled)) == ast.dump(ast.parse(text))
    elif text is YAML:  # a plain scalar stays quoted
        assert filled.replace("'", "") == text.replace("'", "")
    else:
        assert filled.replace('"ghp_', "ghp_").replace('J3i2" ]]', "J3i2 ]]") == text


def test_filling_in_json_gives_the_same_value_back():
    found = cs.find_secrets(JSON)
    filled, missing = cs.fill(cs.redact(JSON, found), {finding.name: finding.value for finding in found}.get)
    assert json.loads(filled) == json.loads(JSON)
    assert missing == []


@pytest.mark.parametrize(
    ("text", "value", "filled"),
    [  # the text, the credential in it, and what filling in makes of it where that only means the same
        ('{"pin_password": 12345678}', "12345678", None),
        ('{"pin_password": 12345678, "a": 1}', "12345678", None),
        ('{"pin_password":"12345678" }', "12345678", None),
        ("pin_password: 12345678  # mine\n", "12345678", None),
        ("pin_password = 12345678\n", "12345678", None),
        ("password: AEYNQTn;,QF9`\n", "AEYNQTn;,QF9`", None),
        ("password: AEYNQTn;,QF9'\n", "AEYNQTn;,QF9'", None),
        ("use `password: AEYNQTn;,QF9`\n", "AEYNQTn;,QF9", None),
        ("password: dRDRbSqj7P7 ZjIp~R8OipIrg\n", "dRDRbSqj7P7 ZjIp~R8OipIrg", None),
        ("password: abcDE 12xyzQ  # old\n", "abcDE 12xyzQ", None),
        ("password: k3J9x0Qw81Zr is it\n", "k3J9x0Qw81Zr", "password: 'k3J9x0Qw81Zr is it'\n"),
        ("password: 'hunterX9''s-Secret99'\n", "hunterX9's-Secret99", None),
        (
            "a: {password: 'hunterX9''s-Secret99'}\n",
            "hunterX9's-Secret99",
            'a: {password: "hunterX9\'s-Secret99"}\n',
        ),
        ("DB_PASSWORD='wi4mgx9'\\''4AAEFmIcoHH0z'\n", "wi4mgx9'4AAEFmIcoHH0z", None),
        ("x = {\n  password: 'hunter\\'X9s',\n}\n", "hunter'X9s", 'x = {\n  password: "hunter\'X9s",\n}\n'),
        ('{"password": "ab\\/cd9Xy12"}', "ab/cd9Xy12", '{"password": "ab/cd9Xy12"}'),
        ('{"password": "Gr\\u00fcn-9x71"}', "Gr\u00fcn-9x71", '{"password": "Gr\u00fcn-9x71"}'),
        ('{"password": "G\\ud83d\\ude00n-9x71"}', "G\U0001f600n-9x71", '{"password": "G\U0001f600n-9x71"}'),
        ('"{\\"password\\": \\"ab\\\\\\"cd9Xy12\\"}"', 'ab"cd9Xy12', None),
        ('#!/bin/sh\nPASSWORD="pg-\\$ecret-91x"\n', "pg-$ecret-91x", None),
        ('DB_PASSWORD="pg-\\$ecret-91x"\n', "pg-\\$ecret-91x", None),
        ('DB_PASSWORD="pg-$ecret-91x"\n', "pg-$ecret-91x", None),
    ],
)
def test_a_credential_goes_as_a_whole_and_comes_back_as_it_was(text, value, filled):
    found = cs.find_secrets(text)
    assert [finding.value for finding in found] == [value]
    lookup = {finding.name: finding.value for finding in found}.get
    assert cs.fill(cs.redact(text, found), lookup) == (filled or text, [])
    known = {value: "password" if found[0].name == "password" else found[0].name}
    assert cs.redact_bytes(text.encode(), known).decode() == cs.redact(text, found)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("PASSWORD='⟦⟧'\n", "PASSWORD='it'\\''s; touch /tmp/pw #x'\n"),
        ("PASSWORD=⟦⟧\n", "PASSWORD='it'\\''s; touch /tmp/pw #x'\n"),
        ("[db]\npassword=⟦⟧\n", "[db]\npassword=it's; touch /tmp/pw #x\n"),
        ("password: ⟦⟧\n", "password: 'it''s; touch /tmp/pw #x'\n"),
        ("password: '⟦⟧'\n", "password: 'it''s; touch /tmp/pw #x'\n"),
        ("password = '⟦⟧'\n", 'password = "it\'s; touch /tmp/pw #x"\n'),
        ("f(password='⟦⟧')\n", 'f(password="it\'s; touch /tmp/pw #x")\n'),
        ("url = 'http://u:⟦⟧@h/'\n", "url = 'http://u:it\\'s; touch /tmp/pw #x@h/'\n"),
    ],
)
def test_a_value_that_was_changed_is_quoted_as_its_place_needs_it(text, filled):
    redacted = text.replace("⟦⟧", shown("P"))
    assert cs.fill(redacted, {"P": "it's; touch /tmp/pw #x"}.get) == (filled, [])


@pytest.mark.parametrize("value", ["$(touch x)", "a;b", "`id`", "$HOME", 'a"b\\c', "a b", "it's"])
@pytest.mark.parametrize("text", ["export P=⟦⟧\n", "export P='⟦⟧'\n", 'export P="⟦⟧"\n'])
def test_a_shell_gets_the_value_that_was_filled_in(box, text, value):
    filled, _ = cs.fill(text.replace("⟦⟧", shown("P")), {"P": value}.get)
    assert box.run("sh", "-c", filled + 'printf %s "$P"').out == value


def test_filling_in_leaves_what_has_no_value_and_names_it_once():
    text = f"{shown('A')} {shown('B')} {shown('B')}"
    assert cs.fill(text, {"A": "1"}.get) == (f"1 {shown('B')} {shown('B')}", ["B"])


# ---- time ----------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    "piece",
    [
        "The quick brown fox jumps over the lazy dog, and the keyboard too.\n",
        'function a(b){var key="x",c={token:d.token,auth:e};return c.key==key?1:"https://x.y/z"};',
        "key=",
        "-----BEGIN PRIVATE KEY-----",
        "eyJabcdefgh.",
        "://a:",
        'password="a\\',
        "passphrase: one two three four ",
        "sk-",
    ],
)
def test_time_grows_with_the_length_only(piece):
    def seconds(length):
        data = (piece * (length // len(piece) + 1)).encode()
        start = time.process_time()
        cs.redact_bytes(data, {"some known value": "A"})
        return time.process_time() - start

    seconds(1000)
    small, large = min(seconds(100_000) for _ in range(2)), seconds(800_000)
    assert large < 8 * 3 * small + 0.2


@pytest.mark.once
def test_a_name_followed_by_nothing_but_spaces_costs_nothing():
    start = time.process_time()
    cs.redact_bytes(b"password" + b" " * 5_000_000)
    assert time.process_time() - start < 2
