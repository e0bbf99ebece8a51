/// A value that knows how much memory it holds besides its own bytes.
///
/// `%vars` and `%memory` ask it. Arrays, strings, sets and dictionaries need not adopt it, nor do
/// structs made of them.
///
/// ```swift
/// extension Matrix: MemorySized {
///   var memoryBytes: Int { rows * columns * MemoryLayout<Double>.stride }
/// }
/// ```
public protocol MemorySized {
  /// The bytes of the buffers that the value refers to.
  var memoryBytes: Int { get }
}

/// Adds up the memory that a value refers to.
struct MemoryCounter {
  /// The bytes found.
  private(set) var bytes = 0
  /// Whether there is more that could not be counted.
  private(set) var isLowerBound = false
  private var seen: Set<ObjectIdentifier> = []
  private var visits = 0
  private static let mostVisits = 50_000
  private static let deepest = 12
  /// What the system adds to each object: its type and its reference count.
  private static let objectHeader = 16

  /// Adds a buffer.
  mutating func add(buffer size: Int) { bytes += size }

  /// Adds what a value refers to.
  mutating func add(_ value: Any, depth: Int = 0) {
    visits += 1
    guard visits < Self.mostVisits, depth < Self.deepest else {
      isLowerBound = true
      return
    }
    if let sized = value as? any MemorySized {
      bytes += sized.memoryBytes
    } else if let buffered = value as? any Buffered {
      buffered.addBuffers(to: &self, depth: depth)
    } else {
      addParts(of: value, depth: depth)
    }
  }

  private mutating func addParts(of value: Any, depth: Int) {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .class {
      guard seen.insert(ObjectIdentifier(value as AnyObject)).inserted else { return }
      bytes += Self.objectHeader
      isLowerBound = true
    } else if mirror.children.isEmpty, mirror.displayStyle == nil,
      String(describing: mirror.subjectType).contains("->")
    {
      isLowerBound = true
    }
    for child in mirror.children { add(child.value, depth: depth + 1) }
  }
}

/// A standard collection, whose buffer is known.
protocol Buffered {
  /// Adds the collection's buffer, and those that its elements refer to.
  func addBuffers(to counter: inout MemoryCounter, depth: Int)
  /// The collection in a few words.
  func brief(depth: Int) -> String
}

extension Collection {
  fileprivate func addElements(to counter: inout MemoryCounter, depth: Int) {
    guard !_isPOD(Element.self) else { return }
    for element in self {
      counter.add(element, depth: depth + 1)
      if counter.isLowerBound { return }
    }
  }

  fileprivate func bracketed(depth: Int, _ text: (Element) -> String) -> String {
    let shown = depth > 1 ? "…" : prefix(4).map(text).joined(separator: ", ")
    return count > 4 && depth <= 1 ? "[\(shown), …] \(count) elements" : "[\(shown)]"
  }
}

extension Array: Buffered {
  func addBuffers(to counter: inout MemoryCounter, depth: Int) {
    counter.add(buffer: capacity * MemoryLayout<Element>.stride)
    addElements(to: &counter, depth: depth)
  }

  func brief(depth: Int) -> String {
    bracketed(depth: depth) { Display.brief($0, depth: depth + 1) }
  }
}

extension ContiguousArray: Buffered {
  func addBuffers(to counter: inout MemoryCounter, depth: Int) {
    counter.add(buffer: capacity * MemoryLayout<Element>.stride)
    addElements(to: &counter, depth: depth)
  }

  func brief(depth: Int) -> String {
    bracketed(depth: depth) { Display.brief($0, depth: depth + 1) }
  }
}

extension ArraySlice: Buffered {
  func addBuffers(to counter: inout MemoryCounter, depth: Int) {
    counter.add(buffer: capacity * MemoryLayout<Element>.stride)
    addElements(to: &counter, depth: depth)
  }

  func brief(depth: Int) -> String {
    bracketed(depth: depth) { Display.brief($0, depth: depth + 1) }
  }
}

extension Set: Buffered {
  func addBuffers(to counter: inout MemoryCounter, depth: Int) {
    counter.add(buffer: capacity * MemoryLayout<Element>.stride)
    addElements(to: &counter, depth: depth)
  }

  func brief(depth: Int) -> String {
    bracketed(depth: depth) { Display.brief($0, depth: depth + 1) }
  }
}

extension Dictionary: Buffered {
  func addBuffers(to counter: inout MemoryCounter, depth: Int) {
    counter.add(buffer: capacity * (MemoryLayout<Key>.stride + MemoryLayout<Value>.stride))
    if !_isPOD(Key.self) { keys.addElements(to: &counter, depth: depth) }
    if !_isPOD(Value.self) { values.addElements(to: &counter, depth: depth) }
  }

  func brief(depth: Int) -> String {
    isEmpty
      ? "[:]"
      : bracketed(depth: depth) {
        "\(Display.brief($0.key, depth: depth + 1)): \(Display.brief($0.value, depth: depth + 1))"
      }
  }
}

extension String: Buffered {
  /// Shorter strings lie within the value.
  private static let longestInline = 15

  func addBuffers(to counter: inout MemoryCounter, depth: Int) {
    if utf8.count > Self.longestInline { counter.add(buffer: utf8.count) }
  }

  func brief(depth: Int) -> String { String(reflecting: count > 40 ? "\(prefix(40))…" : self) }
}
