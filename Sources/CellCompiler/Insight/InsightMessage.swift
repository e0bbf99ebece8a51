import Glibc

/// What the kernel asks its helper.
enum InsightQuestion: Equatable {
  /// What may stand at a byte of a text, and begins with `prefix`.
  case complete(InsightSource, prefix: String, limit: Int)
  /// What is known about the name at a byte of a text.
  case inspect(InsightSource)
}

/// A text for the compiler, and a place in it.
struct InsightSource: Equatable {
  /// The name under which sourcekitd knows the text.
  var file: String
  var text: String
  /// The place, in bytes.
  var offset: Int
  /// The compiler's arguments.
  var arguments: [String]
}

/// What is known about a name.
struct NameDescription: Equatable {
  /// `source.lang.swift.ref.function.free` and so on.
  var kind: String
  var name: String
  var declaration: String
  /// The doc comment, in Markdown.
  var documentation: String
  var type: String
  var module: String
  /// Whether it is a type that can be called.
  var isType: Bool {
    ["struct", "class", "actor", "enum"].contains { kind.hasSuffix(".ref.\($0)") }
  }
  /// Whether it is the initializer that a call of the type before it stands for.
  var isInitializer: Bool
}

extension NameDescription {
  /// An initializer of which only the declaration is known.
  init(initializer declaration: String) {
    self.init(
      kind: "", name: "init", declaration: declaration, documentation: "", type: "", module: "",
      isInitializer: true)
  }
}

// MARK: As lists of text

extension InsightQuestion {
  var fields: [String] {
    switch self {
    case .complete(let source, let prefix, let limit):
      ["complete", prefix, String(limit)] + source.fields
    case .inspect(let source): ["inspect"] + source.fields
    }
  }

  init?(fields: [String]) {
    switch fields.first {
    case "complete":
      guard fields.count >= 3, let limit = Int(fields[2]),
        let source = InsightSource(fields: fields[3...])
      else { return nil }
      self = .complete(source, prefix: fields[1], limit: limit)
    case "inspect":
      guard let source = InsightSource(fields: fields[1...]) else { return nil }
      self = .inspect(source)
    default: return nil
    }
  }
}

extension InsightSource {
  fileprivate var fields: [String] { [file, text, String(offset)] + arguments }

  fileprivate init?(fields: ArraySlice<String>) {
    let fields = Array(fields)
    guard fields.count >= 3, let offset = Int(fields[2]) else { return nil }
    self.init(file: fields[0], text: fields[1], offset: offset, arguments: Array(fields[3...]))
  }
}

extension NameDescription {
  static let fieldCount = 7

  var fields: [String] {
    [kind, name, declaration, documentation, type, module, isInitializer ? "1" : ""]
  }

  init(fields: ArraySlice<String>) {
    let fields = Array(fields)
    self.init(
      kind: fields[0], name: fields[1], declaration: fields[2], documentation: fields[3],
      type: fields[4], module: fields[5], isInitializer: !fields[6].isEmpty)
  }
}

// MARK: On a socket

/// Sends and receives lists of text over a descriptor.
struct TextChannel {
  let descriptor: Int32
  private static let sizeLimit = 64 << 20

  /// Sends a list.
  ///
  /// - Returns: Whether the other side is there.
  func send(_ texts: [String]) -> Bool {
    var body: [UInt8] = []
    for text in texts {
      body += Self.bytes(of: text.utf8.count)
      body += text.utf8
    }
    let message = Self.bytes(of: body.count) + body
    var sent = 0
    while sent < message.count {
      let count = message.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress! + sent, message.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count > 0 { sent += count } else if errno != EINTR { return false }
    }
    return true
  }

  /// Receives a list; `nil` when the other side is gone, or at the deadline in milliseconds.
  func receive(deadline: Int? = nil) -> [String]? {
    guard let head = read(8, deadline), let size = Self.number(head[...]), size <= Self.sizeLimit,
      let body = read(size, deadline)
    else { return nil }
    var texts: [String] = []
    var rest = body[...]
    while !rest.isEmpty {
      guard let size = Self.number(rest), rest.count >= 8 + size else { return nil }
      texts.append(String(decoding: rest.dropFirst(8).prefix(size), as: UTF8.self))
      rest = rest.dropFirst(8 + size)
    }
    return texts
  }

  private func read(_ size: Int, _ deadline: Int?) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: size)
    var done = 0
    while done < size {
      if let deadline, !hasBytes(by: deadline) { return nil }
      let count = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress! + done, size - done)
      }
      if count > 0 { done += count } else if count == 0 || errno != EINTR { return nil }
    }
    return bytes
  }

  /// Waits until there is something to receive, or the other side is gone.
  ///
  /// - Returns: Whether that was before the deadline.
  func hasBytes(by deadline: Int) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let left = deadline - milliseconds()
      guard left > 0 else { return false }
      let count = poll(&waiting, 1, Int32(clamping: left))
      if count > 0 { return true }
      if count < 0, errno != EINTR { return false }
    }
  }

  private static func bytes(of number: Int) -> [UInt8] {
    withUnsafeBytes(of: Int64(number).littleEndian) { Array($0) }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 8 else { return nil }
    let number = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return number <= UInt64(sizeLimit) ? Int(number) : nil
  }
}

/// The time on a clock that is never set, in milliseconds.
func milliseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}
