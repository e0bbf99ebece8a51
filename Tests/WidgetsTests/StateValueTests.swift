import Testing
import Widgets

/// The JSON of widgets' states, written and read.
struct StateValueTests {
  @Test(arguments: [
    "null", "true", "-3", "0.5", "1e-05", #""a\"b\\c\n\t""#, "[]", "[1,[2,{}]]",
    #"{"a":null,"b":[false]}"#, #""é😀""#,
  ])
  func aDocumentComesBackAsItWas(_ text: String) {
    #expect(StateValue(parsing: text)?.serialized == text)
  }

  @Test(arguments: ["", "{", "[1,]", "{\"a\" 1}", "nul", "1 2", "\"\u{1}\""])
  func whatIsNotJSONIsRefused(_ text: String) {
    #expect(StateValue(parsing: text) == nil)
  }

  @Test func nestingWithoutEndIsRefused() {
    #expect(StateValue(parsing: String(repeating: "[", count: 100_000)) == nil)
  }

  @Test func escapesBeyondTheFirstPlaneAreRead() {
    #expect(StateValue(parsing: #""\ud83d\ude00\u00e9\/""#) == "😀é/")
  }

  @Test func controlCharactersAreEscaped() {
    #expect(StateValue("\u{1}\u{1B}").serialized == #""\u0001\u001b""#)
  }

  @Test func numbersThatJSONCannotSayAreNull() {
    #expect(StateValue.array([.number(.nan), .number(.infinity)]).serialized == "[null,null]")
  }
}
