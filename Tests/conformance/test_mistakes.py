"""Mistakes a researcher makes: each is one clear sentence, and the kernel goes on."""

import pytest

SETUP = """
import Offramp
import Glibc
let data = try Dataset.glyphs(difficulty: .mixed, count: 200, size: 12)
let net = Network(input: data.shape, classes: data.classes) {
  Conv(4, kernel: 3); ReLU()
  Exit("early")
  Conv(4, kernel: 3, stride: 2); ReLU()
  Exit("late")
}
"""

TRAINED = """
let run = try net.train(.joint, on: data, epochs: 1)
let logits = try run.model.exitLogits(on: data.test)
"""

MISTAKES = {
    "shapes that do not fit": (
        "Network(input: [32, 32, 3], classes: 10) { Dense(10); Conv(16, kernel: 3); Exit() }.plan()",
        ["Dense(10)", "32×32×3"]),
    "a network without an exit": (
        "Network(input: [8, 8, 1], classes: 2) { Conv(4, kernel: 3) }.plan()", ["exit"]),
    "a kernel larger than the image": (
        "Network(input: [8, 8, 1], classes: 2) { Conv(4, kernel: 11, padding: 0); Exit() }.plan()",
        ["Conv(4, kernel: 11", "8×8×1"]),
    "data of another shape": (
        "Network.resNet20(classes: 10).train(.joint, on: data, epochs: 1)", ["32×32×3", "12×12×1"]),
    "a label outside the classes": (
        'Dataset(name: "two", images: [UInt8](repeating: 0, count: 8), labels: [0, 5], '
        "shape: [2, 2, 1], classes: 2)", ["5", "0…1"]),
    "an empty data set": (
        'Dataset(name: "none", images: [UInt8](), labels: [], shape: [2, 2, 1], classes: 2)',
        ["none"]),
    "a folder without CIFAR-10": ('Dataset.cifar10("/nonexistent")', ["/nonexistent"]),
    "no epochs": ("net.train(.joint, on: data, epochs: 0)", ["0"]),
    "a threshold above 1": ("logits.leaving(at: .confidence(1.5))", ["1.5", "0…1"]),
    "a threshold below 0": ("logits.leaving(at: .entropy(-0.5))", ["-0.5", "0…1"]),
    "a run that is not there": ('Run(contentsOf: "/nonexistent.safetensors")', ["/nonexistent"]),
    "a folder that is not there": ('run.save(to: "/nonexistent/run.safetensors")', ["/nonexistent"]),
}


@pytest.fixture(scope="module")
def trained(kernel):
    kernel.check(SETUP)
    kernel.check(TRAINED)
    return kernel


def sentence(cell):
    """What the error says, given that it is no compile error, no crash, and one line."""
    content = cell.reply["content"]
    assert content["ename"] not in ("CompileError", "WorkerCrashed"), cell.traceback
    assert len(content["evalue"].splitlines()) == 1
    return content["evalue"]


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake(trained, name):
    code, words = MISTAKES[name]
    said = sentence(trained.fail(f"_ = try {code}"))
    for word in words:
        assert word in said
    assert trained.check("1 + 1").result == "2"


def test_truncated_cifar(trained, tmp_path):
    for name in [f"data_batch_{n}.bin" for n in range(1, 6)] + ["test_batch.bin"]:
        (tmp_path / name).write_bytes(bytes(3073 * 2 + 100))
    said = sentence(trained.fail(f'_ = try Dataset.cifar10("{tmp_path}")'))
    assert "data_batch_1.bin" in said


def test_checkpoint_from_another_network(trained, tmp_path):
    file = tmp_path / "run.safetensors"
    trained.check(f'try run.save(to: "{file}")')
    trained.check(f'let same = try Run(contentsOf: "{file}", of: net)')
    said = sentence(trained.fail(f'_ = try Run(contentsOf: "{file}", of: .resNet20(classes: 10))'))
    assert str(file) in said


def test_truncated_checkpoint(trained, tmp_path):
    file = tmp_path / "run.safetensors"
    trained.check(f'try run.save(to: "{file}")')
    file.write_bytes(file.read_bytes()[:-100])
    assert str(file) in sentence(trained.fail(f'_ = try Run(contentsOf: "{file}")'))


def test_full_disk(fresh, tmp_path):
    """The limit on a file's size stands in for the disk's end."""
    kernel = fresh()
    kernel.check(SETUP)
    kernel.check(TRAINED)
    file = tmp_path / "run.safetensors"
    kernel.check(f'try run.save(to: "{file}")')
    before = file.read_bytes()
    kernel.check("signal(SIGXFSZ, SIG_IGN)\n"
                 "var room = rlimit(rlim_cur: 2000, rlim_max: .max)\n"
                 "setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &room)")
    assert str(file) in sentence(kernel.fail(f'try run.save(to: "{file}")'))
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run.safetensors"]


def test_interrupt_keeps_the_model_so_far(fresh):
    kernel = fresh()
    kernel.check(SETUP)
    request = kernel.send("let long = try net.train(.joint, on: data, epochs: 100_000)")
    kernel.first_output(request)
    kernel.manager.interrupt_kernel()
    cell = kernel.collect(request)
    assert cell.status == "ok", cell.traceback
    assert kernel.check("long.network == net").result == "true"
