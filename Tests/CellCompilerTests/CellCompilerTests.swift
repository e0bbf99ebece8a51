import CellCompiler
import Testing

@Suite struct ParsedCellTests {
  private func text(_ source: String) -> String { ParsedCell(source).rewritten().edits.text }

  @Test func theLastExpressionIsShown() {
    #expect(
      text("let a = 1\na + 1")
        == "let a = 1 ;try CellHooks.reached(0)\nCellHooks.result(a + 1) { $0._repr_html_ }")
    #expect(text("f { $0 } // why") == "CellHooks.result(f { $0 }) { $0._repr_html_ } // why")
    #expect(text("try f()") == "CellHooks.result(try f()) { $0._repr_html_ }")
  }

  @Test(
    arguments: [
      "a = 1", "a += 1", "_ = f()", "try a = g()", "a;", "let a = 1", "if a { b }",
      "switch a { default: b }", "func f() { while a { } }", "let f = { while a { } }",
      "defer { while a { } }",
    ])
  func otherEndingsAreNotShown(_ source: String) { #expect(text(source) == source) }

  @Test func loopsOfTheTopLevelCanBeInterrupted() {
    #expect(text("for a in b { c }") == "for a in b { CellHooks.turn(); c }")
    #expect(
      text("if a { while b {\nc } }\nrepeat {} while d")
        == "if a { while b { CellHooks.turn();\nc } } ;try CellHooks.reached(0)\n"
        + "repeat { CellHooks.turn();} while d")
  }

  @Test(arguments: ["a == 1", "a <= 1", "a != b", "a === b", "a ... b"])
  func comparisonsAreShown(_ source: String) {
    #expect(text(source) == "CellHooks.result(\(source)) { $0._repr_html_ }")
  }

  @Test func aBrokenCellIsLeftAsItIs() { #expect(text("let = 7") == "let = 7") }

  @Test func carriageReturnsAreLineBreaks() {
    #expect(
      text("let a = 1\r\na")
        == "let a = 1 ;try CellHooks.reached(0)\nCellHooks.result(a) { $0._repr_html_ }")
  }

  @Test func topLevelAwaitIsWaitedFor() {
    #expect(text("let a = await f()") == "let a = try CellHooks.wait { await f() }")
    #expect(
      text("await f()") == "CellHooks.result(try CellHooks.wait { await f() }) { $0._repr_html_ }")
    #expect(
      text("for await x in s { print(x) }")
        == "try CellHooks.wait { () async throws -> Void in for await x in s { print(x) }; return }"
    )
    #expect(text("let f = { await g() }") == "let f = { await g() }")
    #expect(text("func f() async { await g() }") == "func f() async { await g() }")
  }

  @Test func anAsyncLetIsBoundWhereItIsFirstUsed() {
    let cell = ParsedCell("async let a: Int = f()\nprint(1)\nprint(await a)").rewritten()
    let lines = cell.edits.text.split(separator: "\n")
    #expect(lines[0].contains("let offrampTask0_0: CellHooks.Started<Int> = CellHooks.start {"))
    #expect(lines[2].hasPrefix("let a = try CellHooks.wait { try await offrampTask0_0.value }; "))
    #expect(cell.definitions.map(\.item) == [2])
  }

  @Test func privateNamesAreVisibleToLaterCells() {
    #expect(text("private let a = 1") == "        let a = 1")
    #expect(text("private(set) var a = 1") == "private(set) var a = 1")
  }
}

@Suite struct DefinitionTests {
  private func names(_ source: String) -> [String] {
    ParsedCell(source).definitions.map { "\($0.kind.rawValue) \($0.name)\($0.signature)" }
  }

  @Test func everyKindOfDeclarationIsFound() {
    #expect(
      names("let a = 1, b = 2\nvar (c, (d, _)) = f()") == ["var a", "var b", "var c", "var d"])
    #expect(
      names("struct S {}\nenum E {}\nclass C {}\nactor A {}\nprotocol P {}\ntypealias T = Int")
        == ["struct S", "enum E", "class C", "class A", "protocol P", "typealias T"])
    #expect(names("func f(_ a: Int, b: [T]) -> Int { a }") == ["func f(_: Int, b: [T]) -> Int"])
    #expect(
      names("infix operator **\nfunc ** (a: Int, b: Int) -> Int { a }").allSatisfy {
        $0.hasPrefix("nameless")
      })
    #expect(
      names("extension Int: P { var x: Int { 1 }; func f(a: Int) {} }") == [
        "nameless Int: P ", "nameless Int.x ", "nameless Int.f(a: Int) -> Void ",
      ])
  }

  @Test func importsAreFound() {
    #expect(
      ParsedCell("import Foundation // why\nimport struct Glibc.tm\n1").imports
        == ["import Foundation", "import struct Glibc.tm"])
  }

  @Test func afterAFailureOnlyWhatWasSetRemains() {
    let cell = ParsedCell("let a = 1\nfunc f() {}\ntry g()\nlet b = 2\nstruct S {}").rewritten()
    #expect(cell.definitions(completed: 0).map(\.name) == ["a", "f"])
    #expect(cell.definitions(completed: -1).map(\.name).isEmpty)
    #expect(cell.line(after: 0) == 3)
  }
}

@Suite struct SourceEditsTests {
  @Test func columnsLeadBackToTheUsersText() {
    let edits = ParsedCell("let a = await f(); let b = xy\nzz").rewritten().edits
    let line = edits.text.split(separator: "\n")[0]
    let column = line.utf8.count - line[line.firstRange(of: "xy")!.lowerBound...].utf8.count + 1
    #expect(edits.originalColumn(line: 1, column: column) == 28)
    #expect(edits.originalColumn(line: 1, column: 1) == 1)
    #expect(edits.originalColumn(line: 2, column: 18) == 1)
    #expect(edits.originalColumn(line: 2, column: 19) == 2)
  }
}

@Suite struct DiagnosticTests {
  @Test func messagesAreReadFromTheCompilersOutput() {
    let output = """
      In[9]:3:6: error: use of '=' in a boolean context, did you mean '=='?
      if a = 3 { }
         ~ ^ ~
           ==
      In[9]:1:1: note: change 'let' to 'var' to make it mutable
      let a = 3
      ^~~
      var
      <unknown>:0: note: 'W' declares conformance to protocol 'Q' here
      """
    let found = Diagnostic.parse(output)
    #expect(found.map(\.severity) == [.error, .note, .note])
    #expect(found[0].range == 4...8)
    #expect(found[0].fixIt?.text == "==" && found[0].fixIt?.column == 6)
    #expect(found[1].range == 1...3 && found[1].fixIt?.text == "var")
    #expect(found[2].message == "'W' declares conformance to protocol 'Q' here")
  }

  @Test func aMessageIsShownWithItsSource() {
    let diagnostic = Diagnostic.parse("In[1]:1:9: error: no\nlet ü = xy\n        ^~")[0]
    let lines = diagnostic.rendered(source: ["let ü = xy"], file: "In[1]")
    let plain = lines.map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") }
    #expect(plain == ["In[1]:1:9: error: no", "1 │ let ü = xy", "  │        ^~"])
  }
}

@Suite struct CompletenessTests {
  @Test(arguments: ["1", "let a = 7", "func f() {}", "", "// c", "if a {\n}", "print(\"x\")"])
  func whole(_ source: String) { #expect(SourceCompleteness(of: source) == .complete) }

  @Test(
    arguments: [
      ("func f() {", "  "), ("print(1,", "  "), ("struct S {\n  func f() {", "    "),
      ("let a =", ""), ("/* open", ""), ("let s = \"\"\"\nabc", ""), ("[1, 2", "  "),
      ("if a {\n  b\n} else {", "  "), ("1 +", ""), ("for i in 0..<3 {\n  print(i)", "  "),
    ])
  func open(_ source: String, indent: String) {
    #expect(SourceCompleteness(of: source) == .incomplete(indent: indent))
  }

  @Test(arguments: ["let = 7", "}", "func 3() {}", "let a = )", "print(1))"])
  func wrong(_ source: String) { #expect(SourceCompleteness(of: source) == .invalid) }
}

@Suite struct DigestTests {
  @Test func theDigestIsThatOfTheStandard() {
    #expect(
      sha256("abc".utf8) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      sha256("".utf8) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      sha256(String(repeating: "a", count: 1000).utf8)
        == "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3")
  }
}
