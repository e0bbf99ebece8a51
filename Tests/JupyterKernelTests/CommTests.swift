import CellSession
import Display
import JupyterProtocol
import Synchronization
import Testing

@Suite struct CommTests {
  private let open: JSON = ["comm_id": "c", "target_name": "slider", "data": ["value": 1]]

  /// Keeps every comm open, and repeats what it is sent.
  private static let echo: ScriptedHost.Receiver = { message, emit in
    if case .message = message.kind { emit(.comm(message)) }
    return .finished(result: nil)
  }

  @Test func aMessageReachesTheCellsAndTheirAnswerComesBack() throws {
    let kernel = try KernelFixture(ScriptedHost(receiver: Self.echo))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let opening = frontend.send("comm_open", open, metadata: ["version": "2.1.0"])
    #expect(try frontend.published(for: opening).map(\.summary) == ["busy", "idle"])
    let data: JSON = ["method": "update", "state": ["value": 0.5, "label": "é"]]
    let request = frontend.send(
      "comm_msg", ["comm_id": "c", "data": data], metadata: ["m": [1]], buffers: [[0, 255], []])
    let messages = try frontend.published(for: request)
    #expect(messages.map(\.header.type) == ["status", "comm_msg", "status"])
    #expect(messages[1].content == ["comm_id": "c", "data": data])
    #expect(messages[1].metadata == ["m": [1]])
    #expect(messages[1].buffers == [[0, 255], []])
    #expect(messages[1].parentHeader == request.json)
    let delivered = kernel.host.delivered.withLock { $0 }
    #expect(delivered.map(\.kind) == [.open(target: "slider"), .message])
    #expect(delivered[0].metadata == #"{"version":"2.1.0"}"#)
    #expect(delivered[0].data == #"{"value":1}"#)
  }

  @Test func openCommsAreListedByTarget() throws {
    let kernel = try KernelFixture(
      ScriptedHost(
        [
          "widget": { _, emit in
            emit(.comm(CommMessage(.open(target: "plot"), id: "d", data: #"{"a":[]}"#)))
            return .finished(result: nil)
          }
        ], receiver: Self.echo))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    frontend.send("comm_open", open)
    let (_, messages) = try frontend.run("widget")
    #expect(messages.map(\.header.type) == ["execute_input", "comm_open"])
    #expect(
      messages[1].content == ["comm_id": "d", "target_name": "plot", "data": ["a": []]])
    let slider: JSON = ["c": ["target_name": "slider"]]
    let plot: JSON = ["d": ["target_name": "plot"]]
    let both: JSON = ["c": ["target_name": "slider"], "d": ["target_name": "plot"]]
    let cases: [(JSON, JSON)] = [
      ([:], both), (["target_name": nil], both), (["target_name": "slider"], slider),
      (["target_name": "plot"], plot), (["target_name": "other"], [:]),
    ]
    for (content, comms) in cases {
      #expect(
        try frontend.ask("comm_info_request", content) == ["status": "ok", "comms": comms])
    }
    frontend.send("comm_close", ["comm_id": "c", "data": [:]])
    #expect(try frontend.ask("comm_info_request")["comms"] == plot)
  }

  @Test func aCommOfAnUnknownTargetIsClosed() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.send("comm_open", open)
    let messages = try frontend.published(for: request)
    #expect(messages.map(\.summary) == ["busy", "comm_close", "idle"])
    #expect(messages[1].content == ["comm_id": "c", "data": [:]])
    #expect(try frontend.ask("comm_info_request")["comms"] == [:])
  }

  @Test func aReceiverThatFailsIsToldAndTheCommClosed() throws {
    let kernel = try KernelFixture(
      ScriptedHost(receiver: { _, emit in
        emit(.stream(.standardOutput, "trying\n"))
        return .failed(ScriptedHost.boom)
      }))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.send("comm_open", open)
    let messages = try frontend.published(for: request)
    #expect(
      messages.map(\.summary) == ["busy", "stdout trying\n", "error", "comm_close", "idle"])
    #expect(messages[2].content["ename"] == "Boom")
    #expect(try frontend.run("hello").0["status"] == "ok")
  }

  @Test func messagesWithoutACommAreDroppedAndHarmNothing() throws {
    let kernel = try KernelFixture(ScriptedHost(receiver: Self.echo))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let contents: [(String, JSON)] = [
      ("comm_msg", ["comm_id": "unknown", "data": [:]]), ("comm_close", ["comm_id": "unknown"]),
      ("comm_msg", [:]), ("comm_open", ["comm_id": 1]), ("comm_msg", ["comm_id": "c", "data": 1]),
    ]
    for (type, content) in contents {
      let request = frontend.send(type, content)
      #expect(try frontend.published(for: request).map(\.summary) == ["busy", "idle"])
    }
    #expect(kernel.lines.wait(for: 5).allSatisfy { $0.hasPrefix("dropped a message ") })
    #expect(kernel.host.delivered.withLock { $0 }.isEmpty)
  }

  @Test func messagesToCommsKeepTheirPlaceAmongTheCells() throws {
    let kernel = try KernelFixture(ScriptedHost(receiver: Self.echo))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    frontend.send("comm_open", open)
    let cell = frontend.execute("forever")
    while try frontend.receive(on: .iopub).content["text"] != "started\n" {}
    let message = frontend.send("comm_msg", ["comm_id": "c", "data": [:]])
    try frontend.awaitPlace()
    frontend.send("interrupt_request", on: .control)
    _ = try frontend.reply(to: cell)
    let types = try frontend.published(for: message).map(\.header.type)
    #expect(types == ["status", "comm_msg", "status"])
  }

  @Test func whatACellSendsThatIsNoJSONIsLeftOut() throws {
    let kernel = try KernelFixture(
      ScriptedHost([
        "broken": { _, emit in
          emit(.comm(CommMessage(.message, id: "c", data: "{")))
          return .finished(result: nil)
        }
      ]))
    defer { kernel.stop() }
    let (reply, messages) = try kernel.connected().run("broken")
    #expect(reply["status"] == "ok")
    #expect(messages.map(\.header.type) == ["execute_input"])
    #expect(kernel.lines.wait(for: 1).first?.hasPrefix("dropped a message of the comm c") == true)
  }
}
