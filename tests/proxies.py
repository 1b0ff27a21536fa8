"""Real reverse proxies in front of a real server, set up by the recipes of `examples/`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from werkzeug.test import Client

from medkg.settings import DEFAULTS
from tests.processes import until
from tests.servers import PATIENCE, REPOSITORY, client_of

_MODULES = ("mpm_event", "authz_core", "alias", "headers", "proxy", "proxy_http")
_MODULE_DIRECTORIES = ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules")
_NGINX = """
daemon off;
master_process off;
pid {directory}/pid;
error_log stderr warn;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    {recipe}
}}
"""
_APACHE = """
ServerRoot {directory}
DefaultRuntimeDir {directory}
PidFile {directory}/pid
Listen 127.0.0.1:{port}
ServerName localhost
ErrorLog {directory}/error.log
{modules}
<IfModule unixd_module>
User {user}
</IfModule>
{recipe}
"""


@contextmanager
def nginx(directory: Path, recipe: str, server: int) -> Iterator[Client]:
    """A client of nginx that is set up by a recipe in front of the server at a port."""
    port = free_port()
    written = recipe.replace("listen 80;", f"listen 127.0.0.1:{port};").replace(
        f"127.0.0.1:{DEFAULTS.port}", f"127.0.0.1:{server}"
    )
    configuration = directory / "nginx.conf"
    configuration.write_text(_NGINX.format(directory=directory, recipe=written), encoding="utf-8")
    with _running([_program("nginx"), "-p", str(directory), "-e", "stderr", "-c", str(configuration)], port) as client:
        yield client


@contextmanager
def apache(directory: Path, recipe: str, server: int) -> Iterator[Client]:
    """A client of Apache that is set up by a recipe in front of the server at a port."""
    port = free_port()
    written = _behind(recipe, server).replace("*:80", f"127.0.0.1:{port}")
    configuration = directory / "apache.conf"
    text = _APACHE.format(
        directory=directory, port=port, modules="\n".join(_load_modules()), user=_user(), recipe=written
    )
    configuration.write_text(text, encoding="utf-8")
    with _running([_program("apache2", "httpd"), "-DFOREGROUND", "-f", str(configuration)], port) as client:
        yield client


def _behind(recipe: str, port: int) -> str:
    """A recipe for a server at another port than the default."""
    return recipe.replace(f"127.0.0.1:{DEFAULTS.port}", f"127.0.0.1:{port}")


def recipe(name: str) -> str:
    """A recipe as it is written for users."""
    return (REPOSITORY / "examples" / name).read_text(encoding="utf-8")


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[Client]:
    """A client of a proxy that listens at a port while the block lasts."""

    def listens() -> bool:
        assert process.poll() is None, process.communicate()
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            until(listens, seconds=PATIENCE)
            yield client_of(port)
        finally:
            process.terminate()


def _load_modules() -> Iterator[str]:
    """The lines that load the modules that are not compiled in."""
    directory = next((each for each in map(Path, _MODULE_DIRECTORIES) if each.is_dir()), None)
    for each in _MODULES:
        if directory and (file := directory / f"mod_{each}.so").exists():
            yield f"LoadModule {each}_module {file}"


def _user() -> str:
    """Who Apache is to be; it serves nothing as root."""
    return "nobody" if os.getuid() == 0 else f"#{os.getuid()}"


def _program(*names: str) -> str:
    """The first of some programs that is there; the test is skipped without, or fails where everything has to be."""
    found = next(filter(None, (shutil.which(each, path=f"{os.environ['PATH']}:/usr/sbin") for each in names)), None)
    if found is None and os.environ.get("MEDKG_REQUIRE_PROXIES") == "1":
        pytest.fail(f"there is none of {', '.join(names)}")
    if found is None:
        pytest.skip(f"there is none of {', '.join(names)}")
    return found


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
