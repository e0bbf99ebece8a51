import Display
import JupyterProtocol

extension CommMessage {
  /// What a front end has sent over a comm; nil when the message is about no comm.
  ///
  /// - Throws: `ContentError` when a field is missing or has the wrong type.
  init?(_ message: Message) throws(ContentError) {
    let kind: Kind
    let id: String
    let data: JSON
    switch message.header.type {
    case CommOpen.type:
      let open = try CommOpen(message.content)
      (kind, id, data) = (.open(target: open.target), open.id, open.data)
    case CommData.type:
      let content = try CommData(message.content)
      (kind, id, data) = (.message, content.id, content.data)
    case CommClose.type:
      let close = try CommClose(message.content)
      (kind, id, data) = (.close, close.id, close.data)
    default: return nil
    }
    self.init(
      kind, id: id, data: data.description, metadata: message.metadata.description,
      buffers: message.buffers)
  }

  /// The message as front ends get it.
  ///
  /// - Throws: `JSONError` when the data or the metadata is no JSON.
  func content() throws(JSONError) -> any OutgoingContent {
    let data = try JSON(parsing: data)
    let metadata = try JSON(parsing: metadata)
    return switch kind {
    case .open(let target):
      CommOpen(id: id, target: target, data: data, metadata: metadata, buffers: buffers)
    case .message: CommData(id: id, data: data, metadata: metadata, buffers: buffers)
    case .close: CommClose(id: id, data: data, metadata: metadata, buffers: buffers)
    }
  }
}
