package import Display

/// What the kernel tells the worker.
package enum WorkerCommand: Sendable, Equatable {
  /// Load a shared object and call its entry; first take a snapshot if the cell is to be protected.
  case run(library: String, entry: String, isProtected: Bool)
  /// The last display has been passed on.
  case acknowledge
  /// Ask the running cell to end.
  case interrupt
  /// The line that the cell has asked for.
  case answer(InputAnswer)
  /// Hand a front end's message to the receiver of its comm, as if it were a cell.
  case deliver(CommMessage, isProtected: Bool)
  /// Note where the cell is and end the process.
  case abandon

  /// The message as bytes.
  package var frame: [UInt8] {
    switch self {
    case .run(let library, let entry, let isProtected):
      var writer = FrameWriter(kind: 0)
      writer.write(library)
      writer.write(entry)
      writer.write(isProtected)
      return writer.bytes
    case .acknowledge: return FrameWriter(kind: 1).bytes
    case .interrupt: return FrameWriter(kind: 2).bytes
    case .answer(let answer):
      var writer = FrameWriter(kind: 3)
      writer.write(answer)
      return writer.bytes
    case .abandon: return FrameWriter(kind: 5).bytes
    case .deliver(let message, let isProtected):
      var writer = FrameWriter(kind: 4)
      writer.write(message)
      writer.write(isProtected)
      return writer.bytes
    }
  }

  /// Reads a message.
  package init(frame: [UInt8]) throws(FrameReader.Malformed) {
    var reader = FrameReader(frame)
    switch try reader.byte() {
    case 0:
      self = .run(
        library: try reader.string(), entry: try reader.string(), isProtected: try reader.bool())
    case 1: self = .acknowledge
    case 2: self = .interrupt
    case 3: self = .answer(try reader.inputAnswer())
    case 4: self = .deliver(try reader.commMessage(), isProtected: try reader.bool())
    case 5: self = .abandon
    default: throw FrameReader.Malformed()
    }
  }
}

/// What the worker tells the kernel.
package enum WorkerReport: Sendable, Equatable {
  /// It waits for its first cell.
  case ready
  /// A display; the worker waits for its acknowledgement.
  case show(MIMEBundle, id: String?)
  /// New content for a display; the worker waits for its acknowledgement.
  case update(MIMEBundle, id: String)
  /// Output to be removed; the worker waits for its acknowledgement.
  case clear(wait: Bool)
  /// A cell has been loaded at an address, and is about to run.
  case loaded(address: Int)
  /// The cell has run to its end.
  case finished(MIMEBundle?)
  /// The cell has thrown an error.
  case threw(type: String, message: String)
  /// The cell could not be loaded.
  case unloadable(String)
  /// Text for reading beside the notebook; the worker waits for its acknowledgement.
  case page(MIMEBundle)
  /// The cell asks for a line of text and waits for its answer.
  case ask(prompt: String, isSecret: Bool)
  /// A message over a comm; the worker waits for its acknowledgement.
  case comm(CommMessage)
  /// The system has refused a snapshot; the cell runs without.
  case unprotected(error: Int)

  /// The cell has ended because the user asked it to.
  static let interrupted = Self.threw(
    type: "Interrupted", message: Interrupted().description)

  /// Whether the worker waits for an acknowledgement.
  package var wantsAcknowledgement: Bool {
    switch self {
    case .show, .update, .clear, .page, .comm: true
    default: false
    }
  }

  /// The message as bytes.
  package var frame: [UInt8] {
    var writer: FrameWriter
    switch self {
    case .ready: writer = FrameWriter(kind: 0)
    case .show(let bundle, let id):
      writer = FrameWriter(kind: 1)
      writer.write(bundle)
      writer.write(id)
    case .update(let bundle, let id):
      writer = FrameWriter(kind: 2)
      writer.write(bundle)
      writer.write(id)
    case .clear(let wait):
      writer = FrameWriter(kind: 3)
      writer.write(wait)
    case .loaded(let address):
      writer = FrameWriter(kind: 4)
      writer.write(address)
    case .finished(let bundle):
      writer = FrameWriter(kind: 5)
      writer.write(bundle)
    case .threw(let type, let message):
      writer = FrameWriter(kind: 6)
      writer.write(type)
      writer.write(message)
    case .unloadable(let message):
      writer = FrameWriter(kind: 7)
      writer.write(message)
    case .page(let bundle):
      writer = FrameWriter(kind: 8)
      writer.write(bundle)
    case .ask(let prompt, let isSecret):
      writer = FrameWriter(kind: 9)
      writer.write(prompt)
      writer.write(isSecret)
    case .comm(let message):
      writer = FrameWriter(kind: 10)
      writer.write(message)
    case .unprotected(let error):
      writer = FrameWriter(kind: 11)
      writer.write(error)
    }
    return writer.bytes
  }

  /// Reads a message.
  package init(frame: [UInt8]) throws(FrameReader.Malformed) {
    var reader = FrameReader(frame)
    switch try reader.byte() {
    case 0: self = .ready
    case 1: self = .show(try reader.bundle(), id: try reader.optionalString())
    case 2: self = .update(try reader.bundle(), id: try reader.string())
    case 3: self = .clear(wait: try reader.bool())
    case 4: self = .loaded(address: try reader.integer())
    case 5: self = .finished(try reader.optionalBundle())
    case 6: self = .threw(type: try reader.string(), message: try reader.string())
    case 7: self = .unloadable(try reader.string())
    case 8: self = .page(try reader.bundle())
    case 9: self = .ask(prompt: try reader.string(), isSecret: try reader.bool())
    case 10: self = .comm(try reader.commMessage())
    case 11: self = .unprotected(error: try reader.integer())
    default: throw FrameReader.Malformed()
    }
  }
}
