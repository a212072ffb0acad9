"""A stand-in for the credential functions of advapi32.dll, with their C types, limits and error numbers."""

import ctypes

import cs

NOT_FOUND = 1168
INVALID_PARAMETER = 87
MAX_BLOB = 5 * 512
GENERIC = 1


class Credential(ctypes.Structure):
    """CREDENTIALW, written down again after wincred.h, so that a slip in cs's own is seen."""

    _fields_ = (
        ("Flags", ctypes.c_uint32),
        ("Type", ctypes.c_uint32),
        ("TargetName", ctypes.c_wchar_p),
        ("Comment", ctypes.c_wchar_p),
        ("LastWritten", ctypes.c_uint64),
        ("CredentialBlobSize", ctypes.c_uint32),
        ("CredentialBlob", ctypes.POINTER(ctypes.c_char)),
        ("Persist", ctypes.c_uint32),
        ("AttributeCount", ctypes.c_uint32),
        ("Attributes", ctypes.c_void_p),
        ("TargetAlias", ctypes.c_wchar_p),
        ("UserName", ctypes.c_wchar_p),
    )


class Advapi32:
    """Target names are kept as they are written, and found without regard to case."""

    def __init__(self):
        self.entries = {}
        self.error = 0
        self.lent = {}

    def fail(self, error):
        self.error = error
        return 0

    def lend(self, thing):
        self.lent[ctypes.addressof(thing)] = thing
        return thing

    def structure(self, target, data):
        entry = Credential(Type=GENERIC, TargetName=target, CredentialBlobSize=len(data), Persist=2, UserName="cs")
        entry.CredentialBlob = ctypes.cast(
            self.lend(ctypes.create_string_buffer(data, len(data))), type(entry.CredentialBlob)
        )
        return entry

    def CredWriteW(self, credential, flags):
        entry = ctypes.cast(credential, ctypes.POINTER(Credential)).contents
        if entry.Type != GENERIC or entry.CredentialBlobSize > MAX_BLOB or entry.Persist not in (1, 2, 3) or flags:
            return self.fail(INVALID_PARAMETER)
        data = ctypes.string_at(entry.CredentialBlob, entry.CredentialBlobSize)
        self.entries[entry.TargetName.lower()] = (entry.TargetName, data)
        return 1

    def CredReadW(self, target, kind, flags, found):
        if kind != GENERIC or target.lower() not in self.entries:
            return self.fail(NOT_FOUND)
        entry = self.lend(self.structure(*self.entries[target.lower()]))
        ctypes.cast(found, ctypes.POINTER(ctypes.c_void_p))[0] = ctypes.addressof(entry)
        return 1

    def CredDeleteW(self, target, kind, flags):
        if self.entries.pop(target.lower(), None) is None:
            return self.fail(NOT_FOUND)
        return 1

    def CredEnumerateW(self, pattern, flags, count, found):
        start = pattern.rstrip("*").lower()
        chosen = [entry for low, entry in sorted(self.entries.items()) if low.startswith(start)]
        if not chosen:
            return self.fail(NOT_FOUND)
        entries = [self.lend(self.structure(*entry)) for entry in chosen]
        table = self.lend((ctypes.c_void_p * len(entries))(*map(ctypes.addressof, entries)))
        ctypes.cast(count, ctypes.POINTER(ctypes.c_uint32))[0] = len(entries)
        ctypes.cast(found, ctypes.POINTER(ctypes.c_void_p))[0] = ctypes.addressof(table)
        return 1

    def CredFree(self, pointer):
        address = ctypes.cast(pointer, ctypes.c_void_p).value
        assert self.lent.pop(address, None) is not None, "freed what was not lent, or twice"


def install(monkeypatch):
    """Make ctypes look as on Windows; returns the library."""
    library = Advapi32()

    def open_library(name, use_last_error=False):
        assert (name, use_last_error) == ("advapi32", True)
        return library

    monkeypatch.setattr(cs.CredentialManager, "obstacle", lambda self: "")
    monkeypatch.setattr(ctypes, "WinDLL", open_library, raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: library.error, raising=False)
    return library
