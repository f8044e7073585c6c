"""Settings: the certificates by which Temporal and our processes know each other, made once (docker-compose.yml).

    python -m settings.certificates FOLDER

It makes FOLDER/server (for Temporal) and FOLDER/client (for who calls it), each with ca.pem, tls.pem and tls.key, where
they are missing or end within 60 days. The authority's own key is thrown away, so nobody can make another: renewing
makes all of them. Who may read which folder is for those who mount them.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SERVER_NAMES = ("temporal", "localhost")
LASTS, RENEWED_BEFORE = timedelta(days=730), timedelta(days=60)


def make(folder: Path, now: datetime) -> bool:
    """Make both pairs again unless they are there and good for some time. Returns whether they were made."""
    if all(_good(folder / name, now) for name in ("server", "client")):
        return False
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("case-reviews: authority of this installation")
    authority = (
        _begun(name, name, key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    for side, usage in (("server", ExtendedKeyUsageOID.SERVER_AUTH), ("client", ExtendedKeyUsageOID.CLIENT_AUTH)):
        # Temporal's own services call its frontend with the server's certificate.
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH, usage] if side == "server" else [usage]
        _issue(folder / side, authority, key, usages, now)
    return True


def _issue(
    folder: Path,
    authority: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
    usages: list[x509.ObjectIdentifier],
    now: datetime,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName(name) for name in SERVER_NAMES])
    certificate = (
        _begun(_name(f"case-reviews: {folder.name}"), authority.subject, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(names, critical=False)
        .sign(signer, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(authority.public_bytes(pem))
    (folder / "tls.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "tls.pem").write_bytes(certificate.public_bytes(pem))
    for file in ("ca.pem", "tls.key", "tls.pem"):
        (folder / file).chmod(0o644)  # Temporal's images have users of their own; each folder is mounted where needed


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LASTS)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _good(folder: Path, now: datetime) -> bool:
    try:
        held = x509.load_pem_x509_certificate((folder / "tls.pem").read_bytes())
        there = (folder / "ca.pem").exists() and (folder / "tls.key").exists()
    except (OSError, ValueError):
        return False
    return there and held.not_valid_after_utc - now > RENEWED_BEFORE


def main() -> None:
    folder = Path(sys.argv[1])
    made = make(folder, datetime.now(UTC))
    print("made: restart Temporal and all that calls it" if made else "there, and good for some time")


if __name__ == "__main__":
    main()
