import Display
import Testing
import Widgets

extension WidgetTests {
  /// What stands in the place of widgets where a front end has none.
  @Suite struct StaticTests {
    private func html(_ widget: some Displayable) -> String {
      if case .text(let text) = widget.display.data["text/html"] { text } else { "" }
    }

    @Test func aSliderShowsItsValue() {
      let slider = FloatSlider("threshold <t>", 0...1, value: 0.25)
      #expect(slider.display.plainText == "threshold <t>: 0.25")
      #expect(html(slider).contains("threshold &lt;t&gt;"))
      #expect(html(slider).contains("width:25.0%"))
    }

    @Test func aChartStandsBelowTheControls() {
      let picture = MIMEBundle(plain: "a chart", ["image/svg+xml": .text("<svg></svg>")])
      let shown = interactive(.checkbox("log scale", true)) { _ in picture }
      #expect(shown.display.plainText == "log scale: yes\na chart")
      #expect(html(shown).contains("☑"))
      #expect(html(shown).contains("<svg></svg>"))
    }

    @Test func everyWidgetHasALine() {
      let lines: [(Widget, String)] = [
        (IntSlider("k", 0...9, value: 3), "k: 3"), (IntRangeSlider("p", 0...8), "p: 2...6"),
        (FloatRangeSlider("p", 0...1), "p: 0.25 – 0.75"), (Checkbox("c"), "c: no"),
        (Dropdown("d", ["x", "y"], index: 1), "d: y"), (Text("t", "hi"), "t: hi"),
        (FloatLogSlider("r", 1e-4...1, value: 0.00123456), "r: 0.00123"),
        (Button("Go"), "[Go]"), (HTML("<b>a &amp; b</b>"), "a & b"), (Label("l"), "l"),
        (IntProgress("p", 0...10, value: 4), "p: 4 of 10"),
        (HBox([Label("a"), Label("b")]), "a   b"), (VBox([Label("a"), Label("b")]), "a\nb"),
        (Tab(["one": Label("a")]), "one\na"),
      ]
      for (widget, line) in lines {
        #expect(widget.display.plainText == line)
        #expect(html(widget).hasPrefix("<div"))
      }
    }
  }
}
