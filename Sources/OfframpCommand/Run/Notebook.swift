import FoundationEssentials
import Glibc
import JupyterProtocol

/// A notebook file (nbformat 4), kept whole: what we do not know stays as it was.
struct Notebook {
  private var document: JSON
  /// The displays of the cells run so far, so that a later cell can change them.
  private var records: [CellRecord] = []

  /// - Throws: `Failure` if the file cannot be read or is not a notebook.
  init(readingFrom path: String) throws {
    let bytes = [UInt8](try Files.read(path))
    do {
      document = try JSON(parsing: bytes)
    } catch {
      throw Failure("\(path) is not a notebook: \(error).")
    }
    guard document["nbformat"]?.integer == 4, document["cells"]?.array != nil else {
      throw Failure("\(path) is not a notebook of format 4, the only one Offramp reads.")
    }
  }

  /// The sources of the code cells, in order.
  var code: [String] { codeCells.map { cells[$0]["source"]?.joinedLines ?? "" } }

  /// Whether a code cell, the `index`th of them, is there to show an error: it is tagged
  /// `raises-exception`, as nbclient and JupyterLab understand it.
  func showsError(at index: Int) -> Bool {
    let tags = cells[codeCells[index]]["metadata"]?["tags"]?.array ?? []
    return tags.contains { $0.string == "raises-exception" }
  }

  private var cells: [JSON] { document["cells"]?.array ?? [] }

  private var codeCells: [Int] {
    cells.indices.filter { cells[$0]["cell_type"]?.string == "code" }
  }

  /// Replaces the outputs of a code cell, the `index`th of them.
  mutating func record(_ record: CellRecord, at index: Int) {
    for (id, bundle) in record.updates {
      for earlier in records.indices { records[earlier].update(id, to: bundle) }
    }
    records.append(record)
    var cells = cells
    for (position, record) in zip(codeCells, records) {
      cells[position] = cells[position].merging([
        "outputs": record.json, "execution_count": .integer(record.number),
      ])
    }
    document = document.merging(["cells": .array(cells)])
  }

  /// Writes the file as Jupyter does, whole or not at all.
  func write(to path: String) throws {
    let partial = "\(path).\(getpid())"
    do {
      try Files.write(Data(NotebookWriter.bytes(of: document)), to: partial)
    } catch {
      unlink(partial)
      throw error
    }
    guard rename(partial, path) == 0 else { throw Failure.system("write", path) }
  }
}

extension JSON {
  /// A text as notebooks keep it: an array of lines, each with its end.
  static func lines(of text: String) -> JSON {
    let ends: Set<Unicode.Scalar> = [
      "\n", "\r", "\u{B}", "\u{C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}",
    ]
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if let last = previous, ends.contains(last), !(last == "\r" && scalar == "\n") {
        lines.append(String(line))
        line.removeAll()
      }
      line.append(scalar)
      previous = scalar
    }
    if !line.isEmpty { lines.append(String(line)) }
    return .array(lines.map(JSON.string))
  }

  /// A text kept in one piece or as an array of lines.
  fileprivate var joinedLines: String? {
    string ?? array.map { $0.compactMap(\.string).joined() }
  }

  fileprivate func merging(_ members: [String: JSON]) -> JSON {
    .object((object ?? [:]).merging(members) { _, new in new })
  }
}
