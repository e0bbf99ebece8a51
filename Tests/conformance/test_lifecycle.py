"""Interrupts, ends and new beginnings, bad messages, and a machine without a toolchain."""

import json
import os
import signal
import time

import pytest
import zmq

from dialogue import alive, descendants, wait_until


def test_kernel_info_on_both_channels(kernel):
    request = kernel.client.kernel_info()
    on_shell = kernel.collect(request)
    assert on_shell.states == ["busy", "idle"]
    on_control = kernel.control("kernel_info_request", {})
    for content in (on_shell.reply["content"], on_control["content"]):
        assert content["status"] == "ok"
        assert content["implementation"] == "offramp"
        language = content["language_info"]
        assert language["name"] == "swift" and language["mimetype"] == "text/x-swift"
        assert language["pygments_lexer"] == "swift" and language["file_extension"] == ".swift"


def test_comm_info(kernel):
    reply = kernel.collect(kernel.client.comm_info()).reply
    assert reply["content"] == {"status": "ok", "comms": {}}


def test_unknown_request_is_survived(kernel):
    message = kernel.session.msg("no_such_request", {})
    kernel.client.shell_channel.send(message)
    messages = kernel.iopub_until_idle(message["header"]["msg_id"])
    assert [m["content"]["execution_state"] for m in messages] == ["busy", "idle"]


@pytest.mark.parametrize("code", [
    "import Offramp\nprint(\"running\")\nwhile true { try Interrupt.check() }",
    "print(\"running\")\nwhile true {}",
    "import Glibc\nprint(\"running\")\nsleep(600)",
], ids=["cooperative", "busy loop", "blocked"])
def test_interrupt(fresh, code):
    kernel = fresh()
    request = kernel.send(code)
    kernel.first_output(request)
    began = time.monotonic()
    # The reply says that it has been heard: the next cell is not meant.
    kernel.control("interrupt_request", {})
    if "while true {}" in code:
        time.sleep(0.5)
        kernel.control("interrupt_request", {})
    cell = kernel.collect(request)
    assert cell.status == "error"
    assert cell.reply["content"]["ename"] == "Interrupted"
    assert time.monotonic() - began < 15
    assert kernel.check("1 + 1").result == "2"


def test_cooperative_interrupt_keeps_variables(fresh):
    kernel = fresh()
    kernel.check("import Offramp\nvar kept = 5")
    request = kernel.send('kept = 6\nprint("running")\nwhile true { try Interrupt.check() }')
    kernel.first_output(request)
    kernel.manager.interrupt_kernel()
    assert kernel.collect(request).reply["content"]["ename"] == "Interrupted"
    assert kernel.check("kept").result == "6"


def test_interrupt_when_idle_harms_nothing(kernel):
    assert kernel.control("interrupt_request", {})["content"]["status"] == "ok"
    assert kernel.check("2 + 2").result == "4"


def test_interrupt_aborts_the_queue(fresh):
    kernel = fresh()
    kernel.check("import Offramp")
    first = kernel.send('print("running")\nwhile true { try Interrupt.check() }')
    second = kernel.send('print("never")')
    kernel.first_output(first)
    kernel.manager.interrupt_kernel()
    assert kernel.collect(first).status == "error"
    assert kernel.collect(second).outputs == []


def test_shutdown_leaves_no_process(fresh):
    kernel = fresh()
    kernel.check("var x = 1")
    everyone = {kernel.pid} | descendants(kernel.pid)
    began = time.monotonic()
    reply = kernel.control("shutdown_request", {"restart": False})
    assert reply["content"] == {"status": "ok", "restart": False}
    assert wait_until(lambda: not alive(everyone), 5), "processes outlived the kernel"
    assert time.monotonic() - began < 5


def test_shutdown_while_a_cell_runs(fresh):
    kernel = fresh()
    request = kernel.send('print("running")\nwhile true {}')
    kernel.first_output(request)
    everyone = {kernel.pid} | descendants(kernel.pid)
    kernel.control("shutdown_request", {"restart": False})
    assert wait_until(lambda: not alive(everyone), 5), "processes outlived the kernel"


def test_restart_forgets(fresh):
    kernel = fresh()
    kernel.check("let remembered = 1")
    before = kernel.pid
    kernel.manager.restart_kernel(now=False)
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.pid != before
    kernel.fail("remembered", "CompileError")
    assert kernel.check("1").reply["content"]["execution_count"] == 2


def test_killed_kernel_takes_its_worker_along(fresh):
    kernel = fresh()
    kernel.check("1")
    children = descendants(kernel.pid)
    assert children, "the worker is a process of its own"
    os.kill(kernel.pid, signal.SIGKILL)
    assert wait_until(lambda: not alive(children), 5), "the worker outlived the kernel"


def test_heartbeat_while_a_cell_runs(kernel):
    info = kernel.manager.get_connection_info()
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.linger = 0
        socket.connect(f"tcp://{info['ip']}:{info['hb_port']}")
        request = kernel.send("usleep(500_000)")
        socket.send(b"beat")
        assert socket.poll(400) and socket.recv() == b"beat"
        kernel.collect(request)


def frames_of(session, content, key=None):
    """A signed execute_request as the frames of the wire."""
    message = session.msg("execute_request", content)
    parts = [session.pack(message[part])
             for part in ("header", "parent_header", "metadata", "content")]
    return [b"<IDS|MSG>", session.sign(parts) if key is None else key, *parts]


BAD = {
    "wrong signature": lambda s: frames_of(s, {"code": 'print("forged")'}, b"0" * 64),
    "no signature": lambda s: frames_of(s, {"code": 'print("forged")'}, b""),
    "nothing but noise": lambda s: [b"\xff\x00\xfe noise"],
    "a lone delimiter": lambda s: [b"<IDS|MSG>"],
    "too few parts": lambda s: frames_of(s, {"code": "1"})[:4],
    "signed parts that are not JSON": lambda s: [
        b"<IDS|MSG>", s.sign([b"{", b"{}", b"{}", b"{}"]), b"{", b"{}", b"{}", b"{}"],
    "signed parts that are not objects": lambda s: [
        b"<IDS|MSG>", s.sign([b"[]", b"1", b"2", b"3"]), b"[]", b"1", b"2", b"3"],
    "a header without a type": lambda s: [
        b"<IDS|MSG>", s.sign([b"{}"] * 4), b"{}", b"{}", b"{}", b"{}"],
    "code that is not text": lambda s: frames_of(s, {"code": 7}),
    "no code": lambda s: frames_of(s, {}),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("channel", ["shell", "control"])
def test_bad_message_is_survived(kernel, channel, name):
    info = kernel.manager.get_connection_info()
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.linger = 1000
        socket.connect(f"tcp://{info['ip']}:{info[f'{channel}_port']}")
        socket.send_multipart(BAD[name](kernel.session))
        cell = kernel.check('print("well")')
    assert cell.text() == "well\n"


def test_missing_toolchain_is_a_sentence(fresh):
    kernel = fresh(environment={"OFFRAMP_TOOLCHAIN": "/nonexistent", "PATH": "/usr/bin:/bin"})
    cell = kernel.fail("1 + 1")
    assert "toolchain" in cell.reply["content"]["evalue"]
    assert kernel.collect(kernel.client.kernel_info()).reply["content"]["status"] == "ok"


def test_ports_in_use_are_a_sentence(offramp, tmp_path):
    with zmq.Context() as context, context.socket(zmq.REP) as socket:
        port = socket.bind_to_random_port("tcp://127.0.0.1")
        ports = {f"{name}_port": port for name in ("shell", "iopub", "stdin", "control", "hb")}
        (tmp_path / "connection.json").write_text(json.dumps({
            "transport": "tcp", "ip": "127.0.0.1", "key": "k",
            "signature_scheme": "hmac-sha256", **ports}))
        process = offramp("kernel", "--connection-file", tmp_path / "connection.json")
    assert process.returncode != 0
    assert str(port) in process.stderr and len(process.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"transport": "tcp"}'])
def test_bad_connection_file_is_a_sentence(offramp, tmp_path, content):
    if content is not None:
        (tmp_path / "connection.json").write_text(content)
    process = offramp("kernel", "--connection-file", tmp_path / "connection.json")
    assert process.returncode != 0
    assert "connection.json" in process.stderr
    assert len(process.stderr.strip().splitlines()) == 1
