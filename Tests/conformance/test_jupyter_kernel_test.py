"""Jupyter's own suite for kernels, whole: its twelve tests with every subtest, and the welcome."""

import jupyter_kernel_test


class TestOfframp(jupyter_kernel_test.KernelTests):
    kernel_name = "offramp"
    language_name = "swift"
    file_extension = ".swift"

    code_hello_world = 'print("hello, world")'
    code_stderr = 'import Foundation\nFileHandle.standardError.write(Data("oops\\n".utf8))'
    code_generate_error = "struct Flat: Error {}\nthrow Flat()"
    code_execute_result = [
        {"code": "6*7", "result": "42"},
        {"code": 'let greeting = "hello"\ngreeting', "result": "hello"},
    ]
    code_display_data = [
        {
            "code": "import Offramp\n"
            'display(MIMEBundle(plain: "a dot", ["image/svg+xml": .text("<svg/>")]))',
            "mime": "image/svg+xml",
        },
        {"code": 'import Offramp\ndisplay([1, 2, 3])', "mime": "text/plain"},
    ]
    code_page_something = "import Offramp\nhelp(Network.self)"
    code_clear_output = "import Offramp\nclearOutput()"
    code_inspect_sample = "print"
    completion_samples = [
        {"text": "fatalErr"},
        {"text": "[1, 2, 3].revers"},
        {"text": "/* 🛣 */ Int.ma"},
    ]
    complete_code_samples = [
        "let x = 1",
        "func f() { print(1) }",
        'let text = """\n  two\n  lines\n  """',
        "[1, 2].map { $0 + 1 }",
        "// a comment",
        "",
    ]
    incomplete_code_samples = [
        "func f() {",
        "let x = [1,",
        'let text = """\n  begun',
        "struct P {\n  var x = 1",
        "/* a comment",
    ]
    invalid_code_samples = ["let = 7", "func 3() {}", "}"]
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6?7*"


class TestWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "offramp"
    support_iopub_welcome = True


# Imported names would be collected and run without a kernel.
del jupyter_kernel_test
