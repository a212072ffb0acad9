"""Signatures: our own Ed25519 against RFC 8032 and another implementation, and minisign's files."""

import os
import random

import bed
import pytest

import cs

SIGNATURES = int(os.environ.get("CS_TEST_SIGNATURES", "2000"))

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = {
    "1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0"
        "595bbe24655141438e7a100b",
    ),
    "2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eae"
        "b4302aeeb00d291612bb0c00",
    ),
    "3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9"
        "716ed28dc027beceea1ec40a",
    ),
    "SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423"
        "643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c"
        "138ac17ad9bef1177331a704",
    ),
}


def vector(name):
    return tuple(bytes.fromhex(text) for text in VECTORS[name])


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_rfc_8032_verify(name):
    key, message, signature = vector(name)
    assert cs.ed25519_verify(key, message, signature)


@pytest.mark.parametrize("name", VECTORS)
def test_each_changed_bit_of_a_vector_is_noticed(name):
    parts = vector(name)
    for which, part in enumerate(parts):
        for place in random.Random(8032).sample(range(len(part) * 8), min(len(part) * 8, 24)):
            changed = bytearray(part)
            changed[place // 8] ^= 1 << place % 8
            assert not cs.ed25519_verify(*parts[:which], bytes(changed), *parts[which + 1 :])


@pytest.mark.once
def test_an_independent_implementation_agrees_on_random_signatures_and_on_damaged_ones():
    """2,000 by default; CS_TEST_SIGNATURES sets another number."""
    openssl = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    from cryptography.exceptions import InvalidSignature

    chance = random.Random(25519)
    for number in range(SIGNATURES):
        secret = openssl.Ed25519PrivateKey.from_private_bytes(bytes(chance.getrandbits(8) for _ in range(32)))
        key = secret.public_key().public_bytes_raw()
        message = bytes(chance.getrandbits(8) for _ in range(chance.randrange(100)))
        signature = secret.sign(message)
        if number % 2:
            damaged = bytearray(signature)
            damaged[chance.randrange(64)] ^= 1 << chance.randrange(8)
            signature = bytes(damaged)
        try:
            secret.public_key().verify(signature, message)
            expected = True
        except InvalidSignature:
            expected = False
        assert cs.ed25519_verify(key, message, signature) is expected, (key.hex(), message.hex(), signature.hex())


def test_a_signature_with_the_scalar_beyond_the_group_order_is_refused():
    key, message, signature = vector("2")
    scalar = int.from_bytes(signature[32:], "little") + cs._L
    assert not cs.ed25519_verify(key, message, signature[:32] + scalar.to_bytes(32, "little"))


SMALL_ORDER_KEYS = [
    bytes(32),  # y = 0, order 4
    (1).to_bytes(32, "little"),  # the neutral element
    (cs._P - 1).to_bytes(32, "little"),  # order 2
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),  # order 8
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),  # order 8
]


@pytest.mark.parametrize("key", SMALL_ORDER_KEYS, ids=bytes.hex)
def test_a_key_of_small_order_verifies_nothing(key):
    assert not cs.ed25519_verify(key, b"anything", (1).to_bytes(32, "little") + bytes(32))
    assert not cs.ed25519_verify(key, b"anything", key + bytes(32))


@pytest.mark.parametrize(
    "key",
    [
        (cs._P + 3).to_bytes(32, "little"),  # y is not below the modulus
        ((1 << 255) - 1).to_bytes(32, "little"),
        (1 | 1 << 255).to_bytes(32, "little"),  # x = 0 with the sign of -0
        (2).to_bytes(32, "little"),  # no such point
        b"",
        bytes(31),
        bytes(33),
    ],
    ids=bytes.hex,
)
def test_bytes_that_are_no_point_verify_nothing(key):
    assert cs._decode_point(key) is None
    assert not cs.ed25519_verify(key, b"", vector("1")[2])


@pytest.mark.parametrize("length", [0, 32, 63, 65])
def test_a_signature_of_another_length_is_refused(length):
    key, message, signature = vector("1")
    assert not cs.ed25519_verify(key, message, (signature + bytes(1))[:length])


# ---- minisign ------------------------------------------------------------------------------------------


class Signer:
    """The real minisign with a key of its own."""

    def __init__(self, box, name="publisher"):
        bed.need("minisign")
        self.box = box
        self.secret, self.public = box.top / (name + ".key"), box.top / (name + ".pub")
        assert box.run("minisign", "-G", "-W", "-s", self.secret, "-p", self.public).status == 0
        self.key = self.public.read_text().splitlines()[1]

    def sign(self, data, comment, *options):
        """The text of the signature of some bytes."""
        path = self.box.top / "to-sign"
        path.write_bytes(data)
        done = self.box.run("minisign", "-S", "-W", *options, "-s", self.secret, "-m", path, "-t", comment)
        assert done.status == 0, done
        return (self.box.top / "to-sign.minisig").read_text()


@pytest.fixture
def signer(box):
    return Signer(box)


GOOD = "file:cs.pyz version:2026.12.1"


def refusal(data, signature, key):
    """The sentence that refuses a signature."""
    with pytest.raises(cs.BadSignature) as caught:
        cs.check_signature(data, signature, key, "2026.12.1")
    return str(caught.value)


def test_a_signature_by_minisign_is_accepted(signer):
    cs.check_signature(b"program", signer.sign(b"program", GOOD), signer.key, "2026.12.1")


def test_the_whole_file_of_a_public_key_serves_as_well_as_its_last_line(signer):
    text = signer.public.read_text()
    assert cs.parse_public_key(text) == cs.parse_public_key(signer.key)
    assert cs.key_number(cs.parse_public_key(text)[0]) in text.splitlines()[0]


def test_another_file_than_the_signed_one_is_refused(signer):
    said = refusal(b"Program", signer.sign(b"program", GOOD), signer.key)
    assert said == "the signature of cs.pyz does not fit: it is not what its publisher signed"


def test_a_signature_by_another_key_is_refused_and_both_keys_are_named(box, signer):
    other = Signer(box, "other")
    said = refusal(b"program", other.sign(b"program", GOOD), signer.key)
    numbers = [cs.key_number(cs.parse_public_key(each.key)[0]) for each in (other, signer)]
    assert said == "the signature of cs.pyz is by another key ({}) than this cs was built with ({})".format(
        *numbers
    )


def test_the_right_key_number_on_another_key_does_not_help(box, signer):
    import base64

    other = Signer(box, "other")
    lines = other.sign(b"program", GOOD).split("\n")
    raw = bytearray(base64.b64decode(lines[1]))
    raw[2:10] = cs.parse_public_key(signer.key)[0]
    lines[1] = base64.b64encode(bytes(raw)).decode()
    assert "does not fit" in refusal(b"program", "\n".join(lines), signer.key)


def test_the_legacy_kind_of_signature_is_refused(signer):
    said = refusal(b"program", signer.sign(b"program", GOOD, "-l"), signer.key)
    assert said == "the signature is of minisign's legacy kind, which is not accepted"


def test_a_signature_of_another_version_is_refused(signer):
    said = refusal(b"program", signer.sign(b"program", "file:cs.pyz version:2026.11.1"), signer.key)
    assert said == "the signature is for version 2026.11.1, not for 2026.12.1"


def test_a_signature_of_another_file_is_refused(signer):
    said = refusal(b"program", signer.sign(b"program", "file:install.sh version:2026.12.1"), signer.key)
    assert said == "the signature is for the file 'install.sh', not for cs.pyz"


def test_a_comment_that_names_neither_is_refused(signer):
    said = refusal(b"program", signer.sign(b"program", "timestamp of nothing"), signer.key)
    assert said == "the signature is for the file '?', not for cs.pyz"


def test_a_changed_comment_is_refused(signer):
    text = signer.sign(b"program", "file:cs.pyz version:2026.11.1").replace("2026.11.1", "2026.12.1")
    said = refusal(b"program", text, signer.key)
    assert said == "the comment in the signature of cs.pyz was changed after it was signed"


@pytest.mark.parametrize("text", ["", "untrusted comment: x\n", "a\nb\nc\nd\n", "<html>\n" * 9])
def test_something_else_than_a_signature_is_refused(text):
    said = refusal(b"program", text, "RWQ" + "A" * 53)
    assert said == "the signature is damaged: it is not a file of minisign's"


def test_a_truncated_signature_is_refused_wherever_it_ends(signer):
    text = signer.sign(b"program", GOOD).rstrip("\n")
    for end in range(0, len(text), 7):
        assert "damaged" in refusal(b"program", text[:end], signer.key)


def test_line_ends_of_windows_do_no_harm(signer):
    text = signer.sign(b"program", GOOD).replace("\n", "\r\n")
    cs.check_signature(b"program", text, signer.key, "2026.12.1")


def test_what_we_accept_minisign_accepts_and_what_it_refuses_is_refused(box, signer):
    place = box.top / "cs.pyz"
    place.write_bytes(b"program")
    signature = box.top / "cs.pyz.minisig"
    signature.write_text(signer.sign(b"program", GOOD))
    cs.ask_minisign(str(place), signer.key)
    place.write_bytes(b"Program")
    with pytest.raises(cs.BadSignature, match="minisign does not accept the signature"):
        cs.ask_minisign(str(place), signer.key)
