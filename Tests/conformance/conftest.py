"""A kernel installed in a Jupyter of its own, and what a test needs to talk to it."""

import os
import pathlib
import subprocess
import sys

import pytest

import dialogue

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
OFFRAMP = os.environ.get("OFFRAMP", str(CHECKOUT / ".build/release/offramp"))

# What a user's shell may set, and what would lead Jupyter or the kernel away from the test's own.
FOREIGN = [name for name in os.environ if name.startswith(("JUPYTER_", "OFFRAMP_"))]
FOREIGN += ["VIRTUAL_ENV", "CONDA_PREFIX", "XDG_DATA_HOME"]


@pytest.fixture(scope="session", autouse=True)
def jupyter(tmp_path_factory):
    """Installs the freshly built kernel into an empty Jupyter data folder, for all tests."""
    folder = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for name in FOREIGN:
            patch.delenv(name, raising=False)
        patch.setenv("JUPYTER_DATA_DIR", str(folder / "data"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
        patch.setenv("JUPYTER_CONFIG_DIR", str(folder / "config"))
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setenv("OFFRAMP_HISTORY", str(folder / "history.sqlite"))
        patch.setenv("JUPYTER_PLATFORM_DIRS", "0")
        # A kernel of the same name in the Python environment must not be tested instead.
        patch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
        patch.setenv("PYTHONWARNINGS", "ignore")
        patch.setenv("PATH", f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}")
        subprocess.run([OFFRAMP, "install"], check=True, stdout=subprocess.DEVNULL)
        yield folder


@pytest.fixture
def offramp():
    """Runs the command: `offramp("install", "--user")`; returns the finished process."""

    def run(*arguments, program=OFFRAMP, timeout=120, **options):
        return subprocess.run(
            [program, *map(str, arguments)],
            capture_output=True, text=True, timeout=timeout, **options)

    return run


@pytest.fixture(scope="module")
def kernel(jupyter):
    """One running kernel for a test file."""
    with dialogue.Kernel() as running:
        yield running


@pytest.fixture
def fresh(jupyter):
    """Starts kernels that a test may break; all are ended with it."""
    started = []

    def start(**options):
        started.append(dialogue.Kernel(**options))
        return started[-1].start()

    yield start
    for running in started:
        running.stop()
