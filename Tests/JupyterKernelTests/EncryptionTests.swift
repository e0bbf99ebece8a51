import Glibc
import JupyterKernel
import JupyterProtocol
import Testing

@Suite struct EncryptionTests {
  private let keys: CurveKeys

  init() throws {
    keys = try #require(CurveKeys.random(), "this system's ZeroMQ was built without encryption")
  }

  private func kernel(transport: String) throws -> KernelFixture {
    try KernelFixture(
      transport: transport,
      extra: [
        "curve_publickey": .string(keys.publicKey), "curve_secretkey": .string(keys.secretKey),
      ])
  }

  @Test(arguments: ["tcp", "ipc"]) func allSocketsAreEncrypted(transport: String) throws {
    let kernel = try kernel(transport: transport)
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    #expect(try frontend.run("hello").1.map(\.summary).last == "stdout hello, world\n")
    #expect(try frontend.ask("kernel_info_request", on: .control)["status"] == "ok")
    frontend.sendFrames([[7]], on: .heartbeat)
    #expect(frontend.receiveFrames(on: .heartbeat) == [[7]])
    #expect(kernel.lines.all.isEmpty)
  }

  @Test func withoutEncryptionNothingIsHeard() throws {
    let kernel = try kernel(transport: "tcp")
    defer { kernel.stop() }
    let stranger = try TestFrontend(kernel.connection, isEncrypted: false)
    stranger.send("kernel_info_request")
    stranger.sendFrames([[7]], on: .heartbeat)
    for channel in [Channel.shell, .iopub, .heartbeat] {
      #expect(stranger.receiveFrames(on: channel, seconds: 0.2) == nil)
    }
    #expect(try kernel.connected().run("hello").0["status"] == "ok")
  }

  /// Jupyter's heartbeat makes its own keys; whoever does so for more is not let in.
  @Test func withOtherKeysOnlyTheHeartIsHeard() throws {
    let kernel = try kernel(transport: "tcp")
    defer { kernel.stop() }
    let own = try #require(CurveKeys.random())
    let stranger = try TestFrontend(kernel.connection, curve: own)
    stranger.send("kernel_info_request")
    #expect(
      kernel.lines.wait(for: 1).first
        == "refused a connection without the connection file's keys")
    for channel in [Channel.shell, .iopub] {
      #expect(stranger.receiveFrames(on: channel, seconds: 0.2) == nil)
    }
    stranger.sendFrames([[7]], on: .heartbeat)
    #expect(stranger.receiveFrames(on: .heartbeat) == [[7]])
    #expect(try kernel.connected().run("hello").0["status"] == "ok")
  }

  @Test(arguments: ["curve_publickey", "curve_secretkey"])
  func halfAPairIsAnError(name: String) {
    #expect(throws: ContentError.self) {
      try KernelFixture(extra: [name: .string(String(repeating: "0", count: 40))])
    }
  }
}
