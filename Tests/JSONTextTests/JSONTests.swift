import JSONText
import Testing

@Suite struct JSONTests {
  @Test func aDocumentIsReadAndWrittenBack() throws {
    let text = #"{"a":[1,-2.5,true,false,null],"b":{"c":"d"},"e":[],"f":{}}"#
    let json = try JSON(parsing: text)
    #expect(json["a"]?.array?[0] == 1)
    #expect(json["a"]?.array?[1] == -2.5)
    #expect(json["b"]?["c"]?.string == "d")
    #expect(json.description == text)
  }

  @Test func spaceBetweenTokensIsSkipped() throws {
    #expect(try JSON(parsing: " {\n\t\"a\" : [ 1 , 2 ] }\r\n ") == ["a": [1, 2]])
  }

  @Test(arguments: [
    ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\u{8}\u{C}\n\r\t"),
    ("\"\\u00e9\\uD83D\\uDE00\"", "é😀"),
    ("\"é😀\"", "é😀"),
    ("\"half \\ud83d pair\"", "half \u{FFFD} pair"),
    ("\"\\ud83d\\u0041\"", "\u{FFFD}A"),
    ("\"\"", ""),
  ])
  func stringsAreUnescaped(text: String, value: String) throws {
    #expect(try JSON(parsing: text).string == value)
  }

  @Test func everyControlCharacterSurvivesTheWayThere() throws {
    let value = String(String.UnicodeScalarView((0..<0x80).compactMap { Unicode.Scalar($0) }))
    #expect(try JSON(parsing: JSON.string(value).bytes).string == value)
  }

  @Test(arguments: [
    ("0", JSON.integer(0)), ("-7", .integer(-7)), ("1e3", .number(1000)), ("2.50", .number(2.5)),
    ("9223372036854775807", .integer(.max)),
    ("9223372036854775808", .number(9.223372036854775808e18)),
  ])
  func numbersKeepTheirValue(text: String, value: JSON) throws {
    #expect(try JSON(parsing: text) == value)
  }

  @Test func aNumberThatJSONCannotSayIsNull() {
    #expect(JSON.number(.nan).description == "null")
    #expect(JSON.number(.infinity).description == "null")
  }

  @Test(arguments: [
    "", "{", "[1,", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "[1,]", "{\"a\":1,}", "\"open",
    "\"\n\"",
    "\"\\x\"", "\"\\u12\"", "\"\\u+123\"", "tru", "01", "1.", ".5", "1e", "-", "+1", "NaN",
    "Infinity",
    "1 2", "{}x", "1e999",
  ])
  func whatIsNotJSONIsAnError(text: String) {
    #expect(throws: JSONError.self) { try JSON(parsing: text) }
  }

  @Test func anErrorSaysWhere() {
    #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
    do { _ = try JSON(parsing: "[1, oops]") } catch {
      #expect(error.description == "not valid JSON at byte 4: expected a value")
    }
  }

  @Test func deepNestingIsAnErrorAndNoStackOverflow() {
    let text = String(repeating: "[", count: 1_000_000)
    #expect(throws: JSONError.self) { try JSON(parsing: text) }
  }

  @Test func truncationAnywhereIsAnError() throws {
    let bytes = Array(#"{"code":"é\n😀","n":[1.5,{"x":null}],"silent":false}"#.utf8)
    for count in 0..<bytes.count {
      #expect(throws: JSONError.self) { try JSON(parsing: Array(bytes[..<count])) }
    }
  }
}
