public import Tensors

extension Dataset {
  /// A data set of one's own from bytes 0…255, image after image, each H, W, C.
  ///
  /// - Parameters:
  ///   - images: `labels.count` × H × W × C bytes.
  ///   - labels: the class of each image, 0 ..< `classes`.
  ///   - shape: H, W, C of one image.
  ///   - classes: how many classes there are.
  ///   - classNames: one name a class; numbers if none are given.
  ///   - difficulty: how hard each image is, 0…1, if known.
  ///   - validation: the share of all images that becomes the validation split.
  ///   - test: the share of all images that becomes the test split.
  ///   - seed: what the division is drawn from.
  ///
  /// Throws a `DatasetError` if there are no images, sizes do not fit or a label is no class.
  public init(
    name: String, images: [UInt8], labels: [Int], shape: Shape, classes: Int,
    classNames: [String]? = nil, difficulty: [Float]? = nil, validation: Double = 0.1,
    test: Double = 0.2, seed: UInt64 = 0
  ) throws {
    try self.init(
      name: name, pixels: .bytes(images, scale: 255), count: images.count, labels: labels,
      shape: shape, classes: classes, classNames: classNames, difficulty: difficulty,
      validation: validation, test: test, seed: seed)
  }

  /// A data set of one's own from floats, image after image, each H, W, C.
  ///
  /// They are normalised per channel like any other, so their range does not matter; in a picture 0 is
  /// black and 1 is white.
  ///
  /// Throws a `DatasetError` if there are no images, sizes do not fit, a label is no class or a value
  /// is not finite.
  public init(
    name: String, images: [Float], labels: [Int], shape: Shape, classes: Int,
    classNames: [String]? = nil, difficulty: [Float]? = nil, validation: Double = 0.1,
    test: Double = 0.2, seed: UInt64 = 0
  ) throws {
    if let place = images.firstIndex(where: { !$0.isFinite }) {
      throw DatasetError(
        "Image \(place / max(1, shape.count)) of the data set “\(name)” has the value "
          + "\(images[place]); every value must be a finite number.")
    }
    try self.init(
      name: name, pixels: .floats(images), count: images.count, labels: labels, shape: shape,
      classes: classes, classNames: classNames, difficulty: difficulty, validation: validation,
      test: test, seed: seed)
  }

  private init(
    name: String, pixels: Source.Pixels, count: Int, labels: [Int], shape: Shape, classes: Int,
    classNames: [String]?, difficulty: [Float]?, validation: Double, test: Double, seed: UInt64
  ) throws {
    let check = DatasetCheck(name: name, shape: shape, classes: classes)
    try check.sizes(values: count, labels: labels.count)
    try check.labels(labels)
    try check.names(classNames)
    try check.difficulty(difficulty, count: labels.count)
    let labels = labels.map { Int32($0) }
    try check.shares(validation: validation, test: test)
    let splits = Splits(
      dataset: name, labels: labels, validation: validation, test: test, seed: seed)
    guard !splits.train.isEmpty else {
      throw DatasetError(
        "\(labels.count) images of “\(name)” leave none to train on beside a validation share of "
          + "\(validation) and a test share of \(test).")
    }
    self.init(
      name: name,
      source: Source(pixels: pixels, shape: shape, labels: labels, difficulty: difficulty),
      classNames: classNames ?? (0..<classes).map { "\($0)" }, splits: splits)
  }
}
