import Glibc
import JupyterKernel
import JupyterProtocol
import Synchronization
import Testing

@Suite struct FuzzTests {
  private static let count = 100_000

  /// Frames of all kinds of brokenness over real sockets; with a fixed seed, so that a failure can
  /// be repeated.
  @Test func aHundredThousandBrokenMessagesHarmNothing() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let stranger = try kernel.frontend(key: "guessed", listens: false)
    var fuzzer = Fuzzer(frontend: frontend, stranger: stranger)
    var before = 0
    for round in 0..<Self.count {
      let (frames, sender) = fuzzer.next()
      let channels: [Channel] = [.shell, .shell, .control, .stdin]
      let channel = channels[Int.random(in: 0..<4, using: &fuzzer.random)]
      sender.sendFrames(frames, on: channel)
      guard round % 500 == 499 else { continue }
      // Also keeps what waits in the sockets short.
      try expectHealth(frontend)
      if round < Self.count / 10 { before = residentBytes() }
    }
    #expect(residentBytes() - before < 64 << 20)
    #expect(kernel.host.executed.withLock { $0 }.allSatisfy { !$0.contains("evil") })
    #expect(try frontend.run("hello").0["status"] == "ok")
    #expect(kernel.lines.all.count < 1000)
    #expect(kernel.shutdowns.all.isEmpty)
  }

  /// What is signed is acted on, however little sense it makes.
  @Test func signedNonsenseGetsAnAnswerOrSilence() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    var random = SplitMix(state: 11)
    let types = [
      "execute_request", "complete_request", "inspect_request", "is_complete_request",
      "history_request", "comm_info_request", "comm_open", "comm_msg", "comm_close",
      "kernel_info_request", "connect_request", "debug_request", "interrupt_request",
      "create_subshell_request", "delete_subshell_request", "list_subshell_request",
      "input_reply", "status", "",
    ]
    for round in 0..<10_000 {
      let type = types[Int.random(in: 0..<types.count, using: &random)]
      let channel: Channel = Bool.random(using: &random) ? .shell : .control
      frontend.send(
        type, Nonsense.content(using: &random), on: channel,
        subshell: round % 9 == 0 ? "none" : nil, metadata: Nonsense.json(2, using: &random))
      if round % 200 == 199 { try expectHealth(frontend) }
    }
    try expectHealth(frontend)
  }

  @Test func giantMessagesAreReadOrRefused() throws {
    let kernel = try KernelFixture()
    defer { kernel.stop() }
    let frontend = try kernel.connected()
    let code = String(repeating: "/", count: 16 << 20)
    let request = frontend.send("is_complete_request", ["code": .string(code)])
    #expect(try frontend.reply(to: request).content["status"] == "complete")
    for bytes in ["[", "{\"a\":", "\"\\u0000", "1"] {
      var frames = frontend.frames("kernel_info_request")
      frames[5] = Array(String(repeating: bytes, count: (8 << 20) / bytes.utf8.count).utf8)
      frontend.sendFrames(frames, on: .shell)
    }
    #expect(kernel.lines.wait(for: 4).allSatisfy { $0.contains("its signature does not match") })
    try expectHealth(frontend)
  }

  private func expectHealth(_ frontend: TestFrontend) throws {
    let request = frontend.send("kernel_info_request")
    #expect(try frontend.reply(to: request).content["status"] == "ok")
    while frontend.receiveFrames(on: .iopub, seconds: 0) != nil {}
    while frontend.receiveFrames(on: .control, seconds: 0) != nil {}
  }
}

/// Makes broken messages.
private struct Fuzzer {
  let frontend: TestFrontend
  let stranger: TestFrontend
  var random = SplitMix(state: 7)
  /// Messages that were sent before, to be sent again.
  private var sent: [[[UInt8]]] = []

  init(frontend: TestFrontend, stranger: TestFrontend) {
    self.frontend = frontend
    self.stranger = stranger
  }

  mutating func next() -> ([[UInt8]], TestFrontend) {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return (garbage(), frontend)
    case 1: return (stranger.frames("execute_request", ["code": "evil"]), stranger)
    case 2: return (replayed(), frontend)
    case 3: return (nested(), frontend)
    default: return (damaged(), frontend)
    }
  }

  private mutating func garbage() -> [[UInt8]] {
    (0..<Int.random(in: 1...9, using: &random)).map { _ in
      bytes(Int.random(in: 0...60, using: &random))
    }
  }

  private mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  private mutating func replayed() -> [[UInt8]] {
    guard sent.count > 4 else {
      // Sent once for real; its replies are skipped by those who wait for others.
      sent.append(frontend.frames("comm_info_request"))
      return sent[sent.count - 1]
    }
    return sent[Int.random(in: 0..<sent.count, using: &random)]
  }

  private mutating func nested() -> [[UInt8]] {
    var frames = frontend.frames("execute_request", ["code": "evil"])
    let depth = Int.random(in: 1...5000, using: &random)
    let bracket = Bool.random(using: &random) ? "[" : "{\"a\":"
    frames[Int.random(in: 2..<6, using: &random)] =
      Array(String(repeating: bracket, count: depth).utf8)
    return frames
  }

  /// An execute request of which something is no longer as it was signed.
  private mutating func damaged() -> [[UInt8]] {
    let whole = frontend.frames("execute_request", ["code": "evil"])
    var frames = whole
    while frames == whole || frames.count >= 6 && frames.suffix(6) == whole[...] {
      let index = Int.random(in: 0..<frames.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: frames[index].append(UInt8.random(in: 0...255, using: &random))
      case 1: frames[index] = Array(frames[index].dropLast())
      case 2: if frames.count > 1 { frames.remove(at: index) }
      case 3: frames[index] = bytes(Int.random(in: 0...20, using: &random))
      case 4: frames.swapAt(index, Int.random(in: 0..<frames.count, using: &random))
      default:
        guard !frames[index].isEmpty else { continue }
        let place = Int.random(in: 0..<frames[index].count, using: &random)
        frames[index][place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
    }
    return frames
  }
}

/// JSON that means nothing.
private enum Nonsense {
  private static let keys = [
    "code", "cursor_pos", "comm_id", "target_name", "data", "hist_access_type", "n", "session",
    "start", "stop", "pattern", "subshell_id", "silent", "store_history", "user_expressions",
    "allow_stdin", "detail_level", "value", "restart", "",
  ]
  private static let texts = [
    "", "tail", "range", "search", "*", "[", "1", "hello", "c", "🎛️", "\0",
  ]

  static func content(using random: inout SplitMix) -> JSON {
    Int.random(in: 0..<20, using: &random) == 0
      ? json(2, using: &random)
      : object(3, using: &random)
  }

  static func json(_ depth: Int, using random: inout SplitMix) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .integer([0, 1, -1, 7, .max, .min].randomElement(using: &random) ?? 0)
    case 3: return .number(Double.random(in: -1e9...1e9, using: &random))
    case 4, 5: return .string(texts.randomElement(using: &random) ?? "")
    case 6: return .array((0..<3).map { _ in json(depth - 1, using: &random) })
    default: return object(depth, using: &random)
    }
  }

  private static func object(_ depth: Int, using random: inout SplitMix) -> JSON {
    var members: [String: JSON] = [:]
    for _ in 0..<Int.random(in: 0..<8, using: &random) {
      members[keys.randomElement(using: &random) ?? ""] = json(depth - 1, using: &random)
    }
    return .object(members)
  }
}

/// A small seeded generator.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
