import Glibc
import JupyterKernel
import JupyterProtocol
import Synchronization
import Testing

@Suite struct ShutdownTests {
  @Test(arguments: [Channel.control, .shell], [true, false])
  func shutdownIsAnsweredAndBroadcast(channel: Channel, restart: Bool) throws {
    let kernel = try KernelFixture()
    let frontend = try kernel.connected()
    let request = frontend.send("shutdown_request", ["restart": .bool(restart)], on: channel)
    let content: JSON = ["status": "ok", "restart": .bool(restart)]
    #expect(try frontend.reply(to: request, on: channel).content == content)
    let messages = try frontend.published(for: request)
    #expect(messages.map(\.summary) == ["busy", "shutdown_reply", "idle"])
    #expect(messages[1].content == content)
    #expect(kernel.shutdowns.wait(for: 1) == ["asked"])
    kernel.stop()
    #expect(kernel.host.isShutDown)
  }

  @Test func shutdownEndsARunningCellAndLeavesQuickly() throws {
    let kernel = try KernelFixture()
    let frontend = try kernel.connected()
    let cell = frontend.execute("forever")
    frontend.execute("1")
    while try frontend.receive(on: .iopub).content["text"] != "started\n" {}
    let start = Clock.now()
    frontend.send("shutdown_request", ["restart": false], on: .control)
    #expect(kernel.shutdowns.wait(for: 1) == ["asked"])
    kernel.stop()
    #expect(Clock.now() - start < 10)
    #expect(try frontend.reply(to: cell).content["status"] == "error")
    #expect(try frontend.published(for: cell).last?.summary == "idle")
    #expect(kernel.host.executed.withLock { $0 } == ["forever"])
  }

  @Test func stoppingWithoutAFrontEndIsQuick() throws {
    let start = Clock.now()
    let kernel = try KernelFixture()
    kernel.stop()
    #expect(Clock.now() - start < 10)
    for channel in Channel.allCases {
      #expect(access(String(kernel.connection.endpoint(channel).dropFirst(6)), F_OK) != 0)
    }
  }

  @Test func stoppingWhenTheFrontEndHasGoneIsQuick() throws {
    let kernel = try KernelFixture(transport: "tcp")
    try { _ = try kernel.connected().run("hello") }()
    let start = Clock.now()
    kernel.stop()
    #expect(Clock.now() - start < 10)
  }

  @Test func aPortInUseIsAClearError() throws {
    let kernel = try KernelFixture(transport: "tcp")
    defer { kernel.stop() }
    let error = #expect(throws: KernelError.self) {
      try KernelServer(
        kernel.connection, host: ScriptedHost(),
        identity: KernelIdentity(version: "1", swiftVersion: "6"), log: Log { _ in },
        onShutdown: {})
    }
    let port = kernel.connection.endpoint(.iopub)
    #expect(
      error?.description
        == "cannot listen at \(port): Address already in use. "
        + "Another process may use this connection file; start the kernel again.")
  }

  @Test func aMissingConnectionFileIsAClearError() {
    #expect(throws: ConnectionFileError.self) {
      try Kernel(
        connectionFile: "/no/such/file.json", host: ScriptedHost(),
        identity: KernelIdentity(version: "1", swiftVersion: "6"))
    }
  }
}
