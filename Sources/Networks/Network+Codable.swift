import Tensors

/// Stored as its input, classes, name and elements; whatever was learned is in a checkpoint.
extension Network: Codable {
  private enum Key: String, CodingKey {
    case input, vocabulary, classes, name, elements
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let elements = try container.decode([Element].self, forKey: .elements)
    self.init(
      input: Shape(try container.decode([Int].self, forKey: .input)),
      vocabulary: try container.decodeIfPresent(Int.self, forKey: .vocabulary),
      classes: try container.decode(Int.self, forKey: .classes),
      name: try container.decodeIfPresent(String.self, forKey: .name), elements: elements)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(input.dims, forKey: .input)
    try container.encodeIfPresent(vocabulary, forKey: .vocabulary)
    try container.encode(classes, forKey: .classes)
    try container.encodeIfPresent(name, forKey: .name)
    try container.encode(elements, forKey: .elements)
  }
}
