import Display
import Testing
import Widgets

extension WidgetTests {
  /// What goes over the comms of widgets.
  @Suite struct MessageTests {
    @Test func aWidgetIsMadeKnownWhenItIsShownItsPartsFirst() throws {
      FrontEnd.listening { frontEnd in
        let slider = IntSlider("k", 1...5, value: 2)
        #expect(frontEnd.messages.isEmpty)
        display(slider)
        let messages = frontEnd.messages
        #expect(messages.map(\.id) == [slider.layout.id, slider.style.id, slider.id])
        #expect(messages.allSatisfy { $0.kind == .open(target: "jupyter.widget") })
        #expect(messages.allSatisfy { $0.metadata == #"{"version":"2.1.0"}"# })
        let state = StateValue(parsing: messages[2].data)?["state"]
        #expect(state?["value"] == 2)
        #expect(state?["layout"] == .string("IPY_MODEL_" + slider.layout.id))
        let view = frontEnd.displays[0].data["application/vnd.jupyter.widget-view+json"]
        #expect(
          view == .json(#"{"model_id":"\#(slider.id)","version_major":2,"version_minor":0}"#))
      }
    }

    @Test func aWidgetIsMadeKnownOnce() {
      FrontEnd.listening { frontEnd in
        let box = Checkbox("on")
        display(box)
        display(box)
        #expect(frontEnd.messages.count == 3)
        #expect(frontEnd.displays.count == 2)
      }
    }

    @Test func aCellsChangeIsSentAndOnlyWhatChanged() {
      FrontEnd.listening { frontEnd in
        let slider = IntSlider("k", 1...5)
        display(slider)
        frontEnd.forget()
        slider.value = 4
        slider.value = 4
        slider.description = "kk"
        #expect(
          frontEnd.updates(of: slider) == [
            #"update {"value":4}"#, #"update {"description":"kk"}"#,
          ])
      }
    }

    @Test func aUsersChangeIsEchoedAndNotSentBack() throws {
      try FrontEnd.listening { frontEnd in
        let slider = FloatSlider("t", 0...1)
        var seen: [Double] = []
        slider.onChange { seen.append($0) }
        display(slider)
        frontEnd.forget()
        try frontEnd.change(slider, ["value": 0.25])
        #expect(slider.value == 0.25)
        #expect(seen == [0.25])
        #expect(frontEnd.updates(of: slider) == [#"echo_update {"value":0.25}"#])
      }
    }

    @Test func aValueOutOfBoundsIsCorrectedAndTheViewsAreTold() throws {
      try FrontEnd.listening { frontEnd in
        let slider = IntSlider("k", 1...5)
        display(slider)
        frontEnd.forget()
        try frontEnd.change(slider, ["value": 9])
        #expect(slider.value == 5)
        #expect(frontEnd.updates(of: slider).last == #"update {"value":5}"#)
      }
    }

    @Test func aValueOfTheWrongKindIsRefusedInASentence() {
      FrontEnd.listening { frontEnd in
        let slider = IntSlider("k", 1...5, value: 3)
        display(slider)
        let error = #expect(throws: WidgetError.self) {
          try frontEnd.change(slider, ["value": "many"])
        }
        #expect(
          error?.description
            == "The front end set \"value\" of IntSlider \"k\" to a text; expected a whole number. "
            + "The old value stays.")
        #expect(slider.value == 3)
        #expect(frontEnd.updates(of: slider).last == #"update {"value":3}"#)
      }
    }

    @Test func whatOnlyACellChangesIsRefused() {
      FrontEnd.listening { frontEnd in
        let slider = IntSlider("k", 1...5)
        display(slider)
        #expect(throws: WidgetError.fixed(model: "IntSlider \"k\"", key: "max")) {
          try frontEnd.change(slider, ["max": 9])
        }
        #expect(slider.range == 1...5)
      }
    }

    @Test func wholeNumbersWithADecimalPointAreWhole() throws {
      try FrontEnd.listening { frontEnd in
        let slider = IntSlider("k", 1...5)
        display(slider)
        frontEnd.forget()
        try frontEnd.change(slider, ["value": 4.0])
        #expect(slider.value == 4)
        #expect(frontEnd.updates(of: slider).count == 1)
      }
    }

    @Test func theWholeStateIsSentOnRequest() throws {
      try FrontEnd.listening { frontEnd in
        let text = Text("name", "Ada")
        display(text)
        frontEnd.forget()
        try frontEnd.send(["method": "request_state"], to: text.id)
        #expect(frontEnd.data(for: text)[0]["state"]?["value"] == "Ada")
      }
    }

    @Test func allStatesAreSentWhenAPageWasReloaded() throws {
      try FrontEnd.listening { frontEnd in
        let slider = IntSlider("k", 1...5)
        display(slider)
        slider.value = 3
        frontEnd.forget()
        let open = CommMessage(
          .open(target: "jupyter.widget.control"), id: "control",
          metadata: #"{"version":"1.0.0"}"#)
        #expect(try WidgetRegistry.receive(open))
        try frontEnd.send(["method": "request_states"], to: "control")
        let reply = try #require(StateValue(parsing: frontEnd.messages[0].data))
        #expect(frontEnd.messages[0].id == "control")
        #expect(reply["method"] == "update_states")
        let model = reply["states"]?[slider.id]
        #expect(model?["model_name"] == "IntSliderModel")
        #expect(model?["model_module"] == "@jupyter-widgets/controls")
        #expect(model?["model_module_version"] == "2.0.0")
        #expect(model?["state"]?["value"] == 3)
        #expect(reply["states"]?[slider.layout.id]?["model_name"] == "LayoutModel")
      }
    }

    @Test func aClosedWidgetIsForgottenByBothSides() throws {
      try FrontEnd.listening { frontEnd in
        let slider = IntSlider("k", 1...5)
        display(slider)
        frontEnd.forget()
        slider.close()
        slider.value = 4
        #expect(frontEnd.messages.map(\.kind) == [.close])
        let message = CommMessage(.message, id: slider.id, data: #"{"method":"request_state"}"#)
        let isKnown = try WidgetRegistry.receive(message)
        #expect(!isKnown)
      }
    }

    @Test func otherTargetsAreLeftToOthers() throws {
      #expect(try !WidgetRegistry.receive(CommMessage(.open(target: "elsewhere"), id: "x")))
      #expect(try !WidgetRegistry.receive(CommMessage(.open(target: "jupyter.widget"), id: "y")))
    }

    @Test func anUnknownMethodIsNamed() {
      FrontEnd.listening { frontEnd in
        let slider = IntSlider("k", 1...5)
        display(slider)
        #expect(
          throws: WidgetError.unknownMethod(model: "IntSlider \"k\"", method: "dance")
        ) { try frontEnd.send(["method": "dance"], to: slider.id) }
      }
    }

    @Test func anErrorOfAFunctionThatWatchesIsTheMessages() {
      struct TooMany: Error {}
      FrontEnd.listening { frontEnd in
        let slider = IntSlider("k", 1...5)
        slider.onChange { if $0 > 3 { throw TooMany() } }
        display(slider)
        #expect(throws: TooMany.self) { try frontEnd.change(slider, ["value": 4]) }
        #expect(slider.value == 4)
      }
    }

    @Test func aChildThatIsAddedLaterIsMadeKnownFirst() {
      FrontEnd.listening { frontEnd in
        let box = VBox([Label("one")])
        display(box)
        frontEnd.forget()
        let late = Label("two")
        box.children.append(late)
        #expect(
          frontEnd.messages.map(\.id) == [late.layout.id, late.style.id, late.id, box.id])
      }
    }
  }
}
