internal import Glibc

/// Probabilities from logits, and what is read off them.
///
/// Simulated and executed early exit both come here, row by row, so equal logits give equal scores.
enum Softmax {
  struct Scores {
    var predictions: [Int32] = []
    var confidence: [Float] = []
    var entropy: [Float] = []
  }

  /// Prediction, confidence and normalised entropy of every row of `logits` (N×C).
  static func scores(_ logits: [Float], classes: Int) -> Scores {
    let count = logits.count / classes
    var scores = Scores()
    scores.predictions.reserveCapacity(count)
    scores.confidence.reserveCapacity(count)
    scores.entropy.reserveCapacity(count)
    logits.withUnsafeBufferPointer { logits in
      for row in 0..<count {
        let (prediction, confidence, entropy) = score(
          UnsafeBufferPointer(rebasing: logits[(row * classes)..<((row + 1) * classes)]))
        scores.predictions.append(prediction)
        scores.confidence.append(confidence)
        scores.entropy.append(entropy)
      }
    }
    return scores
  }

  /// What is read off one row.
  ///
  /// With z the logits less their maximum and S = Σ exp z, the largest probability is 1/S and the entropy
  /// is log S − Σ z exp z / S. No probability is ever taken the logarithm of, so nothing needs to be
  /// clamped.
  private static func score(_ row: UnsafeBufferPointer<Float>) -> (Int32, Float, Float) {
    var best = 0
    for (place, value) in row.enumerated() where value > row[best] { best = place }
    var sum = 0.0
    var weighted = 0.0
    for value in row {
      let z = Double(value) - Double(row[best])
      let e = exp(z)
      sum += e
      // exp underflows to 0 before z · exp z could become anything else.
      if e > 0 { weighted += z * e }
    }
    let entropy = row.count > 1 ? (log(sum) - weighted / sum) / log(Double(row.count)) : 0
    return (Int32(best), Float(1 / sum), Float(min(1, max(0, entropy))))
  }

  /// Softmax of every row of `logits` (N×C).
  static func probabilities(_ logits: [Float], classes: Int) -> [Float] {
    var result = [Float](repeating: 0, count: logits.count)
    for start in stride(from: 0, to: logits.count, by: classes) {
      let row = logits[start..<(start + classes)]
      let largest = row.max() ?? 0
      let powers = row.map { exp(Double($0) - Double(largest)) }
      let sum = powers.reduce(0, +)
      for (place, power) in powers.enumerated() { result[start + place] = Float(power / sum) }
    }
    return result
  }
}
