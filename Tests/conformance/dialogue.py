"""A conversation with a kernel over real sockets, in terms of cells."""

import pathlib
import re
import time
from dataclasses import dataclass, field
from queue import Empty

from jupyter_client import KernelManager

PATIENCE = 60  # seconds for the longest compilation on a busy machine

OUTPUTS = {"stream", "display_data", "update_display_data", "execute_result", "error",
           "clear_output"}


@dataclass
class Cell:
    """What came back for one request."""

    reply: dict
    messages: list = field(default_factory=list)  # IOPub, in order, from busy to idle

    @property
    def status(self):
        return self.reply["content"]["status"]

    @property
    def outputs(self):
        return [m for m in self.messages if m["msg_type"] in OUTPUTS]

    @property
    def kinds(self):
        """The outputs as (type, stream name or None), neighbours of a kind counted once."""
        kinds = []
        for message in self.outputs:
            kind = (message["msg_type"], message["content"].get("name"))
            if not kinds or kinds[-1] != kind:
                kinds.append(kind)
        return kinds

    def text(self, stream="stdout"):
        return "".join(m["content"]["text"] for m in self.outputs
                       if m["content"].get("name") == stream)

    @property
    def result(self):
        data = [m["content"]["data"] for m in self.outputs if m["msg_type"] == "execute_result"]
        return data[-1]["text/plain"] if data else None

    @property
    def errors(self):
        return [m["content"] for m in self.outputs if m["msg_type"] == "error"]

    @property
    def traceback(self):
        return plain("\n".join(self.reply["content"].get("traceback", [])))

    @property
    def states(self):
        return [m["content"]["execution_state"] for m in self.messages if m["msg_type"] == "status"]


def plain(text):
    """Text without terminal colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


class Kernel:
    """A kernel process and a client of it."""

    def __init__(self, environment=None, name="offramp"):
        self.manager = KernelManager(kernel_name=name)
        # What kernel.json sets goes before the environment Jupyter has.
        self.manager.kernel_spec.env.update(environment or {})

    def start(self):
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        return self

    def stop(self):
        if hasattr(self, "client"):
            self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()

    __enter__ = start

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return self.manager.provisioner.process.pid

    @property
    def session(self):
        return self.client.session

    def send(self, code, **options):
        """Sends a cell without waiting for anything."""
        return self.client.execute(code, **options)

    def run(self, code, timeout=PATIENCE, **options):
        """Runs a cell and collects all it said."""
        return self.collect(self.send(code, **options), timeout)

    def check(self, code, **options):
        """Runs a cell that is expected to work."""
        cell = self.run(code, **options)
        assert cell.status == "ok", cell.traceback
        return cell

    def fail(self, code, name=None, **options):
        """Runs a cell that is expected to fail, in the way every failure is to be told."""
        cell = self.run(code, **options)
        assert cell.status == "error", cell.outputs
        assert len(cell.errors) == 1
        for content in (cell.reply["content"], cell.errors[0]):
            assert content["ename"] == (name or content["ename"]), content
            assert content["evalue"]
            assert isinstance(content["traceback"], list) and content["traceback"]
        return cell

    def collect(self, request, timeout=PATIENCE):
        """The reply to a request on the shell, and its IOPub messages up to idle."""
        deadline = time.monotonic() + timeout
        messages = self.iopub_until_idle(request, deadline)
        return Cell(self.reply(request, deadline), messages)

    def reply(self, request, deadline=None):
        deadline = deadline or time.monotonic() + PATIENCE
        return self._await(self.client.get_shell_msg, request, deadline)

    def iopub_until_idle(self, request, deadline=None):
        deadline = deadline or time.monotonic() + PATIENCE
        messages = []
        while True:
            messages.append(self._await(self.client.get_iopub_msg, request, deadline))
            if messages[-1]["content"].get("execution_state") == "idle":
                return messages

    def control(self, kind, content, timeout=PATIENCE):
        """Sends a request on the control channel and returns the reply."""
        message = self.session.msg(kind, content)
        self.client.control_channel.send(message)
        return self._await(self.client.get_control_msg, message["header"]["msg_id"],
                           time.monotonic() + timeout)

    def first_output(self, request, timeout=PATIENCE):
        """Waits for the first output of a running cell."""
        deadline = time.monotonic() + timeout
        while True:
            message = self._await(self.client.get_iopub_msg, request, deadline)
            if message["msg_type"] in OUTPUTS:
                return message

    @staticmethod
    def _await(get, request, deadline):
        while True:
            left = deadline - time.monotonic()
            assert left > 0, "the kernel did not answer in time"
            try:
                message = get(timeout=left)
            except Empty:
                continue
            if message["parent_header"].get("msg_id") == request:
                return message


def descendants(pid):
    """The living processes that a process started, directly or not."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    found, frontier = set(), {pid}
    while frontier:
        frontier = {child for child, parent in parents.items() if parent in frontier} - found
        found |= frontier
    return found


def alive(pids):
    """Those of the processes that have not ended."""
    living = set()
    for pid in pids:
        try:
            if pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                living.add(pid)
        except OSError:
            pass
    return living


def wait_until(condition, timeout=10.0):
    """Whether a condition comes true within some seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()
