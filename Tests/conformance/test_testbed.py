"""The checks of runtimed/kernel-testbed, which scores kernels in public, written anew.

Its four tiers and its names are kept, so that a score can be read off; see
https://github.com/runtimed/kernel-testbed.
"""

import time

import zmq
from jupyter_client.session import Session

SVG = '["image/svg+xml": .text("<svg/>"), "text/html": .text("<b>bold</b>")]'


def request(kernel, kind, content):
    """Sends a request on the shell and collects all that comes of it."""
    message = kernel.session.msg(kind, content)
    kernel.client.shell_channel.send(message)
    return kernel.collect(message["header"]["msg_id"], timeout=10)


def completion(kernel, code):
    return request(kernel, "complete_request", {"code": code, "cursor_pos": len(code)}).reply


# Tier 1: a front end can use it at all.


def test_heartbeat_responds(kernel):
    info = kernel.manager.get_connection_info()
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.linger = 0
        socket.connect(f"tcp://{info['ip']}:{info['hb_port']}")
        for beat in (b"ping", b"", bytes(range(256))):
            socket.send(beat)
            assert socket.poll(1000) and socket.recv() == beat


def late_subscriber(kernel, count):
    """Subscribes, and returns the first messages that it is sent."""
    info = kernel.manager.get_connection_info()
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        socket.linger = 0
        socket.connect(f"tcp://{info['ip']}:{info['iopub_port']}")
        socket.subscribe("")
        # The kernel's own client hears it too: each keeps its own list of what it has heard.
        session = Session(key=kernel.session.key)
        messages = []
        for _ in range(count):
            assert socket.poll(5000)
            _, frames = session.feed_identities(socket.recv_multipart())
            messages.append(session.deserialize(frames))
        return messages


def test_iopub_welcome(kernel):
    for _ in range(2):  # every subscriber is welcomed, not only the first
        (welcome,) = late_subscriber(kernel, 1)
        assert welcome["msg_type"] == "iopub_welcome"
        assert welcome["content"] == {"subscription": ""}


def test_a_late_subscriber_learns_that_a_cell_runs(kernel, tmp_path):
    end = tmp_path / "end"
    request = kernel.send(
        f'import Glibc\nprint("on")\nwhile access("{end}", F_OK) != 0 {{ usleep(10_000) }}')
    try:
        kernel.first_output(request)
        welcome, status = late_subscriber(kernel, 2)
    finally:
        end.touch()
    assert welcome["msg_type"] == "iopub_welcome"
    assert status["content"] == {"execution_state": "busy"}
    assert status["parent_header"]["msg_id"] == request
    assert kernel.collect(request).states[-1] == "idle"


def kernel_info(kernel):
    return request(kernel, "kernel_info_request", {}).reply["content"]


def test_kernel_info_reply_valid(kernel):
    content = kernel_info(kernel)
    assert content["status"] == "ok" and content["banner"]
    assert content["implementation"] and content["implementation_version"]
    assert isinstance(content["help_links"], list)


def test_kernel_info_has_language_info(kernel):
    language = kernel_info(kernel)["language_info"]
    assert language["name"] == "swift" and language["version"]
    assert language["mimetype"] == "text/x-swift" and language["file_extension"] == ".swift"


def test_kernel_info_has_protocol_version(kernel):
    version = kernel_info(kernel)["protocol_version"]
    assert tuple(map(int, version.split("."))) >= (5, 5)


def test_execute_stdout(kernel):
    assert kernel.check('print("hello")').text() == "hello\n"


def test_execute_stderr(kernel):
    cell = kernel.check('import Glibc\nfputs("error", stderr)')
    assert cell.text("stderr") == "error" and cell.text() == ""


def test_execute_reply_ok(kernel):
    content = kernel.check("1").reply["content"]
    assert content["status"] == "ok" and isinstance(content["execution_count"], int)
    assert content["user_expressions"] == {}


def test_status_busy_idle_lifecycle(kernel):
    cell = kernel.check('print("between")')
    assert cell.messages[0]["content"] == {"execution_state": "busy"}
    assert cell.messages[-1]["content"] == {"execution_state": "idle"}
    assert cell.states == ["busy", "idle"]


def test_execute_input_broadcast(kernel):
    cell = kernel.check("40 + 2")
    inputs = [m["content"] for m in cell.messages if m["msg_type"] == "execute_input"]
    assert inputs == [
        {"code": "40 + 2", "execution_count": cell.reply["content"]["execution_count"]}]


# Tier 2: it helps while one types.


def test_complete_request(kernel):
    kernel.check("let completeMe = [1, 2]")
    for code, wanted in (("complete", "completeMe"), ("completeMe.rev", "reversed()")):
        content = completion(kernel, code)["content"]
        assert content["status"] == "ok" and content["cursor_end"] == len(code)
        start = content["cursor_start"]
        assert any(match.startswith(wanted.rstrip("()")) for match in content["matches"]), content
        assert 0 <= start <= len(code)


def test_inspect_request(kernel):
    kernel.check("/// The answer.\nlet answer = 42")
    content = request(kernel, "inspect_request", {
        "code": "answer", "cursor_pos": 3, "detail_level": 0}).reply["content"]
    assert content["status"] == "ok" and content["found"] is True
    assert "Int" in content["data"]["text/plain"]
    unknown = request(kernel, "inspect_request", {
        "code": "nobodyKnowsThis", "cursor_pos": 3, "detail_level": 0}).reply["content"]
    assert unknown["status"] == "ok" and unknown["found"] is False and unknown["data"] == {}


def test_is_complete_complete(kernel):
    content = request(kernel, "is_complete_request", {"code": "let x = 1"}).reply["content"]
    assert content["status"] == "complete"


def test_is_complete_incomplete(kernel):
    content = request(kernel, "is_complete_request", {"code": "func f() {"}).reply["content"]
    assert content["status"] == "incomplete" and set(content["indent"]) <= {" "}


def test_history_request(kernel):
    kernel.check("1234 + 1")
    content = request(kernel, "history_request", {
        "hist_access_type": "tail", "n": 1, "output": False, "raw": True}).reply["content"]
    assert content["status"] == "ok"
    (session, line, source), = content["history"]
    assert isinstance(session, int) and isinstance(line, int) and source == "1234 + 1"


def test_comm_info_request(kernel):
    content = request(kernel, "comm_info_request", {}).reply["content"]
    assert content["status"] == "ok" and isinstance(content["comms"], dict)


def test_error_handling(kernel):
    cell = kernel.fail("let = 7")
    assert kernel.check("6 * 7").result == "42"
    assert cell.states == ["busy", "idle"]


# Tier 3: rich output.


def test_display_data(kernel):
    cell = kernel.check(f'import Offramp\ndisplay(MIMEBundle(plain: "rich", {SVG}))')
    (message,) = cell.outputs
    assert message["msg_type"] == "display_data"
    assert message["content"]["data"] == {
        "text/plain": "rich", "image/svg+xml": "<svg/>", "text/html": "<b>bold</b>"}
    assert message["content"]["metadata"] == {}


def test_update_display_data(kernel):
    cell = kernel.check('import Offramp\nlet shown = display("one", id: "here")\nshown.update("two")')
    first, second = cell.outputs
    assert second["msg_type"] == "update_display_data"
    assert first["content"]["transient"] == second["content"]["transient"] == {"display_id": "here"}


def test_execute_result(kernel):
    cell = kernel.check("6 * 7")
    (message,) = cell.outputs
    assert message["msg_type"] == "execute_result"
    assert message["content"]["data"]["text/plain"] == "42"
    assert message["content"]["execution_count"] == cell.reply["content"]["execution_count"]


def test_rich_execute_result(kernel):
    cell = kernel.check(f'import Offramp\nMIMEBundle(plain: "rich", {SVG})')
    (message,) = cell.outputs
    assert message["msg_type"] == "execute_result"
    assert message["content"]["data"]["text/html"] == "<b>bold</b>"


# Tier 4: conversations.


def test_stdin_input_request(kernel):
    asked = kernel.send('import Offramp\nlet name = try input("Who? ")\nprint("Hello, \\(name)")', allow_stdin=True)
    message = kernel.client.get_stdin_msg(timeout=30)
    assert message["msg_type"] == "input_request"
    assert message["content"] == {"prompt": "Who? ", "password": False}
    assert message["parent_header"]["msg_id"] == asked
    kernel.client.input("Ada")
    assert kernel.collect(asked).text() == "Hello, Ada\n"


def test_comms_lifecycle(kernel):
    message = kernel.session.msg("comm_open", {
        "comm_id": "nobody", "target_name": "no.such.target", "data": {}})
    kernel.client.shell_channel.send(message)
    messages = kernel.iopub_until_idle(message["header"]["msg_id"])
    closed = [m["content"]["comm_id"] for m in messages if m["msg_type"] == "comm_close"]
    assert closed == ["nobody"]
    assert kernel.check("1").result == "1"


def test_interrupt_request(kernel):
    cell = kernel.send('import Offramp\nprint("on")\nwhile true { try Interrupt.check() }')
    kernel.first_output(cell)
    began = time.monotonic()
    reply = kernel.control("interrupt_request", {})
    assert reply["msg_type"] == "interrupt_reply" and reply["content"]["status"] == "ok"
    assert kernel.collect(cell).status == "error"
    assert time.monotonic() - began < 5
    assert kernel.check("2").result == "2"


def test_execution_count_increments(kernel):
    counts = [kernel.check("1").reply["content"]["execution_count"] for _ in range(3)]
    assert counts == list(range(counts[0], counts[0] + 3))


def test_parent_header_correlation(kernel):
    asked = kernel.send('import Offramp\nprint("a")\ndisplay("b")\n3')
    deadline = time.monotonic() + 30
    kinds = []
    while time.monotonic() < deadline:
        message = kernel.client.get_iopub_msg(timeout=30)
        assert message["parent_header"]["msg_id"] == asked
        assert message["parent_header"]["msg_type"] == "execute_request"
        kinds.append(message["msg_type"])
        if message["content"].get("execution_state") == "idle":
            break
    assert kinds == ["status", "execute_input", "stream", "display_data", "execute_result", "status"]
    kernel.reply(asked)


def test_shutdown_reply(fresh):
    kernel = fresh()
    reply = kernel.control("shutdown_request", {"restart": False})
    assert reply["msg_type"] == "shutdown_reply"
    assert reply["content"] == {"status": "ok", "restart": False}
    kernel.manager.provisioner.process.wait(5)
