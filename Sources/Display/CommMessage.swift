/// One message on a comm: a named line between a value in a cell and its view in a front end.
///
/// Widgets speak over comms; see "Custom messages" in the Jupyter messaging protocol.
public struct CommMessage: Hashable, Sendable {
  /// What the message does to its comm.
  public enum Kind: Hashable, Sendable {
    /// Opens it, for those who know the target's name.
    case open(target: String)
    /// Carries data over it.
    case message
    /// Closes it.
    case close
  }

  /// What the message does.
  public var kind: Kind
  /// The comm's identifier, chosen by the side that opens it.
  public var id: String
  /// The data, a JSON document.
  public var data: String
  /// Metadata, a JSON document; widgets put the version of their protocol there.
  public var metadata: String
  /// Binary data that the JSON refers to.
  public var buffers: [[UInt8]]

  /// A message.
  public init(
    _ kind: Kind, id: String, data: String = "{}", metadata: String = "{}",
    buffers: [[UInt8]] = []
  ) {
    self.kind = kind
    self.id = id
    self.data = data
    self.metadata = metadata
    self.buffers = buffers
  }
}
