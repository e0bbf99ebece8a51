"""Commands at the head of a cell, as a front end sees them."""

import pathlib


def displays(cell):
    """The plain text of what a cell displayed, updates included."""
    return [m["content"]["data"]["text/plain"] for m in cell.outputs
            if m["msg_type"] in ("display_data", "update_display_data")]


def test_tables_come_as_html_with_a_plain_twin(kernel):
    kernel.check("let listed = [1, 2, 3]")
    for command in ["%help", "%vars", "%memory", "%cache", "%last"]:
        cell = kernel.check(command)
        data = cell.outputs[0]["content"]["data"]
        assert data["text/html"].startswith("<table"), command
        assert data["text/plain"], command
    assert "listed" in displays(kernel.check("%vars"))[0]


def test_time_comes_beside_the_result(kernel):
    cell = kernel.check("%time\n(1...10).reduce(0, +)")
    assert cell.result == "55"
    assert displays(cell)[0].startswith("time ")


def test_an_unknown_command_is_an_error_on_its_line(kernel):
    cell = kernel.run("// remark\n%hlep")
    assert cell.status == "error" and cell.errors[0]["ename"] == "CommandError"
    assert "Did you mean %help?" in cell.errors[0]["evalue"]
    assert cell.traceback.startswith("In[") and ":2: CommandError:" in cell.traceback


def test_shell_output_is_streamed(kernel):
    cell = kernel.check("!echo out; echo err >&2")
    assert cell.text() == "out\n" and cell.text("stderr") == "err\n"
    assert kernel.run("!exit 4").errors[0]["ename"] == "ShellError"


def test_a_package_comes_in_by_one_line(kernel, tmp_path):
    package = pathlib.Path(tmp_path) / "Answers"
    (package / "Sources" / "Answers").mkdir(parents=True)
    (package / "Package.swift").write_text(
        "// swift-tools-version: 5.9\nimport PackageDescription\n"
        'let package = Package(name: "Answers",\n'
        '  products: [.library(name: "Answers", targets: ["Answers"])],\n'
        '  targets: [.target(name: "Answers")])\n')
    (package / "Sources" / "Answers" / "Answers.swift").write_text("public let answer = 42\n")
    kernel.check("let earlier = 1")
    cell = kernel.check(f"%package {package}\nimport Answers\nanswer + earlier")
    assert cell.result == "43"
    # What is being done is shown in one place, and ends as what can be imported.
    assert [m["msg_type"] for m in cell.outputs].count("display_data") == 1
    assert "import Answers" in displays(cell)[-1]
