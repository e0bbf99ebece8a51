"""Installing and removing the kernel, in every place it may go."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from jupyter_client.kernelspec import KernelSpecManager

import dialogue
from conftest import CHECKOUT, OFFRAMP


def contents(folder):
    """Every file below a folder, with its bytes and the time it was last changed."""
    return {path.relative_to(folder): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A Jupyter data folder of the test's own."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_description():
    spec = KernelSpecManager().get_kernel_spec("offramp")
    assert spec.display_name == "Swift (Offramp)"
    assert spec.language == "swift"
    assert spec.interrupt_mode == "message"
    assert spec.env["OMP_WAIT_POLICY"] == "passive" and spec.env["GOMP_SPINCOUNT"] == "5000"
    assert spec.argv[0] == "{resource_dir}/bin/offramp"
    for logo in ("logo-32x32.png", "logo-64x64.png", "logo-svg.svg"):
        assert os.path.getsize(os.path.join(spec.resource_dir, logo)) > 300


def test_jupyter_lists_it():
    listing = subprocess.run(
        [sys.executable, "-m", "jupyter_client.kernelspecapp", "list", "--json"],
        capture_output=True, text=True, check=True)
    assert "offramp" in json.loads(listing.stdout)["kernelspecs"]


def test_twice_is_quick_and_changes_nothing(offramp, data):
    assert offramp("install").returncode == 0
    before = contents(data)
    began = time.monotonic()
    second = offramp("install", "--user")
    assert time.monotonic() - began < 2
    assert second.returncode == 0 and "up to date" in second.stdout
    assert contents(data) == before


def test_damage_is_repaired(offramp, data):
    offramp("install")
    folder = data / "kernels/offramp"
    before = {path: content for path, (content, _) in contents(folder).items()}
    (folder / "bin/offramp").write_bytes(b"damaged")
    (folder / "kernel.json").unlink()
    (folder / "left over").write_text("from an older release")
    assert "Updated" in offramp("install").stdout
    assert {path: content for path, (content, _) in contents(folder).items()} == before
    assert sorted(os.listdir(data)) == ["kernels"], "nothing is left beside it"


def test_prefix(offramp, tmp_path):
    folder = tmp_path / "prefix/share/jupyter/kernels/offramp"
    assert str(folder) in offramp("install", "--prefix", tmp_path / "prefix").stdout
    assert (folder / "kernel.json").exists()
    assert offramp("uninstall", "--prefix", tmp_path / "prefix").returncode == 0
    assert not folder.exists()


def test_sys_prefix(offramp, tmp_path, monkeypatch):
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "venv"))
    assert offramp("install", "--sys-prefix").returncode == 0
    assert (tmp_path / "venv/share/jupyter/kernels/offramp/kernel.json").exists()


def test_xdg_data_home(offramp, tmp_path, monkeypatch):
    monkeypatch.delenv("JUPYTER_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert offramp("install").returncode == 0
    assert (tmp_path / "xdg/jupyter/kernels/offramp/kernel.json").exists()


def test_environment_preferred_where_jupyter_says_so(offramp, data, tmp_path, monkeypatch):
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "venv"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    assert str(tmp_path / "venv") in offramp("install").stdout
    assert str(data) in offramp("install", "--user").stdout


def test_uninstall(offramp, data):
    offramp("install")
    assert offramp("uninstall").returncode == 0
    assert not (data / "kernels/offramp").exists()
    again = offramp("uninstall")
    assert again.returncode == 1 and str(data) in again.stderr


def test_two_places_at_once_are_refused(offramp):
    refused = offramp("install", "--user", "--sys-prefix")
    assert refused.returncode != 0 and "one of" in refused.stderr


@pytest.mark.parametrize("prefix", ["/dev/null/here", "/proc/here"])
def test_unwritable_prefix_is_a_sentence(offramp, prefix):
    refused = offramp("install", "--prefix", prefix)
    assert refused.returncode == 1
    assert prefix.rsplit("/", 1)[0] in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_full_disk_is_a_sentence_and_changes_nothing(offramp, data):
    offramp("install")
    before = contents(data)
    (data / "kernels/offramp/left over").write_text("so that there is something to do")
    full = subprocess.run(
        ["bash", "-c", f"ulimit -f 100; trap '' XFSZ; exec '{OFFRAMP}' install"],
        capture_output=True, text=True)
    assert full.returncode == 1 and len(full.stderr.strip().splitlines()) == 1
    (data / "kernels/offramp/left over").unlink()
    assert contents(data) == before
    assert sorted(os.listdir(data)) == ["kernels"]


def test_runs_without_the_checkout_it_came_from(data, tmp_path, monkeypatch):
    """A copy of the checkout is built in name only, installed from, moved, and removed."""
    copy = tmp_path / "checkout"
    build = copy / ".build/release"
    (build / "Modules").mkdir(parents=True)
    shutil.copytree(CHECKOUT / "kernelspec", copy / "kernelspec")
    for module in ["COneDNN", "CZlib"]:
        shutil.copytree(CHECKOUT / f"Sources/{module}", copy / f"Sources/{module}")
    built = os.path.dirname(os.path.realpath(OFFRAMP))
    shutil.copy(OFFRAMP, build / "offramp")
    for module in os.listdir(f"{built}/Modules"):
        shutil.copy(f"{built}/Modules/{module}", build / "Modules")
    for resources in (name for name in os.listdir(built) if name.endswith(".resources")):
        shutil.copytree(f"{built}/{resources}", build / resources)
    subprocess.run([build / "offramp", "install"], check=True, stdout=subprocess.DEVNULL)
    copy.rename(tmp_path / "elsewhere")
    with dialogue.Kernel() as kernel:
        assert kernel.check("import Offramp\nShape([2, 3]).count").result == "6"
    shutil.rmtree(tmp_path / "elsewhere")
    with dialogue.Kernel() as kernel:
        assert kernel.check("import Offramp\nShape([2, 4]).count").result == "8"


def test_an_installed_kernel_installs_itself_elsewhere(offramp, data, tmp_path):
    offramp("install")
    program = data / "kernels/offramp/bin/offramp"
    assert offramp("install", "--prefix", tmp_path / "p", program=program).returncode == 0
    there = tmp_path / "p/share/jupyter/kernels/offramp"
    ours = contents(data / "kernels/offramp")
    assert {k: v[0] for k, v in contents(there).items()} == {k: v[0] for k, v in ours.items()}
