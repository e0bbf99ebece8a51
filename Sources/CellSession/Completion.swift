/// What may stand at a place in a cell.
public struct Completion: Hashable, Sendable {
  /// One suggestion.
  public struct Item: Hashable, Sendable {
    /// The text that takes the place of what is there.
    public var text: String
    /// What it is: `function`, `struct`, `instance`, `keyword` and so on.
    public var kind: String
    /// Its parameters and type, for the eye: `(contentsOf: String) throws -> Void`.
    public var signature: String

    public init(text: String, kind: String, signature: String) {
      self.text = text
      self.kind = kind
      self.signature = signature
    }
  }

  /// The suggestions, best first.
  public var items: [Item]
  /// What they replace, in Unicode scalars of the cell's text.
  public var range: Range<Int>

  public init(items: [Item], range: Range<Int>) {
    self.items = items
    self.range = range
  }
}

/// How much is asked about a name.
public enum InspectionDetail: Hashable, Sendable {
  /// Its declaration and documentation.
  case documentation
  /// The same, and its source where that is known.
  case source
}
