import FoundationEssentials

/// A Swift file of cells, as editors cut it.
enum SwiftFile {
  /// The cells of a file: the parts between lines that begin with `// %%`, empty ones left out.
  static func cells(of path: String) throws -> [String] {
    guard let text = String(validating: try Files.read(path), as: UTF8.self) else {
      throw Failure("\(path) is not a text file in UTF-8.")
    }
    var cells: [[Substring]] = [[]]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("// %%") {
        cells.append([])
      } else {
        cells[cells.count - 1].append(line)
      }
    }
    return cells.map { $0.joined(separator: "\n") }
      .filter { cell in cell.contains { !$0.isWhitespace } }
  }
}
