"""What some kernel once got wrong, tried on ours.

Each of these is a bug that the users of another kernel met. Where it is tried:

    order of streams and displays        test_cells: streams_and_displays_keep_their_order
    idle after the last byte, every time  test_endurance: many_cells
    idle after a failed compilation       test_testbed: error_handling
    idle after a command                  here
    output without a newline, at once     test_cells: output_arrives_while_the_cell_runs
    text cut inside a character           test_cells: text_is_not_cut_inside_a_character
    output of C and of child processes    test_cells: output_of_a_child_process, and the order
    interrupts: looping, blocked, idle    test_lifecycle: interrupt
    interrupts: compiling, asking         here
    crashes, exit, stack overflow         test_cells: crash_costs_no_more_than_the_cell
    a cell run twice                      here
    an extension written anew             here
    stop_on_error, silent, expressions    test_cells
    a reply to a peer that has gone       here
    the same identity comes back          here
    shutdown while a cell runs            here
    the parent is killed                  test_process: an_orphan_ends
    wrong and missing signatures          here; test_lifecycle: bad_message_is_survived
    a replayed message                    here
    an emoji before the cursor            here
    a hundred megabytes of text           here
    thousands of updates                  test_process: of_a_flood_of_updates_the_last_is_shown
    every notebook by nbconvert           test_notebooks; papermill: test_frontends
"""

import time

import zmq
from jupyter_client.session import Session

from dialogue import alive, descendants, wait_until


def dealer(context, kernel, channel="shell", identity=None):
    """A second front end's socket."""
    info = kernel.manager.get_connection_info()
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    if identity:
        socket.identity = identity
    socket.connect(f"tcp://{info['ip']}:{info[f'{channel}_port']}")
    return socket


def test_a_command_ends_in_idle(kernel):
    cell = kernel.check("%help")
    assert cell.states == ["busy", "idle"] and cell.outputs


def test_a_cell_can_run_twice(kernel):
    code = """
        struct Point { var x = 1 }
        protocol Named { var name: String { get } }
        extension Point: Named { var name: String { "point \\(x)" } }
        func origin() -> Point { Point() }
        var place = origin()
        place.x += 1
        place.name
        """
    assert kernel.check(code).result == "point 2"
    assert kernel.check(code).result == "point 2"
    assert kernel.check("place.name").result == "point 2"


def test_an_extension_can_be_written_anew(kernel):
    kernel.check('extension Int { var said: String { "first" } }')
    assert kernel.check("7.said").result == "first"
    kernel.check('extension Int { var said: String { "second" } }')
    assert kernel.check("7.said").result == "second"


def test_interrupt_during_compilation(kernel):
    numbers = " + ".join(f"[{n}, {n}.5].map {{ $0 * 2 }}.reduce(0, +)" for n in range(200))
    request = kernel.send(f"let slow = {numbers}")
    time.sleep(0.3)
    began = time.monotonic()
    kernel.manager.interrupt_kernel()
    cell = kernel.collect(request)
    assert time.monotonic() - began < 5
    assert cell.status == "error" and cell.reply["content"]["ename"] == "Interrupted"
    assert kernel.check("1 + 1").result == "2"


def test_interrupt_while_a_cell_asks(kernel):
    kernel.check("var before = 1")
    request = kernel.send('import Offramp\nbefore = 2\nlet line = try input("never answered ")', allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=30)
    kernel.manager.interrupt_kernel()
    assert kernel.collect(request).reply["content"]["ename"] == "Interrupted"
    assert kernel.check("before").result == "2"


def test_a_question_is_refused_where_nobody_can_answer(kernel):
    began = time.monotonic()
    cell = kernel.fail('import Offramp\nlet line = try input("Who? ")', allow_stdin=False)
    assert time.monotonic() - began < 20
    assert "input" in cell.reply["content"]["evalue"].lower()


def test_a_peer_that_has_gone_costs_nothing(kernel):
    for _ in range(5):
        with zmq.Context() as context, dealer(context, kernel) as socket:
            message = kernel.session.msg("kernel_info_request", {})
            socket.linger = 500
            kernel.session.send(socket, message)
    request = kernel.session.msg("execute_request", {
        "code": "import Glibc\nusleep(300_000)", "silent": False})
    with zmq.Context() as context, dealer(context, kernel) as socket:
        socket.linger = 500
        kernel.session.send(socket, request)
    assert kernel.check("1 + 2").result == "3"


def test_the_same_identity_comes_back_while_a_cell_runs(kernel):
    kernel.check("import Glibc")
    with zmq.Context() as context:
        first = dealer(context, kernel, identity=b"browser")
        message = kernel.session.msg(
            "execute_request", {"code": "usleep(800_000)", "silent": False})
        kernel.session.send(first, message)
        assert wait_until(lambda: kernel.client.get_iopub_msg(timeout=5)["msg_type"]
                          == "execute_input")
        second = dealer(context, kernel, identity=b"browser")  # before the first is closed
        question = kernel.session.msg("kernel_info_request", {})
        kernel.session.send(second, question)
        answers = set()
        while len(answers) < 2 and second.poll(10_000):
            _, frames = kernel.session.feed_identities(second.recv_multipart())
            answers.add(kernel.session.deserialize(frames)["parent_header"]["msg_id"])
        first.close()
        second.close()
    assert question["header"]["msg_id"] in answers
    assert kernel.check("3").result == "3"


def test_shutdown_within_a_second_while_a_cell_runs(fresh):
    kernel = fresh()
    request = kernel.send('print("running")\nwhile true {}')
    kernel.first_output(request)
    everyone = {kernel.pid} | descendants(kernel.pid)
    began = time.monotonic()
    kernel.control("shutdown_request", {"restart": False})
    assert wait_until(lambda: not alive(everyone), 5), "processes outlived the kernel"
    assert time.monotonic() - began < 1.5  # one second, and what this machine's load adds


def test_a_replayed_message_is_not_acted_on(kernel):
    message = kernel.session.msg("execute_request", {
        "code": "replayed += 1", "silent": False, "store_history": False, "allow_stdin": False})
    kernel.check("var replayed = 0")
    with zmq.Context() as context, dealer(context, kernel) as socket:
        frames = kernel.session.serialize(message)
        for _ in range(5):
            socket.send_multipart(frames)
        assert socket.poll(20_000)
        socket.recv_multipart()
        assert not socket.poll(500), "a message was answered twice"
    assert kernel.check("replayed").result == "1"


def test_a_forged_message_is_not_acted_on(kernel):
    kernel.check("var forged = 0")
    stranger = Session(key=b"another key")
    unsigned = Session(key=b"")
    with zmq.Context() as context:
        for channel in ("shell", "control"):
            for session in (stranger, unsigned):
                with dealer(context, kernel, channel) as socket:
                    socket.linger = 500
                    session.send(socket, "execute_request", {
                        "code": "forged += 1", "silent": False, "allow_stdin": False})
                    session.send(socket, "shutdown_request", {"restart": False})
                    assert not socket.poll(200), "a stranger was answered"
    assert kernel.check("forged").result == "0"


def test_an_emoji_before_the_cursor(kernel):
    kernel.check("let café = [1, 2, 3]")
    for code in ('let a = "🛣👨‍👩‍👧é"; café.rever', "/* 🏳️‍🌈 */ café.rever"):
        message = kernel.session.msg("complete_request", {"code": code, "cursor_pos": len(code)})
        kernel.client.shell_channel.send(message)
        content = kernel.reply(message["header"]["msg_id"])["content"]
        assert any(match.startswith("reversed") for match in content["matches"]), content
        assert code[content["cursor_start"]:content["cursor_end"]] == "rever"


def test_a_hundred_megabytes_of_text(kernel):
    began = time.monotonic()
    cell = kernel.check("""
        let line = String(repeating: "x", count: 999)
        for _ in 0..<100_000 { print(line) }
        print("the end")
        """)
    text = cell.text()
    assert len(text) < 20_000_000, "the front end was flooded"
    assert len(cell.outputs) < 1000
    others = [line for line in (text + cell.text("stderr")).splitlines() if line.strip("x")]
    assert len(others) == 1 and "not shown" in others[0], others
    assert time.monotonic() - began < 30
    assert kernel.check("1").result == "1"
