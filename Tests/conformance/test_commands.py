"""The commands beside the kernel: version, doctor, run."""

import json
import re
import signal
import subprocess

import nbformat

from conftest import OFFRAMP


def test_version(offramp):
    assert re.fullmatch(r"Offramp \d+\.\d+\.\d+\n", offramp("--version").stdout)


def test_help_names_every_command(offramp):
    text = offramp("--help").stdout
    for command in ("kernel", "install", "uninstall", "doctor", "bench", "run"):
        assert re.search(rf"^  {command} ", text, re.MULTILINE), command


def test_doctor_finds_nothing_wrong(offramp):
    process = offramp("doctor", "--json")
    report = json.loads(process.stdout)
    assert process.returncode == 0, report
    assert {check["status"] for check in report["checks"]} == {"good"}, report
    assert offramp("doctor").returncode == 0


def test_doctor_says_what_to_do_about_a_missing_kernel(offramp, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    process = offramp("doctor")
    assert process.returncode == 1
    assert "offramp install" in process.stdout


def test_doctor_says_what_to_do_about_a_missing_toolchain(offramp, monkeypatch):
    monkeypatch.setenv("OFFRAMP_TOOLCHAIN", "/nonexistent")
    process = offramp("doctor")
    assert process.returncode == 1
    assert "/nonexistent" in process.stdout


def test_run_a_file_of_cells(offramp, tmp_path):
    file = tmp_path / "cells.swift"
    file.write_text("let x = 20\n// %% twice as much\nx * 2\n// %%\nprint(x + 1)\n")
    process = offramp("run", file)
    assert process.returncode == 0, process.stderr
    assert process.stdout == "40\n21\n"


def test_run_stops_at_an_error(offramp, tmp_path):
    file = tmp_path / "cells.swift"
    file.write_text('print("before")\n// %%\nlet wrong: Int = 1.5\n// %%\nprint("after")\n')
    process = offramp("run", file)
    assert process.returncode == 1
    assert process.stdout == "before\n"
    assert "In[2]:1:" in process.stderr


def test_run_a_notebook_and_save_it(offramp, tmp_path):
    file = tmp_path / "book.ipynb"
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {
        "name": "offramp", "display_name": "Swift (Offramp)", "language": "swift"}})
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# Title é"),
        nbformat.v4.new_code_cell('print("shown")\n[1, 2]'),
        nbformat.v4.new_code_cell(
            'import Offramp\n'
            'let h = display("a", id: "x")\n'
            'h.update(MIMEBundle(plain: "b", ["image/svg+xml": .text("<svg/>")]))'),
    ]
    nbformat.write(notebook, file)
    before = file.read_bytes()
    process = offramp("run", file)
    assert process.returncode == 0, process.stderr
    assert process.stdout == "shown\n[1, 2]\na\nb\n"
    assert file.read_bytes() == before
    assert offramp("run", "--save", file).returncode == 0
    saved = nbformat.read(file, as_version=4)
    nbformat.validate(saved)
    assert saved.cells[0].source == "# Title é"
    stream, result = saved.cells[1].outputs
    assert stream.text == "shown\n" and result.data["text/plain"] == "[1, 2]"
    assert saved.cells[1].execution_count == 1
    assert saved.cells[2].outputs[0].data == {"text/plain": "b", "image/svg+xml": "<svg/>"}
    again = file.read_text()
    nbformat.write(saved, file)
    assert file.read_text() == again, "written as Jupyter writes it"


def test_control_c_ends_a_run_in_order(tmp_path):
    file = tmp_path / "endless.swift"
    file.write_text('import Offramp\nprint("running")\nwhile true { try Interrupt.check() }\n')
    process = subprocess.Popen(
        [OFFRAMP, "run", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "running\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1 and "interrupted" in said


def test_run_says_what_is_wrong_with_a_file(offramp, tmp_path):
    broken = tmp_path / "broken.ipynb"
    broken.write_text('{"cells": [')
    for file in (tmp_path / "missing.swift", broken):
        process = offramp("run", file)
        assert process.returncode == 1
        assert file.name in process.stderr and len(process.stderr.strip().splitlines()) == 1


def test_bench_prints_a_row_for_every_measurement(offramp):
    process = offramp("bench", "text4", "--runs", "1", "--json")
    assert process.returncode == 0, process.stderr
    rows = [json.loads(line) for line in process.stdout.splitlines()]
    places = [(row["what"], row.get("exit")) for row in rows]
    assert places == (
        [("train", None), ("eval", None)]
        + [("latency", k) for k in (1, 2, 3, 4)]
        + [("early", None)]
    )
    common = {"framework", "workload", "dtype", "compiled", "threads", "parameters", "what", "ms"}
    assert all(common <= set(row) for row in rows)
    assert {row["parameters"] for row in rows} == {5274632}
    assert all(row["ms"] > 0 and row["limit_ms"] > 0 for row in rows[:2])
    assert rows[0]["memory_mb"] > 0
    latencies = [row for row in rows if row["what"] == "latency"]
    shares = [row["multiply_add_ratio"] for row in latencies]
    assert shares == sorted(shares) and shares[-1] == 1
    assert latencies[-1]["time_ratio"] == 1
    # Samples leave at all four exits alike, and heads cost nearly nothing.
    assert 0.62 < rows[-1]["multiply_add_ratio"] < 0.63 and rows[-1]["time_ratio"] > 0


def test_bench_says_what_it_can_time(offramp):
    process = offramp("bench", "resnet19")
    assert process.returncode != 0
    assert 'There is no workload "resnet19"; expected one of resnet20, vit7' in process.stderr
    process = offramp("bench", "--dtype", "f8")
    assert '--dtype is "f8"' in process.stderr
    process = offramp("bench", "--what", "train,sleep")
    assert '--what names "sleep"' in process.stderr
