"""Much output through a real cell in a real kernel: capped, in its place, in the time it takes."""

import pathlib
import time


def memory(pid):
    """The resident bytes of a process."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) << 10


def peak(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) << 10


HUNDRED_MEGABYTES = """
import Glibc
let line = String(repeating: "0123456789", count: 100) + "\\n"
for _ in 0..<100_000 { fputs(line, stdout) }
"""


def test_a_hundred_megabytes_are_capped_with_one_note(fresh):
    kernel = fresh()
    assert kernel.check("var kept = 41").text() == ""
    before = memory(kernel.pid)
    cells = [kernel.check(HUNDRED_MEGABYTES) for _ in range(3)]
    for cell in cells:
        text = cell.text()
        assert len(text) == 10_000_000
        assert text == ("0123456789" * 100 + "\n") * (10_000_000 // 1001) + (
            "0123456789" * 100)[:10_000_000 % 1001]
        assert cell.text("stderr") == "\n… output over 10 MB is not shown (100 MB in all)\n"
        assert cell.kinds == [("stream", "stdout"), ("stream", "stderr")]
        assert len(cell.outputs) < 600
    # It neither grows with what was printed, nor with how often.
    assert peak(kernel.pid) - before < 60 << 20
    kernel.check(HUNDRED_MEGABYTES)
    assert memory(kernel.pid) - before < 36 << 20
    cell = kernel.check('print("next")\nkept + 1')
    assert (cell.text(), cell.result, cell.text("stderr")) == ("next\n", "42", "")


def test_the_output_of_a_flood_stays_with_its_cell(fresh):
    kernel = fresh()
    first = kernel.send(HUNDRED_MEGABYTES)
    second = kernel.send('print("second")')
    kernel.send("1")
    assert len(kernel.collect(first).text()) == 10_000_000
    assert kernel.collect(second).text() == "second\n"


def test_a_flood_without_line_feeds_and_of_both_streams(fresh):
    kernel = fresh()
    cell = kernel.check("""
        import Glibc
        let piece = String(repeating: "é", count: 50_000)
        for _ in 0..<300 { fputs(piece, stdout); fputs(piece, stderr) }
        """)
    shown = cell.text() + cell.text("stderr").split("\n…")[0]
    assert set(shown) == {"é"} and len(shown.encode()) in (9_999_999, 10_000_000)
    assert cell.text("stderr").endswith("\n… output over 10 MB is not shown (60 MB in all)\n")


def test_a_flood_can_be_interrupted(fresh):
    kernel = fresh()
    request = kernel.send('while true { print("and on") }')
    kernel.first_output(request)
    time.sleep(1)
    kernel.manager.interrupt_kernel()
    cell = kernel.collect(request)
    assert cell.reply["content"]["ename"] == "Interrupted"
    assert kernel.check("1 + 1").result == "2"


def test_of_five_thousand_updates_the_last_is_shown(kernel):
    cell = kernel.check("""
        import Offramp
        let meter = display("start", id: "meter")
        for step in 1...5000 { meter.update("step \\(step)") }
        print("done")
        """)
    updates = [m["content"] for m in cell.outputs if m["msg_type"] == "update_display_data"]
    assert updates[-1]["data"]["text/plain"] == "step 5000"
    assert updates[-1]["transient"]["display_id"] == "meter"
    # Those in between are joined.
    assert len(updates) < 500 and cell.text() == "done\n"


def test_updates_of_several_displays_end_with_the_last_of_each(kernel):
    cell = kernel.check("""
        import Offramp
        let meters = (0..<5).map { display("start", id: "meter \\($0)") }
        for step in 1...1000 { for meter in meters { meter.update("\\(meter.id) at \\(step)") } }
        """)
    last = {}
    for message in cell.outputs:
        if message["msg_type"] == "update_display_data":
            last[message["content"]["transient"]["display_id"]] = (
                message["content"]["data"]["text/plain"])
    assert last == {f"meter {k}": f"meter {k} at 1000" for k in range(5)}
