"""A Kafka that lets nobody in without a login: TLS, SASL, client certificates, ACLs. Keys are made by openssl."""

import subprocess
import tempfile
from pathlib import Path

from kafka.broker import Broker, free_port

# Who may do everything; everybody else needs ACLs. Sessions of SCRAM-SHA-256 and
# OAUTHBEARER end after three seconds (KIP-368).
SUPER, PASSWORD = "super", "super-secret-word"
LEAVER = "leaver"  # may do everything too, as long as it has a password
USERS = (LEAVER, "poller", "cleaner", "ops", "consumer", "exporter", "service")
KEY_PASSWORD = "opens-the-key"
SESSION_MS = 3000
KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256"
"""What openssl makes of each key: the broker signs with it at each connection, and RSA costs it more."""

PROPERTIES = """
listeners=PLAINTEXT://127.0.0.1:{plain},LOGIN://127.0.0.1:{login},MUTUAL://127.0.0.1:{mutual},\
CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain},LOGIN://localhost:{login},MUTUAL://localhost:{mutual}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_SSL,MUTUAL:SSL
inter.broker.listener.name=PLAINTEXT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:{name};User:CN={name};User:{leaver}
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
listener.name.mutual.ssl.client.auth=required
listener.name.login.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
listener.name.login.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
user_{name}="{password}";
listener.name.login.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.login.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.login.oauthbearer.sasl.jaas.config=\
org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";
listener.name.login.scram-sha-256.connections.max.reauth.ms={session_ms}
listener.name.login.oauthbearer.connections.max.reauth.ms={session_ms}
"""


class SecuredBroker(Broker):
    """A broker with three doors: `bootstrap` (no login, everything allowed), `login` (SASL_SSL) and `mutual` (SSL).

    `folder_of_keys` holds ca.pem, client.pem and client.key (encrypted with KEY_PASSWORD), stranger.pem and
    stranger.key of another authority.
    """

    def __init__(self) -> None:
        self.folder_of_keys = Path(tempfile.mkdtemp(prefix="cleanwire-keys-"))
        make_keys(self.folder_of_keys)
        plain, login, mutual = free_port(), free_port(), free_port()
        extra = PROPERTIES.format(
            plain=plain,
            controller=plain + 1,
            login=login,
            mutual=mutual,
            folder=self.folder_of_keys,
            name=SUPER,
            leaver=LEAVER,
            password=PASSWORD,
            session_ms=SESSION_MS,
        )
        users = [
            part
            for name in (SUPER, *USERS)
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
            for part in ("--add-scram", f"{mechanism}=[name={name},password={password_of(name)}]")
        ]
        self.login, self.mutual = f"localhost:{login}", f"localhost:{mutual}"
        super().__init__(extra, format_options=users, port=plain)


def password_of(user: str) -> str:
    """Return the password of one of the users."""
    return PASSWORD if user == SUPER else f"{user}-secret-word"


def make_keys(folder: Path) -> None:
    """Write the files that `SecuredBroker` names into `folder`."""
    _make_authority(folder, "ca")
    _make_authority(folder, "other-ca")
    _make_certificate(folder, "broker", authority="ca", subject="/CN=broker")
    (folder / "broker.pem").write_text((folder / "broker.key").read_text() + (folder / "broker.pem").read_text())
    _make_certificate(folder, "client", authority="ca", subject=f"/CN={SUPER}")
    _openssl(folder, "pkcs8", "-topk8", "-in", "client.key", "-out", "locked.key", "-passout", f"pass:{KEY_PASSWORD}")
    (folder / "locked.key").replace(folder / "client.key")
    _make_certificate(folder, "stranger", authority="other-ca", subject=f"/CN={SUPER}")


def _make_authority(folder: Path, name: str) -> None:
    made = f"req -x509 {KEY} -nodes -keyout {name}.key -out {name}.pem -days 2".split()
    _openssl(folder, *made, "-subj", f"/CN={name}")


def _make_certificate(folder: Path, name: str, *, authority: str, subject: str) -> None:
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    _openssl(folder, *f"req {KEY} -nodes -keyout {name}.key -out {name}.csr".split(), "-subj", subject)
    _openssl(
        folder,
        *f"x509 -req -in {name}.csr -CA {authority}.pem -CAkey {authority}.key -CAcreateserial".split(),
        *f"-out {name}.pem -days 2 -extfile names".split(),
    )


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)
