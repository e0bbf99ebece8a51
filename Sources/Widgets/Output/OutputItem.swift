import Display

/// One piece of output, as the cells of a notebook file hold it.
enum OutputItem: Hashable {
  case text(String)
  case display(MIMEBundle, id: String?)
  case error(name: String, message: String)

  /// The item in the notebook format, version 4.
  var state: StateValue {
    switch self {
    case .text(let text):
      ["output_type": "stream", "name": "stdout", "text": .string(text)]
    case .display(let bundle, _):
      [
        "output_type": "display_data", "data": .object(bundle.data.mapValues(\.state)),
        "metadata": .object(bundle.metadata.mapValues { .json($0) }),
      ]
    case .error(let name, let message):
      [
        "output_type": "error", "ename": .string(name), "evalue": .string(message),
        "traceback": [.string("\u{1B}[31m\(name)\u{1B}[0m: \(message)")],
      ]
    }
  }

  var plainText: String {
    switch self {
    case .text(let text): text.hasSuffix("\n") ? String(text.dropLast()) : text
    case .display(let bundle, _): bundle.plainText
    case .error(let name, let message): "\(name): \(message)"
    }
  }

  var html: String {
    switch self {
    case .text, .error: Self.preformatted(plainText)
    case .display(let bundle, _): bundle.html ?? Self.preformatted(bundle.plainText)
    }
  }

  private static func preformatted(_ text: String) -> String {
    "<pre style=\"margin:4px 0;white-space:pre-wrap\">\(Markup.escaped(text))</pre>"
  }
}

extension MIMEBundle.Content {
  /// The content as a notebook file holds it.
  fileprivate var state: StateValue {
    switch self {
    case .text(let text): .string(text)
    case .bytes(let bytes): .string(base64(bytes))
    case .json(let document): .json(document)
    }
  }
}

extension MIMEBundle {
  /// The richest representation that is HTML or can stand in it.
  fileprivate var html: String? {
    for type in ["text/html", "image/svg+xml"] {
      if case .text(let text) = data[type] { return text }
    }
    for type in ["image/png", "image/jpeg"] {
      if case .bytes(let bytes) = data[type] {
        return "<img src=\"data:\(type);base64,\(base64(bytes))\">"
      }
    }
    return nil
  }
}

private let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

/// Bytes in base 64, padded.
func base64(_ bytes: [UInt8]) -> String {
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let word = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
    for k in 0..<4 {
      text.append(k <= group.count ? digits[word >> (18 - 6 * k) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}
