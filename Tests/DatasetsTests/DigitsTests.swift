import Datasets
import Tensors
import Testing

@Suite struct DigitsTests {
  @Test func theyAreThoseOfTheOriginalFile() throws {
    let data = try Dataset.digits(validation: 0, test: 0.5)
    #expect(data.train.count + data.test.count == 1797)
    #expect(data.shape == [8, 8, 1])
    let counts = zip(data.train.counts(classes: 10), data.test.counts(classes: 10)).map(+)
    #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    var sum: Float = 0
    for split in [data.train, data.test] {
      for position in 0..<split.count { sum += split.pixels(position).reduce(0, +) * 16 }
    }
    #expect(sum == 561_718)
  }

  /// The first image of the file, a zero.
  @Test func theFirstImageIsAZero() throws {
    let data = try Dataset.digits()
    let all = [data.train, data.validation, data.test]
    let split = try #require(all.first { $0.indices.contains(0) })
    let position = try #require(split.indices.firstIndex(of: 0))
    #expect(split.labels[position] == 0)
    let pixels = split.pixels(position).map { Int($0 * 16) }
    #expect(Array(pixels[0..<16]) == [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0])
    #expect(Array(pixels[56...]) == [0, 0, 6, 13, 10, 0, 0, 0])
  }

  @Test func trainingImagesAreNormalised() throws {
    let data = try Dataset.digits()
    let values = data.train.images().scalars.map { Double($0) }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    #expect(abs(mean) < 1e-4)
    #expect(abs(variance - 1) < 1e-3)
  }

  @Test func theTextIsATable() throws {
    let text = try Dataset.digits().description
    #expect(
      text.hasPrefix("digits · 8×8×1 · 10 classes · seed 0\nclass  train  validation  test\n"))
    #expect(text.contains("\nall     1258         180   359\n"))
    #expect(text.hasSuffix("CC BY 4.0"))
  }
}
