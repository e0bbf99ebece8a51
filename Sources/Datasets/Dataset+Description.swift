extension Dataset: CustomStringConvertible {
  /// A table: images per class and split.
  public var description: String {
    var head = "\(name) · \(shape) · \(classes) classes · seed \(seed)"
    if let range = difficultyRange { head += " · difficulty \(range)" }
    var rows = [["class", "train", "validation", "test"]]
    let counts = [train, validation, test].map { $0.counts(classes: classes) }
    if classes <= 20 {
      rows += (0..<classes).map { label in
        [classNames[label]] + counts.map { "\($0[label])" }
      }
    }
    rows.append(["all", "\(train.count)", "\(validation.count)", "\(test.count)"])
    return ([head] + TextTable.lines(rows) + footer).joined(separator: "\n")
  }

  private var footer: [String] {
    func list(_ values: [Float]) -> String {
      values.map { TextTable.decimal(Double($0), places: 4) }.joined(separator: ", ")
    }
    let normal = "mean \(list(normalization.mean)) · deviation \(list(normalization.deviation))"
    return [normal] + (attribution.map { [$0] } ?? [])
  }

  private var difficultyRange: String? {
    let all = [train, validation, test].compactMap(\.difficulty).joined()
    guard let low = all.min(), let high = all.max() else { return nil }
    let text = [low, high].map { TextTable.decimal(Double($0), places: 2) }
    return text.joined(separator: "…")
  }
}

extension Split: CustomStringConvertible {
  public var description: String { "\(name): \(count) images of \(shape)" }

  /// Images per class.
  public func counts(classes: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: classes)
    for label in labels { counts[Int(label)] += 1 }
    return counts
  }
}
