import Display
import Testing
import Widgets

extension WidgetTests {
  /// The controls one by one.
  @Suite struct ControlTests {
    @Test func rangesMoveTheirValues() {
      let slider = IntSlider("k", 1...5, value: 9)
      #expect(slider.value == 5)
      slider.range = 10...20
      #expect(slider.value == 10)
      slider.value = 99
      #expect(slider.value == 20)
      let pair = FloatRangeSlider("p", 0...1, value: 0.2...0.9)
      pair.range = 0.5...2
      #expect(pair.value == 0.5...0.9)
    }

    @Test func aStepIsAboutAHundredthOfTheRange() {
      #expect(FloatSlider("t", 0...1).step == 0.01)
      #expect(FloatSlider("t", 0...100).step == 1)
      #expect(FloatSlider("t", 0...1e-3).readoutFormat == ".5f")
      #expect(FloatSlider("t", 0...1, step: 0.125).readoutFormat == ".3f")
    }

    @Test func aLogarithmicSliderSpeaksOfItsValues() {
      let rate = FloatLogSlider("rate", 1e-4...1, value: 0.01)
      #expect(rate.fullState["min"] == .number(-4))
      #expect(rate.fullState["max"] == .number(0))
      rate.value = 7
      #expect(rate.value == 1)
    }

    @Test func aListOffersValuesOfAnyType() throws {
      struct Depth { var blocks: Int }
      try FrontEnd.listening { frontEnd in
        let list = Dropdown("net", ["small": Depth(blocks: 3), "large": Depth(blocks: 9)])
        display(list)
        #expect(list.value.blocks == 3)
        try frontEnd.change(list, ["index": 1])
        #expect(list.value.blocks == 9)
        let error = #expect(throws: WidgetError.self) {
          try frontEnd.change(list, ["index": 2])
        }
        #expect(error?.description.contains("expected a number from 0 to 1") == true)
        #expect(list.value.blocks == 9)
      }
    }

    @Test func aListFindsTheValueThatIsSet() {
      let list = RadioButtons("regime", ["disjoint", "joint", "mixed"])
      list.value = "mixed"
      #expect(list.index == 2)
      #expect(ToggleButtons("k", [1, 2, 3], index: 9).value == 3)
    }

    @Test func everyOptionIsOneShortLine() {
      let list = Dropdown("", ["first\nsecond", String(repeating: "x", count: 100)])
      #expect(list.labels[0] == "first")
      #expect(list.labels[1].count == 60)
    }

    @Test func aButtonIsClicked() throws {
      try FrontEnd.listening { frontEnd in
        var clicks = 0
        let button = Button("Go").onClick { clicks += 1 }
        display(button)
        let click: StateValue = ["method": "custom", "content": ["event": "click"]]
        try frontEnd.send(click, to: button.id)
        try button.click()
        #expect(clicks == 2)
      }
    }

    @Test func tabsTellWhichIsSeen() throws {
      try FrontEnd.listening { frontEnd in
        let tab = Tab(["one": Label("1"), "two": Label("2")])
        var seen: [Int?] = []
        tab.onChange { seen.append($0) }
        display(tab)
        try frontEnd.change(tab, ["selected_index": 1])
        #expect(tab.selectedIndex == 1)
        #expect(throws: WidgetError.self) { try frontEnd.change(tab, ["selected_index": 2]) }
        #expect(seen == [1])
      }
    }

    @Test func stylesAndLayoutsAreModelsOfTheirOwn() {
      FrontEnd.listening { frontEnd in
        let slider = IntSlider("k", 1...5)
        slider.layout.width = "50%"
        display(slider)
        frontEnd.forget()
        slider.style["handle_color"] = "tomato"
        slider.layout.border = "1px solid"
        #expect(frontEnd.updates(of: slider.style) == [#"update {"handle_color":"tomato"}"#])
        #expect(slider.layout.border == "1px solid")
        #expect(slider.layout.width == "50%")
      }
    }
  }
}
