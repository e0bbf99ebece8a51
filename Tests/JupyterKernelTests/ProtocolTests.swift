import CellSession
import Glibc
import JupyterProtocol
import Synchronization
import Testing

@Suite struct ProtocolTests {
  @Test(arguments: ["tcp", "ipc"], [Channel.shell, .control])
  func kernelInfoIsAnsweredEverywhere(transport: String, channel: Channel) throws {
    let kernel = try KernelFixture(transport: transport)
    defer { kernel.stop() }
    let frontend = try kernel.frontend()
    let request = frontend.send("kernel_info_request", on: channel)
    let content = try frontend.reply(to: request, on: channel).content
    #expect(content["status"] == "ok")
    #expect(content["protocol_version"] == "5.6")
    #expect(content["implementation"] == "offramp")
    #expect(content["implementation_version"] == "1.2.3")
    #expect(content["supported_features"] == ["kernel subshells"])
    let language = content["language_info"]
    #expect(language?["name"] == "swift")
    #expect(language?["mimetype"] == "text/x-swift")
    #expect(language?["file_extension"] == ".swift")
    #expect(language?["pygments_lexer"] == "swift")
    #expect(language?["codemirror_mode"] == "swift")
    #expect(try frontend.published(for: request).map(\.summary) == ["busy", "idle"])
  }

  @Test func everySubscriberIsWelcomedAndStartingComesOnce() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let first = try kernel.frontend()
    let welcome = try first.receive(on: .iopub)
    #expect(welcome.header.type == "iopub_welcome")
    #expect(welcome.content == ["subscription": ""])
    #expect(welcome.identities.isEmpty)
    #expect(welcome.parentHeader == [:])
    #expect(try first.receive(on: .iopub).summary == "starting")
    let second = try kernel.frontend()
    #expect(try second.receive(on: .iopub).header.type == "iopub_welcome")
    #expect(second.receiveFrames(on: .iopub, seconds: 0.05) == nil)
  }

  @Test func outputWaitsForTheFirstSubscriber() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.frontend(listens: false)
    let request = frontend.execute("hello")
    _ = try frontend.reply(to: request)
    try frontend.listen()
    #expect(
      try frontend.published(for: request).map(\.summary)
        == ["busy", "execute_input", "stdout hello, world\n", "idle"])
  }

  @Test(
    arguments: [
      ("let x = 1", ["status": "complete"]), ("let = 7", ["status": "invalid"]),
      ("func f() {", ["status": "incomplete", "indent": "  "]),
    ] as [(String, JSON)])
  func completenessIsTold(code: String, reply: JSON) throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.frontend()
    let request = frontend.send("is_complete_request", ["code": .string(code)])
    #expect(try frontend.reply(to: request).content == reply)
  }

  @Test func aRequestOfTheWrongShapeGetsAnErrorReply() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.frontend()
    let request = frontend.send("is_complete_request", ["code": 7])
    let reply = try frontend.reply(to: request)
    #expect(reply.header.type == "is_complete_reply")
    #expect(reply.content["status"] == "error")
    #expect(
      reply.content["evalue"] == "`code` in an is_complete_request must be a string, got a number")
  }

  @Test(arguments: [Channel.shell, .control])
  func anUnknownRequestGetsBusyAndIdleAndNoReply(channel: Channel) throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.send("juggle_request", on: channel)
    #expect(try frontend.published(for: request).map(\.summary) == ["busy", "idle"])
    #expect(frontend.receiveFrames(on: channel, seconds: 0.05) == nil)
  }

  @Test func aParentHeaderComesBackAsItWasSent() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.send("kernel_info_request")
    #expect(try frontend.reply(to: request).parentHeader == request.json)
    #expect(try frontend.published(for: request).allSatisfy { $0.parentHeader == request.json })
  }

  @Test func heartbeatsAreEchoedWhileACellRuns() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    frontend.execute("forever")
    for beat in 0..<3 {
      frontend.sendFrames([[UInt8(beat)]], on: .heartbeat)
      #expect(frontend.receiveFrames(on: .heartbeat) == [[UInt8(beat)]])
    }
  }

  @Test func aFrontEndThatReconnectsWhileACellRunsIsHeard() throws {
    let kernel = try KernelFixture(transport: "tcp")
    defer { kernel.stop() }
    let before = try TestFrontend(kernel.connection, session: "browser")
    before.execute("forever")
    while try before.receive(on: .iopub).content["text"] != "started\n" {}
    let after = try TestFrontend(kernel.connection, session: "browser")
    let interrupt = after.send("interrupt_request", on: .control)
    #expect(try after.reply(to: interrupt, on: .control).content == ["status": "ok"])
    let question = after.send("kernel_info_request")
    #expect(try after.reply(to: question).content["status"] == "ok")
  }

  @Test func controlAnswersWhileACellRuns() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let cell = frontend.execute("forever")
    while try frontend.receive(on: .iopub).content["text"] != "started\n" {}
    let question = frontend.send("kernel_info_request", on: .control)
    #expect(try frontend.reply(to: question, on: .control).content["status"] == "ok")
    let interrupt = frontend.send("interrupt_request", on: .control)
    #expect(try frontend.reply(to: interrupt, on: .control).content == ["status": "ok"])
    #expect(try frontend.reply(to: cell).content["ename"] == "Interrupted")
  }

  @Test func anInterruptWhileNothingRunsDoesNothing() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let interrupt = frontend.send("interrupt_request", on: .control)
    #expect(try frontend.reply(to: interrupt, on: .control).content == ["status": "ok"])
    #expect(!kernel.host.isInterrupted)
  }

  @Test func socketFilesAreTheUsersOwn() throws {
    let kernel = try KernelFixture(transport: "ipc")
    defer { kernel.stop() }
    for channel in Channel.allCases {
      var status = stat()
      #expect(stat(String(kernel.connection.endpoint(channel).dropFirst(6)), &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
    #expect(kernel.lines.all.isEmpty)
  }

  @Test func anAddressThatOthersReachIsToldInTheLog() throws {
    let kernel = try KernelFixture(transport: "tcp", extra: ["ip": "0.0.0.0"])
    defer { kernel.stop() }
    #expect(
      kernel.lines.all == [
        "listening at 0.0.0.0, where other machines may reach this kernel; what is sent is signed "
          + "but not encrypted"
      ])
  }

  @Test func aLongLineOfRequestsKeepsItsOrder() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let requests = (0..<2000).map { frontend.execute("\($0)") }
    for request in requests {
      #expect(try frontend.receive(on: .shell).parentHeader["msg_id"]?.string == request.id)
    }
    #expect(kernel.host.executed.withLock { $0 } == (0..<2000).map { "\($0)" })
  }
}
