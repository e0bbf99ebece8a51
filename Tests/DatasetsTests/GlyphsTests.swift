import Datasets
import Tensors
import Testing

@Suite struct GlyphsTests {
  @Test func sameSeedDrawsTheSamePictures() throws {
    let a = try Dataset.glyphs(count: 300, seed: 5)
    let b = try Dataset.glyphs(count: 300, seed: 5)
    let c = try Dataset.glyphs(count: 300, seed: 6)
    #expect(a.train.images().scalars == b.train.images().scalars)
    #expect(a.splits == b.splits)
    #expect(a.train.images().scalars != c.train.images().scalars)
  }

  @Test func aLargerSetBeginsWithTheSmallerOne() throws {
    let small = try Dataset.glyphs(count: 50)
    let large = try Dataset.glyphs(count: 200)
    for (place, index) in small.train.indices.enumerated() {
      let all = [large.train, large.validation, large.test]
      let found = try #require(all.first { $0.indices.contains(index) })
      let position = try #require(found.indices.firstIndex(of: index))
      #expect(found.pixels(position) == small.train.pixels(place))
    }
  }

  @Test func splitsAreDisjointAndBalanced() throws {
    let data = try Dataset.glyphs(count: 1000)
    #expect([data.train.count, data.validation.count, data.test.count] == [700, 100, 200])
    let all = data.train.indices + data.validation.indices + data.test.indices
    #expect(Set(all).count == 1000)
    #expect(data.test.counts(classes: 10) == Array(repeating: 20, count: 10))
    #expect(data.train.counts(classes: 10) == Array(repeating: 70, count: 10))
  }

  @Test(arguments: [
    (GlyphDifficulty.easy, 0...Float(1) / 3), (.mixed, 0...1), (.hard, Float(2) / 3...1),
    (.within(0.2...0.25), 0.2...0.25),
  ])
  func difficultyStaysInItsRange(_ asked: GlyphDifficulty, _ range: ClosedRange<Float>) throws {
    let data = try Dataset.glyphs(difficulty: asked, count: 500)
    let difficulty = try #require(data.train.difficulty)
    #expect(difficulty.count == data.train.count)
    #expect(difficulty.allSatisfy { range.contains($0) })
    let same = try Dataset.glyphs(difficulty: asked.range, count: 500)
    #expect(same.train.difficulty == difficulty)
    let spread = (difficulty.max() ?? 0) - (difficulty.min() ?? 0)
    #expect(spread > 0.9 * (range.upperBound - range.lowerBound))
  }

  /// Difficulty must mean something: the nearest class mean is found less often the harder it gets.
  @Test func harderGlyphsAreHarder() throws {
    let data = try Dataset.glyphs(count: 4000)
    let means = (0..<10).map { label -> [Float] in
      let members = (0..<data.train.count).filter {
        data.train.labels[$0] == label && (data.train.difficulty?[$0] ?? 1) < 0.3
      }
      let sum = members.map { data.train.pixels($0) }.reduce(
        [Float](repeating: 0, count: data.shape.count)
      ) { zip($0, $1).map { $0 + $1 } }
      return sum.map { $0 / Float(members.count) }
    }
    func isRight(_ position: Int) -> Bool {
      let pixels = data.test.pixels(position)
      let distances = means.map { zip($0, pixels).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
      return distances.indices.min { distances[$0] < distances[$1] }
        == Int(data.test.labels[position])
    }
    let difficulty = try #require(data.test.difficulty)
    let accuracy = (0..<3).map { third in
      let members = difficulty.indices.filter {
        difficulty[$0] * 3 >= Float(third) && difficulty[$0] * 3 < Float(third + 1)
      }
      return Double(members.count { isRight($0) }) / Double(members.count)
    }
    #expect(accuracy[0] > accuracy[1] + 0.1)
    #expect(accuracy[1] > accuracy[2] + 0.1)
  }

  @Test func badRequestsAreSentences() {
    #expect(throws: DatasetError("glyphs are 8…256 pixels wide and high; got a size of 4.")) {
      try Dataset.glyphs(size: 4)
    }
    #expect(throws: DatasetError("The difficulty of glyphs lies in 0…1; got 0.5…1.5.")) {
      try Dataset.glyphs(difficulty: .within(0.5...1.5))
    }
    #expect(throws: DatasetError.self) { try Dataset.glyphs(count: 0) }
    #expect(throws: DatasetError.self) { try Dataset.glyphs(validation: 0.5, test: 0.5) }
  }
}
