import CellCompiler
import Testing

/// Text that Swift's parser, which is recursive, must not be given.
@Suite struct DepthTests {
  private static let pieces = [
    "[", "(", "{", "f(", "x[", "\"\\(", "if a { ", "try ", "await ", "repeat ", "A<", "if let a = ",
    "if a {} else ",
  ]

  @Test(arguments: pieces)
  func endlessNestingIsRefused(_ piece: String) throws {
    let cell = ParsedCell(String(repeating: piece, count: 10_000))
    #expect(!cell.isEmpty)
    #expect(SourceCompleteness(of: cell.source) == .invalid)
    #expect(cell.rewritten().edits.text == cell.source)
  }

  @Test func ordinaryNestingIsNot() {
    let deep = String(repeating: "(", count: 60) + "1" + String(repeating: ")", count: 60)
    #expect(SourceCompleteness(of: deep) == .complete)
    #expect(SourceCompleteness(of: "let a = [[[[1]]]]") == .complete)
    #expect(SourceCompleteness(of: "\"[[[[[[[[[[[[[[[[[[[[[[[[[[\"") == .complete)
    #expect(SourceCompleteness(of: "// ((((((((((((((((((((((((((") == .complete)
  }

  @Test(arguments: [
    ("func f() {\n    if a {", "        "), ("f(a, [", "  "), ("struct S {\n\tfunc f() {", "\t\t"),
  ])
  func theNextLineIsIndentedAsTheCellIs(_ source: String, indent: String) {
    #expect(SourceCompleteness(of: source) == .incomplete(indent: indent))
  }
}
