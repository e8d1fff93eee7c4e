"""AES-GCM ciphers: contract K2-K9, for both modules on both crypto packages."""

from __future__ import annotations

import base64
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import eventsourcing.cipher
import eventsourcing.cryptography
from eventsourcing import _aes
from eventsourcing.persistence import Cipher
from eventsourcing.utils import Environment

PACKAGES = {
    "cryptography": "cryptography.hazmat.primitives.ciphers.aead",
    "pycryptodome": "Crypto.Cipher",
}
MODULES = {"cipher": eventsourcing.cipher, "cryptography": eventsourcing.cryptography}
WRONG_TAG = {
    "cipher": "Cipher text is damaged: MAC check failed",
    "cryptography": "Invalid cipher tag",
}
KEY = base64.b64encode(bytes(range(32))).decode()
# Written with the package `cryptography`: key 00 01 … 1f, nonce 80 81 … 8b, no associated data.
SEALED = bytes.fromhex(
    "808182838485868788898a8b"  # nonce
    "b6b4239a752387e6efbe7ba9077e4f18"  # tag
    "1b870f397b239c"
)


def block(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    """Make importing these packages fail."""
    for package in packages:
        monkeypatch.setitem(sys.modules, PACKAGES[package], None)


@pytest.fixture(params=PACKAGES)
def package(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Only this crypto package can be imported while ciphers are made."""
    block(monkeypatch, *(PACKAGES.keys() - {request.param}))
    return str(request.param)


@pytest.fixture(params=MODULES)
def module_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def cipher_class(module_name: str) -> Any:
    return MODULES[module_name].AESCipher


@pytest.fixture
def cipher(cipher_class: Any, package: str) -> Iterator[Any]:
    return make(cipher_class)


def make(cipher_class: Any, key: str = KEY, name: str = "") -> Any:
    return cipher_class(Environment(name, {"CIPHER_KEY": key}))


def reference(plaintext: bytes, nonce: bytes, key: bytes = bytes(range(32))) -> bytes:
    """The layout of K3, made without the library."""
    sealed = AESGCM(key).encrypt(nonce, plaintext, None)
    return nonce + sealed[-16:] + sealed[:-16]


def test_ciphers_are_ciphers(cipher: Any) -> None:
    """K2: both classes implement the interface."""
    assert isinstance(cipher, Cipher)


def test_the_package_that_is_installed_does_the_work(cipher: Any, package: str) -> None:
    """K4: either module runs on whichever of the two crypto packages is installed."""
    expected = {
        "cryptography": _aes.CryptographySealer,
        "pycryptodome": _aes.PycryptodomeSealer,
    }
    assert type(cipher._sealer) is expected[package]


def test_cryptography_is_preferred(cipher_class: Any) -> None:
    """K4: with both installed, `cryptography` is used."""
    assert isinstance(make(cipher_class)._sealer, _aes.CryptographySealer)


def test_without_a_crypto_package_the_extra_to_install_is_named(
    cipher_class: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K4: a missing package is a clear ImportError."""
    block(monkeypatch, "cryptography", "pycryptodome")
    with pytest.raises(ImportError, match=r"eventsourcing\[crypto\]"):
        make(cipher_class)


def test_keys_can_be_made_without_a_crypto_package(
    cipher_class: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K6: making a key needs the random source of the system only."""
    block(monkeypatch, "cryptography", "pycryptodome")
    assert len(cipher_class.create_key(16)) == 24


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 134, 100_000])
def test_what_was_encrypted_is_decrypted(cipher: Any, size: int) -> None:
    """K3: any length goes both ways."""
    plaintext = bytes(index % 251 for index in range(size))
    assert cipher.decrypt(cipher.encrypt(plaintext)) == plaintext


@pytest.mark.parametrize("size", [0, 1, 134])
def test_encrypted_data_are_28_bytes_longer(cipher: Any, size: int) -> None:
    """K3, K8: 134 bytes become 162, an empty plain text 28."""
    assert len(cipher.encrypt(b"x" * size)) == size + 28


@pytest.mark.parametrize("num_bytes", [16, 24, 32])
def test_layout_is_nonce_tag_cipher_text(cipher_class: Any, package: str, num_bytes: int) -> None:
    """K3: 12 bytes of nonce, 16 of tag, then the cipher text, without associated data."""
    key = cipher_class.create_key(num_bytes)
    encrypted = make(cipher_class, key).encrypt(b"plain text")
    expected = reference(b"plain text", encrypted[:12], base64.b64decode(key))
    assert encrypted == expected


def test_data_of_another_program_are_decrypted(cipher: Any) -> None:
    """K3: the layout is all that matters."""
    assert cipher.decrypt(reference(b"from elsewhere", b"n" * 12)) == b"from elsewhere"


def test_known_cipher_text_is_decrypted(cipher: Any) -> None:
    """K3: a stored value, so that both directions cannot change together."""
    assert cipher.decrypt(SEALED) == b'{"a":1}'


def test_nonces_are_fresh_for_each_message(cipher: Any) -> None:
    """K3: one plain text encrypted often has as many nonces."""
    assert len({cipher.encrypt(b"same")[:12] for _ in range(500)}) == 500


def test_modules_read_each_other(package: str) -> None:
    """K4: data are interchangeable."""
    one, other = (make(module.AESCipher) for module in MODULES.values())
    assert other.decrypt(one.encrypt(b"x")) == one.decrypt(other.encrypt(b"x")) == b"x"


def test_packages_read_each_other(cipher_class: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """K4: whichever package wrote."""
    one = make(cipher_class)
    block(monkeypatch, "cryptography")
    other = make(cipher_class)
    assert other.decrypt(one.encrypt(b"x")) == one.decrypt(other.encrypt(b"x")) == b"x"


def test_many_threads_share_one_cipher(cipher: Any) -> None:
    """T10, K2: ciphers are used by many threads at once."""
    wrong: list[bytes] = []

    def work(number: int) -> None:
        for index in range(200):
            plaintext = b"%d-%d" % (number, index)
            if cipher.decrypt(cipher.encrypt(plaintext)) != plaintext:
                wrong.append(plaintext)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# Keys


def test_prefixed_key_wins(cipher_class: Any) -> None:
    """K5: the application-prefixed form is honoured."""
    environment = Environment("App", {"CIPHER_KEY": "!!!", "APP_CIPHER_KEY": KEY})
    assert cipher_class(environment).key == bytes(range(32))


def test_key_attributes(cipher_class: Any) -> None:
    """K5, K6: class attributes name the variable and the sizes."""
    assert (cipher_class.CIPHER_KEY, cipher_class.KEY_SIZES) == ("CIPHER_KEY", (16, 24, 32))


def test_variable_may_be_renamed_by_a_subclass(cipher_class: Any) -> None:
    """K5: the class attribute is what is looked up."""

    class Renamed(cipher_class):  # type: ignore[misc]
        CIPHER_KEY = "OTHER_KEY"

    assert Renamed(Environment(env={"OTHER_KEY": KEY})).key == bytes(range(32))


@pytest.mark.parametrize("env", [{}, {"CIPHER_KEY": ""}])
def test_missing_key(cipher_class: Any, env: dict[str, str]) -> None:
    """K5: missing or empty is an OSError."""
    with pytest.raises(OSError) as caught:
        cipher_class(Environment(env=env))
    assert str(caught.value) == "'CIPHER_KEY' not in env"


@pytest.mark.parametrize(("text", "size"), [("!!!", 0), ("AAAA", 3), ("é", 0), ("\udcff", 0)])
def test_wrong_key_size(cipher_class: Any, text: str, size: int) -> None:
    """K5: the decoded size is checked; characters outside the alphabet are ignored."""
    with pytest.raises(ValueError) as caught:
        make(cipher_class, text)
    assert str(caught.value) == f"Invalid key size: {size} not in (16, 24, 32)"


def test_line_breaks_in_a_key_are_ignored(cipher_class: Any) -> None:
    """K5: base64 is read leniently."""
    assert make(cipher_class, f" {KEY[:10]}\n{KEY[10:]}\n").key == bytes(range(32))


@pytest.mark.parametrize("num_bytes", [16, 24, 32])
def test_created_keys_have_the_length_of_base64(cipher_class: Any, num_bytes: int) -> None:
    """K6: 16/24/32 bytes give 24/32/44 characters, another key each time."""
    keys = {cipher_class.create_key(num_bytes) for _ in range(20)}
    assert len(keys) == 20
    assert {len(key) for key in keys} == {{16: 24, 24: 32, 32: 44}[num_bytes]}
    assert {len(make(cipher_class, key).key) for key in keys} == {num_bytes}


@pytest.mark.parametrize("num_bytes", [-1, 0, 15, 20, 33])
def test_other_key_sizes_are_refused(cipher_class: Any, num_bytes: int) -> None:
    """K6: create_key() and check_key_size() raise the ValueError of K5."""
    for function in (cipher_class.create_key, cipher_class.check_key_size):
        with pytest.raises(ValueError) as caught:
            function(num_bytes)
        assert str(caught.value) == f"Invalid key size: {num_bytes} not in (16, 24, 32)"


def test_right_key_sizes_pass(cipher_class: Any) -> None:
    """K6: check_key_size() returns nothing for the sizes of AES."""
    assert [cipher_class.check_key_size(size) for size in (16, 24, 32)] == [None] * 3


def test_random_bytes(cipher_class: Any) -> None:
    """K6: as many as asked for, others each time."""
    assert len(cipher_class.random_bytes(0)) == 0
    assert len({cipher_class.random_bytes(12) for _ in range(20)}) == 20


# Damage


@pytest.mark.parametrize("size", range(12))
def test_too_short_for_a_nonce(cipher: Any, size: int) -> None:
    """K7: fewer than 12 bytes."""
    with pytest.raises(ValueError) as caught:
        cipher.decrypt(cipher.encrypt(b"plain")[:size])
    assert str(caught.value) == "Damaged cipher text: invalid nonce length"


@pytest.mark.parametrize("size", range(12, 28))
def test_too_short_for_a_tag(cipher: Any, size: int) -> None:
    """K7: fewer than 28 bytes."""
    with pytest.raises(ValueError) as caught:
        cipher.decrypt(cipher.encrypt(b"plain")[:size])
    assert str(caught.value) == "Damaged cipher text: invalid tag length"


@pytest.mark.parametrize("index", [0, 11, 12, 27, 28, 32])
def test_any_changed_byte_is_found(cipher: Any, module_name: str, index: int) -> None:
    """K7: nonce, tag and cipher text are all authenticated."""
    damaged = bytearray(cipher.encrypt(b"plain"))
    damaged[index] ^= 1
    with pytest.raises(ValueError) as caught:
        cipher.decrypt(bytes(damaged))
    assert str(caught.value) == WRONG_TAG[module_name]


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"x"])
def test_other_lengths_are_found(cipher: Any, module_name: str, change: Any) -> None:
    """K7: a cipher text cut or continued does not fit its tag."""
    with pytest.raises(ValueError) as caught:
        cipher.decrypt(change(cipher.encrypt(b"plain")))
    assert str(caught.value) == WRONG_TAG[module_name]


def test_another_key_does_not_decrypt(
    cipher: Any, cipher_class: Any, module_name: str, package: str
) -> None:
    """K7: a wrong key fails the authentication."""
    other = make(cipher_class, cipher_class.create_key(32))
    with pytest.raises(ValueError) as caught:
        other.decrypt(cipher.encrypt(b"plain"))
    assert str(caught.value) == WRONG_TAG[module_name]


# Secrets


@pytest.mark.parametrize(
    "text",
    ["c2VjcmV0c2VjcmV0", "c2VjcmV0c2VjcmV0c", "c2VjcmV0c2VjcmV0cm", "c2VjcmV0\udcff", "sécret"],
)
def test_errors_never_tell_the_key(cipher_class: Any, text: str) -> None:
    """K9: neither the error nor those it is chained to hold the text of the key or its bytes."""
    with pytest.raises(ValueError) as caught:
        make(cipher_class, text)
    error: BaseException | None = caught.value
    while error is not None:
        told = repr((error.args, vars(error), str(error)))
        assert "c2Vj" not in told
        assert "secret" not in told
        assert text not in told
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def test_errors_never_tell_the_plain_text(cipher: Any) -> None:
    """K9: decryption errors say nothing about the data."""
    damaged = cipher.encrypt(b"very secret") + b"x"
    with pytest.raises(ValueError) as caught:
        cipher.decrypt(damaged)
    assert "secret" not in repr((caught.value, caught.value.__cause__))


def test_representations_never_tell_the_key(cipher: Any) -> None:
    """K9: neither the cipher nor what does its work shows the key."""
    for shown in (repr(cipher), str(cipher), repr(cipher._sealer)):
        assert KEY not in shown
        assert repr(cipher.key) not in shown
        assert cipher.key.hex() not in shown
