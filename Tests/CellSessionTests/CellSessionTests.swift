import CellSession
import Display
import Testing

/// All tests that run cells; one after the other, as each has processes of its own.
@Suite(.serialized) enum SessionTests {}

extension SessionTests {
  @Suite struct StateTests {
    @Test func namesLiveOn() throws {
      let notebook = try Notebook()
      #expect(notebook.value("var a = 1\nlet b = [1, 2, 3]") == nil)
      #expect(notebook.value("a += 1\na") == "2")
      #expect(notebook.value("func twice(_ x: Int) -> Int { x * a }\ntwice(b.count)") == "6")
      #expect(notebook.value("a = 10; twice(1)") == "10")
      #expect(notebook.value("let (u, v) = (1, \"two\")") == nil)
      #expect(notebook.value("(u, v)") == "(1, \"two\")")
      #expect(notebook.value("guard let g = Int(\"4\") else { fatalError() }\ng") == "4")
      #expect(notebook.value("g + 1") == "5")
      #expect(notebook.value("private let hidden = 7") == nil)
      #expect(notebook.value("hidden") == "7")
    }

    @Test func typesLiveOn() throws {
      let notebook = try Notebook()
      _ = notebook.value("struct P<T> { var x: T }\nenum Color: String, CaseIterable { case red }")
      #expect(notebook.value("P(x: 3).x") == "3")
      #expect(notebook.value("Color.allCases.count") == "1")
      _ = notebook.value("protocol Shape { func area() -> Double }\nstruct Square { var s = 2.0 }")
      _ = notebook.value("extension Square: Shape { func area() -> Double { s * s } }")
      #expect(notebook.value("let all: [any Shape] = [Square()]\nall.map { $0.area() }") == "[4.0]")
      _ = notebook.value(
        "@resultBuilder enum Sum { static func buildBlock(_ x: Int...) -> Int { x.reduce(0, +) } }\n"
          + "func sum(@Sum _ body: () -> Int) -> Int { body() }")
      #expect(notebook.value("sum { 1; 2; 3 }") == "6")
      _ = notebook.value(
        "infix operator **: MultiplicationPrecedence\n"
          + "func ** (a: Int, b: Int) -> Int { (0..<b).reduce(1) { r, _ in r * a } }")
      #expect(notebook.value("2 ** 10") == "1024")
      #expect(notebook.value("func most<T: Comparable>(_ a: T, _ b: T) -> T { max(a, b) }") == nil)
      #expect(notebook.value("let f = { (x: Int) in most(x, 2) }\nf(1)") == "2")
      #expect(notebook.value("f(3)") == "3")
    }

    @Test func redefinitionShadows() throws {
      let notebook = try Notebook()
      _ = notebook.value(
        "struct P { var x = 1 }\nvar n = 10\nfunc f(_ a: Int) -> Int { a }\nlet p = P()")
      _ = notebook.value("struct P { var y = 2 }")
      #expect(notebook.value("(p.x, P().y, n)") == "(1, 2, 10)")
      #expect(notebook.value("var n = \"text\"\nn += \"!\"\nn") == "text!")
      #expect(notebook.value("n") == "text!")
      _ = notebook.value("func f(_ a: Int) -> Int { a + 1 }\nfunc f(_ a: String) -> String { a }")
      #expect(notebook.value("(f(1), f(\"s\"))") == "(2, \"s\")")
      _ = notebook.value("extension Int { var twice: Int { self * 2 } }")
      _ = notebook.value("extension Int { var twice: Int { self * 20 } }")
      #expect(notebook.value("3.twice") == "60")
    }

    @Test func aValueOfAnEarlierTypeIsExplained() throws {
      let notebook = try Notebook()
      _ = notebook.value("struct P {}\nlet p = P()")
      _ = notebook.value("struct P {}\nfunc f(_ p: P) {}")
      let text = try notebook.failure("f(p)").plainTraceback
      #expect(text.contains("note: P was defined anew in In[2]; values made before"), "\(text)")
    }

    @Test func conformancesAndOperatorsAreRedefinedToo() throws {
      let notebook = try Notebook()
      _ = notebook.value("protocol Shape { func area() -> Int }\nstruct Square { var side = 2 }")
      _ = notebook.value("extension Square: Shape { func area() -> Int { side } }")
      _ = notebook.value("let shapes: [any Shape] = [Square()]")
      _ = notebook.value("extension Square: Shape { func area() -> Int { side * side } }")
      #expect(notebook.value("(shapes + [Square()]).map { $0.area() }") == "[2, 4]")
      _ = notebook.value("infix operator <>\nfunc <> (a: Int, b: Int) -> Int { a }\nlet one = 1")
      _ = notebook.value("infix operator <>\nfunc <> (a: Int, b: Int) -> Int { b }")
      #expect(notebook.value("one <> 2") == "2")
      _ = notebook.value(
        "extension Int {\n  var twice: Int { self * 2 }\n  var same: Int { self }\n}")
      _ = notebook.value("extension Int { var twice: Int { self + self + 1 } }")
      #expect(notebook.value("(1.twice, 1.same)") == "(3, 1)")
    }

    @Test func namesOfTheUserWinOverLibraries() throws {
      let notebook = try Notebook()
      _ = notebook.value("import Foundation\nstruct Date { var day = 1 }")
      #expect(notebook.value("Date().day") == "1")
      _ = notebook.value("func max(_ a: String) -> String { a }")
      #expect(notebook.value("(max(\"a\"), max(1, 2))") == "(\"a\", 2)")
    }

    @Test func foundationWorksAndIsCarriedForward() throws {
      let notebook = try Notebook()
      _ = notebook.value("import Foundation")
      #expect(notebook.value("String(format: \"%.2f\", 3.14159)") == "3.14")
      #expect(notebook.value("Date(timeIntervalSince1970: 0)") == "1970-01-01 00:00:00 +0000")
    }

    @Test func regularExpressionsAndMacrosWork() throws {
      let notebook = try Notebook()
      _ = notebook.value("let pattern = /(\\d+)-(\\w+)/")
      #expect(notebook.value("\"12-ab\".firstMatch(of: pattern)!.output.2") == "ab")
      _ = notebook.value("import Observation\n@Observable class Counter { var count = 1 }")
      #expect(notebook.value("Counter().count") == "1")
    }

    @Test func expressionsAreEvaluatedWithoutATrace() throws {
      let notebook = try Notebook()
      _ = notebook.value("let a = 20")
      #expect(try notebook.session.evaluate("a + 1").get().plainText == "21")
      #expect(throws: CellFailure.self) { try notebook.session.evaluate("let q = 1; zz").get() }
      #expect(try notebook.failure("q").name == "CompileError")
    }
  }

  @Suite struct AwaitTests {
    private let slow =
      "func slow(_ n: Int) async throws -> Int { try await Task.sleep(for: .milliseconds(20)); return n }"

    @Test func topLevelAwaitIsBridged() throws {
      let notebook = try Notebook()
      #expect(notebook.value("\(slow)\nlet a = try await slow(4)\ntry await slow(a + 1)") == "5")
      #expect(notebook.value("a") == "4")
      #expect(
        notebook.value("async let x = slow(1)\nasync let y: Int = slow(2)\ntry await x + y") == "3")
      #expect(notebook.value("x * 10 + y") == "12")
      let loop = """
        for await k in AsyncStream<Int> { c in (1...3).forEach { c.yield($0) }; c.finish() } {
          print(k, terminator: " ")
        }
        """
      #expect(notebook.run(loop).shown == ["standardOutput: 1 2 3 "])
      #expect(notebook.value("if try await slow(1) == 1 { print(1) } else { print(2) }") == nil)
      #expect(
        notebook.value("actor A { var n = 0; func add() -> Int { n += 1; return n } }\nlet c = A()")
          == nil)
      #expect(notebook.value("_ = await c.add()\nawait c.add()") == "2")
      #expect(notebook.value("@MainActor func main() -> Int { 42 }\nawait main()") == "42")
    }

    @Test func awaitIsBridgedUnderConditionsToo() throws {
      let notebook = try Notebook()
      _ = notebook.value("func one() async -> Int { 1 }")
      #expect(notebook.value("#if os(Linux)\nlet a = await one()\n#endif") == nil)
      #expect(notebook.value("a") == "1")
      #expect(notebook.value("guard let b = await [one()].first else { fatalError() }\nb") == "1")
    }

    @Test func aTaskGroupUsesTheWorkersThreads() throws {
      let notebook = try Notebook()
      let sum = """
        \(slow)
        try await withThrowingTaskGroup(of: Int.self) { group in
          for k in 0..<20 { group.addTask { try await slow(k) } }
          return try await group.reduce(0, +)
        }
        """
      #expect(notebook.value(sum) == "190")
    }
  }
}
