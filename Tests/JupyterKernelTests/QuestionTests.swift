import CellSession
import Display
import JupyterProtocol
import Testing

@Suite struct QuestionTests {
  @Test(
    arguments: [
      ("pri", 3, 0..<3, "pri"), ("let 🎛️ = pri", 12, 9..<12, "pri"), ("pri", nil, 0..<3, "pri"),
      ("pri", 99, 0..<3, "pri"), ("pri", -4, 0..<0, nil), ("pri", 2, 0..<2, "pr"),
    ] as [(String, Int?, Range<Int>, String?)])
  func completionsReplaceTheWordBeforeTheCursor(
    code: String, position: Int?, range: Range<Int>, word: String?
  ) throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let reply = try kernel.frontend().ask(
      "complete_request",
      ["code": .string(code), "cursor_pos": position.map { .integer($0) } ?? .null])
    #expect(reply["status"] == "ok")
    #expect(reply["cursor_start"] == .integer(range.lowerBound))
    #expect(reply["cursor_end"] == .integer(range.upperBound))
    let words = word.map { [$0, "\($0)ish"] } ?? []
    #expect(reply["matches"] == .array(words.map { .string($0) }))
    let details = words.map { word -> JSON in
      [
        "text": .string(word), "type": "function", "signature": "() -> Int",
        "start": .integer(range.lowerBound), "end": .integer(range.upperBound),
      ]
    }
    #expect(
      reply["metadata"]
        == (words.isEmpty ? [:] : ["_jupyter_types_experimental": .array(details)]))
  }

  @Test func inspectionShowsWhatIsKnown() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.frontend()
    for (level, detail) in [(0, "documentation"), (1, "source")] {
      let reply = try frontend.ask(
        "inspect_request", ["code": "é", "cursor_pos": 7, "detail_level": .integer(level)])
      #expect(
        reply == [
          "status": "ok", "found": true, "metadata": [:],
          "data": ["text/plain": .string("é at 1, \(detail)")],
        ])
    }
    let nothing = try frontend.ask("inspect_request", ["code": "", "cursor_pos": 0])
    #expect(nothing == ["status": "ok", "found": false, "data": [:], "metadata": [:]])
  }

  @Test func aPageGoesIntoTheReply() throws {
    let kernel = try KernelFixture(
      ScriptedHost([
        "help": { _, emit in
          emit(.page(MIMEBundle(plain: "how to")))
          return .finished(result: nil)
        }
      ]))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let (reply, messages) = try frontend.run("help")
    #expect(
      reply["payload"]
        == [["source": "page", "data": ["text/plain": "how to"], "start": 0]])
    #expect(messages.map(\.header.type) == ["execute_input"])
    kernel.host.emitLate(.page(MIMEBundle(plain: "more")))
    #expect(try frontend.receive(on: .iopub).summary == "display_data more")
  }

  @Test func anExpressionMayBeRich() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let (reply, _) = try kernel.connected().run(
      "nothing", ["user_expressions": ["p": "picture"]])
    #expect(
      reply["user_expressions"]?["p"] == [
        "status": "ok",
        "data": ["text/plain": "dot", "image/png": "AQID", "application/json": ["a": 1]],
        "metadata": ["image/png": ["width": 1]],
      ])
  }

  @Test func aDebuggerIsDeclined() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let reply = try kernel.frontend().ask(
      "debug_request", ["type": "request", "seq": 7, "command": "debugInfo"], on: .control)
    #expect(reply["success"] == false)
    #expect(reply["request_seq"] == 7)
    #expect(reply["command"] == "debugInfo")
    #expect(reply["message"]?.string?.hasPrefix("This kernel has no debugger") == true)
  }

  @Test func thePortsAreTold() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let reply = try kernel.frontend().ask("connect_request")
    #expect(
      reply == [
        "status": "ok", "shell_port": 1, "control_port": 2, "iopub_port": 3, "stdin_port": 4,
        "hb_port": 5,
      ])
  }
}
