internal import Tensors

extension Dataset {
  /// Which images are used for what, to be stored with results.
  public var splits: Splits {
    Splits(
      dataset: name, seed: seed, train: train.indices, validation: validation.indices,
      test: test.indices)
  }

  /// The same data with only the first so many images of the splits for which a number is given.
  ///
  /// Splits are in random order, so the first ones are a fair sample. A number larger than the split
  /// changes nothing. Mean and deviation stay those of the whole.
  ///
  /// Throws a `DatasetError` if a number is less than 1.
  public func limited(
    train: Int? = nil, validation: Int? = nil, test: Int? = nil
  ) throws -> Dataset {
    func first(_ count: Int?, _ split: Split) throws -> [Int] {
      guard let count else { return split.indices }
      guard count > 0 else {
        throw DatasetError(
          "Cannot limit the \(split.name) split of \(name) to \(count) images: give 1 or more.")
      }
      return Array(split.indices.prefix(count))
    }
    let splits = Splits(
      dataset: name, seed: seed, train: try first(train, self.train),
      validation: try first(validation, self.validation), test: try first(test, self.test))
    return with(splits, normalization: normalization)
  }

  /// The same data with a new validation split, drawn from the images that are not test images.
  ///
  /// `validation` is its share of them, 0 ..< 1. The test split stays as it is. Mean and deviation are
  /// measured again.
  ///
  /// Throws a `DatasetError` if the share is outside 0 ..< 1 or leaves nothing to train on.
  public func resplit(validation share: Double, seed: UInt64 = 0) throws -> Dataset {
    guard share >= 0, share < 1 else {
      throw DatasetError(
        "The validation share of \(name) is a part of its training images, 0 or more and less than "
          + "1; got \(share).")
    }
    let pool = (train.indices + validation.indices).sorted()
    let divided = Splits.divide(
      pool, labels: train.source.labels, share: share, seed: seed, stream: 1)
    guard !divided.rest.isEmpty else {
      throw DatasetError(
        "A validation share of \(share) leaves none of the \(pool.count) images of \(name) to "
          + "train on; give a smaller one.")
    }
    return with(
      Splits(
        dataset: name, seed: seed, train: divided.rest, validation: divided.part,
        test: test.indices))
  }

  /// The same images, divided as a record says: the data that a stored result was made on.
  ///
  /// Throws a `DatasetError` if the record belongs to another data set.
  public func applying(_ splits: Splits) throws -> Dataset {
    guard splits.dataset == name else {
      throw DatasetError(
        "These splits belong to the data set “\(splits.dataset)”, not to “\(name)”.")
    }
    let count = train.source.count
    for index in splits.train + splits.validation + splits.test
    where !(0..<count).contains(index) {
      throw DatasetError(
        "These splits name image \(index), but \(name) has \(count) images (0…\(count - 1)).")
    }
    guard !splits.train.isEmpty else {
      throw DatasetError("These splits of \(name) leave no image to train on.")
    }
    return with(splits)
  }

  private func with(_ splits: Splits, normalization: Normalization? = nil) -> Dataset {
    Dataset(
      name: name, source: train.source, classNames: classNames, splits: splits,
      attribution: attribution, normalization: normalization)
  }
}
