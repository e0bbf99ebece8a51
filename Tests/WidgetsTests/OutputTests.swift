import Display
import Testing
import Widgets

extension WidgetTests {
  /// Areas that show what functions display and print.
  @Suite struct OutputTests {
    private func outputs(_ output: Output) -> [StateValue] {
      if case .array(let items) = output.fullState["outputs"] { items } else { [] }
    }

    @Test func printsAndDisplaysStandInTheirOrder() throws {
      try FrontEnd.listening { frontEnd in
        let output = Output()
        try output.capture {
          print("one")
          print("two", terminator: "")
          display(MIMEBundle(plain: "red", ["text/html": .text("<b>red</b>")]))
          print("three")
        }
        let items = outputs(output)
        #expect(items.count == 3)
        #expect(items[0] == ["output_type": "stream", "name": "stdout", "text": "one\ntwo"])
        #expect(items[1]["data"]?["text/html"] == "<b>red</b>")
        #expect(items[2]["text"] == "three\n")
        #expect(frontEnd.displays.isEmpty)
      }
    }

    @Test func displaysAreChangedInPlace() throws {
      try FrontEnd.listening { _ in
        let output = Output()
        try output.capture {
          let handle = display("epoch 0", id: "e")
          display("below")
          handle.update("epoch 1")
        }
        #expect(outputs(output).map { $0["data"]?["text/plain"] } == ["epoch 1", "below"])
      }
    }

    @Test func clearingWaitsIfItIsTold() throws {
      try FrontEnd.listening { _ in
        let output = Output()
        try output.capture {
          display("old")
          clearOutput(wait: true)
        }
        #expect(outputs(output).count == 1)
        try output.capture {
          display("older")
          clearOutput(wait: true)
          print("new")
        }
        #expect(outputs(output).map { $0["text"] } == ["new\n"])
      }
    }

    @Test func whatAFunctionReturnsAndThrowsIsPassedOn() throws {
      struct Wrong: Error {}
      try FrontEnd.listening { _ in
        let output = Output()
        let answer = try output.capture { 42 }
        #expect(answer == 42)
        #expect(throws: Wrong.self) {
          try output.capture {
            print("before")
            throw Wrong()
          }
        }
        #expect(outputs(output)[0]["text"] == "before\n")
      }
    }

    @Test func imagesAreSentInBase64() {
      FrontEnd.listening { _ in
        let output = Output()
        output.append(MIMEBundle(plain: "", ["image/png": .bytes([0xFF, 0, 1, 2])]))
        #expect(outputs(output)[0]["data"]?["image/png"] == "/wABAg==")
      }
    }
  }
}
