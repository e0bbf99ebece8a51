/// What is shown of a value: a tree that is small however large the value is.
indirect enum Sketch {
  /// A value in a few words or lines.
  case word(Word)
  /// Elements in a row.
  case list(List)
  /// Keys with values.
  case pairs(Pairs)
  /// A value with named parts.
  case record(Record)
  /// A value that shows itself.
  case shown(MIMEBundle)
}

/// A value that has a text and no parts worth showing.
struct Word {
  /// The value's own text; for a string the string itself.
  var text: String
  /// Whether it is a number, aligned right and set with its column's decimals.
  var isNumber = false
  /// Its value, if it is a number with a fraction.
  var fraction: Double?
  /// Whether it is a string, quoted among other values.
  var isString = false

  /// The text as it stands among other values.
  var quoted: String { isString ? text.debugDescription : text }
}

/// The first and the last elements of a collection.
struct List {
  /// The collection's type as it is written.
  var type: String
  /// How many elements there are.
  var count: Int
  /// The elements that are shown.
  var elements: [Sketch]
  /// How many of them come before those left out.
  var head: Int

  /// How many elements are left out.
  var hidden: Int { count - elements.count }

  /// The place in the collection of the shown element `k`.
  func index(_ k: Int) -> Int { k < head ? k : k + hidden }

  /// At most `limit` elements, else the first and last `ends`.
  func elided(to limit: Int, ends: Int) -> List {
    guard count > limit, elements.count > 2 * ends else { return self }
    let front = min(ends, head)
    let back = min(ends, elements.count - front)
    var shorter = self
    shorter.elements = Array(elements.prefix(front) + elements.suffix(back))
    shorter.head = front
    return shorter
  }
}

/// The first keys of a dictionary, in order, with their values.
struct Pairs {
  /// The dictionary's type as it is written.
  var type: String
  /// How many there are.
  var count: Int
  /// Those that are shown.
  var entries: [(key: Sketch, value: Sketch)]

  /// How many are left out.
  var hidden: Int { count - entries.count }
}

/// A value with named parts.
struct Record {
  /// What has the parts.
  enum Kind { case value, tuple, enumeration }

  /// What has the parts.
  var kind = Kind.value
  /// The type's name, or an enumeration's case; none for a tuple.
  var name: String
  /// The parts that are shown; a tuple's may have no names.
  var fields: [(label: String, value: Sketch)]
  /// Whether parts are left out.
  var isCut = false
}

extension Sketch {
  /// The word, if it is one.
  var word: Word? { if case .word(let word) = self { word } else { nil } }
  /// The list, if it is one.
  var list: List? { if case .list(let list) = self { list } else { nil } }
  /// The pairs, if it is such.
  var pairs: Pairs? { if case .pairs(let pairs) = self { pairs } else { nil } }
  /// The record, if it is one.
  var record: Record? { if case .record(let record) = self { record } else { nil } }

  /// A value's text.
  static func text(_ text: String) -> Sketch { .word(Word(text: text)) }
  /// Something left out.
  static let omitted = Sketch.text("…")
}
