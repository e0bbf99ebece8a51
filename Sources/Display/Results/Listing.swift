/// A collection of which any part can be looked at without walking the rest.
struct Listing {
  /// The collection's type as it is written.
  var type: String
  /// How many elements there are.
  var count: Int
  /// How many of them can be looked at, from the first.
  var reach: Int
  /// The element at a place, counted from 0.
  var element: (Int) -> Any

  init<Elements: RandomAccessCollection>(_ elements: Elements) {
    type = typeName(Elements.self)
    count = elements.count
    reach = count
    element = { elements[elements.index(elements.startIndex, offsetBy: $0)] }
  }

  /// The elements of a set, in order while that is cheap.
  init<Element>(_ set: Set<Element>) {
    let elements = ordered(set) { $0 }
    type = typeName(Set<Element>.self)
    count = set.count
    reach = elements.count
    element = { elements[$0] }
  }

  /// A view that the standard library gives of another collection, such as a reversed one; not one
  /// that computes its elements when they are asked for, and not memory that may be gone.
  init?(standardCollection value: Any) {
    guard let elements = value as? any RandomAccessCollection,
      !(value is any LazySequenceProtocol),
      _typeName(Swift.type(of: value), qualified: true).hasPrefix("Swift.")
    else { return nil }
    self = Self.opened(elements)
  }

  private static func opened(_ elements: some RandomAccessCollection) -> Listing {
    Listing(elements)
  }
}

/// The most elements that are put in order.
private let mostOrdered = 10_000
/// The most elements looked at of those that are too many to put in order.
private let mostUnordered = 40

/// The elements of a collection that has no order of its own, in the order of a key.
///
/// Numbers are ordered by size, all else by its text. Of very many elements only the first few are
/// given, as they come.
func ordered<Elements: Collection>(
  _ elements: Elements, by key: (Elements.Element) -> Any
) -> [Elements.Element] {
  guard elements.count <= mostOrdered else { return Array(elements.prefix(mostUnordered)) }
  return elements.map { (rank: Rank(key($0)), element: $0) }
    .sorted { $0.rank < $1.rank }.map(\.element)
}

/// The place of a key among others.
private enum Rank: Comparable {
  case number(Double)
  case text(String)

  init(_ key: Any) {
    switch (key as? AnyHashable)?.base ?? key {
    case let text as String: self = .text(text)
    case let number as any BinaryInteger: self = .number(Double(number))
    case let number as any BinaryFloatingPoint: self = .number(Double(number))
    case let other: self = .text(String(describing: other))
    }
  }
}
