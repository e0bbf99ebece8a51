import CellSession
import Glibc
import Testing

extension SessionTests {
  @Suite struct FailureTests {
    @Test func aCompileErrorShowsPlaceExcerptCaretAndFixIt() throws {
      let notebook = try Notebook()
      let failure = try notebook.failure("let a = 1\nfunc g(x: Int) {}\ng(a)")
      #expect(failure.name == "CompileError")
      #expect(failure.message == "missing argument label 'x:' in call (In[1]:3:3)")
      #expect(
        failure.plainTraceback
          == "In[1]:3:3: error: missing argument label 'x:' in call\n3 │ g(a)\n  │   ^\n"
          + "  change to: g(x: a)")
      #expect(failure.traceback.joined().contains("\u{1B}[1;31merror:"))
    }

    @Test(
      arguments: [
        "let z = 3 + unknown", "unknown", "await unknown()", "let f = { unknown }; let g = nosuch",
        "[1].map { $0.nothing }", "import NoSuchModule", "for await x in 3 {}", "async let q = zz",
        "if 3 { }", "let x: String = await 3", "nil", "{ $0 }", "let = 7", "struct S {",
      ])
    func generatedNamesNeverLeak(_ code: String) throws {
      let failure = try Notebook().failure(code)
      #expect(failure.name == "CompileError")
      let text = failure.plainTraceback + failure.message
      #expect(!text.contains("CellHooks") && !text.contains("offramp"), "\(text)")
      #expect(text.contains("In[1]:1:"))
    }

    @Test func aCellThatDoesNotCompileLeavesNoTrace() throws {
      let notebook = try Notebook()
      _ = notebook.value("let kept = 1")
      #expect(
        try notebook.failure("let kept = \"new\"\nlet other = 2\nunknown").name == "CompileError")
      #expect(notebook.value("kept + 1") == "2")
      #expect(try notebook.failure("other").name == "CompileError")
    }

    @Test func aLastValueThatCannotBeShownIsNoMistake() throws {
      let notebook = try Notebook()
      #expect(notebook.value("struct Unique: ~Copyable { let a = 1 }\nUnique()") == nil)
      #expect(notebook.value("Unique().a") == "1")
    }

    @Test func aThrownErrorKeepsWhatWasSet() throws {
      let notebook = try Notebook()
      _ = notebook.value("enum Trouble: Error { case deep(Int) }\nvar count = 1")
      let failure = try notebook.failure(
        "let before = 5\ncount = 2\nlet count2 = count\nthrow Trouble.deep(3)\nlet after = 6\nlet again = \"x\""
      )
      #expect(failure.name == "Trouble" && failure.message == "deep(3)")
      #expect(failure.plainTraceback == "In[2]:4: Trouble: deep(3)")
      #expect(notebook.value("(before, count, count2)") == "(5, 2, 2)")
      let text = try notebook.failure("after").plainTraceback
      #expect(text.contains("note: after is not there: In[2] failed before it was set."))
      #expect(notebook.value("let after = 1\nafter") == "1")
    }

    @Test func whatNeedsAnUnsetNameCannotBeUsed() throws {
      let notebook = try Notebook()
      _ = try notebook.failure(
        "func one() -> Int { 1 }\nfunc size() -> Int { list.count }\nfunc twice() -> Int { size() * 2 }\n"
          + "throw CancellationError()\nlet list = [1, 2]")
      #expect(notebook.value("one()") == "1")
      #expect(try notebook.failure("size()").name == "CompileError")
      #expect(try notebook.failure("twice()").name == "CompileError")
    }

    @Test func anErrorSpeaksForItself() throws {
      let notebook = try Notebook()
      let local = """
        import Foundation
        struct Local: LocalizedError { var errorDescription: String? { "It is local." } }
        throw Local()
        """
      #expect(try notebook.failure(local).message == "It is local.")
      let own = """
        struct Own: Error, CustomStringConvertible { var description: String { "It is my own." } }
        func fail() async throws { throw Own() }
        try await fail()
        """
      let failure = try notebook.failure(own)
      #expect(failure.name == "Own" && failure.message == "It is my own.")
    }

    @Test(
      arguments: [
        ("let a = [1]\na[7]", "FatalError", "Index out of range"),
        ("fatalError(\"boom\")", "FatalError", "boom"),
        ("let n: Int? = nil\nn!", "FatalError", "Unexpectedly found nil"),
        ("let m = Int.max\nm + Int(\"1\")!", "FatalError", "checks"),
        ("import Glibc\nexit(0)", "Exited", "exit status 0"),
        ("import Glibc\nexit(3)", "Exited", "exit status 3"),
        ("import Glibc\nabort()", "Aborted", "abort"),
        ("import Glibc\nkill(getpid(), SIGKILL)", "Killed", "SIGKILL"),
        ("func deep(_ n: Int) -> Int { deep(n + 1) + 1 }\ndeep(0)", "StackOverflow", "full"),
        ("UnsafePointer<Int>(bitPattern: 8)!.pointee", "SegmentationFault", "(0x8)"),
        ("[UInt8](repeating: 1, count: 1 << 44).count", "OutOfMemory", "17592186044448"),
      ])
    func everyDeathKeepsEveryVariable(_ code: String, name: String, words: String) throws {
      let notebook = try Notebook()
      _ = notebook.value("class Box { var items = [\"a\"] }\nvar b = 1\nlet box = Box()")
      _ = notebook.value("b += 1\nbox.items.append(\"b\")")
      let failure = try notebook.failure("b = 100\nbox.items = []\n\(code)")
      #expect(failure.name == name)
      #expect(failure.message.contains(words), "\(failure.message)")
      #expect(failure.message.hasSuffix("All variables are as they were before this cell."))
      #expect(notebook.value("(b, box.items)") == "(2, [\"a\", \"b\"])")
    }

    @Test func withoutSnapshotsACrashCostsTheProcess() throws {
      let notebook = try Notebook { $0.takesSnapshots = false }
      #expect(!notebook.session.snapshotsEnabled)
      _ = notebook.value("let a = 1")
      let failure = try notebook.failure("[0][3]")
      #expect(failure.message.contains("run In[1] again"))
      let text = try notebook.failure("a").plainTraceback
      #expect(text.contains("run In[1] again"), "\(text)")
      #expect(notebook.value("let a = 2\na") == "2")
      notebook.session.snapshotsEnabled = true
      _ = try notebook.failure("[0][4]")
      #expect(notebook.value("a") == "2")
    }

    @Test func aCrashNamesTheLinesThatLedToIt() throws {
      let notebook = try Notebook()
      _ = notebook.value("func inner(_ a: [Int]) -> Int {\n  let k = 7\n  return a[k]\n}")
      _ = notebook.value("func outer() -> Int {\n  inner([1, 2]) + 1\n}")
      let text = try notebook.failure("let x = 3\nlet y = outer()").plainTraceback
      #expect(text.hasPrefix("In[1]:3 in inner(_:): FatalError: Index out of range.\n"), "\(text)")
      #expect(
        text.contains("\n  called from In[2]:2 in outer()\n  called from In[3]:2\n"), "\(text)")
    }

    @Test func whatWasPrintedBeforeACrashIsShown() throws {
      let code = "print(\"whole\")\nprint(\"part\", terminator: \"\")\nlet n = [0][3]"
      let printed = try Notebook().run(code).shown.filter { $0.hasPrefix("standardOutput: ") }
      #expect(printed.map { $0.dropFirst(16) }.joined() == "whole\npart")
    }

    @Test func aCrashBetweenCellsIsTold() throws {
      let notebook = try Notebook()
      _ = notebook.value(
        "import Glibc\nlet a = 1\nTask { try await Task.sleep(for: .milliseconds(200)); abort() }\n()"
      )
      usleep(1_000_000)
      let (shown, outcome) = notebook.run("2")
      #expect(!outcome.isFailure)
      #expect(shown.joined().contains("ended between cells"))
      #expect(notebook.value("3") == "3")
    }

    @Test func withoutAToolchainASentenceSaysSo() throws {
      setenv("OFFRAMP_TOOLCHAIN", "/nowhere", 1)
      defer { unsetenv("OFFRAMP_TOOLCHAIN") }
      let notebook = try Notebook()
      let failure = try notebook.failure("1")
      #expect(failure.name == "CompilerUnavailable")
      #expect(failure.message.contains("/nowhere"))
      unsetenv("OFFRAMP_TOOLCHAIN")
      #expect(notebook.value("1") == "1")
    }
  }
}

extension CellOutcome {
  /// Whether the cell failed.
  var isFailure: Bool { if case .failed = self { true } else { false } }
}
