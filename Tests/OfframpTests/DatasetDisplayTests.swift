import Display
import Offramp
import Testing

@Suite struct DatasetDisplayTests {
  @Test func aSheetShowsEveryClassFromEasyToHard() throws {
    let data = try Dataset.glyphs(difficulty: .mixed)
    let svg = try #require(data.display.svg)
    #expect(svg.components(of: "<image ") == 4 * data.classes)
    #expect(svg.contains("difficulty") && svg.contains("0.75–1.00"))
    #expect(data.display.plainText == data.description)
  }

  @Test func aSheetWithoutDifficulties() throws {
    let svg = try #require(Dataset.digits().display.svg)
    #expect(svg.components(of: "<image ") == 40)
    #expect(!svg.contains("difficulty"))
  }

  /// One red pixel, as other programs write it.
  @Test func pngBytes() {
    let png = PNG(width: 1, height: 1, channels: 3, pixels: [255, 0, 0])
    let expected: [UInt8] = [
      0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
      1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE, 0, 0, 0, 15, 0x49, 0x44, 0x41, 0x54,
      0x78, 0x01, 1, 4, 0, 0xFB, 0xFF, 0, 0xFF, 0, 0, 0x03, 0x01, 0x01, 0, 0x1A, 0x83, 0x0C, 0x6E,
      0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]
    #expect(png.bytes.prefix(54) == expected.prefix(54))
    #expect(png.bytes.suffix(12) == expected.suffix(12))
    #expect(png.bytes.count == expected.count)
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
  func base64(_ text: String, _ expected: String) {
    #expect(Base64.text(Array(text.utf8)) == expected)
  }
}

extension String {
  /// How often a text occurs.
  func components(of part: String) -> Int { ranges(of: part).count }
}
