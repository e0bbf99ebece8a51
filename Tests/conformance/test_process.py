"""The kernel as a process: signals, an orphan's end, other transports, floods."""

import os
import signal
import subprocess
import sys
import time

import pytest
from jupyter_client import KernelManager

from dialogue import alive, descendants, wait_until


def interrupt_group(kernel):
    """What Control-C in a terminal does to everything that runs there."""
    os.killpg(os.getpgid(kernel.pid), signal.SIGINT)


def test_control_c_while_idle_harms_nothing(fresh):
    kernel = fresh()
    kernel.check("var kept = 41")
    interrupt_group(kernel)
    time.sleep(0.5)  # until the signal has been heard: a cell that runs by then would be meant
    assert kernel.check("kept + 1").result == "42"


def test_control_c_interrupts_the_running_cell(fresh):
    kernel = fresh()
    kernel.check("import Offramp\nvar kept = 41")
    request = kernel.send('print("running")\nwhile true { try Interrupt.check() }')
    kernel.first_output(request)
    interrupt_group(kernel)
    assert kernel.collect(request).reply["content"]["ename"] == "Interrupted"
    assert kernel.check("kept + 1").result == "42"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_is_followed(fresh, number):
    kernel = fresh()
    kernel.check("1")
    everyone = {kernel.pid} | descendants(kernel.pid)
    process = kernel.manager.provisioner.process
    os.kill(kernel.pid, number)
    assert process.wait(5) == 0
    assert wait_until(lambda: not alive(everyone), 5), "processes outlived the kernel"


def test_an_orphan_ends(jupyter):
    program = """
from jupyter_client import KernelManager
manager = KernelManager(kernel_name="offramp")
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready()
client.execute_interactive("1")
print(manager.provisioner.process.pid, flush=True)
input()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for line in parent.stdout:
        if line.strip().isdigit():
            break
    everyone = {int(line)} | descendants(int(line))
    parent.kill()
    parent.wait()
    assert wait_until(lambda: not alive(everyone), 5), "processes outlived Jupyter"


def test_unix_sockets(jupyter, tmp_path):
    manager = KernelManager(kernel_name="offramp", transport="ipc", ip=str(tmp_path / "kernel"))
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        assert client.execute_interactive("1 + 1")["content"]["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def test_a_flood_of_text_arrives_whole_in_few_messages(kernel):
    cell = kernel.check("for number in 0..<200_000 { print(number) }")
    assert cell.text() == "".join(f"{number}\n" for number in range(200_000))
    assert len(cell.outputs) < 200


def test_of_a_flood_of_updates_the_last_is_shown(kernel):
    cell = kernel.check("""
        import Offramp
        let gauge = display("start", id: "gauge")
        for step in 0..<2000 { gauge.update(step) }
        """)
    assert cell.outputs[-1]["content"]["data"]["text/plain"] == "1999"
    assert len(cell.outputs) < 200
