import Glibc

/// Arguments with labels: `"text" label: value, other: "a", "b"`.
struct ArgumentFields {
  /// The labels with their values, in order; the label is empty where there is none.
  private(set) var all: [(label: String, values: [String])] = []

  fileprivate mutating func add(_ label: String, _ value: String, continues: Bool) {
    if continues, let last = all.indices.last, all[last].label == label {
      all[last].values.append(value)
    } else {
      all.append((label, [value]))
    }
  }

  /// Removes and returns the fields of these labels.
  mutating func take(_ labels: [String]) -> [(label: String, values: [String])] {
    defer { all.removeAll { labels.contains($0.label) } }
    return all.filter { labels.contains($0.label) }
  }
}

/// Reads words, texts in quotes, labels and commas.
struct ArgumentReader {
  private var rest: Substring

  init(_ text: String) { rest = text[...] }

  /// All fields.
  mutating func fields() throws(PackageError) -> ArgumentFields {
    var result = ArgumentFields()
    var label = ""
    var hasValue = true
    while let word = try next() {
      if word.isLabel {
        label = word.text
        hasValue = false
      } else {
        result.add(label, word.text, continues: hasValue)
        hasValue = true
      }
    }
    guard hasValue else { throw PackageError("“\(label):” has no value: write one behind it.") }
    return result
  }

  private mutating func next() throws(PackageError) -> (text: String, isLabel: Bool)? {
    rest = rest.drop { $0.isWhitespace || $0 == "," }
    guard let first = rest.first else { return nil }
    if first == "\"" || first == "“" {
      let body = rest.dropFirst()
      guard let end = body.firstIndex(where: { $0 == "\"" || $0 == "”" }) else {
        throw PackageError("A quotation mark is missing at the end of “\(body)”: add it.")
      }
      rest = body[body.index(after: end)...]
      return (String(body[..<end]), false)
    }
    let word = rest.prefix { !$0.isWhitespace && $0 != "," }
    if let colon = word.firstIndex(of: ":"), word[..<colon].allSatisfy(\.isLetter),
      !word[colon...].hasPrefix("://")
    {
      rest = rest[rest.index(after: colon)...]
      return (String(word[..<colon]), true)
    }
    rest = rest[word.endIndex...]
    return (String(word), false)
  }
}

/// The user's home folder.
var home: String? { getenv("HOME").map { String(cString: $0) } }
