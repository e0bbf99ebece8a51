public import Tensors

/// Labelled images, divided into training, validation and test.
///
/// ```swift
/// let data = try Dataset.glyphs(difficulty: .mixed)
/// data                       // a table of classes and splits
/// data.train.count           // 7000
/// ```
public struct Dataset: Sendable {
  /// What it is called.
  public let name: String
  /// One name a class, in the order of the labels.
  public let classNames: [String]
  /// The seed that the division into splits (and, for glyphs, the drawing) came from.
  public let seed: UInt64
  /// Who made the data and under which licence, where that has to be said.
  public let attribution: String?
  /// What parameters are fitted to.
  public let train: Split
  /// What thresholds and stopping are chosen on.
  public let validation: Split
  /// What results are reported on.
  public let test: Split

  /// H, W, C of one image.
  public var shape: Shape { train.shape }
  /// How many classes there are.
  public var classes: Int { classNames.count }
  /// Mean and deviation of the training images.
  public var normalization: Normalization { train.normalization }

  /// The source is valid and the indices lie within it.
  init(
    name: String, source: Source, classNames: [String], splits: Splits, attribution: String? = nil,
    normalization: Normalization? = nil
  ) {
    let normalization = normalization ?? Normalization(of: source, at: splits.train)
    self.name = name
    self.classNames = classNames
    self.attribution = attribution
    seed = splits.seed
    func split(_ name: String, _ indices: [Int]) -> Split {
      Split(name: name, source: source, indices: indices, normalization: normalization)
    }
    train = split("train", splits.train)
    validation = split("validation", splits.validation)
    test = split("test", splits.test)
  }
}
