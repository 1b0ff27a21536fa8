"""What an evaluator cannot do, tried for real in processes that have shut themselves in."""

from __future__ import annotations

import os
import platform
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from medkg.pool import KeeperConfig
from tests.pool.asking import MEMORY_BOMB
from tests.processes import WITHOUT_SECCOMP, is_alive, on_linux, until
from tests.servers import PATIENCE

BEGIN = """
import ctypes, errno, gc, os, resource, signal, socket, sys, time
from pathlib import Path
from pyoxigraph import Store
from medkg.pool import processes, sandbox

def refused(act):
    "Why an act fails; an error where it does not."
    try:
        done = act()
    except OSError as error:
        return errno.errorcode[error.errno]
    raise SystemExit(f"it could be done: {done!r}")

def call(number, *arguments):
    "A system call as such."
    library = ctypes.CDLL(None, use_errno=True)
    result = library.syscall(number, *arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), "")
    return result

store = Store()
store.update("INSERT DATA { <http://example.org/a> <http://example.org/p> 1 }")
argument = sys.argv[1]
"""
WITHOUT_A_FILTER = "sandbox._filter_system_calls = lambda *, files: False\n"
SHUT_IN = "sandbox.confine(64 << 20)\n"
SHUT_IN_WITH_FILES = "sandbox.confine(64 << 20, files=True)\n"

has_filter = pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() not in {"x86_64", "aarch64"}, reason="no seccomp filter here"
)
on_x86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="system calls are numbered differently here")


def tried(code: str, argument: object = "", *, shut_in: str = SHUT_IN) -> subprocess.CompletedProcess[str]:
    """What becomes of a process that shuts itself in and then runs code."""
    return subprocess.run(
        [sys.executable, "-c", BEGIN + shut_in + code, str(argument)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def said(code: str, argument: object = "", *, shut_in: str = SHUT_IN) -> str:
    """What code says in a process that has shut itself in."""
    ran = tried(code, argument, shut_in=shut_in)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on the loopback that nobody may reach."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield found


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """Another process of ours, to be left alone."""
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def nobody_came(listener: socket.socket) -> bool:
    """Whether no connection was made within a moment."""
    return not select.select([listener], [], [], 0.05)[0]


@pytest.mark.parametrize("shut_in", [SHUT_IN, SHUT_IN_WITH_FILES], ids=["in memory", "from files"])
def test_evaluation_goes_on(shut_in: str) -> None:
    assert said("print(bool(store.query('ASK { ?s ?p ?o FILTER(?o > 0) }')))", shut_in=shut_in) == "True"


FORBIDDEN = {
    "a socket": "socket.socket()",
    "a pair of sockets": "socket.socketpair()",
    "a process": "os.fork()",
    "another program": "os.execv(sys.executable, [sys.executable, '-c', ''])",
    "a file to write": "os.open('/tmp/medkg-evaluator', os.O_WRONLY | os.O_CREAT)",
    "a directory": "os.mkdir('/tmp/medkg-evaluator')",
    "the removal of a file": "os.unlink(argument)",
    "the end of another process": "os.kill(os.getpid() - 1, 9)",
    "other limits": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
}


@has_filter
@pytest.mark.parametrize("shut_in", [SHUT_IN, SHUT_IN_WITH_FILES], ids=["in memory", "from files"])
def test_nothing_gets_out(shut_in: str, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.write_text("precious")
    code = "".join(f"print({name!r}, refused(lambda: {act}))\n" for name, act in FORBIDDEN.items())
    assert said(code, here, shut_in=shut_in).splitlines() == [f"{name} ENOSYS" for name in FORBIDDEN]
    assert here.read_text() == "precious"


@has_filter
def test_no_file_can_be_read() -> None:
    assert said("print(refused(lambda: open('/etc/hostname')))") == "ENOSYS"


@has_filter
def test_where_files_are_read_none_can_be_emptied(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.write_text("precious")
    code = "print(open(argument).read(), refused(lambda: os.open(argument, os.O_RDONLY | os.O_TRUNC)))"
    assert said(code, here, shut_in=SHUT_IN_WITH_FILES) == "precious ENOSYS"
    assert here.read_text() == "precious"


@on_x86
@pytest.mark.parametrize("shut_in", [SHUT_IN, SHUT_IN_WITH_FILES], ids=["in memory", "from files"])
def test_no_other_process_can_be_signalled_or_traced(shut_in: str, bystander: subprocess.Popen[bytes]) -> None:
    code = """
other = int(argument)
tgkill, tkill, ptrace, sigqueue, vm_write = 234, 200, 101, 129, 311
print(refused(lambda: call(tgkill, other, other, signal.SIGKILL)))
print(refused(lambda: call(tkill, other, signal.SIGKILL)))
print(refused(lambda: call(ptrace, 16, other, 0, 0)))
print(refused(lambda: call(sigqueue, other, signal.SIGKILL, 0)))
print(refused(lambda: call(vm_write, other, 0, 0, 0, 0, 0)))
"""
    assert said(code, bystander.pid, shut_in=shut_in).split() == ["ENOSYS"] * 5
    assert bystander.poll() is None


@has_filter
def test_it_may_still_end_itself() -> None:
    assert tried("os.abort()").returncode == -signal.SIGABRT


@on_x86
def test_the_calls_of_the_other_numbering_are_refused_too() -> None:
    assert said("print(refused(lambda: call(0x40000000 + 41, 2, 1, 0)))") == "ENOSYS"


REQUESTS = [
    "store.query('SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}')",
    "store.query('SELECT * {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}')",
    "store.update('LOAD <{0}>')",
    "store.update('LOAD SILENT <{0}>')",
]


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize(
    "shut_in",
    [SHUT_IN, WITHOUT_A_FILTER + SHUT_IN, pytest.param(SHUT_IN_WITH_FILES, marks=has_filter)],
    ids=["in memory", "without a filter", "from files"],
)
def test_the_engine_itself_reaches_no_other_server(request_: str, shut_in: str, listener: socket.socket) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    tried(f"print(list({request_.format(url)} or []))", shut_in=shut_in)
    assert nobody_came(listener)


def test_outside_the_engine_does_reach_it(listener: socket.socket) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    asking = subprocess.Popen(
        [sys.executable, "-c", f"{BEGIN}print(list({REQUESTS[0].format(url)}))", ""],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.DEVNULL,
    )
    try:
        assert select.select([listener], [], [], 10)[0]
    finally:
        asking.kill()
        asking.wait()


@pytest.mark.parametrize("shut_in", [SHUT_IN, WITHOUT_A_FILTER + SHUT_IN], ids=["with a filter", "without"])
def test_more_memory_than_its_share_is_refused(shut_in: str) -> None:
    code = "kept = bytearray(32 << 20)\ntry:\n    bytearray(96 << 20)\nexcept MemoryError:\n    print('too much')"
    assert said(code, shut_in=shut_in) == "too much"


def test_the_engine_names_the_memory_it_lacks_and_ends() -> None:
    ran = tried(f"print(list(store.query({MEMORY_BOMB!r})))")
    assert ran.returncode == -signal.SIGABRT
    assert "memory allocation of" in ran.stderr


@pytest.mark.parametrize("name", ["RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE"])
def test_limits_hold_where_there_is_no_filter(name: str) -> None:
    assert said(f"print(resource.getrlimit(resource.{name}))", shut_in=WITHOUT_A_FILTER + SHUT_IN) == "(0, 0)"


def test_no_descriptor_is_to_be_had_where_there_is_no_filter(tmp_path: Path) -> None:
    code = """
print(refused(socket.socket), refused(lambda: open(argument)), refused(os.pipe))
"""
    gap = "low, high = os.open('/dev/null', 0), os.open('/dev/null', 0)\nos.close(low)\n"
    assert said(code, tmp_path, shut_in=WITHOUT_A_FILTER + gap + SHUT_IN) == "EMFILE EMFILE EMFILE"


@has_filter
def test_the_threads_of_the_engine_are_shut_in_too(kept: KeeperConfig) -> None:
    prepared = f"graph = Store.read_only({str(kept.snapshot / 'store')!r})\n"
    code = """
threads = [Path(f"/proc/self/task/{task}/status").read_text() for task in os.listdir("/proc/self/task")]
print(len(threads) > 1, all("\\nSeccomp:\\t2\\n" in status for status in threads))
"""
    assert said(code, shut_in=prepared + SHUT_IN_WITH_FILES) == "True True"


@pytest.mark.skipif(platform.system() != "Linux", reason="Linux alone chooses by a score")
def test_the_kernel_would_end_it_first_for_want_of_memory() -> None:
    code = "print(Path('/proc/self/oom_score_adj').read_text())"
    assert said(code, shut_in=SHUT_IN_WITH_FILES) == "1000"


@pytest.mark.skipif(platform.system() != "Linux", reason="Linux alone tells a child")
def test_it_ends_with_its_parent() -> None:
    code = f"""
parent = os.getpid()
child = os.fork()
if not child:
    processes.die_with_parent(parent)
    {SHUT_IN}
    time.sleep(60)
print(child, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", BEGIN + code, ""],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    with parent.stdout as output:
        child = int(output.readline())
        assert is_alive(child)
        parent.kill()
        parent.wait()
        assert output.read() == ""  # which ends once the child, too, has let go of it
    until(lambda: not is_alive(child))


def test_one_whose_parent_has_ended_already_ends_at_once() -> None:
    assert tried("", shut_in="processes.die_with_parent(os.getpid())\n").returncode == 1


TOLD = "held = sandbox.probe()\nprint(*held, held, os.waitstatus_to_exitcode(os.system('true')))\n"


@has_filter
def test_it_is_found_out_what_holds_while_nothing_is_done_to_the_one_who_asks() -> None:
    assert said(TOLD, shut_in="") == "True True seccomp 0"


@on_linux
def test_where_the_kernel_has_no_filter_that_is_found_out_too() -> None:
    assert said(TOLD, shut_in=WITHOUT_SECCOMP) == "False True limits 0"


@on_linux
def test_without_the_filter_evaluation_goes_on_and_reaches_no_other_server(listener: socket.socket) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    code = f"print(bool(store.query('ASK {{ ?s ?p ?o }}')), refused(socket.socket))\n{REQUESTS[1].format(url)}"
    assert said(code, shut_in=WITHOUT_SECCOMP + SHUT_IN) == "True EMFILE"
    assert nobody_came(listener)
