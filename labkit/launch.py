"""Start JupyterLab on the first notebook: offline, without the news pop-up, one thread a kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from labkit.notebooks import NotebookError, course, folder

CONFIGURATION = Path(__file__).resolve().parent / "jupyter"  # its labconfig/ turns the announcements off
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def run_lab(*, browser: bool = True, port: int | None = None) -> int:
    """Return the exit code of JupyterLab, after it ended.

    Raises: NotebookError when there is no notebook to open.
    """
    notebooks = course()
    if not notebooks:
        raise NotebookError(
            f"{folder()} holds no notebook of the course. Run labkit lab in the folder that holds notebooks/."
        )
    command = lab_command(notebooks[0], browser=browser, port=port)
    server = subprocess.Popen(command, env=lab_environment(os.environ))
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:  # Ctrl-C reaches JupyterLab as well, which asks before it ends
            continue


def lab_command(notebook: Path, *, browser: bool, port: int | None) -> list[str]:
    """Return the command that serves the course's folder and opens ``notebook``."""
    root = notebook.parent.parent
    page = "/".join(notebook.relative_to(root).parts)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{page}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if not browser:
        command.append("--no-browser")
    if port is not None:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if getattr(os, "geteuid", lambda: 1)() == 0:  # containers run as root, which JupyterLab refuses unless told
        command.append("--allow-root")
    return command


def lab_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for JupyterLab: our configuration is added, and kernels use one thread unless told.

    Two threads beside another busy program are slower than one, by a factor for the small arrays of this course.
    """
    paths = [str(CONFIGURATION), *filter(None, [environment.get("JUPYTER_CONFIG_PATH")])]
    threads = {name: environment.get(name, "1") for name in THREADS}
    return {**environment, **threads, "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}
