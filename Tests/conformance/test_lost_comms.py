"""Comms whose other end went with the cells' process."""

import os
import signal
import time

from dialogue import descendants


def comms(kernel):
    return kernel.collect(kernel.client.comm_info()).reply["content"]["comms"]


def of(messages, kind):
    return [m["content"]["comm_id"] for m in messages if m["msg_type"] == kind]


def test_a_worker_without_a_snapshot_takes_its_comms_along(fresh):
    kernel = fresh()
    kernel.check("%snapshots off")
    opened = of(kernel.check("import Offramp\nlet slider = IntSlider()\nslider").messages,
                "comm_open")
    assert set(comms(kernel)) == set(opened) and opened
    cell = kernel.fail("[0][1]", "FatalError")
    assert sorted(of(cell.messages, "comm_close")) == sorted(opened)
    assert comms(kernel) == {}
    # The front end's answer to a comm that is closed harms nothing, and new ones open.
    message = kernel.session.msg("comm_msg", {"comm_id": opened[-1], "data": {}})
    kernel.client.shell_channel.send(message)
    kernel.iopub_until_idle(message["header"]["msg_id"])
    assert of(kernel.check("import Offramp\nIntSlider()").messages, "comm_open")
    assert len(comms(kernel)) == len(opened)


def test_a_snapshot_keeps_earlier_comms_and_loses_the_cells_own(fresh):
    kernel = fresh()
    kept = of(kernel.check("import Offramp\nlet slider = IntSlider()\nslider").messages,
              "comm_open")
    cell = kernel.fail("let other = FloatSlider()\ndisplay(other)\n[0][1]", "FatalError")
    new = of(cell.messages, "comm_open")
    assert len(new) == 3 and sorted(of(cell.messages, "comm_close")) == sorted(new)
    assert set(comms(kernel)) == set(kept)
    moved = kernel.session.msg("comm_msg", {"comm_id": kept[-1], "data": {
        "method": "update", "state": {"value": 7}, "buffer_paths": []}})
    kernel.client.shell_channel.send(moved)
    kernel.iopub_until_idle(moved["header"]["msg_id"])
    assert kernel.check("slider.value").result == "7"


def test_a_worker_that_ends_between_cells_takes_its_comms_along(fresh):
    kernel = fresh()
    worker = int(kernel.check("import Glibc\ngetpid()").result)
    opened = of(kernel.check("import Offramp\nIntSlider()").messages, "comm_open")
    assert worker in descendants(kernel.pid)
    os.kill(worker, signal.SIGKILL)
    time.sleep(0.3)
    cell = kernel.check("1")
    assert sorted(of(cell.messages, "comm_close")) == sorted(opened)
    assert comms(kernel) == {}


def test_a_reset_closes_comms(fresh):
    kernel = fresh()
    opened = of(kernel.check("import Offramp\nIntSlider()").messages, "comm_open")
    assert sorted(of(kernel.check("%reset").messages, "comm_close")) == sorted(opened)
    assert comms(kernel) == {}
