"""A certificate that has run out, of an authority that is trusted."""

import ssl
import subprocess
from pathlib import Path


def certificate(folder: Path, *hosts: str) -> tuple[ssl.SSLContext, Path]:
    """Return how `hosts` serve with a certificate that ran out yesterday, and the file of its authority."""

    def openssl(line: str) -> None:
        subprocess.run(["openssl", *line.split()], cwd=folder, check=True, capture_output=True, timeout=60)

    key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    (folder / "names").write_text("subjectAltName=" + ",".join(f"IP:{host}" for host in hosts))
    openssl(f"req -x509 {key} -keyout ca.key -out ca.pem -days 2 -subj /CN=authority")
    openssl(f"req {key} -keyout site.key -out site.csr -subj /CN=site")
    openssl("x509 -req -in site.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days -1 -extfile names -out site.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "site.pem", folder / "site.key")
    return context, folder / "ca.pem"
