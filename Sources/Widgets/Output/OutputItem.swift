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
    case .bytes(let bytes): .string(Base64.text(bytes))
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
        return "<img src=\"data:\(type);base64,\(Base64.text(bytes))\">"
      }
    }
    return nil
  }
}
