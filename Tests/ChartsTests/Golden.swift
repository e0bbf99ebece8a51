import Foundation
import Testing

/// Compares text with a file under `Golden/`.
///
/// On a mismatch the text is written beside the file as `NAME.actual.svg`; look at it, and accept it
/// by renaming it to `NAME.svg`.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation)
  throws
{
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
  let golden = folder.appending(path: "\(name).svg")
  let actual = folder.appending(path: "\(name).actual.svg")
  let expected = try? String(contentsOf: golden, encoding: .utf8)
  if expected == text {
    try? FileManager.default.removeItem(at: actual)
    return
  }
  try text.write(to: actual, atomically: true, encoding: .utf8)
  Issue.record(
    """
    \(name).svg \(expected == nil ? "does not exist" : "differs"). Look at \(actual.path); \
    accept it with: mv \(actual.path) \(golden.path)
    """, sourceLocation: sourceLocation)
}
