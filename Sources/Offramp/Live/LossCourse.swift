import Charts
import Training

/// The losses of every exit as training goes on, averaged so that a long training needs no more
/// points than a short one.
package struct LossCourse {
  private static let mostPoints = 240

  /// Averages in order of time, for each exit.
  package private(set) var points: [[ChartPoint]]
  /// How much of an epoch goes into one point.
  private var span = 0.05
  private var sums: [(epoch: Double, loss: Double, count: Double)]

  /// Whether there is no loss yet.
  var isEmpty: Bool { points.allSatisfy(\.isEmpty) }

  package init(exits: Int) {
    points = Array(repeating: [], count: exits)
    sums = Array(repeating: (0, 0, 0), count: exits)
  }

  /// Adds the losses of one step; `epoch` counts all phases.
  package mutating func add(_ losses: [Double], of exits: [Int], at epoch: Double) {
    for (exit, loss) in zip(exits, losses) where points.indices.contains(exit) && loss.isFinite {
      sums[exit] = (sums[exit].epoch + epoch, sums[exit].loss + loss, sums[exit].count + 1)
      let start = points[exit].last?.x ?? 0
      let mean = sums[exit].epoch / sums[exit].count
      guard epoch - start >= span || points[exit].isEmpty else { continue }
      points[exit].append(ChartPoint(x: mean, y: sums[exit].loss / sums[exit].count))
      sums[exit] = (0, 0, 0)
    }
    if points.contains(where: { $0.count > Self.mostPoints }) { thin() }
  }

  /// Halves the number of points.
  private mutating func thin() {
    span *= 2
    points = points.map { points in
      stride(from: 0, to: points.count, by: 2).map { first in
        let pair = points[first..<min(first + 2, points.count)]
        let count = Double(pair.count)
        return ChartPoint(
          x: pair.reduce(0) { $0 + $1.x } / count, y: pair.reduce(0) { $0 + $1.y } / count)
      }
    }
  }
}
