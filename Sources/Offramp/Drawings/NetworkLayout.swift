import Charts
import Networks
import Tensors

/// Where the parts of a network's drawing stand: sections along the backbone, exits below it, in as
/// many rows as the page needs.
struct NetworkLayout {
  /// A section and its place.
  struct Section {
    var section: NetworkSection
    var row: Int
    /// The left end of the section's blocks and the middle of its label.
    var left: Double
    var middle: Double
    /// Where the branch to the exit leaves the backbone.
    var branch: Double?
  }

  static let margin = 16.0
  static let labelSize = 10.5
  static let exitSize = (width: 92.0, height: 42.0)
  static let blockGap = 4.0
  static let headerHeight = 50.0
  static let labelHeight = 46.0
  static let tallest = 72.0
  static let drop = 26.0
  static let rowGap = 20.0

  let plan: Plan
  private(set) var sections: [Section] = []
  private(set) var rows = 1
  /// Where the backbone ends in each row.
  private(set) var ends: [Double] = []
  private(set) var width = 0.0

  init(_ plan: Plan, pageWidth: Double = 880) {
    self.plan = plan
    var cursor = Self.margin + inputWidth + 18
    var exitsEnd = 0.0
    for section in NetworkSection.sections(of: plan) {
      let size = Self.size(section)
      if cursor + size > pageWidth - Self.margin, cursor > Self.margin + inputWidth + 18 {
        ends.append(cursor)
        (rows, cursor, exitsEnd) = (rows + 1, Self.margin + 14, 0)
      }
      let middle = cursor + size / 2
      var placed = Section(
        section: section, row: rows - 1, left: middle - Self.blocksWidth(section) / 2,
        middle: middle)
      cursor += size
      if section.exit != nil {
        let branch = max(cursor + 8, exitsEnd + 10 + Self.exitSize.width / 2)
        placed.branch = branch
        exitsEnd = branch + Self.exitSize.width / 2
        cursor = branch
      }
      cursor += 16
      sections.append(placed)
      width = max(width, cursor, exitsEnd)
    }
    ends.append(sections.last?.branch ?? cursor)
    width = max(width + Self.margin, 520)
  }

  /// The height of the whole drawing.
  var height: Double { top(row: rows) + 52 }

  /// The upper edge of a row.
  func top(row: Int) -> Double { Self.headerHeight + Double(row) * rowHeight }

  /// The height of the backbone in a row.
  func axis(row: Int) -> Double { top(row: row) + Self.labelHeight + Self.tallest / 2 }

  /// The upper edge of a row's exits.
  func exitTop(row: Int) -> Double { axis(row: row) + Self.tallest / 2 + Self.drop }

  private var rowHeight: Double {
    Self.labelHeight + Self.tallest + Self.drop + Self.exitSize.height + Self.rowGap
  }

  /// The width of the picture of the input.
  var inputWidth: Double { 40 }

  /// The size of a block: its height follows the image's side, its width the channels, both by
  /// their logarithms.
  func blockSize(_ shape: Shape) -> (width: Double, height: Double) {
    guard shape.rank == 3 else { return (10, 26) }
    let side = Double(max(shape[0], 1))
    let full = Double(max(plan.network.input[0], 2))
    let share = min(1, (1 + Self.log2(side)) / (1 + Self.log2(full)))
    return (Self.width(shape), 14 + (Self.tallest - 14) * share)
  }

  static func blocksWidth(_ section: NetworkSection) -> Double {
    section.blocks.reduce(-blockGap) { $0 + width($1.output) + blockGap }
  }

  /// The width of a block of this output.
  static func width(_ shape: Shape) -> Double {
    guard shape.rank == 3 else { return 10 }
    return 8 + 2.5 * log2(Double(max(shape[2], 2)))
  }

  private static func size(_ section: NetworkSection) -> Double {
    let lines = [section.label, section.detail, section.output.map { "\($0)" } ?? ""]
    let text = lines.map { TextMetrics.width($0, size: labelSize) }.max() ?? 0
    return max(blocksWidth(section), text, 12)
  }

  private static func log2(_ value: Double) -> Double { decimalLogarithm(value) / 0.30103 }
}
