import Display
import Glibc
import Testing
import Widgets

extension WidgetTests {
  /// Functions that run again when a control moves.
  @Suite struct InteractTests {
    private func shown(_ output: Output) -> [StateValue] {
      guard case .array(let items) = output.fullState["outputs"] else { return [] }
      return items.map { $0["data"]?["text/plain"] ?? $0["text"] ?? $0["evalue"] ?? .null }
    }

    @Test func theFunctionRunsAtOnceAndAfterEveryMove() throws {
      try FrontEnd.listening { frontEnd in
        let doubled = interactive(.slider("threshold", 0...1)) { $0 * 2 }
        display(doubled)
        #expect(doubled.result == 1)
        #expect(shown(doubled.output) == ["1.0"])
        try frontEnd.change(doubled.controls[0], ["value": 0.25])
        #expect(doubled.result == 0.5)
        #expect(shown(doubled.output) == ["0.5"])
      }
    }

    @Test func controlsOfEveryKindAreArguments() throws {
      let told = interactive(
        .slider("t", 0...1, value: 0.5), .intSlider("k", 1...5), .checkbox("on", true),
        .dropdown("run", ["a", "b"]), .text("name", "Ada"), .rangeSlider("part", 0...1)
      ) { t, k, on, run, name, part in
        "\(t) \(k) \(on) \(run) \(name) \(part)"
      }
      #expect(told.result == "0.5 3 true a Ada 0.25...0.75")
    }

    @Test func aSentenceNamesTheSlider() {
      FrontEnd.listening { frontEnd in
        interact(threshold: 0...1) { threshold in "at \(threshold)" }
        interact(epoch: 1...9) { epoch in
          let squared = epoch * epoch
          print(squared)
        }
        interact(regime: ["joint", "mixed"]) { $0.count }
        let texts = frontEnd.displays.map(\.plainText)
        #expect(texts == ["threshold: 0.50\nat 0.5", "epoch: 5\n25", "regime: joint\n5"])
      }
    }

    @Test func anErrorStandsInTheResultsPlace() throws {
      struct Wrong: Error, CustomStringConvertible { var description: String { "too large" } }
      try FrontEnd.listening { frontEnd in
        let careful = interactive(.intSlider("k", 1...5, value: 1)) { k in
          print("k is \(k)")
          if k > 3 { throw Wrong() }
          return k
        }
        display(careful)
        try frontEnd.change(careful.controls[0], ["value": 4])
        #expect(shown(careful.output) == ["k is 4\n", "too large"])
        #expect(careful.result == nil)
        try frontEnd.change(careful.controls[0], ["value": 2])
        #expect(shown(careful.output) == ["k is 2\n", "2"])
      }
    }

    @Test func aControlThatTheFunctionMovesDoesNotRunItAgain() throws {
      try FrontEnd.listening { frontEnd in
        let a = IntSlider("a", 0...9)
        let b = IntSlider("b", 0...9)
        var runs = 0
        let both = interactive(a, b) { first, _ in
          runs += 1
          b.value = first
        }
        display(both)
        try frontEnd.change(a, ["value": 3])
        #expect(runs == 2)
        #expect(b.value == 3)
      }
    }

    @Test func aLongFunctionWaitsForItsButton() throws {
      try FrontEnd.listening { frontEnd in
        var runs = 0
        let trained = interactive(.intSlider("epochs", 1...5), manual: true) { epochs in
          runs += 1
          return epochs
        }
        display(trained)
        try frontEnd.change(trained.controls[0], ["value": 5])
        #expect(runs == 0)
        trained.run()
        #expect(trained.result == 5)
      }
    }

    @Test func whatTakesLongIsSeenBeforeItIsDone() {
      FrontEnd.listening { frontEnd in
        interact(epoch: 1...3) { epoch in
          display("first")
          usleep(700_000)
          print("second")
          usleep(700_000)
          return "done"
        }
        let texts = frontEnd.displays.map(\.plainText)
        #expect(
          texts == ["epoch: 2\nfirst\nrunning …", "epoch: 2\nfirst\nsecond\ndone"])
        let outputs = frontEnd.messages.map(\.data).filter { $0.contains("outputs") }
        let seen = outputs.map { data in
          ["first", "second", "running", "done"].filter { data.contains($0) }
        }
        #expect(seen.contains(["first", "second", "running"]))
        #expect(seen.last == ["first", "second", "done"])
      }
    }

    @Test func whatIsDoneSoonIsShownOnce() {
      FrontEnd.listening { frontEnd in
        interact(epoch: 1...3) { $0 * 2 }
        #expect(frontEnd.displays.map(\.plainText) == ["epoch: 2\n4"])
        #expect(!frontEnd.messages.contains { $0.data.contains("running") })
      }
    }

    @Test func anEmptyListIsSaidNotRun() {
      let nothing = interactive(.dropdown("run", [Int]())) { $0 }
      #expect(nothing.result == nil)
      #expect(nothing.output.plainText.contains("the list of options is empty"))
    }
  }
}
