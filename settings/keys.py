"""Settings: the keys. All that is said about a family is sealed with them before it reaches a disk or the server.

AES-256-GCM. The first key seals, every key opens, so a key is rotated by putting a new one in front. Each purpose has a
subkey of its own: what seals is never what signs. Nonces are random: stay below 2^32 seals per key, then rotate.
"""

import base64
import binascii
import json
import os
import re
import secrets
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from settings import BadSetting, Settings

_FORMAT = b"\x01"
_NONCE = 12
_KEY = 32
_DIFFERENT = 16  # bytes that 32 drawn at random hold at the very least
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class CannotOpen(Exception):
    """Something sealed does not open."""


class UnknownKey(CannotOpen):
    """Sealed with a key that is not in the fire: put the old key back, behind the new one."""

    def __init__(self, key: str) -> None:
        super().__init__(f"sealed with the key {key}, which is not among the keys: put it back behind the newest")
        self.key = key


class Tampered(CannotOpen):
    """Not what was sealed here: changed, cut short, or moved from another place."""


class Keyring:
    """The keys, newest first. Safe to share between threads and tasks."""

    def __init__(self, keys: Iterable[tuple[str, bytes]]) -> None:
        self._keys = list(keys)
        if not self._keys:
            raise BadSetting("CRG_KEYS holds no key: give at least one as id:base64url of 32 bytes.")
        for name, key in self._keys:
            if not _KEY_ID.fullmatch(name):
                raise BadSetting(
                    "CRG_KEYS has a key id that is not 1 to 64 letters, digits, dots, hyphens or underscores."
                )
            if len(key) != _KEY:
                raise BadSetting(f"CRG_KEYS: the key {name} is not {_KEY} bytes long; make it with `openssl rand 32`.")
        if len({name for name, _ in self._keys}) < len(self._keys):
            raise BadSetting("CRG_KEYS names the same key id twice: give each key its own id.")
        self._derived = lru_cache(maxsize=64)(self._derive)
        self._ciphers = {name: AESGCM(key) for (name, _), key in zip(self._keys, self.derive("seal"), strict=True)}
        newest = self._keys[0][0].encode()
        self._header = _FORMAT + bytes([len(newest)]) + newest
        self._sealer = self._ciphers[self._keys[0][0]]

    @classmethod
    def from_settings(cls, settings: Settings) -> "Keyring":
        """The keys of `CRG_KEYS`, else of the keys file in the data folder. Raises `BadSetting` if neither is there."""
        if settings.keys is not None:
            return cls(_parse(settings.keys.get_secret_value()))
        try:
            held = json.loads(settings.keys_file.read_text(encoding="ascii"))
            return cls((str(one["id"]), _bytes(str(one["key"]))) for one in held["keys"])
        except FileNotFoundError:
            raise BadSetting(
                f"CRG_KEYS is not set and there is no {settings.keys_file}: "
                "set CRG_KEYS, or start once with `crg run`, which makes one."
            ) from None
        except (ValueError, KeyError, TypeError) as problem:
            if isinstance(problem, BadSetting):
                raise
            raise BadSetting(f"The keys file {settings.keys_file} cannot be read: restore it from its copy.") from None

    @property
    def ids(self) -> list[str]:
        """Ids of the keys, newest first."""
        return [name for name, _ in self._keys]

    def weak(self) -> list[str]:
        """Ids of keys that nobody drew at random: of few different bytes, or a text."""
        return [
            name for name, key in self._keys if len(set(key)) < _DIFFERENT or all(0x20 <= one < 0x7F for one in key)
        ]

    def seal(self, plain: bytes, context: bytes = b"") -> bytes:
        """Seal with the newest key. `context` says where it belongs; opening elsewhere fails."""
        nonce = os.urandom(_NONCE)
        return self._header + nonce + self._sealer.encrypt(nonce, plain, self._header + context)

    def open(self, sealed: bytes, context: bytes = b"") -> bytes:
        """Open what any key of the fire has sealed for this context. Raises `UnknownKey` or `Tampered`."""
        if len(sealed) < 2 or sealed[:1] != _FORMAT:
            raise Tampered("this was not sealed here")
        after = 2 + sealed[1]
        header, nonce = sealed[:after], sealed[after : after + _NONCE]
        name = header[2:].decode("ascii", errors="replace")
        if not _KEY_ID.fullmatch(name) or len(nonce) < _NONCE:
            raise Tampered("this was not sealed here")
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise UnknownKey(name)
        try:
            return cipher.decrypt(nonce, sealed[after + _NONCE :], header + context)
        except InvalidTag:
            raise Tampered("what was sealed has been changed or moved from another place") from None

    def seal_json(self, value: Any, context: bytes = b"") -> bytes:
        """Seal a JSON value."""
        return self.seal(
            json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(), context
        )

    def open_json(self, sealed: bytes, context: bytes = b"") -> Any:
        """Open a JSON value that `seal_json` sealed."""
        return json.loads(self.open(sealed, context))

    def derive(self, purpose: str) -> list[bytes]:
        """One 32-byte subkey per key for this purpose, newest first: sign with the first, accept any."""
        return list(self._derived(purpose))

    def _derive(self, purpose: str) -> tuple[bytes, ...]:
        info = b"case-reviews/" + purpose.encode()
        return tuple(HKDF(SHA256(), _KEY, salt=None, info=info).derive(key) for _, key in self._keys)


def make_keys_file(path: Path) -> bool:
    """Make a keys file with one new key, readable by its owner only; an existing one is left alone.

    Returns whether it was made. Two processes may ask at once: the file appears whole and once.
    """
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    key = {"id": f"k{secrets.token_hex(4)}", "key": base64.urlsafe_b64encode(secrets.token_bytes(_KEY)).decode()}
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump({"keys": [key]}, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)  # unlike a rename, fails where another process was first
    except FileExistsError:
        return False
    finally:
        os.unlink(name)
    return True


def _parse(text: str) -> list[tuple[str, bytes]]:
    keys = []
    for one in filter(None, (part.strip() for part in text.split(","))):
        name, mark, key = one.partition(":")
        if not mark:
            raise BadSetting("CRG_KEYS has a key without an id: write each as id:base64url of 32 bytes.")
        keys.append((name, _bytes(key)))
    return keys


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadSetting("CRG_KEYS has a key that is not base64url: write each as id:base64url of 32 bytes.") from None
