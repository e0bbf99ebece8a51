import Glibc

/// The names of functions as a person writes them.
enum FunctionName {
  /// `f(x:)` for the symbol of a Swift function, `closure in f(x:)` for that of a closure in it;
  /// `nil` for what is not a function of a cell's.
  static func readable(_ symbol: String) -> String? {
    guard let full = demangle(symbol) else { return nil }
    let isClosure = full.hasPrefix("closure #") || full.hasPrefix("implicit closure #")
    let outer = isClosure ? full.components(separatedBy: " in ").last ?? full : full
    guard let name = shortened(outer) else { return isClosure ? "closure" : nil }
    return isClosure ? "closure in \(name)" : name
  }

  /// `Module.S.f(x: Swift.Int) -> Swift.Int` becomes `S.f(x:)`.
  private static func shortened(_ full: String) -> String? {
    var text = full[...]
    for prefix in ["static ", "partial apply forwarder for ", "specialized "]
    where text.hasPrefix(prefix) { text = text.dropFirst(prefix.count) }
    let name = text.prefix { $0 != "(" && $0 != "<" && $0 != " " }
    let path = name.split(separator: ".").dropFirst()
    guard !path.isEmpty else { return nil }
    let joined = path.joined(separator: ".")
    guard let open = text[name.endIndex...].firstIndex(of: "("), text[name.endIndex] != " " else {
      return joined
    }
    return "\(joined)(\(labels(text[text.index(after: open)...])))"
  }

  /// The argument labels at the beginning of `x: Swift.Int, Swift.Int) -> …`: `x:_:`.
  private static func labels(_ text: Substring) -> String {
    var depth = 0
    var arguments: [Substring] = []
    var start = text.startIndex
    for place in text.indices {
      switch text[place] {
      case "(", "<", "[": depth += 1
      case ")" where depth == 0:
        if start < place { arguments.append(text[start..<place]) }
        return arguments.map(label).joined()
      case ")", "]": depth -= 1
      case ">" where place > text.startIndex && text[text.index(before: place)] != "-": depth -= 1
      case "," where depth == 0:
        arguments.append(text[start..<place])
        start = text.index(after: place)
      default: break
      }
    }
    return ""
  }

  private static func label(_ argument: Substring) -> String {
    let words = argument.drop { $0 == " " }
    let name = words.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let isLabel = !name.isEmpty && words[name.endIndex...].hasPrefix(": ")
    return isLabel ? "\(name):" : "_:"
  }

  private static func demangle(_ symbol: String) -> String? {
    guard symbol.hasPrefix("$s") else { return nil }
    let name = Array(symbol.utf8CString)
    guard let text = swiftDemangle(name, name.count - 1, nil, nil, 0) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [String] {
    split(separator: separator).map(String.init)
  }
}

@_silgen_name("swift_demangle")
private func swiftDemangle(
  _ name: UnsafePointer<CChar>, _ length: Int, _ output: UnsafeMutablePointer<CChar>?,
  _ size: UnsafeMutablePointer<Int>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?
