import Display
import Foundation
import Testing

@Suite struct MediaTests {
  @Test func picturesAreKnownByTheirFirstBytes() throws {
    let gif = Array("GIF89a".utf8) + [3, 0, 2, 0, 0, 0, 0, 0]
    #expect(try Picture(gif).display.plainText == "GIF, 3 × 2 pixels, 14 bytes")
    #expect(bundle(for: gif).data["image/gif"] == .bytes(gif))
    let jpeg: [UInt8] =
      [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 11, 8, 0, 5, 0, 7, 1, 1, 0x11, 0]
    #expect(try Picture(jpeg).display.plainText == "JPEG, 7 × 5 pixels, 21 bytes")
    #expect(bundle(for: Array(Gallery.svg.utf8)).data["image/svg+xml"] == .text(Gallery.svg))
    #expect(bundle(for: [UInt8](repeating: 1, count: 20)).data.count == 1)
  }

  @Test func aPictureThatIsNoneIsExplained() throws {
    #expect(throws: PictureError.unknownFormat(source: "3 bytes", start: [1, 2, 3])) {
      try Picture([1, 2, 3])
    }
    do {
      _ = try Picture(file: "/nowhere/figure.png")
      Issue.record("A file that is not there was read.")
    } catch {
      #expect(
        error.description
          == "The picture /nowhere/figure.png cannot be read: No such file or directory.")
    }
  }

  @Test func aPictureIsReadFromAFile() throws {
    let path = NSTemporaryDirectory() + "offramp-picture-\(getpid()).png"
    try Data(Gallery.png).write(to: URL(filePath: path))
    defer { unlink(path) }
    let display = try Picture(file: path, width: 40).display
    #expect(display.data["image/png"] == .bytes(Gallery.png))
    #expect(display.metadata["image/png"] == "{\"width\": 40}")
    #expect(display.plainText == "PNG, 1 × 1 pixels, \(Gallery.png.count) bytes")
  }

  @Test(arguments: [
    "{}", "[]", "null", " [1, -2.5e+3, 0.1, \"\\u00e9\\n\"] ", "{\"a\": {\"b\": [true, false]}}",
  ])
  func jsonIsShown(_ text: String) throws {
    #expect(try JSONDocument(text).display.data["application/json"] == .json(text))
  }

  @Test(arguments: [
    ("", 1, 1, "expected a value, got the end of the text"),
    ("{\"a\":\n 1 2}", 2, 4, "expected `,` or `}` in an object"),
    ("[1,]", 1, 4, "expected a value"), ("\"a\nb\"", 1, 3, "a control character in a string"),
    ("{} x", 1, 4, "expected the end of the text"), ("{a: 1}", 1, 2, "expected a key in quotes"),
  ])
  func whatIsNotJSONIsExplained(_ text: String, _ line: Int, _ column: Int, _ reason: String) {
    do {
      _ = try JSONDocument(text)
      Issue.record("\(text) was taken for JSON.")
    } catch {
      #expect((error.line, error.column, error.reason) == (line, column, reason))
    }
  }

  struct BadJSON: CustomReflectable {
    var customMirror: Mirror { Mirror(self, children: ["application/json": "{"]) }
  }

  @Test func contentThatIsNotWhatItSaysIsNotOffered() {
    #expect(bundle(for: BadJSON()).data["application/json"] == nil)
  }
}
