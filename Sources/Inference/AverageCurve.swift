/// The mean of curves that differ in their seeds, point by point, with standard deviations.
///
/// Accuracy and cost are both averaged over points of equal place in the sweep. Deviations are the
/// unbiased ones (n − 1), 0 for a single curve.
public struct AverageCurve: Hashable, Sendable {
  /// Averages over curves at one threshold.
  public struct Point: Hashable, Sendable {
    /// Mean threshold (equal for all curves in an even sweep).
    public let threshold: Double
    public let accuracy: Estimate
    public let multiplyAdds: Estimate
    public let costFraction: Estimate
  }

  public let points: [Point]
  /// How many curves were averaged.
  public let count: Int

  /// Throws an `InferenceError` if there are no curves or they have different numbers of points.
  public init(_ curves: [Curve]) throws {
    guard let first = curves.first else {
      throw InferenceError("There are no curves to average.")
    }
    if let other = curves.first(where: { $0.points.count != first.points.count }) {
      throw InferenceError(
        "Curves of \(first.points.count) and \(other.points.count) points cannot be averaged; sweep "
          + "the same thresholds for all.")
    }
    count = curves.count
    points = first.points.indices.map { place in
      let points = curves.map { $0.points[place] }
      return Point(
        threshold: Estimate(points.map(\.threshold)).mean,
        accuracy: Estimate(points.map(\.accuracy)),
        multiplyAdds: Estimate(points.map(\.multiplyAdds)),
        costFraction: Estimate(points.map(\.costFraction)))
    }
  }
}

/// A mean and the deviation of what it is the mean of.
public struct Estimate: Hashable, Codable, Sendable {
  public let mean: Double
  /// The unbiased standard deviation; 0 for a single value.
  public let deviation: Double
  /// How many values there were.
  public let count: Int

  /// Of one value or more.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "an estimate needs a value")
    count = values.count
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = count > 1 ? (squares / Double(count - 1)).squareRoot() : 0
  }
}
