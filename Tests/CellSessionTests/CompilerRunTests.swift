import CellSession
import Display
import Foundation
import Glibc
import Testing

extension SessionTests {
  @Suite struct CompilerRunTests {
    /// A notebook with what makes a cell be compiled more than once, and a crash.
    private let cells = [
      "import Glibc\nstruct P { var x = 1 }\nvar n = 10", "func f(_ a: Int) -> Int { a + n }\nf(1)",
      "protocol Shape { func area() -> Int }\nextension P: Shape { func area() -> Int { x } }",
      "extension P: Shape { func area() -> Int { x * 5 } }", "P().area()",
      "extension Int { var twice: Int { self * 2 } }",
      "extension Int { var twice: Int { self * 3 } }",
      "2.twice", "struct P { var y = 2 }\nP().y", "let q = f(2)\nif q > 0 { n += 1 }",
      "let missing = nowhere", "func nothing() {}\nnothing()", "print(n); fatalError(\"stop\")",
      "let after = 3\nafter", "struct E: Error {}\nlet set = 1\nthrow E()", "set + after",
    ]

    private func run(_ notebook: Notebook) -> [String] {
      cells.map { cell in
        switch notebook.run(cell).outcome {
        case .finished(let result): result?.plainText ?? "-"
        case .failed(let failure): failure.name
        }
      }
    }

    @Test func aCachedNotebookIsNotCompiledAtAll() throws {
      try withEmptyFolder { folder in
        let first = try Notebook(cache: folder)
        let outcomes = run(first)
        #expect(first.session.compilerRuns >= cells.count)
        #expect(outcomes[4] == "5" && outcomes[7] == "6" && outcomes[10] == "CompileError")
        let second = try Notebook(cache: folder)
        #expect(run(second) == outcomes)
        #expect(second.session.compilerRuns == 0)
      }
    }

    @Test func aChangedCellCompilesOnlyWhatUsesIt() throws {
      try withEmptyFolder { folder in
        let first = try Notebook(cache: folder)
        for cell in ["let a = 1", "let b = 2", "a + 1", "b + 1"] { _ = first.value(cell) }
        let second = try Notebook(cache: folder)
        for cell in ["let a = 5", "let b = 2", "a + 1"] { _ = second.value(cell) }
        #expect(second.session.compilerRuns == 2)
        #expect(second.value("b + 1") == "3")
        #expect(second.session.compilerRuns == 2)
      }
    }

    @Test func whatACellMentionsIsEnoughForItsTypes() throws {
      let notebook = try Notebook()
      _ = notebook.value(
        "struct Inner { var depth = 3; func deeper() -> Inner { Inner(depth: depth + 1) } }")
      _ = notebook.value("struct Outer { var inner = Inner() }")
      _ = notebook.value("func make() -> Outer { Outer() }")
      #expect(notebook.value("make().inner.deeper().depth") == "4")
      _ = notebook.value("let kept = make()")
      _ = notebook.value("struct Inner { var other = 1 }")
      #expect(notebook.value("(kept.inner.depth, Inner().other)") == "(3, 1)")
      _ = notebook.value("@propertyWrapper struct Twice { var wrappedValue: Int { didSet {} } }")
      #expect(notebook.value("struct W { @Twice var v = 2 }\nW().v") == "2")
    }

    @Test func damagedFilesOfTheCacheAreMadeAnew() throws {
      try withEmptyFolder { folder in
        let cells = ["let a = 41", "a + 1"]
        let first = try Notebook(cache: folder)
        #expect(cells.map { first.value($0) } == [nil, "42"])
        first.session.shutdown()
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cells")
        for name in files {
          let path = "\(folder)/cells/\(name)"
          let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
          try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
        }
        let second = try Notebook(cache: folder)
        #expect(cells.map { second.value($0) } == [nil, "42"])
        #expect(second.session.compilerRuns == 2)
        let third = try Notebook(cache: folder)
        #expect(cells.map { third.value($0) } == [nil, "42"])
        #expect(third.session.compilerRuns == 0)
      }
    }

    @Test func theCacheIsItsUsersAlone() throws {
      try withEmptyFolder { folder in
        let notebook = try Notebook(cache: folder)
        #expect(notebook.value("let a = 1\na") == "1")
        _ = notebook.run("let b = nowhere")
        var status = stat()
        for part in ["cells", "sessions"] {
          #expect(stat("\(folder)/\(part)", &status) == 0 && status.st_mode & 0o077 == 0)
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cells")
        #expect(files.count == 4)
        for name in files {
          #expect(stat("\(folder)/cells/\(name)", &status) == 0 && status.st_mode & 0o077 == 0)
        }
      }
    }

    @Test func twoSessionsAtOnceUseOneCache() async throws {
      var template = Array("/tmp/offramp-cache-XXXXXX".utf8CString)
      let folder = String(cString: mkdtemp(&template))
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let values = try await withThrowingTaskGroup(of: [String?].self) { group in
        for _ in 0..<2 {
          group.addTask {
            let notebook = try Notebook(cache: folder)
            return ["var k = 1", "k += 1\nk", "[k, k]"].map { notebook.value($0) }
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(values == [[nil, "2", "[2, 2]"], [nil, "2", "[2, 2]"]])
    }

    @Test func compilationDoesNotGrowWithTheNotebook() throws {
      let notebook = try Notebook()
      for k in 0..<30 { _ = notebook.value("let value\(k) = \(k)") }
      let imports = { (code: String) in
        notebook.session.importedCells(by: code)
      }
      #expect(imports("value3 + value7") == 2)
      #expect(imports("1 + 1") == 0)
    }

    @Test func aFastCellIsAnotherCell() throws {
      try withEmptyFolder { folder in
        let notebook = try Notebook(cache: folder)
        #expect(notebook.value("%optimize\n(0..<1000).reduce(0, +)") == "499500")
        let other = try Notebook(cache: folder)
        #expect(other.value("(0..<1000).reduce(0, +)") == "499500")
        #expect(other.session.compilerRuns == 1)
      }
    }
  }
}
