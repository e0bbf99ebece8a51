import Glibc
import JupyterKernel
import JupyterProtocol
import Testing

/// A launcher that wants to be told where its kernels listen.
private final class Launcher {
  private let context = SocketContext()
  private let socket: Socket
  private let wire = WireFormat(key: Array("secret".utf8))
  let port: Int

  init() throws {
    socket = try Socket(.router, in: context)
    port = try socket.bind(
      .shell,
      of: RegistrationFile(["registration_ip": "127.0.0.1", "registration_port": 1])
        .connection)
  }

  deinit {
    socket.close()
    context.terminate()
  }

  /// What the next kernel says, and from whom it is.
  func receive() throws -> (content: JSON, sender: [UInt8]) {
    let deadline = Clock.now() + 5
    while Clock.now() < deadline {
      socket.wait(or: nil, milliseconds: 100)
      guard let frames = socket.receive() else { continue }
      return (try wire.content(from: frames), frames[0])
    }
    throw KernelError("no kernel has registered")
  }

  func acknowledge(_ sender: [UInt8], key: String = "secret") {
    let wire = WireFormat(key: Array(key.utf8))
    socket.send([sender] + wire.frames(ofContent: ["status": "ok"]))
  }
}

@Suite struct RegistrationTests {
  private func kernel(_ launcher: Launcher, in folder: TemporaryFolder) throws -> Kernel {
    folder.write(
      """
      {"kernel_id": "one", "transport": "tcp", "registration_ip": "127.0.0.1",
      "registration_port": \(launcher.port), "signature_scheme": "hmac-sha256", "key": "secret"}
      """, to: "registration.json")
    return try Kernel(
      connectionFile: "\(folder.path)/registration.json", host: ScriptedHost(),
      identity: KernelIdentity(version: "1", swiftVersion: "6"), log: Log { _ in })
  }

  @Test func aKernelTellsItsPortsAndServesThem() throws {
    let launcher = try Launcher()
    let folder = TemporaryFolder()
    setenv("JUPYTER_RUNTIME_DIR", "\(folder.path)/runtime", 1)
    let kernel = try kernel(launcher, in: folder)
    let thread = Worker { try kernel.run() }
    let (content, sender) = try launcher.receive()
    #expect(content["kernel_id"] == "one")
    let ports = try Channel.allCases.map { channel in
      let text = try #require(content["\(channel.rawValue)_port"]?.string)
      return (channel, try #require(Int(text)))
    }
    #expect(Set(ports.map(\.1)).count == 5)
    launcher.acknowledge(sender)
    var file: JSON = ["transport": "tcp", "ip": "127.0.0.1", "key": "secret"]
    var members = try #require(file.object)
    for (channel, port) in ports { members["\(channel.rawValue)_port"] = .integer(port) }
    file = .object(members)
    let frontend = try TestFrontend(ConnectionFile(file))
    #expect(try frontend.ask("kernel_info_request")["status"] == "ok")
    let written = try ConnectionFile(path: "\(folder.path)/runtime/kernel-one.json")
    #expect(written == frontend.connection)
    frontend.send("shutdown_request", ["restart": false], on: .control)
    #expect(try thread.result(seconds: 5) == nil)
    #expect(access("\(folder.path)/runtime/kernel-one.json", F_OK) != 0)
  }

  @Test func withoutAnAcknowledgementTheKernelGivesUp() throws {
    let launcher = try Launcher()
    let folder = TemporaryFolder()
    let kernel = try kernel(launcher, in: folder)
    let thread = Worker { try kernel.run() }
    let sender = try launcher.receive().sender
    launcher.acknowledge(sender, key: "guessed")
    let error = try thread.result(seconds: 8)
    #expect(error?.contains("has not acknowledged this kernel's registration") == true)
  }
}

/// Runs something on a thread of its own.
private final class Worker: Sendable {
  private let outcome = Lines()

  init(_ body: @escaping @Sendable () throws -> Void) {
    let outcome = outcome
    _ = KernelThread("kernel", takesSignals: true) {
      do {
        try body()
        outcome.append("")
      } catch { outcome.append("\(error)") }
    }
  }

  /// Waits for the end; the error's text, nil when there was none.
  func result(seconds: Int) throws -> String? {
    let deadline = Clock.now() + Double(seconds)
    while outcome.all.isEmpty {
      guard Clock.now() < deadline else { throw KernelError("it has not ended") }
      usleep(1000)
    }
    return outcome.all.first.flatMap { $0.isEmpty ? nil : $0 }
  }
}
