/// A message whose content lacks what its type requires.
public struct ContentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence: which field, what was expected, what came.
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// The members of a JSON object, read by type with errors that name what is wrong.
public struct Fields: Sendable {
  private let members: [String: JSON]
  private let owner: String

  /// - Throws: `ContentError` when `json` is no object; `owner` names it in every error.
  public init(_ json: JSON, of owner: String) throws(ContentError) {
    guard case .object(let members) = json else {
      throw ContentError("\(owner) must be an object, got \(json.kind)")
    }
    self.members = members
    self.owner = owner
  }

  /// A string; without a default the member is required.
  public func string(_ key: String, default fallback: String? = nil) throws(ContentError) -> String
  {
    try read(key, "a string", fallback) { $0.string }
  }

  /// A boolean; without a default the member is required.
  public func bool(_ key: String, default fallback: Bool? = nil) throws(ContentError) -> Bool {
    try read(key, "a boolean", fallback) { $0.bool }
  }

  /// A whole number; without a default the member is required.
  public func integer(_ key: String, default fallback: Int? = nil) throws(ContentError) -> Int {
    try read(key, "a whole number", fallback) { $0.integer }
  }

  /// A whole number; nil when the member is missing or null.
  public func optionalInteger(_ key: String) throws(ContentError) -> Int? {
    guard let member = members[key], member != .null else { return nil }
    return try integer(key)
  }

  /// An object; without a default the member is required.
  public func object(
    _ key: String, default fallback: [String: JSON]? = nil
  ) throws(ContentError) -> [String: JSON] {
    try read(key, "an object", fallback) { $0.object }
  }

  /// All members but those with the given names.
  public func others(than known: Set<String>) -> [String: JSON] {
    members.filter { !known.contains($0.key) }
  }

  private func read<Value>(
    _ key: String, _ kind: String, _ fallback: Value?, _ convert: (JSON) -> Value?
  ) throws(ContentError) -> Value {
    guard let member = members[key], member != .null else {
      guard let fallback else { throw ContentError("\(owner) needs `\(key)`, \(kind)") }
      return fallback
    }
    guard let value = convert(member) else {
      throw ContentError("`\(key)` in \(owner) must be \(kind), got \(member.kind)")
    }
    return value
  }
}
