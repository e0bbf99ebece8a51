import Foundation
import Offramp

extension MIMEBundle {
  /// The drawing, if there is one.
  var svg: String? {
    if case .text(let text)? = data["image/svg+xml"] { text } else { nil }
  }

  /// The page, if there is one, with the drawings in their places.
  var html: String? {
    guard case .text(let text)? = data["text/html"] else { return nil }
    let pieces = text.components(separatedBy: "data:image/svg+xml;base64,")
    return pieces.dropFirst().reduce(pieces[0]) { page, piece in
      let content = piece.prefix { $0 != "\"" }
      let drawing = Data(base64Encoded: String(content)).map { String(decoding: $0, as: UTF8.self) }
      return page + (drawing ?? "") + piece.dropFirst(content.count)
    }
  }
}
