"""Processes that a cell has started and left behind, out of its process group."""

import pathlib

from dialogue import alive, descendants, wait_until

# A shell's child in a session of its own whose parent ends at once: the kernel's from then on.
LEAVE = 'import Glibc\nfunc leave(_ text: String) { system("(setsid sh -c \'\\(text)\' &)") }'


def children(kernel):
    """The kernel's own children and their states, zombies included."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(words[1]) == kernel.pid:
                found[int(entry.name)] = words[0]
    return found


def zombies(kernel):
    return [pid for pid, state in children(kernel).items() if state == "Z"]


def pid_in(file):
    """The number that a process has written about itself."""
    assert wait_until(lambda: file.exists() and file.read_text().strip(), 10)
    return int(file.read_text())


def test_an_orphan_that_ends_is_no_zombie(fresh, tmp_path):
    kernel = fresh()
    kernel.check(LEAVE)
    file = tmp_path / "pid"
    kernel.check(f'leave("echo $$ > {file}; sleep 0.5")')
    orphan = pid_in(file)
    assert wait_until(lambda: orphan in children(kernel), 5), "the kernel has not adopted it"
    assert wait_until(lambda: orphan not in children(kernel), 5), "it stays a zombie"
    for _ in range(20):
        kernel.check('leave("true")')
    assert wait_until(lambda: not zombies(kernel), 5)


def test_others_learn_how_their_programs_end_beside_orphans(fresh):
    kernel = fresh()
    kernel.check(LEAVE)
    kernel.check("var kept = 1")
    for round in range(5):
        kernel.check('for _ in 0..<10 { leave("exit 3") }')
        assert "status 7" in kernel.fail("!exit 7", "ShellError").reply["content"]["evalue"]
        kernel.fail("let x: String = 3", "CompileError")
        assert "exit status 9" in kernel.fail("kept = 2; exit(9)", "Exited").traceback
        # The process that took over is waited for as the first was.
        assert "Index out of range" in kernel.fail("kept = 2; [0][1]", "FatalError").traceback
        assert kernel.check(f"kept + {round}").result == str(round + 1)
    assert wait_until(lambda: not zombies(kernel), 5)


def test_completion_ends_and_begins_again(fresh):
    kernel = fresh()
    kernel.check("let number = 3")
    before = set(children(kernel))
    complete = lambda: kernel.client.complete("numb", reply=True)["content"]["matches"]  # noqa: E731
    assert wait_until(lambda: "number" in complete(), 30)
    (helper,) = set(children(kernel)) - before
    kernel.check(f"!kill -9 {helper}")
    assert wait_until(lambda: helper not in children(kernel), 5), "it stays a zombie"
    assert wait_until(lambda: "number" in complete(), 30)


def test_an_orphan_that_runs_goes_with_the_kernel(fresh, tmp_path):
    kernel = fresh()
    kernel.check(LEAVE)
    file = tmp_path / "pid"
    kernel.check(f'leave("sleep 1000 & echo $$ > {file}; sleep 1000")')
    orphan = pid_in(file)
    everyone = {kernel.pid, orphan} | descendants(kernel.pid) | descendants(orphan)
    assert wait_until(lambda: len(descendants(orphan)) == 2, 5)
    everyone |= descendants(orphan)
    # A crash leaves it alone: it is none of the state that comes back.
    kernel.fail("[0][1]")
    assert alive({orphan})
    kernel.manager.shutdown_kernel()
    assert wait_until(lambda: not alive(everyone), 5), "processes outlived the kernel"


def test_a_reset_ends_orphans(fresh, tmp_path):
    kernel = fresh()
    kernel.check(LEAVE)
    file = tmp_path / "pid"
    kernel.check(f'leave("echo $$ > {file}; sleep 1000")')
    orphan = pid_in(file)
    kernel.check("%reset")
    assert wait_until(lambda: not alive({orphan}), 5)
    assert kernel.check("1 + 1").result == "2"
