import Glibc
import JupyterProtocol
import Testing

@Suite struct MalformedTests {
  @Test func aWrongSignatureIsDroppedWithOneLine() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let stranger = try kernel.frontend(key: "guessed", listens: false)
    stranger.send("kernel_info_request")
    #expect(stranger.receiveFrames(on: .shell, seconds: 0.1) == nil)
    #expect(
      kernel.lines.wait(for: 1) == [
        "dropped a message on shell: its signature does not match this connection's key"
      ])
    try expectHealth(kernel)
  }

  @Test func aReplayIsDropped() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let frames = frontend.frames("execute_request", ["code": "hello"])
    frontend.sendFrames(frames, on: .shell)
    #expect(frontend.receiveFrames(on: .shell) != nil)
    for channel in [Channel.shell, .control] { frontend.sendFrames(frames, on: channel) }
    #expect(kernel.lines.wait(for: 2).allSatisfy { $0.contains("came before") })
    try expectHealth(kernel)
  }

  @Test(arguments: [Channel.shell, .control, .stdin])
  func damagedFramesAreDroppedWithOneLineEach(channel: Channel) throws {
    let kernel = try KernelFixture(key: "")
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let good = frontend.frames("kernel_info_request")
    var damaged: [[[UInt8]]] = [
      [[]], [[0xFF, 0xFE]], [WireFormat.delimiter], Array(good.dropLast()), Array(good.dropFirst()),
      Array(repeating: [], count: WireFormat.maximumFrames + 10),
    ]
    let garbage: [[UInt8]] = [
      [], Array("{".utf8), Array("[]".utf8), [0, 1, 2],
      Array(repeating: UInt8(ascii: "["), count: 1 << 20),
    ]
    for bytes in garbage {
      var frames = good
      frames[2] = bytes
      damaged.append(frames)
    }
    for frames in damaged { frontend.sendFrames(frames, on: channel) }
    let lines = kernel.lines.wait(for: damaged.count)
    #expect(lines.count == damaged.count)
    #expect(lines.allSatisfy { $0.hasPrefix("dropped a message on \(channel.rawValue): ") })
    try expectHealth(kernel)
  }

  @Test func aPeerThatLeavesBeforeItsReplyDoesNoHarm() throws {
    let kernel = try KernelFixture(transport: "tcp")
    defer { kernel.stop() }
    for _ in 0..<20 { try kernel.frontend(listens: false).send("kernel_info_request") }
    try expectHealth(kernel)
  }

  @Test func inputNobodyAskedForIsDropped() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    try kernel.connected().send("input_reply", ["value": "x"], on: .stdin)
    #expect(
      kernel.lines.wait(for: 1) == ["dropped a message on stdin: no cell has asked for input"])
  }

  private func expectHealth(_ kernel: KernelFixture) throws {
    let frontend = try kernel.frontend(listens: false)
    let request = frontend.send("kernel_info_request")
    #expect(try frontend.reply(to: request).content["status"] == "ok")
  }
}
