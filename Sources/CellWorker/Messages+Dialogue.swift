import Display

/// What came of asking the user for a line.
package enum InputAnswer: Sendable, Equatable {
  case line(String)
  case unavailable
  case interrupted
}

extension FrameWriter {
  mutating func write(_ answer: InputAnswer) {
    switch answer {
    case .line(let text):
      write(0)
      write(text)
    case .unavailable: write(1)
    case .interrupted: write(2)
    }
  }

  mutating func write(_ message: CommMessage) {
    switch message.kind {
    case .open(let target):
      write(0)
      write(target)
    case .message: write(1)
    case .close: write(2)
    }
    write(message.id)
    write(message.data)
    write(message.metadata)
    write(message.buffers.count)
    for buffer in message.buffers { write(buffer) }
  }
}

extension FrameReader {
  mutating func inputAnswer() throws(Malformed) -> InputAnswer {
    switch try integer() {
    case 0: .line(try string())
    case 1: .unavailable
    case 2: .interrupted
    default: throw Malformed()
    }
  }

  mutating func commMessage() throws(Malformed) -> CommMessage {
    let kind: CommMessage.Kind =
      switch try integer() {
      case 0: .open(target: try string())
      case 1: .message
      case 2: .close
      default: throw Malformed()
      }
    var message = CommMessage(
      kind, id: try string(), data: try string(), metadata: try string())
    for _ in 0..<(try integer()) { message.buffers.append(try data()) }
    return message
  }
}
