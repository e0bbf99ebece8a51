import CellSession
import Display
import Glibc
import JupyterKernel
import JupyterProtocol
import Testing

@Suite struct LoadTests {
  /// Five thousand updates in a second, as a progress bar in a quick loop makes them.
  @Test func ofManyUpdatesTheLastIsNeverLost() throws {
    let kernel = try KernelFixture(
      ScriptedHost([
        "progress": { _, emit in
          emit(.display(MIMEBundle(plain: "0"), id: "bar"))
          for step in 1...5000 {
            emit(.update(MIMEBundle(plain: "\(step)"), id: "bar"))
            if step % 10 == 0 { emit(.stream(.standardOutput, "\(step)\n")) }
            if step % 50 == 0 { usleep(10_000) }
          }
          return .finished(result: nil)
        }
      ]))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let start = Clock.now()
    let (_, messages) = try frontend.run("progress")
    let seconds = Clock.now() - start
    let updates = messages.filter { $0.header.type == "update_display_data" }
    #expect(updates.last?.summary == "update_display_data 5000")
    #expect(Double(updates.count) <= seconds * 20 + 2)
    let text = messages.compactMap { $0.content["text"]?.string }.joined()
    #expect(text == (1...500).map { "\($0 * 10)\n" }.joined())
  }

  @Test func aHundredMegabytesOfTextArriveWhole() throws {
    let kernel = try KernelFixture(
      ScriptedHost([
        "flood": { _, emit in
          let chunk = String(repeating: "0123456789abcde\n", count: 4096)
          for _ in 0..<1600 { emit(.stream(.standardOutput, chunk)) }
          return .finished(result: nil)
        }
      ]))
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let request = frontend.execute("flood")
    var count = 0
    while true {
      let message = try frontend.receive(on: .iopub)
      count += message.content["text"]?.string?.utf8.count ?? 0
      if message.content["execution_state"] == "idle" { break }
    }
    #expect(try frontend.reply(to: request).content["status"] == "ok")
    #expect(count == 1600 << 16)
  }

  @Test func aFrontEndThatVanishesInAFloodHoldsUpNobody() throws {
    let kernel = try KernelFixture(
      ScriptedHost([
        "flood": { host, emit in
          let line = String(repeating: "x", count: 1 << 16)
          while !host.isInterrupted { emit(.stream(.standardOutput, line)) }
          return .finished(result: nil)
        }
      ]), transport: "tcp")
    defer { kernel.stop() }
    let witness = try kernel.connected()
    try {
      let frontend = try TestFrontend(kernel.connection, session: "browser")
      frontend.execute("flood")
      for _ in 0..<3 { _ = try frontend.receive(on: .iopub) }
    }()
    let frontend = try TestFrontend(kernel.connection, session: "browser")
    while try frontend.receive(on: .iopub).header.type != "stream" {}
    #expect(try frontend.ask("interrupt_request", on: .control) == ["status": "ok"])
    #expect(try frontend.ask("kernel_info_request")["status"] == "ok")
    while try witness.receive(on: .iopub).content["execution_state"] != "idle" {}
  }
}
