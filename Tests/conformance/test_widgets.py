"""The controls of a notebook, against the Python implementation of the same protocol."""

import base64
import re
import time

import ipywidgets
import nbformat
import pytest
from nbconvert import HTMLExporter

# Our expression, and the widget it is to be the same as.
TWINS = {
    'IntSlider()': ipywidgets.IntSlider(),
    'FloatSlider(step: 0.1)': ipywidgets.FloatSlider(),
    'FloatLogSlider()': ipywidgets.FloatLogSlider(),
    'IntRangeSlider()': ipywidgets.IntRangeSlider(),
    'FloatRangeSlider(step: 0.1)': ipywidgets.FloatRangeSlider(),
    'Dropdown("", ["a", "b"])': ipywidgets.Dropdown(options=["a", "b"]),
    'RadioButtons("", ["a", "b"])': ipywidgets.RadioButtons(options=["a", "b"]),
    'ToggleButtons("", ["a", "b"])': ipywidgets.ToggleButtons(options=["a", "b"]),
    'Checkbox()': ipywidgets.Checkbox(),
    'ToggleButton()': ipywidgets.ToggleButton(),
    'Button()': ipywidgets.Button(),
    'Text()': ipywidgets.Text(),
    'Textarea()': ipywidgets.Textarea(),
    'IntText()': ipywidgets.IntText(),
    'FloatText()': ipywidgets.FloatText(),
    'BoundedIntText()': ipywidgets.BoundedIntText(),
    'BoundedFloatText()': ipywidgets.BoundedFloatText(),
    'Label()': ipywidgets.Label(),
    'HTML()': ipywidgets.HTML(),
    'Output()': ipywidgets.Output(),
    'IntProgress()': ipywidgets.IntProgress(),
    'FloatProgress()': ipywidgets.FloatProgress(),
    'Box()': ipywidgets.Box(),
    'HBox()': ipywidgets.HBox(),
    'VBox()': ipywidgets.VBox(),
    'Accordion()': ipywidgets.Accordion(),
    'Tab()': ipywidgets.Tab(),
}

VIEW = "application/vnd.jupyter.widget-view+json"


class View:
    """What a front end knows of the widgets that a cell has opened."""

    def __init__(self, kernel, cell):
        self.kernel = kernel
        self.states = {}
        self.take(cell.messages)

    def take(self, messages):
        """Follows the kernel's messages as a front end does."""
        for message in messages:
            content = message["content"]
            if message["msg_type"] == "comm_open":
                assert content["target_name"] == "jupyter.widget"
                assert message["metadata"]["version"] == "2.1.0"
                assert content["data"]["buffer_paths"] == []
                self.states[content["comm_id"]] = dict(content["data"]["state"])
            elif message["msg_type"] == "comm_msg" and content["comm_id"] in self.states:
                self.states[content["comm_id"]].update(content["data"].get("state", {}))

    def send(self, comm, data):
        """Sends data over a comm and returns what came of it, up to idle."""
        message = self.kernel.session.msg("comm_msg", {"comm_id": comm, "data": data})
        self.kernel.client.shell_channel.send(message)
        answers = self.kernel.iopub_until_idle(message["header"]["msg_id"])
        self.take(answers)
        return answers

    def move(self, comm, **state):
        """Does what a control does when its user moves it."""
        return self.send(comm, {"method": "update", "state": state, "buffer_paths": []})

    def named(self, model):
        """The comm of the last model of a class."""
        return [comm for comm, state in self.states.items() if state["_model_name"] == model][-1]

    @property
    def outputs(self):
        """What the last output area shows, as plain text."""
        shown = self.states[self.named("OutputModel")]["outputs"]
        return [output["data"]["text/plain"] if "data" in output
                else output.get("text", output.get("evalue")) for output in shown]


@pytest.fixture(scope="module")
def widgets(kernel):
    kernel.check("import Offramp")
    return kernel


def shape(value):
    """What kind of value a state holds; references to other models are all alike."""
    if isinstance(value, str) and value.startswith("IPY_MODEL_"):
        return "a model"
    return [shape(each) for each in value] if isinstance(value, (list, tuple)) else type(value)


@pytest.mark.parametrize("expression", TWINS)
def test_states_are_those_of_ipywidgets(widgets, expression):
    cell = widgets.check(expression)
    view = View(widgets, cell)
    twin = TWINS[expression]
    parts = [twin.layout, *([twin.style] if hasattr(twin, "style") else []), twin]
    assert [state["_model_name"] for state in view.states.values()] == [
        part._model_name for part in parts]
    for state, part in zip(view.states.values(), parts):
        expected = part.get_state()
        assert {k: shape(v) for k, v in state.items()} == {
            k: shape(v) for k, v in expected.items()}
        differing = {k for k in expected if state[k] != expected[k]
                     and shape(state[k]) != "a model"
                     and not isinstance(expected[k], (list, tuple))}
        assert differing == set()


def test_the_view_comes_after_its_models(widgets):
    cell = widgets.check('IntSlider("k", 1...5, value: 2)')
    kinds = [m["msg_type"] for m in cell.messages
             if m["msg_type"] in ("comm_open", "execute_result")]
    assert kinds == ["comm_open"] * 3 + ["execute_result"]
    data = cell.outputs[-1]["content"]["data"]
    view = View(widgets, cell)
    assert data[VIEW] == {"model_id": view.named("IntSliderModel"),
                          "version_major": 2, "version_minor": 0}
    assert data["text/plain"] == "k: 2" and "<div" in data["text/html"]


def test_moving_a_slider_redraws(widgets):
    cell = widgets.check("interact(threshold: 0...1) { threshold in threshold * 2 }")
    view = View(widgets, cell)
    slider = view.named("FloatSliderModel")
    assert view.outputs == ["1.0"]
    for value in [0.25, 1, 0]:
        answers = view.move(slider, value=value)
        methods = [m["content"]["data"]["method"] for m in answers if m["msg_type"] == "comm_msg"]
        assert methods == ["echo_update", "update"]
        assert view.outputs == [str(value * 2.0)]
    assert all(m["msg_type"] in ("status", "comm_msg") for m in answers)


def test_several_controls_are_one_functions_arguments(widgets):
    view = View(widgets, widgets.check("""
        interact(.intSlider("k", 1...5), .dropdown("regime", ["joint", "mixed"]),
                 .checkbox("loud")) { k, regime, loud in
          print("printed")
          return "\\(k) \\(regime)" + (loud ? "!" : "")
        }
        """))
    assert view.outputs == ["printed\n", "3 joint"]
    view.move(view.named("DropdownModel"), index=1)
    view.move(view.named("CheckboxModel"), value=True)
    view.move(view.named("IntSliderModel"), value=5)
    assert view.outputs == ["printed\n", "5 mixed!"]


def test_an_error_is_shown_where_the_result_was(widgets):
    view = View(widgets, widgets.check("""
        struct TooLarge: Error {}
        interact(k: 1...5) { k in
          if k > 3 { throw TooLarge() }
          return k
        }
        """))
    slider = view.named("IntSliderModel")
    assert not [m for m in view.move(slider, value=5) if m["msg_type"] == "error"]
    assert view.outputs == ["TooLarge()"]
    view.move(slider, value=2)
    assert view.outputs == ["2"]


def test_a_long_first_run_shows_its_controls_at_once(widgets):
    request = widgets.send("""
        import Glibc
        interact(k: 1...5) { k in
          print("before")
          usleep(1_500_000)
          print("after")
          return k * 2
        }
        """)
    shown = widgets.first_output(request)
    assert shown["msg_type"] == "display_data"
    assert shown["content"]["data"]["text/plain"] == "k: 3\nbefore\nrunning …"
    seen = time.monotonic()
    cell = widgets.collect(request)
    assert time.monotonic() - seen > 0.7, "the controls have not come before the end"
    # What stands in the notebook's file in the end is the static twin with the result.
    final = cell.outputs[-1]
    assert final["msg_type"] == "update_display_data"
    assert final["content"]["transient"] == shown["content"]["transient"]
    assert final["content"]["data"]["text/plain"] == "k: 3\nbefore\nafter\n6"
    view = final["content"]["data"][VIEW]
    assert view == shown["content"]["data"][VIEW]


def test_a_button_is_clicked(widgets):
    view = View(widgets, widgets.check("""
        var clicks = 0
        let area = Output()
        let button = Button("Go").onClick { try area.capture { clicks += 1; print(clicks) } }
        VBox([button, area])
        """))
    for _ in range(3):
        view.send(view.named("ButtonModel"), {"method": "custom", "content": {"event": "click"}})
    assert view.outputs == ["1\n2\n3\n"]
    assert widgets.check("clicks").result == "3"


def test_a_cell_moves_a_slider(widgets):
    view = View(widgets, widgets.check('let knob = IntSlider("k", 1...5)\nknob'))
    view.take(widgets.check("knob.value = 4").messages)
    assert view.states[view.named("IntSliderModel")]["value"] == 4


def test_a_value_that_makes_no_sense_is_refused(widgets):
    view = View(widgets, widgets.check('let strict = IntSlider("k", 1...5, value: 2)\nstrict'))
    slider = view.named("IntSliderModel")
    answers = view.move(slider, value="many")
    error = [m["content"] for m in answers if m["msg_type"] == "error"][0]
    assert error["ename"] == "WidgetError" and "expected a whole number" in error["evalue"]
    assert view.states[slider]["value"] == 2 and widgets.check("strict.value").result == "2"


def test_a_reloaded_page_gets_all_states(widgets):
    view = View(widgets, widgets.check('FloatSlider("kept", 0...1)'))
    slider = view.named("FloatSliderModel")
    view.move(slider, value=0.75)
    opening = widgets.session.msg("comm_open", {
        "comm_id": "control", "target_name": "jupyter.widget.control", "data": {}})
    opening["metadata"]["version"] = "1.0.0"
    widgets.client.shell_channel.send(opening)
    answers = widgets.iopub_until_idle(opening["header"]["msg_id"])
    assert not [m for m in answers if m["msg_type"] == "comm_close"]
    answers = view.send("control", {"method": "request_states"})
    reply = [m["content"] for m in answers if m["msg_type"] == "comm_msg"][0]
    assert reply["comm_id"] == "control" and reply["data"]["method"] == "update_states"
    state = reply["data"]["states"][slider]
    assert state["model_name"] == "FloatSliderModel" and state["state"]["value"] == 0.75


def test_states_are_sent_on_request(widgets):
    view = View(widgets, widgets.check('Text("name", "Ada")'))
    text = view.named("TextModel")
    answers = view.send(text, {"method": "request_state"})
    data = [m["content"]["data"] for m in answers if m["msg_type"] == "comm_msg"][0]
    assert data["method"] == "update" and set(data["state"]) == set(view.states[text])


def test_unknown_comms_do_no_harm(widgets):
    view = View(widgets, widgets.check('IntSlider("k", 1...5)'))
    answers = view.send("nobody", {"method": "update", "state": {"value": 1}})
    assert all(m["msg_type"] == "status" for m in answers)
    assert widgets.check("1 + 1").result == "2"


def test_a_crash_takes_only_its_own_cells_controls(fresh):
    kernel = fresh()
    kernel.check("import Offramp")
    kept = View(kernel, kernel.check("interact(k: 1...5) { k in k * k }"))
    crashed = kernel.fail('display(IntSlider("lost", 1...5))\nfatalError("boom")')
    lost = View(kernel, crashed)
    closed = [m["content"]["comm_id"] for m in crashed.messages if m["msg_type"] == "comm_close"]
    assert sorted(closed) == sorted(lost.states)
    # A page that has not heard of it yet.
    answers = lost.move(lost.named("IntSliderModel"), value=3)
    assert all(m["msg_type"] == "status" for m in answers)
    kept.move(kept.named("IntSliderModel"), value=4)
    assert kept.outputs == ["16"]


def test_a_crash_in_a_callback_is_told_and_leaves_the_rest(fresh):
    kernel = fresh()
    kernel.check("import Offramp\nvar kept = 7")
    view = View(kernel, kernel.check("""
        interact(k: 1...5) { k in
          let squares = [1, 4, 9]
          return squares[k - 1]
        }
        """))
    slider = view.named("IntSliderModel")
    answers = view.move(slider, value=5)
    error = [m["content"] for m in answers if m["msg_type"] == "error"][0]
    assert "Index out of range" in error["evalue"] + "".join(error["traceback"])
    assert kernel.check("kept").result == "7"
    view.move(slider, value=1)
    assert view.outputs == ["1"]


def test_a_redrawing_function_can_be_interrupted(widgets):
    view = View(widgets, widgets.check("""
        interact(.intSlider("k", 0...5, value: 0)) { k in
          display("working")
          while k > 2 { try Interrupt.check() }
          return k
        }
        """))
    slider = view.named("IntSliderModel")
    message = widgets.session.msg("comm_msg", {
        "comm_id": slider,
        "data": {"method": "update", "state": {"value": 4}, "buffer_paths": []}})
    widgets.client.shell_channel.send(message)
    request = message["header"]["msg_id"]
    echo = widgets._await(widgets.client.get_iopub_msg, request, time.monotonic() + 10)
    while echo["msg_type"] != "comm_msg":
        echo = widgets._await(widgets.client.get_iopub_msg, request, time.monotonic() + 10)
    widgets.control("interrupt_request", {})
    view.take(widgets.iopub_until_idle(request))
    assert view.outputs == ["working", "The cell was interrupted."]
    view.move(slider, value=1)
    assert view.outputs == ["working", "1"]


def test_a_burst_of_moves_ends_at_the_last(widgets):
    view = View(widgets, widgets.check("interact(x: 0...1) { x in x }"))
    slider = view.named("FloatSliderModel")
    for k in range(50):
        widgets.client.shell_channel.send(widgets.session.msg("comm_msg", {
            "comm_id": slider,
            "data": {"method": "update", "state": {"value": k / 100}, "buffer_paths": []}}))
    view.move(slider, value=0.5)
    assert view.outputs == ["0.5"]


def test_the_static_twin_stands_in_exported_pages(widgets):
    cell = widgets.check("""
        interact(threshold: 0...1) { threshold in
          Chart(title: "at \\(threshold)") { Line([(0, 0), (1, threshold)]) }
        }
        """)
    shown = cell.outputs[0]["content"]
    output = nbformat.v4.new_output("display_data", data=shown["data"], metadata={})
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("…", outputs=[output])])
    page, _ = HTMLExporter().from_notebook_node(notebook)
    pictures = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", page)
    assert any(b"at 0.5" in base64.b64decode(picture) for picture in pictures)
    assert re.search(r"threshold</span>.*0\.50</span>", page)
