import Display
import JupyterProtocol

extension MIMEData {
  /// A bundle as Jupyter sends it: bytes in base 64, JSON unpacked.
  ///
  /// A representation or metadata that claims to be JSON and is not is left out, with a line in
  /// the log; the others still show the value.
  init(_ bundle: MIMEBundle, log: Log) {
    func parsed(_ text: String, _ what: String) -> JSON? {
      do { return try JSON(parsing: text) } catch {
        log("left out \(what) of a displayed value: \(error)")
        return nil
      }
    }
    var data: [String: JSON] = [:]
    for (type, content) in bundle.data {
      switch content {
      case .text(let text): data[type] = .string(text)
      case .bytes(let bytes): data[type] = .string(Base64.encode(bytes))
      case .json(let text): data[type] = parsed(text, type)
      }
    }
    var metadata: [String: JSON] = [:]
    for (type, text) in bundle.metadata {
      metadata[type] = parsed(text, "the metadata for \(type)")
    }
    self.init(data: data, metadata: metadata)
  }
}
