import Datasets
import Offramp
import Testing

@Suite struct PicturesTests {
  @Test func picturesShowWhatWasAskedFor() throws {
    let split = try Dataset.glyphs(difficulty: .mixed, count: 200, seed: 1).test
    let pictures = split.pictures([0, 3, split.count, -1], title: "two of them")
    #expect(pictures.positions == [0, 3])
    #expect(pictures.description.hasPrefix("two of them: 2 images, mean difficulty 0."))
    guard case .text(let svg)? = pictures.display.data["image/svg+xml"] else {
      Issue.record("pictures have no drawing")
      return
    }
    #expect(svg.components(of: "<image") == 2)
  }

  @Test func noPicturesAreDrawnAsNone() throws {
    let split = try Dataset.glyphs(difficulty: .mixed, count: 200, seed: 1).test
    #expect(split.pictures([]).description == "Samples: 0 images")
  }
}
