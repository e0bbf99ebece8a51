/// Makes sketches of values, within bounds on depth, parts, and time.
///
/// Looking at a value may be slow (a description that computes), endless (objects that hold each
/// other) or huge (a million elements); whatever goes beyond the bounds is shown as "…".
struct Sketcher {
  private static let deepest = 6
  private static let mostFields = 40
  private static let longestText = 20_000

  private var depth = 0
  private var remaining = 6000
  private let deadline: Double
  private var path: [ObjectIdentifier] = []

  /// A sketcher that gives up after some seconds.
  init(seconds: Double = 1) { deadline = monotonicSeconds() + seconds }

  /// Whether the value looked at is part of another.
  var isNested: Bool { depth > 1 }

  /// A sketch of any value.
  mutating func sketch(_ value: Any) -> Sketch {
    guard remaining > 0, monotonicSeconds() < deadline else { return .omitted }
    remaining -= 1
    depth += 1
    defer { depth -= 1 }
    if let displayable = value as? any Displayable { return .shown(displayable.display) }
    if let known = value as? any Sketchable { return known.sketch(with: &self) }
    if let type = value as? Any.Type { return .text(typeName(type)) }
    if let offered = offeredMedia(by: value) { return .shown(offered) }
    if let described = description(of: value) { return .text(Self.bounded(described)) }
    if depth > Self.deepest { return .text("\(typeName(type(of: value)))(…)") }
    return structure(of: value)
  }

  /// A sketch of a value in a wrapper that is not shown.
  mutating func sketch(unwrapped value: Any) -> Sketch {
    depth -= 1
    defer { depth += 1 }
    return sketch(value)
  }

  /// A text of at most some thousand characters.
  static func bounded(_ text: String, to limit: Int = longestText) -> String {
    guard text.utf8.count > limit else { return text }
    let hidden = text.utf8.count - limit
    let cut = text.utf8.index(text.utf8.startIndex, offsetBy: limit)
    let start = String(text.unicodeScalars[..<cut])
    return "\(start)… (\(hidden) more bytes)"
  }

  /// The text that the type itself gives its values.
  private func description(of value: Any) -> String? {
    if let value = value as? any CustomStringConvertible { return value.description }
    return (value as? any CustomDebugStringConvertible)?.debugDescription
  }
}

// MARK: Structure

extension Sketcher {
  private mutating func structure(of value: Any) -> Sketch {
    if let listing = Listing(standardCollection: value) { return list(listing) }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .class where value is any Actor:
      return .text(typeName(mirror.subjectType))
    case .class: return object(value as AnyObject, mirror)
    case .enum: return enumeration(value, mirror)
    case .tuple: return tuple(mirror)
    case nil where mirror.children.isEmpty: return .text(plainName(of: value))
    case .collection, .set: return collection(mirror)
    default:
      return .record(record(named: typeName(mirror.subjectType), mirror))
    }
  }

  /// The text of a value without parts, such as a function or a type.
  private func plainName(of value: Any) -> String {
    let text = String(describing: value)
    return text == "(Function)" ? typeName(type(of: value)) : text
  }

  private mutating func object(_ object: AnyObject, _ mirror: Mirror) -> Sketch {
    let name = typeName(mirror.subjectType)
    let identity = ObjectIdentifier(object)
    if path.contains(identity) { return .text("\(name) (the one above)") }
    path.append(identity)
    defer { path.removeLast() }
    return .record(record(named: name, mirror))
  }

  private mutating func record(named name: String, _ mirror: Mirror) -> Record {
    var record = Record(name: name, fields: [])
    for mirror in mirror.withAncestors { append(mirror.children, to: &record) }
    return record
  }

  private mutating func append(_ children: Mirror.Children, to record: inout Record) {
    for child in children {
      guard record.fields.count < Self.mostFields else {
        record.isCut = true
        return
      }
      record.fields.append((Self.label(child.label), sketch(child.value)))
    }
  }

  private mutating func enumeration(_ value: Any, _ mirror: Mirror) -> Sketch {
    guard let child = mirror.children.first, let name = child.label else {
      return .text(String(describing: value))
    }
    var record = Record(kind: .enumeration, name: name, fields: [])
    let payload = Mirror(reflecting: child.value)
    if payload.displayStyle == .tuple {
      append(payload.children, to: &record)
    } else {
      record.fields = [("", sketch(child.value))]
    }
    return .record(record)
  }

  private mutating func tuple(_ mirror: Mirror) -> Sketch {
    var record = Record(kind: .tuple, name: "", fields: [])
    append(mirror.children, to: &record)
    return .record(record)
  }

  /// What a type tells of itself as a collection; it is not walked to its end.
  private mutating func collection(_ mirror: Mirror) -> Sketch {
    let limit = Self.mostFields
    var values = mirror.children.prefix(limit + 1).map(\.value)
    let isCut = values.count > limit
    if isCut { values.removeLast() }
    var elements = values.map { sketch($0) }
    if isCut { elements.append(.omitted) }
    return .list(
      List(
        type: typeName(mirror.subjectType), count: elements.count, elements: elements,
        head: elements.count))
  }

  /// A field's name: none for a tuple's position, without the underscores of property wrappers and
  /// `lazy`.
  private static func label(_ label: String?) -> String {
    guard let label, label.first != "." else { return "" }
    let lazyPrefix = "$__lazy_storage_$_"
    return label.hasPrefix(lazyPrefix) ? String(label.dropFirst(lazyPrefix.count)) : label
  }
}

extension Mirror {
  /// The mirrors of the classes that a class inherits from, the topmost first, and its own.
  fileprivate var withAncestors: [Mirror] {
    (superclassMirror?.withAncestors ?? []) + [self]
  }
}

// MARK: Lists

extension Sketcher {
  /// The first and last elements of a collection: more of them if they are words.
  mutating func list(_ listing: Listing) -> Sketch {
    var list = List(
      type: listing.type, count: listing.count, elements: [], head: 0)
    guard depth <= Self.deepest || list.count == 0 else { return .text("[…]") }
    if list.count > 0 {
      let first = sketch(listing.element(0))
      let extent = Extent(words: first.word != nil, isNested: isNested)
      let shown = extent.places(of: listing)
      list.elements = [first] + shown.head.dropFirst().map { sketch(listing.element($0)) }
      list.head = list.elements.count
      list.elements += shown.tail.map { sketch(listing.element($0)) }
    }
    return .list(list)
  }
}

/// How much of a collection is shown.
private struct Extent {
  var limit: Int
  var head: Int
  var tail: Int

  init(words: Bool, isNested: Bool) {
    switch (words, isNested) {
    case (true, false): (limit, head, tail) = (200, 100, 20)
    case (true, true): (limit, head, tail) = (40, 20, 10)
    case (false, _): (limit, head, tail) = (30, 10, 10)
    }
  }

  func places(of listing: Listing) -> (head: Range<Int>, tail: Range<Int>) {
    let all = listing.count
    guard all > limit || listing.reach < all else { return (0..<all, all..<all) }
    guard listing.reach == all else { return (0..<min(limit, listing.reach), all..<all) }
    return (0..<head, (all - tail)..<all)
  }
}
