"""What a process gives up before a student's code runs in it: its user, its limits, the system calls that reach past both.

Linux manual pages prctl(2), setrlimit(2), seccomp(2), user_namespaces(7).  Elsewhere only the limits apply.
"""

from __future__ import annotations

import ctypes
import functools
import os
import platform
import resource
import signal
import struct
import sys
from typing import Any

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 36, 38
MIB = 1 << 20

# What namespaces and limits leave open, with its number on (x86_64, aarch64).  Memory that belongs to no process, so that
# no count of the processes' memory sees it and it would outlive them: memfd_*, shm*, msg*, sem*, mq_*, keys.  New
# namespaces, in which a user is root again and may mount.  A look into other processes.  Rarely used, often broken.
DENIED = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
}
CLONE, CLONE3, SOCKET = (56, 220), (435, 435), (41, 198)
NEW_NAMESPACE = 0x7E020000  # the CLONE_NEW* flags
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32 = 0x40000000  # the bit of x86_64's second set of numbers
EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97


def become(uid: int | None) -> None:
    """Change to an unprivileged user for good (None: stay), and give up every way back."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if LINUX:
        _prctl(PR_SET_NO_NEW_PRIVS, 1)
        _prctl(PR_SET_DUMPABLE, 0)  # children of the same user may neither read nor trace this process
        _prctl(PR_SET_CHILD_SUBREAPER, 1)
    die_with_parent()  # only now: a change of user clears it


def die_with_parent() -> None:
    """Have this process killed when the thread that started it ends, where that one has the right to."""
    if LINUX:
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def limit(limits: dict[str, int]) -> None:
    """Set the resource limits given by their short names, as {"NOFILE": 64}, soft and hard."""
    for name, value in limits.items():
        which = getattr(resource, f"RLIMIT_{name}", None)
        if which is None:
            continue
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def posture() -> tuple[Any, ...]:
    """Return what a child of the same user could change of this process, and its later children would inherit."""
    limits = tuple(
        resource.getrlimit(getattr(resource, name)) for name in sorted(dir(resource)) if name[:7] == "RLIMIT_"
    )
    if not LINUX:
        return limits
    return limits, os.getpriority(os.PRIO_PROCESS, 0), frozenset(os.sched_getaffinity(0)), os.sched_getscheduler(0)


def deny_system_calls() -> bool:
    """Refuse the system calls above for this process and its children; False where their numbers are not known."""
    machine = platform.machine()
    if not LINUX or machine not in AUDIT_ARCH or sys.byteorder != "little":
        return False
    program = filter_program(machine)
    code = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code)), 16)
    _prctl(PR_SET_SECCOMP, 2, ctypes.addressof(head))  # 2: SECCOMP_MODE_FILTER
    return True


def filter_program(machine: str) -> bytes:
    """Return the seccomp filter for a machine: everything is allowed but what this file names."""
    column = list(AUDIT_ARCH).index(machine)
    load, equal, at_least, any_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06

    def refuse(code: int) -> tuple[int, int, int, int]:
        return answer, 0, 0, 0x00050000 | code

    number, arch, first = 0, 4, 16  # offsets in struct seccomp_data; the arguments' low halves
    steps = [(load, 0, 0, arch), (equal, 1, 0, AUDIT_ARCH[machine]), refuse(EPERM), (load, 0, 0, number)]
    if machine == "x86_64":
        steps += [(at_least, 0, 1, X32), refuse(EPERM)]
    for numbers in DENIED.values():
        steps += [(equal, 0, 1, numbers[column]), refuse(EPERM)]
    # clone3 hides its flags in memory: "no such call" makes the C library fall back to clone, whose flags can be seen.
    steps += [(equal, 0, 1, CLONE3[column]), refuse(ENOSYS)]
    steps += [(equal, 0, 3, CLONE[column]), (load, 0, 0, first), (any_bit, 0, 1, NEW_NAMESPACE), refuse(EPERM)]
    steps += [(load, 0, 0, number)]
    # Sockets of this machine and of the (empty) network only: others, as AF_VSOCK, know no namespaces.
    steps += [(equal, 0, 5, SOCKET[column]), (load, 0, 0, first)]
    steps += [(equal, 3, 0, 1), (equal, 2, 0, 2), (equal, 1, 0, 10), refuse(EAFNOSUPPORT)]
    steps += [(answer, 0, 0, 0x7FFF0000)]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)


@functools.cache  # a child that had to look for it again would copy a hundred pages of memory
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int, pointer: int = 0) -> None:
    if _libc().prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(pointer), ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({option}): {os.strerror(number)}")
