"""Whom does a TLS connection trust, and with which certificate does it show itself?

Files are read once, when a client is made: a certificate that was renewed needs a restart.
"""

import ssl
from pathlib import Path

from pydantic import SecretStr

from cleanwire.errors import ConfigError


class _PasswordMissing(Exception):
    """The key is encrypted, and there is no password. Without a callback OpenSSL would ask at the terminal."""


def trusting(cafile: Path | None, *, key: str) -> ssl.SSLContext:
    """Return a context that checks the server's certificate and its name, with TLS 1.2 at least.

    Args:
        cafile: certificates in PEM; None is the system's bundle.
        key: the setting that names the file.

    Raises:
        ConfigError: the file cannot be read or holds no certificates.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # checks certificate and name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if cafile is None:
        context.load_default_certs()
        return context
    _check_readable(cafile, key)
    try:
        context.load_verify_locations(cafile)
    except ssl.SSLError as error:
        raise ConfigError(f"{key}: {cafile} holds no certificates in PEM ({_reason(error)})") from error
    return context


def show(context: ssl.SSLContext, certfile: Path, keyfile: Path, password: SecretStr | None) -> None:
    """Let `context` show the broker a client certificate (PEM, with its chain if it has one).

    Raises:
        ConfigError: naming the setting whose file cannot be read, does not fit, or does not open with the password.
    """
    _check_readable(certfile, "kafka.ssl_certfile")
    _check_readable(keyfile, "kafka.ssl_keyfile")

    def ask() -> str:
        if password is None:
            raise _PasswordMissing
        return password.get_secret_value()

    try:
        context.load_cert_chain(certfile, keyfile, ask)
    except _PasswordMissing:
        raise ConfigError(f"kafka.ssl_keyfile: {keyfile} is encrypted: set kafka.ssl_key_password") from None
    except (ssl.SSLError, ValueError) as error:  # ValueError: OpenSSL takes no password so long
        raise ConfigError(_unusable(error, certfile, keyfile, password)) from error


def _unusable(error: ssl.SSLError | ValueError, certfile: Path, keyfile: Path, password: SecretStr | None) -> str:
    reason = _reason(error)
    if reason == "KEY_VALUES_MISMATCH":
        return f"kafka.ssl_keyfile: {keyfile} is not the key of the certificate {certfile} (kafka.ssl_certfile)"
    if b"-----BEGIN CERTIFICATE" not in certfile.read_bytes():
        return f"kafka.ssl_certfile: {certfile} holds no certificate in PEM ({reason})"
    if password is not None and b"ENCRYPTED" in keyfile.read_bytes():
        return f"kafka.ssl_key_password: does not open {keyfile} ({reason})"
    return f"kafka.ssl_certfile, kafka.ssl_keyfile: {certfile} and {keyfile} cannot be used ({reason})"


def _check_readable(file: Path, key: str) -> None:
    try:
        with file.open("rb"):
            pass
    except OSError as error:
        raise ConfigError(f"{key}: {file} cannot be read: {error.strerror}") from error


def _reason(error: ssl.SSLError | ValueError) -> str:
    told = error.reason if isinstance(error, ssl.SSLError) else None
    return told or str(error) or type(error).__name__
