import CellSession
import Display
import Glibc
import JupyterProtocol
import Testing

@Suite struct InputTests {
  /// Asks for a name and greets whoever it is.
  private static let greeter: [String: ScriptedHost.Asking] = [
    "greet": { ask, emit in
      emit(.stream(.standardOutput, "before"))
      switch ask(InputRequest(prompt: "Name? ", isSecret: false)) {
      case .line(let name): return .finished(result: MIMEBundle(plain: "hello \(name)"))
      case .unavailable: return .failed(failure("InputUnavailable"))
      case .interrupted: return .failed(failure("Interrupted"))
      }
    },
    "secret": { ask, _ in
      _ = ask(InputRequest(prompt: "Key: ", isSecret: true))
      return .finished(result: nil)
    },
    "twice": { ask, _ in
      let answers = ["1", "2"].map { ask(InputRequest(prompt: $0, isSecret: false)) }
      return .finished(result: MIMEBundle(plain: "\(answers)"))
    },
  ]

  private static func failure(_ name: String) -> CellFailure {
    CellFailure(name: name, message: name, traceback: [name])
  }

  private func kernel() throws -> KernelFixture {
    try KernelFixture(ScriptedHost(asking: Self.greeter))
  }

  @Test func theFrontEndOfTheCellIsAskedAndItsAnswerArrives() throws {
    let kernel = try kernel()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let bystander = try kernel.frontend()
    #expect(try bystander.receive(on: .iopub).header.type == "iopub_welcome")
    let request = frontend.execute("greet")
    let question = try frontend.answer("Ada")
    #expect(question.header.type == "input_request")
    #expect(question.content == ["prompt": "Name? ", "password": false])
    #expect(question.parentHeader == request.json)
    #expect(try frontend.reply(to: request).content["status"] == "ok")
    let messages = try frontend.published(for: request).map(\.summary)
    #expect(
      messages == [
        "busy", "execute_input", "stdout before", "execute_result hello Ada", "idle",
      ])
    #expect(bystander.receiveFrames(on: .stdin, seconds: 0.05) == nil)
  }

  @Test func aSecretIsAskedForAsAPassword() throws {
    let kernel = try kernel()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    frontend.execute("secret")
    #expect(try frontend.answer("x").content == ["prompt": "Key: ", "password": true])
  }

  @Test func theTextBeforeTheQuestionDoesNotWaitForTheAnswer() throws {
    let kernel = try kernel()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    frontend.execute("greet")
    while try frontend.receive(on: .iopub).summary != "stdout before" {}
    try frontend.answer("Ada")
  }

  @Test func whereInputIsNotAllowedItIsRefusedAtOnce() throws {
    let kernel = try kernel()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let (reply, messages) = try frontend.run("greet", ["allow_stdin": false])
    #expect(reply["ename"] == "InputUnavailable")
    #expect(messages.last?.header.type == "error")
    #expect(frontend.receiveFrames(on: .stdin, seconds: 0.05) == nil)
  }

  @Test func anAnswerFromBeforeTheQuestionIsNotTakenForOne() throws {
    let kernel = try kernel()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    frontend.send("input_reply", ["value": "old"], on: .stdin)
    #expect(kernel.lines.wait(for: 1) == [Self.dropped])
    let request = frontend.execute("greet")
    try frontend.answer("new")
    #expect(try frontend.published(for: request)[3].summary == "execute_result hello new")
  }

  @Test func anAnswerToAnotherQuestionIsNotTaken() throws {
    let kernel = try kernel()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.execute("twice")
    let first = try frontend.answer("a").header
    let second = try frontend.receive(on: .stdin).header
    for (value, question) in [("again", first), ("b", second)] {
      frontend.send("input_reply", ["value": .string(value)], on: .stdin, parent: question)
    }
    let result = try frontend.published(for: request)[2].content["data"]?["text/plain"]?.string
    #expect(result?.contains("line(\"a\")") == true)
    #expect(result?.contains("line(\"b\")") == true)
  }

  @Test func anInterruptEndsTheQuestion() throws {
    let kernel = try kernel()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.execute("greet")
    _ = try frontend.receive(on: .stdin)
    let start = Clock.now()
    frontend.send("interrupt_request", on: .control)
    #expect(try frontend.reply(to: request).content["ename"] == "Interrupted")
    #expect(Clock.now() - start < 10)
    frontend.send("input_reply", ["value": "late"], on: .stdin)
    #expect(kernel.lines.wait(for: 1) == [Self.dropped])
    let next = frontend.execute("greet")
    try frontend.answer("Ada")
    #expect(try frontend.reply(to: next).content["status"] == "ok")
  }

  @Test func shutdownEndsTheQuestion() throws {
    let kernel = try kernel()
    let frontend = try kernel.connected()
    let request = frontend.execute("greet")
    _ = try frontend.receive(on: .stdin)
    let start = Clock.now()
    frontend.send("shutdown_request", on: .control)
    _ = kernel.shutdowns.wait(for: 1)
    kernel.stop()
    #expect(Clock.now() - start < 10)
    #expect(try frontend.reply(to: request).content["ename"] == "Interrupted")
  }

  @Test(arguments: [[:], ["value": 7]] as [JSON])
  func anAnswerWithoutALineIsDropped(content: JSON) throws {
    let kernel = try kernel()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.execute("greet")
    _ = try frontend.receive(on: .stdin)
    frontend.send("input_reply", content, on: .stdin)
    #expect(kernel.lines.wait(for: 1).first?.contains("`value`") == true)
    frontend.send("input_reply", ["value": "Ada"], on: .stdin)
    #expect(try frontend.reply(to: request).content["status"] == "ok")
  }

  private static let dropped = "dropped a message on stdin: no cell has asked for input"
}
