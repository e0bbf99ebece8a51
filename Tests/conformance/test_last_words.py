"""What the Swift runtime says when it ends the cells' process: once, in the error."""

import pytest

MINE = 'fputs("Fatal error: mine\\nCurrent stack trace:\\n", stderr)\n'


@pytest.mark.parametrize("code, sentence", [
    ('fatalError("out of luck")', "out of luck."),
    ('fatalError("two\\nlines")', "two\nlines."),
    ("[0][1]", "Index out of range."),
    ("Int(\"x\")!", "Unexpectedly found nil while unwrapping an Optional value."),
    ("precondition(1 > 2, \"too small\")", "Precondition failed: too small."),
    ("precondition([0].isEmpty)", "Precondition failed."),
    ("assert([0].isEmpty, \"full\")", "Assertion failed: full."),
    ("let top = Int8.max; top + [Int8(1)][0]", ""),
    ("let any: Any = 3; any as! String",
     "Could not cast value of type 'Swift.Int' "),
    ("try! { throw CancellationError() }()", "CancellationError"),
    ("func f(_ a: inout [Int], _ g: () -> Void) { g() }\nvar a = [1]\nf(&a) { a = [2] }",
     "Simultaneous accesses to "),
    ("import Offramp\n_ = Tensor.ones([.max, 2])",
     "no machine like this one has memory for the shape 9223372036854775807×2"),
    ("import Offramp\n_ = Tensor.zeros([-1, 2])", "-1×2"),
    ("import Offramp\n_ = Shape([1, 2])[5]", "The shape 1×2 has no axis 5."),
])
def test_a_trap_is_told_once(kernel, code, sentence):
    cell = kernel.fail(f'import Glibc\n{MINE}print("before")\n{code}', "FatalError")
    assert sentence in cell.errors[0]["evalue"]
    # The user's own words stand where they stood, even if they sound alike.
    assert cell.text("stderr") == "Fatal error: mine\nCurrent stack trace:\n"
    assert cell.text() == "before\n"


def test_what_others_say_at_the_same_time_is_kept(kernel):
    cell = kernel.fail("""
        import Glibc
        let loud = { for k in 0..<50 { fputs("line \\(k)\\n", stderr); usleep(1000) } }
        Task.detached { loud() }
        usleep(20_000)
        fatalError("now")
        """, "FatalError")
    lines = cell.text("stderr").splitlines()
    assert lines and lines == [f"line {k}" for k in range(len(lines))]


def test_a_forked_program_says_it_for_itself(kernel):
    cell = kernel.check("""
        import Glibc
        let fork = unsafeBitCast(dlsym(nil, "fork"), to: (@convention(c) () -> pid_t).self)
        let child = fork()
        if child == 0 { fatalError("in the child") }
        var status: Int32 = 0
        waitpid(child, &status, 0)
        status & 0x7f
        """)
    assert cell.result in ("4", "5")
    assert "Fatal error: in the child" in cell.text("stderr")
    assert kernel.check("child > 0").result == "true"


def test_the_end_between_cells_is_told_with_its_reason(fresh):
    kernel = fresh()
    request = kernel.send("""
        import Glibc
        Task.detached { usleep(300_000); fatalError("behind the cell") }
        """)
    kernel.collect(request)
    assert "Fatal error: behind the cell" in kernel.first_output(request)["content"]["text"]
    assert "ended between cells" in kernel.check("1 + 1").text("stderr")
