"""The sandbox of evaluators: no network, no other processes, no files, and no more memory than their share.

Oxigraph has no switch against SERVICE and LOAD; our parser refuses them, and this is the wall behind it. On
Linux a seccomp filter lets through the system calls that evaluation needs and answers ENOSYS to all others
(https://docs.kernel.org/userspace-api/seccomp_filter.html). Where there is no seccomp the resource limits still
hold: no new descriptor, no new file. What holds on a machine is found out by `probe`, for operators.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from medkg.pool.processes import ON_LINUX

Calls = Mapping[str, tuple[int, int | None]]

# The number on x86_64 and on the generic table of aarch64, None where that has no such call: in the kernel's sources
# arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
_ALLOWED: Calls = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "writev": (20, 66),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "nanosleep": (35, 101),
    "setitimer": (38, 103),
    "getpid": (39, 172),
    "exit": (60, 93),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "restart_syscall": (219, 128),
    "fadvise64": (221, 223),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "newfstatat": (262, 79),
    "getrandom": (318, 278),
    "statx": (332, 291),
}
# what the engine needs besides where it reads the graph from its files
_FILES: Calls = {
    "access": (21, None),
    "flock": (73, 32),
    "readlink": (89, None),
    "getdents64": (217, 61),
    "faccessat": (269, 48),
    "sched_getaffinity": (204, 123),
    "sysinfo": (99, 179),
}
# those that are let through only with the right argument
_TGKILL, _OPENAT, _FCNTL = (234, 131), (257, 56), (72, 25)
_ARCHITECTURES = {"x86_64": (0xC000003E, 0, 317), "aarch64": (0xC00000B7, 1, 277)}  # AUDIT_ARCH_*, column, seccomp

# classic BPF: ld abs, jeq, jge, jset, ret
_LOAD, _EQUAL, _AT_LEAST, _ANY_OF, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_SYSCALL, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000 | errno.ENOSYS, 0x80000000  # SECCOMP_RET_*
_X32 = 0x40000000  # the x32 calls of an x86_64 kernel, which go by the same architecture
_NO_NEW_PRIVS = 38  # prctl
_F_SETOWN = 8  # the first of the commands of fcntl by which signals are sent to others
_SET_MODE_FILTER = 1
_ALL_THREADS = 1 << 0  # SECCOMP_FILTER_FLAG_TSYNC: those of the engine too, which it has where it reads from files
# Without this flag the kernel turns speculation off for the process, which makes evaluation half as fast. That is
# meant for processes that run strangers' machine code; ours run strangers' queries.
_SPEC_ALLOW = 1 << 2


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


class Confinement(NamedTuple):
    """What a process is confined by: whether its system calls are filtered, and whether its memory is limited."""

    has_filter: bool = False
    has_memory_limit: bool = False

    def __str__(self) -> str:
        """The strongest of them, in a word."""
        return "seccomp" if self.has_filter else "limits"


def probe(*, files: bool = False) -> Confinement:
    """What this machine can do, found out by a process that confines itself and ends; to be called by one thread."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(theirs, bytes(confine(1 << 30, files=files)))
        finally:
            os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as pipe:
        confinement = Confinement(*map(bool, pipe.read()))
    with suppress(ChildProcessError):  # where the kernel has reaped it already
        os.waitpid(child, 0)
    return confinement


def confine(memory: int, *, files: bool = False) -> Confinement:
    """Confine this process, for good: `memory` bytes beyond what it has, no socket, no process, nothing written.

    Nor may it open a file, but for one to read where `files` says so. Gives what of this the system can do.
    """
    import resource  # here, for Windows has none, and imports this module all the same

    _prefer_for_oom_kill()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    size = _address_space()
    if size is not None:
        resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))
    if not files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # those that are open stay so
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    return Confinement(has_filter=_filter_system_calls(files=files), has_memory_limit=size is not None)


def _prefer_for_oom_kill() -> None:
    """Have the kernel end this process and not the server where the machine runs out of memory.

    https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html
    """
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")


def _filter_system_calls(*, files: bool) -> bool:
    """Install the filter, and say whether it is; a machine without one goes on under the resource limits alone."""
    known = _ARCHITECTURES.get(platform.machine())
    if not ON_LINUX or known is None or _prctl(_NO_NEW_PRIVS, 1):
        return False
    architecture, column, seccomp = known
    code = _program(architecture, column, files=files)
    program = _Program(len(code) // 8, code)
    # https://man7.org/linux/man-pages/man2/seccomp.2.html; the C library has no function for it
    call, flags = ctypes.CDLL(None).syscall, _ALL_THREADS | _SPEC_ALLOW
    if call(seccomp, _SET_MODE_FILTER, flags, ctypes.byref(program)) == 0:
        return True
    # a kernel before 4.17 knows no speculation: slow is better than open
    return bool(call(seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0)


def _program(architecture: int, column: int, *, files: bool) -> bytes:
    """The filter as BPF: the right architecture, then the calls that are allowed, then ENOSYS."""
    calls = {**_ALLOWED, **_FILES} if files else _ALLOWED
    numbers = [number for call in calls.values() if (number := call[column]) is not None]
    allowed = (_instruction(_EQUAL, number, len(numbers) - place) for place, number in enumerate(numbers))
    return b"".join(
        (
            _instruction(_LOAD, _ARCHITECTURE),
            _instruction(_EQUAL, architecture, 1, 0),
            _instruction(_RETURN, _KILL),
            _instruction(_LOAD, _SYSCALL),
            _instruction(_AT_LEAST, _X32, 0, 1),
            _instruction(_RETURN, _DENY),
            *_argument_rules(column, files=files),
            *allowed,
            _instruction(_RETURN, _DENY),
            _instruction(_RETURN, _ALLOW),
        )
    )


def _argument_rules(column: int, *, files: bool) -> Iterator[bytes]:
    """The calls that depend on an argument: to abort, but to signal nobody else; to open a file, but to write none."""
    yield from _argument_rule(_TGKILL[column], 0, _instruction(_EQUAL, os.getpid(), 0, 1))
    if files:
        writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
        yield from _argument_rule(_OPENAT[column], 2, _instruction(_ANY_OF, writing, 1, 0))
        yield from _argument_rule(_FCNTL[column], 1, _instruction(_AT_LEAST, _F_SETOWN, 1, 0))


def _argument_rule(number: int, argument: int, test: bytes) -> tuple[bytes, ...]:
    """Let a call through where a test of an argument's lower half goes on, not where it jumps over one instruction."""
    return (
        _instruction(_EQUAL, number, 0, 4),
        _instruction(_LOAD, _ARGUMENTS + 8 * argument),
        test,
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _DENY),
    )


def _instruction(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One `struct sock_filter`."""
    return struct.pack("<HBBI", code, if_true, if_false, operand)


def _prctl(option: int, *arguments: object) -> int:
    """What `prctl` returns, 0 for success.

    https://man7.org/linux/man-pages/man2/prctl.2.html
    """
    four = (*arguments, 0, 0, 0)[:4]
    words = (ctypes.c_ulong(word) if isinstance(word, int) else word for word in four)
    return int(ctypes.CDLL(None).prctl(option, *words))


def _address_space() -> int | None:
    """The bytes of address space this process has; None where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (FileNotFoundError, PermissionError):  # and not where too many files are open, which may pass
        return None
