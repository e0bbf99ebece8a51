"""Faults, on purpose and in numbers: what a kernel meets in a long life."""

import concurrent.futures
import os
import pathlib
import resource
import signal
import statistics
import time

import pytest

import dialogue
from dialogue import alive, descendants, wait_until

CELLS = 1000
CRASHES = 200


def processes(kernel, word):
    """The kernel's processes whose command line holds a word."""
    found = []
    for pid in descendants(kernel.pid):
        try:
            if word in pathlib.Path(f"/proc/{pid}/cmdline").read_text():
                found.append(pid)
        except OSError:
            pass
    return found


def memory(kernel):
    """What the kernel and its processes hold, in bytes; what they share counts once."""
    total = 0
    for pid in {kernel.pid} | descendants(kernel.pid):
        try:
            rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += 1024 * int(rollup.split("\nPss:")[1].split()[0])
    return total


def test_many_cells(fresh):
    """A long session: the last cells take no longer than the first, and idle always comes last."""
    kernel = fresh()
    kernel.check("var sum = 0\nfunc add(_ n: Int) { sum += n }")
    times, held = [], []
    for number in range(CELLS):
        began = time.monotonic()
        cell = kernel.check(f"add({number})\nprint(sum)")
        times.append(time.monotonic() - began)
        assert cell.text() == f"{number * (number + 1) // 2}\n"
        assert cell.messages[-1]["content"] == {"execution_state": "idle"}
        if number % 100 == 99:
            held.append(memory(kernel))
    first, last = statistics.median(times[50:250]), statistics.median(times[-200:])
    print(f"{first * 1e3:.0f} ms for a cell at first, {last * 1e3:.0f} ms at last")
    assert last < 2 * first, f"{first * 1e3:.0f} ms at first, {last * 1e3:.0f} ms at last"
    per_cell = (held[-1] - held[1]) / (CELLS - 200)
    print(f"{per_cell:.0f} bytes stay for each cell")
    assert per_cell < 100_000, f"{per_cell:.0f} bytes for each cell"


def test_many_crashes(fresh):
    kernel = fresh()
    kernel.check("var kept = [0]\nlet name = String(repeating: \"x\", count: 100_000)")
    for number in range(CRASHES):
        if number % 20 == 0:
            kernel.check(f"kept.append({number})")
        kernel.fail("kept = []\n" + ("fatalError()", "kept[3]", "exit(1)")[number % 3])
    assert kernel.check("kept.count").result == str(1 + CRASHES // 20)
    assert kernel.check("name.count").result == "100000"


STAGES = {
    "idle": None,
    "running": 'print("on")\nwhile true {}',
    "showing": 'import Offramp\nprint("on")\nwhile true { display(1) }',
    "sleeping": 'import Glibc\nprint("on")\nsleep(100)',
}


@pytest.mark.parametrize("stage", STAGES)
def test_the_worker_is_killed(fresh, stage):
    """All of it at once, snapshots too: then nobody is left who holds the variables."""
    kernel = fresh()
    kernel.check("import Glibc\nvar kept = 41")
    code = STAGES[stage]
    request = kernel.send(code) if code else None
    if request:
        kernel.first_output(request)
    for worker in processes(kernel, "worker"):
        os.kill(worker, signal.SIGKILL)
    if request:
        assert kernel.collect(request).reply["content"]["ename"] == "Killed"
    cell = kernel.run("kept + 1")
    # What it says depends on whether the kernel had taken note before the cell came.
    assert cell.status == "ok" or "kept" in cell.traceback or "run In[1] again" in cell.traceback
    kernel.check("let anew = 6 * 7")
    assert kernel.check("anew").result == "42"


def test_the_worker_is_killed_before_the_first_cell(fresh):
    kernel = fresh()
    assert wait_until(lambda: processes(kernel, "worker"))
    for worker in processes(kernel, "worker"):
        os.kill(worker, signal.SIGKILL)
    assert wait_until(lambda: kernel.run("6 * 7").result == "42", 30)


def test_the_compiler_is_killed(fresh):
    kernel = fresh()
    kernel.check("var kept = 41")
    numbers = " + ".join(f"[{n}, {n}.5].map {{ $0 * 2 }}.reduce(0, +)" for n in range(200))
    request = kernel.send(f"let slow = {numbers}")
    assert wait_until(lambda: processes(kernel, "-frontend"), 20)
    time.sleep(0.1)
    for compiler in processes(kernel, "-frontend"):
        os.kill(compiler, signal.SIGKILL)
    cell = kernel.collect(request)
    if cell.status == "error":
        assert "compiler" in cell.traceback
    assert kernel.check("kept + 1").result == "42"


def test_no_room_on_the_disk(jupyter, tmp_path):
    """A limit on the size of files stands in for the disk's end; then there is room again."""
    kernel = dialogue.Kernel(environment={"OFFRAMP_CACHE": str(tmp_path / "cache")})
    program = kernel.manager.kernel_spec.argv[0]
    kernel.manager.kernel_spec.argv[:1] = [
        "bash", "-c", 'trap "" XFSZ; ulimit -S -f 2; exec "$0" "$@"', program]
    with kernel:
        cell = kernel.fail("var kept = 41")
        assert "File too large" in cell.traceback or "disk" in cell.traceback, cell.traceback
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        for pid in {kernel.pid} | descendants(kernel.pid):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
        kernel.check("var kept = 41")
        assert kernel.check("kept + 1").result == "42"


def test_two_kernels_share_a_cache(jupyter, tmp_path):
    cells = [f"let value{n} = {n}\nvalue{n} + 1" for n in range(12)]

    def session(_):
        with dialogue.Kernel(environment={"OFFRAMP_CACHE": str(tmp_path / "cache")}) as kernel:
            return [kernel.check(code).result for code in cells]

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for results in pool.map(session, range(2)):
            assert results == [str(n + 1) for n in range(12)]


def test_the_front_end_goes_and_comes_back(fresh):
    kernel = fresh()
    kernel.check("import Glibc\nvar steps = 0")
    kernel.send("for _ in 0..<10 { steps += 1; usleep(100_000) }")
    kernel.client.stop_channels()
    kernel.client = kernel.manager.client()
    kernel.client.start_channels()
    kernel.client.wait_for_ready(timeout=30)
    assert kernel.check("steps").result == "10"


def test_it_listens_on_this_machine_only(kernel):
    inodes = set()
    for pid in {kernel.pid} | descendants(kernel.pid):
        for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = os.readlink(descriptor)
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    listening = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in pathlib.Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and (table.startswith("udp") or fields[3] == "0A"):
                listening.append((table, fields[1].partition(":")[0]))
    assert len(listening) == 5 and set(listening) == {("tcp", "0100007F")}


def test_what_it_writes_is_the_users_own(jupyter, tmp_path):
    cache = tmp_path / "cache"
    before = os.umask(0o022)
    try:
        with dialogue.Kernel(environment={"OFFRAMP_CACHE": str(cache)}) as kernel:
            kernel.check("let secret = 1")
            made = list(cache.rglob("*"))
    finally:
        os.umask(before)
    assert made
    open_to_others = [
        str(path.relative_to(cache)) for path in [cache, *made]
        if path.is_file() and path.stat().st_mode & 0o077
        and not any(parent.stat().st_mode & 0o077 == 0 for parent in path.parents
                    if cache in [parent, *parent.parents])]
    assert not open_to_others


def test_a_killed_parent_leaves_nothing(fresh):
    kernel = fresh()
    kernel.check("1")
    request = kernel.send('print("on")\nwhile true {}')
    kernel.first_output(request)
    everyone = descendants(kernel.pid)
    os.kill(kernel.pid, signal.SIGKILL)
    assert wait_until(lambda: not alive(everyone), 2), "processes outlived the kernel"
