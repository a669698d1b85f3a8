"""The command line that builds a box with Docker, for a Linux machine whose kernel gives no namespaces to bubblewrap.

A container cannot be handed an open socket, so the box comes to meet the grader: it connects to a Unix socket in a folder that
only the two see, once, before any student's code runs.  All else is as in the other boxes.  docker-run(1).
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from labkit.grading.sandbox.bubblewrap import DATA, SCRATCH, Command, Unavailable, environment, open_files

IMAGE = "LABKIT_GRADER_IMAGE"  # names another image than labkit-grader
BUILD = "docker build --tag labkit-grader --file docker/grader.Dockerfile ."
PYTHON = "/usr/local/bin/python3"  # where the images that docker/grader.Dockerfile starts from have it
MEETING = "/box/meeting"
WARM_MIB = 2048  # what the warm process itself may take: torch and all
NOBODY = 65534


def command(memory_mib: int, processes: int, scratch_mib: int, data_folder: Path | None) -> Command:
    """Return how to start a box in a container of its own.

    Raises: Unavailable when there is no Docker, no engine or no image; the message says what to do.
    """
    docker, image = program(), os.environ.get(IMAGE, "labkit-grader")
    name = f"labkit-box-{secrets.token_hex(6)}"
    # Root's boxes are nobody's; anybody else's are their own, who alone may reach the folder of the socket.
    user, group = (NOBODY, NOBODY) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    meeting = Path(tempfile.mkdtemp(prefix="labkit-meet-"))
    if os.geteuid() == 0:
        os.chown(meeting, user, group)
    memory = f"{memory_mib + WARM_MIB + len(SCRATCH) * scratch_mib}m"
    argv = [docker, "run", "--rm", "--name", name, "--pull", "never", "--log-driver", "none", "--hostname", "box"]
    argv += ["--network", "none", "--ipc", "private", "--read-only", "--cap-drop", "ALL"]
    argv += ["--security-opt", "no-new-privileges", "--user", f"{user}:{group}"]
    argv += ["--memory", memory, "--memory-swap", memory, "--pids-limit", str(processes + 8)]
    argv += ["--tmpfs", f"{SCRATCH[0]}:rw,nosuid,nodev,mode=1777,size={scratch_mib}m"]
    argv += ["--shm-size", f"{scratch_mib}m", "--workdir", SCRATCH[0]]
    shown = {str(meeting): MEETING, **open_files()}
    if data_folder is not None:
        shown[str(data_folder.resolve())] = DATA
    for source, place in shown.items():
        argv += ["--mount", f"type=bind,src={source},dst={place},readonly"]
    inside = {**environment(SCRATCH[0]), "LABKIT_DATA": DATA, "PATH": f"{Path(PYTHON).parent}:/usr/bin:/bin"}
    for key, value in inside.items():
        argv += ["--env", f"{key}={value}"]
    argv += ["--entrypoint", PYTHON, image]
    return Command(
        argv,
        dict(os.environ),  # of the docker program; the box sees the --env only
        None,
        SCRATCH,
        ["/box"],
        alone=True,
        count_processes=False,  # the count would be the user's on the whole machine; --pids-limit is the container's
        meeting=(meeting, MEETING),
        kill=(docker, "kill", name),
    )


def program() -> str:
    """Return the path of a docker that has an engine and the image, and else raise Unavailable."""
    if not sys.platform.startswith("linux"):
        raise Unavailable(
            "this way to use Docker needs Linux: elsewhere its engine is on another machine, a virtual one"
        )
    docker = shutil.which("docker")
    if docker is None:
        raise Unavailable("there is no docker program")
    image = os.environ.get(IMAGE, "labkit-grader")
    try:
        looked = subprocess.run(
            [docker, "image", "inspect", "--format", "{{.Id}}", image],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{docker} does not answer ({error})") from error
    if looked.returncode == 0:
        return docker
    said = " ".join(looked.stderr.split()) or f"exit code {looked.returncode}"
    if "no such image" in said.lower():
        raise Unavailable(f"Docker has no image {image}; in a clone of the course: {BUILD}")
    raise Unavailable(f"docker has no engine to work with ({said[:200]})")
