import JupyterProtocol
import Testing

@Suite struct WireFormatTests {
  let key = Array("a secret".utf8)

  func request(content: JSON = ["code": "1 + 1"], identities: [[UInt8]] = [[0, 1, 2]]) -> Message {
    MessageFactory(session: "front").message(
      "execute_request", content: content, identities: identities)
  }

  @Test func aMessageComesBackAsItWasSent() throws {
    var message = request()
    message.buffers = [[1, 2, 3], []]
    message.parentHeader = ["msg_id": "earlier"]
    message.metadata = ["cellId": "x"]
    message.header.others = ["subshell_id": nil]
    let frames = WireFormat(key: key).frames(of: message)
    #expect(try WireFormat(key: key).message(from: frames) == message)
  }

  /// The value comes from Python: `hmac.new(b"key", b"{}{}{}{}", "sha256").hexdigest()`.
  @Test func theSignatureIsHMACWithSHA256() throws {
    let signature = "ca767b02c5bc061ed184a9a029e7f93a7f2f7ed4e8fe74120fc1212f0b008fa3"
    let frames =
      [WireFormat.delimiter, Array(signature.utf8)]
      + Array(repeating: Array("{}".utf8), count: 4)
    #expect(throws: WireError.malformedHeader(ContentError("a header needs `msg_id`, a string"))) {
      try WireFormat(key: Array("key".utf8)).message(from: frames)
    }
  }

  @Test func anEmptyKeyMeansNoSignature() throws {
    let wire = WireFormat(key: [])
    var frames = wire.frames(of: request())
    #expect(frames[2].isEmpty)
    #expect(try wire.message(from: frames).content["code"] == "1 + 1")
    frames[2] = Array("whatever".utf8)
    #expect(try wire.message(from: frames).content["code"] == "1 + 1")
  }

  @Test func aWrongSignatureIsRefused() {
    let frames = WireFormat(key: Array("another".utf8)).frames(of: request())
    #expect(throws: WireError.wrongSignature) { try WireFormat(key: key).message(from: frames) }
  }

  @Test(arguments: 3..<7) func aChangedFrameIsRefused(index: Int) {
    var frames = WireFormat(key: key).frames(of: request())
    frames[index].append(UInt8(ascii: " "))
    #expect(throws: WireError.wrongSignature) { try WireFormat(key: key).message(from: frames) }
  }

  @Test(arguments: [0, 1, 63, 65, 4096]) func aSignatureOfAnotherLengthIsRefused(count: Int) {
    var frames = WireFormat(key: key).frames(of: request())
    frames[2] = [UInt8](repeating: UInt8(ascii: "0"), count: count)
    #expect(throws: WireError.wrongSignature) { try WireFormat(key: key).message(from: frames) }
  }

  @Test func aMessageIsTakenOnce() throws {
    let wire = WireFormat(key: key)
    let frames = wire.frames(of: request())
    _ = try wire.message(from: frames)
    #expect(throws: WireError.replayed) { try wire.message(from: frames) }
  }

  @Test func aMessageIsRememberedForLong() throws {
    let wire = WireFormat(key: key)
    let first = wire.frames(of: request())
    _ = try wire.message(from: first)
    for _ in 0..<70_000 { _ = try wire.message(from: wire.frames(of: request())) }
    #expect(throws: WireError.replayed) { try wire.message(from: first) }
  }

  /// The signature covers the frames one after the other, so it does not see where one ends.
  @Test func aMessageWhoseFramesAreCutElsewhereIsTheSameMessage() throws {
    let wire = WireFormat(key: key)
    var frames = wire.frames(of: request())
    _ = try wire.message(from: frames)
    frames[5].insert(frames[4].removeLast(), at: 0)
    #expect(throws: WireError.replayed) { try wire.message(from: frames) }
  }

  @Test func signedContentWithoutAHeaderComesBack() throws {
    let content: JSON = ["kernel_id": "one", "shell_port": "7"]
    let frames = WireFormat(key: key).frames(ofContent: content)
    #expect(frames.count == 3)
    #expect(try WireFormat(key: key).content(from: [[1]] + frames) == content)
    #expect(throws: WireError.wrongSignature) {
      try WireFormat(key: Array("other".utf8)).content(from: frames)
    }
    #expect(throws: WireError.notContent(frames: 1)) {
      try WireFormat(key: key).content(from: frames.dropLast())
    }
    #expect(throws: WireError.missingDelimiter(frames: 1)) {
      try WireFormat(key: key).content(from: [[1]])
    }
  }

  @Test func missingFramesAreAnError() {
    let wire = WireFormat(key: key)
    let frames = wire.frames(of: request())
    for count in 0..<frames.count {
      #expect(throws: WireError.self) { try wire.message(from: Array(frames[..<count])) }
    }
    #expect(throws: WireError.missingDelimiter(frames: 0)) { try wire.message(from: []) }
  }

  @Test(arguments: ["", "{", "[]", "null", "{\"msg_id\":1}", "{\"msg_id\":\"a\"}"])
  func aBadHeaderIsAnError(text: String) {
    let wire = WireFormat(key: [])
    var frames = wire.frames(of: request())
    frames[3] = Array(text.utf8)
    #expect(throws: WireError.self) { try wire.message(from: frames) }
  }

  @Test func moreFramesThanAMessageHasAreAnError() {
    let frames = Array(repeating: [UInt8](), count: WireFormat.maximumFrames + 1)
    #expect(throws: WireError.tooLarge(bytes: 0, frames: frames.count)) {
      try WireFormat(key: key).message(from: frames)
    }
  }

  @Test func randomFramesNeverCrash() {
    var random = SplitMix(state: 7)
    let wires = [WireFormat(key: []), WireFormat(key: key)]
    let whole = wires[0].frames(of: request())
    for round in 0..<2000 {
      var frames = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let index = Int.random(in: 0..<frames.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: frames[index].append(UInt8.random(in: 0...255, using: &random))
        case 1: frames[index] = frames[index].shuffled(using: &random)
        case 2: frames[index] = Array(frames[index].dropLast(round % 9))
        default: frames.swapAt(index, Int.random(in: 0..<frames.count, using: &random))
        }
      }
      for wire in wires { _ = try? wire.message(from: frames) }
    }
  }
}

/// A small seeded generator, so that a failure can be repeated.
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
