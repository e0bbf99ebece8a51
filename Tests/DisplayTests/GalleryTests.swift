import Display
import Foundation
import Testing

@Suite struct GalleryTests {
  /// What every kind of value gives, as text and as a page, compared with a file under `Golden/`.
  ///
  /// On a mismatch the text is written beside the file as `NAME.actual.txt`; look at it, and accept
  /// it by renaming it to `NAME.txt`.
  @Test(arguments: Gallery.values.map(\.name))
  func shows(_ name: String) throws {
    let entry = try #require(Gallery.values.first { $0.name == name })
    let text = bundle(for: entry.value).transcript
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    let golden = folder.appending(path: "\(name).txt")
    let actual = folder.appending(path: "\(name).actual.txt")
    let expected = try? String(contentsOf: golden, encoding: .utf8)
    if expected == text {
      try? FileManager.default.removeItem(at: actual)
      return
    }
    try text.write(to: actual, atomically: true, encoding: .utf8)
    Issue.record("\(name).txt differs from \(actual.path): look at it, and rename it to accept it.")
  }
}

extension MIMEBundle {
  /// Every representation, under its media type.
  fileprivate var transcript: String {
    data.sorted { $0.key > $1.key }.map { type, content in
      switch content {
      case .text(let text): "\(type)\n\(text)\n"
      case .json(let text): "\(type)\n\(text)\n"
      case .bytes(let bytes): "\(type)\n\(bytes.count) bytes\n"
      }
    }.joined(separator: "\n")
  }
}
