"""What a cell can say and do, as a client sees it."""

import pytest


def test_names_live_on(kernel):
    kernel.check("var counted = 1\nfunc twice(_ x: Int) -> Int { 2 * x }")
    kernel.check("counted = twice(counted) + 40")
    assert kernel.check("counted").result == "42"


def test_redefinition_takes_the_newest(kernel):
    kernel.check("struct Point { var x = 1 }\nfunc origin() -> Int { 1 }")
    kernel.check("struct Point { var y = 2 }\nfunc origin() -> Int { 2 }")
    assert kernel.check("Point().y + origin()").result == "4"


def test_imports_carry_forward(kernel):
    kernel.check("import Foundation")
    assert kernel.check("sqrt(16.0)").result == "4.0"


def test_top_level_await(kernel):
    kernel.check("func later() async -> Int { 7 }")
    assert kernel.check("await later()").result == "7"


def test_no_result_without_a_last_expression(kernel):
    assert kernel.check("let quiet = 3").outputs == []


def test_empty_cell(kernel):
    for code in ["", "   \n", "// only a comment"]:
        cell = kernel.check(code)
        assert cell.outputs == [] and cell.states == ["busy", "idle"]


def test_streams_and_displays_keep_their_order(kernel):
    kernel.check("import Offramp\nimport Glibc")
    cell = kernel.check("""
        print("one")
        display("two")
        print("three ", terminator: "")
        puts("four")
        display("five")
        fputs("six", stderr)
        display("seven")
        "eight"
        """)
    assert cell.kinds == [
        ("stream", "stdout"), ("display_data", None), ("stream", "stdout"), ("display_data", None),
        ("stream", "stderr"), ("display_data", None), ("execute_result", None)]
    assert cell.text() == "one\nthree four\n" and cell.text("stderr") == "six"
    assert cell.states == ["busy", "idle"] and cell.messages[-1]["msg_type"] == "status"


def test_output_arrives_while_the_cell_runs(kernel):
    request = kernel.send('print("now", terminator: "")\nusleep(600_000)\nprint("later")')
    first = kernel.first_output(request)
    assert first["content"]["text"] == "now"
    rest = kernel.collect(request)
    assert rest.text() == "later\n"


def test_output_of_a_child_process(kernel):
    kernel.check("import Glibc")
    assert kernel.check('let status = system("echo from a child")').text() == "from a child\n"


def test_text_is_not_cut_inside_a_character(kernel):
    cell = kernel.check('print(String(repeating: "a€🛣", count: 5000))')
    assert cell.text() == "a€🛣" * 5000 + "\n"


def test_idle_comes_last_every_time(kernel):
    for number in range(30):
        cell = kernel.check(f"print({number})")
        assert cell.text() == f"{number}\n"
        assert cell.messages[-1]["content"] == {"execution_state": "idle"}


def test_updatable_display(kernel):
    cell = kernel.check("""
        import Offramp
        let bar = display("0 %", id: "bar")
        bar.update("100 %")
        clearOutput(wait: true)
        """)
    shown, updated, cleared = cell.outputs
    assert shown["msg_type"] == "display_data" and updated["msg_type"] == "update_display_data"
    for message in (shown, updated):
        assert message["content"]["transient"]["display_id"] == "bar"
    assert updated["content"]["data"]["text/plain"] == "100 %"
    assert cleared["content"] == {"wait": True}


def test_compile_error_says_where(kernel):
    cell = kernel.fail('let fine = 1\nlet wrong: Int = "text"', "CompileError")
    count = cell.reply["content"]["execution_count"]
    assert f"In[{count}]:2:18" in cell.traceback
    assert 'let wrong: Int = "text"' in cell.traceback and "^" in cell.traceback
    assert cell.kinds == [("error", None)]


def test_failed_cell_leaves_no_names(kernel):
    kernel.check("let base = 10")
    kernel.fail("let newcomer = base + 1\nnewcomer + nonsense", "CompileError")
    kernel.fail("newcomer", "CompileError")
    assert kernel.check("base").result == "10"


def test_thrown_error(kernel):
    kernel.check("struct Closed: Error { var road: String }\nvar before = 1")
    cell = kernel.fail('before = 2\nprint("on the way")\nthrow Closed(road: "A7")', "Closed")
    assert "A7" in cell.reply["content"]["evalue"]
    assert cell.text() == "on the way\n"
    assert kernel.check("before").result == "2"


@pytest.mark.parametrize("name, code", [
    ("FatalError", 'fatalError("the end")'), ("FatalError", "let none: Int? = nil\nnone!"),
    ("FatalError", "[1, 2][5]"), ("Exited", "exit(3)"), ("Aborted", "abort()"),
    ("StackOverflow", "func deeper(_ n: Int) -> Int { deeper(n + 1) + 1 }\ndeeper(0)"),
])
def test_crash_costs_no_more_than_the_cell(fresh, name, code):
    kernel = fresh()
    kernel.check("import Glibc\nvar kept = [1]")
    kernel.fail("kept = []\n" + code, name)
    assert kernel.check("kept").result == "[1]"


def test_user_expressions(kernel):
    kernel.check("let seven = 7")
    cell = kernel.check("", user_expressions={"good": "seven * 2", "bad": "nothing at all"})
    answers = cell.reply["content"]["user_expressions"]
    assert answers["good"]["status"] == "ok"
    assert answers["good"]["data"]["text/plain"] == "14"
    assert answers["bad"]["status"] == "error" and answers["bad"]["ename"]


def test_silent_says_nothing_and_counts_nothing(kernel):
    before = kernel.check("1").reply["content"]["execution_count"]
    cell = kernel.check('print("unheard")\n5', silent=True)
    assert cell.outputs == []
    assert not [m for m in cell.messages if m["msg_type"] == "execute_input"]
    assert kernel.check("2").reply["content"]["execution_count"] == before + 1


def test_store_history_false_does_not_count(kernel):
    before = kernel.check("1").reply["content"]["execution_count"]
    cell = kernel.check("3", store_history=False)
    assert cell.result == "3"
    assert kernel.check("2").reply["content"]["execution_count"] == before + 1


def test_stop_on_error_aborts_what_is_queued(kernel):
    first = kernel.send("usleep(300_000)\nstruct Stop: Error {}\nthrow Stop()")
    queued = [kernel.send(f'print("{n}")') for n in range(3)]
    assert kernel.collect(first).status == "error"
    for request in queued:
        cell = kernel.collect(request)
        assert cell.status in ("aborted", "error") and cell.outputs == []
    assert kernel.check('print("back")').text() == "back\n"


def test_without_stop_on_error_the_queue_goes_on(kernel):
    first = kernel.send("usleep(300_000)\nstruct Halt: Error {}\nthrow Halt()",
                        stop_on_error=False)
    second = kernel.send('print("still here")')
    assert kernel.collect(first).status == "error"
    assert kernel.collect(second).text() == "still here\n"
