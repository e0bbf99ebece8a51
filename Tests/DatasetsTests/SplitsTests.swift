import Datasets
import Tensors
import Testing

@Suite struct SplitsTests {
  private func tiny(_ count: Int = 60, seed: UInt64 = 0) throws -> Dataset {
    try Dataset(
      name: "tiny", images: (0..<(count * 12)).map { UInt8($0 % 251) },
      labels: (0..<count).map { $0 % 3 }, shape: [2, 2, 3], classes: 3, seed: seed)
  }

  @Test func limitedKeepsAPrefix() throws {
    let data = try tiny()
    let less = try data.limited(train: 5, test: 4)
    #expect(less.train.indices == Array(data.train.indices.prefix(5)))
    #expect(less.test.count == 4)
    #expect(less.validation.indices == data.validation.indices)
    #expect(less.normalization == data.normalization)
    #expect(throws: DatasetError.self) { try data.limited(train: 0) }
  }

  @Test func resplitLeavesTheTestAlone() throws {
    let data = try tiny()
    let other = try data.resplit(validation: 0.25, seed: 9)
    #expect(other.test.indices == data.test.indices)
    #expect(other.validation.count == 12)
    #expect(
      Set(other.train.indices + other.validation.indices)
        == Set(data.train.indices + data.validation.indices))
    #expect(try data.resplit(validation: 0.25, seed: 9).splits == other.splits)
    #expect(throws: DatasetError.self) { try data.resplit(validation: 1) }
  }

  @Test func aRecordRestoresADivision() throws {
    let data = try tiny(seed: 3)
    let again = try tiny(seed: 4).applying(data.splits)
    #expect(again.splits == data.splits)
    #expect(again.train.images().scalars == data.train.images().scalars)
    #expect(throws: DatasetError.self) { try Dataset.digits().applying(data.splits) }
  }

  @Test func aBatchFollowsThePositions() throws {
    let data = try tiny()
    let batch = data.train.batch([3, 0, 3])
    #expect(batch.shape == [3, 2, 2, 3])
    let values = batch.scalars
    #expect(values[0..<12] == values[24...])
    let expected = data.train.pixels(3).enumerated().map { place, pixel in
      (pixel - data.normalization.mean[place % 3]) / data.normalization.deviation[place % 3]
    }
    for (a, b) in zip(values, expected) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func badDataIsASentence() {
    func make(_ images: Int, _ labels: [Int], shape: Shape = [2, 2, 1], classes: Int = 2) throws {
      _ = try Dataset(
        name: "mine", images: [UInt8](repeating: 0, count: images), labels: labels, shape: shape,
        classes: classes)
    }
    #expect(throws: DatasetError("Label 2 of image 1 in “mine” is outside its 2 classes (0…1).")) {
      try make(8, [0, 2])
    }
    #expect(throws: DatasetError("The data set “mine” is empty: it has no labels.")) {
      try make(0, [])
    }
    #expect(
      throws: DatasetError("2 images of 2×2×1 need 8 values; the data set “mine” got 7.")
    ) { try make(7, [0, 1]) }
    #expect(throws: DatasetError.self) { try make(8, [0, -1]) }
    #expect(throws: DatasetError.self) { try make(8, [0, 1], shape: [4, 1]) }
    #expect(throws: DatasetError.self) { try make(8, [0, 0], classes: 1) }
    #expect(throws: DatasetError.self) {
      try Dataset(
        name: "mine", images: [1, .nan], labels: [0, 1], shape: [1, 1, 1], classes: 2)
    }
  }
}
