import CellSession
import Display
import Glibc
import Testing

extension SessionTests {
  @Suite struct CommandTests {
    @Test func helpListsEveryCommandAndExplainsEach() throws {
      let notebook = try Notebook()
      let (shown, _) = notebook.run("%help")
      let text = try #require(shown.first)
      for command in CellSession.commands {
        #expect(text.contains("%\(command.name)"), "\(text)")
        #expect(text.contains(command.summary), "\(text)")
        let page = notebook.run("%help \(command.name)").shown.joined()
        #expect(page.hasPrefix("display %\(command.name)"), "\(page)")
      }
      #expect(notebook.run("%vars ?").shown.joined().contains("MemorySized"))
    }

    @Test func namesOfCommandsAreCompleted() throws {
      let notebook = try Notebook()
      let found = notebook.session.complete("// a\n%ti", at: 8)
      #expect(found.items.map(\.text) == ["%time", "%timeit"])
      #expect(found.range == 5..<8)
    }

    @Test func anUnknownCommandIsAnsweredWithTheLikelyOne() throws {
      let notebook = try Notebook()
      let failure = try notebook.failure("// a remark\n\n%tiem\nlet a = 1")
      #expect(failure.name == "CommandError")
      #expect(failure.message.contains("There is no command %tiem. Did you mean %time?"))
      #expect(failure.message.contains("%package"))
      #expect(failure.plainTraceback.hasPrefix("In[1]:3: CommandError:"), "\(failure)")
      #expect(try notebook.failure("a").name == "CompileError")
      #expect(try notebook.failure("%reset now").message.contains("takes no arguments"))
    }

    @Test func linesAndColumnsOfErrorsAreTheUsers() throws {
      let notebook = try Notebook()
      let first = try notebook.failure("%time\n// remark\n%optimize\n\nlet a: Int = \"text\"")
      #expect(first.message.contains("In[1]:5:14"), "\(first.message)")
      let second = try notebook.failure("%time let a: Int = \"text\"")
      #expect(second.message.contains("In[2]:1:20"), "\(second.message)")
      let third = try notebook.failure("%timeit 3\nlet b = 1\nlet a: Int = \"text\"")
      #expect(third.message.contains("In[3]:3:14"), "\(third.message)")
      #expect(CellSession.swift(of: "%time\n!ls\nlet a = 1") == "     \n   \nlet a = 1")
      #expect(CellSession.swift(of: "%time f()  ") == "      f()  ")
      #expect(CellSession.swift(of: "%timeit 5 f()") == "          f()")
      #expect(CellSession.completeness(of: "%time\nlet a = 1") == .complete)
      #expect(CellSession.completeness(of: "%time\nfor k in 0..<3 {") != .complete)
      #expect(CellSession.swift(of: "a\n% b") == "a\n% b")
      #expect(CellSession.swift(of: "%time\r\na") == "     \na")
    }

    @Test func timeTellsWhatACellTakesAndKeepsItsNames() throws {
      let notebook = try Notebook()
      let (shown, outcome) = notebook.run("%time\nlet a = (0..<1000).reduce(0, +)\na")
      guard case .finished(let result) = outcome else { throw Notebook.Finished() }
      #expect(result?.plainText == "499500")
      let pattern = #/display time [\d.]+ .?s, processors [\d.]+ .?s, .*, peak memory \d+ MB/#
      #expect(shown.last?.wholeMatch(of: pattern) != nil, "\(shown)")
      #expect(notebook.value("a") == "499500")
      #expect(notebook.value("%%time a + 1") == "499501")
      #expect(try notebook.failure("%time").message.contains("write the Swift below"))
    }

    @Test func timeitRepeatsAndLeavesNoNames() throws {
      let notebook = try Notebook()
      let (shown, _) = notebook.run("%timeit 5\nlet inner = 1\nprint(inner)")
      #expect(shown.first == "standardOutput: 1\n1\n1\n1\n1\n", "\(shown)")
      let pattern = #/display 5 runs: median .*s, fastest .*s, slowest .*s/#
      #expect(shown.last?.wholeMatch(of: pattern) != nil, "\(shown)")
      #expect(try notebook.failure("inner").name == "CompileError")
      #expect(try notebook.failure("offrampTimed").name == "CompileError")
      _ = notebook.value("func one() async -> Int { 1 }")
      #expect(notebook.run("%timeit 2 await one()").shown.joined().contains("2 runs"))
      #expect(try notebook.failure("%timeit 0\n1").message.contains("0 times"))
      _ = notebook.value("struct Oops: Error {}")
      #expect(try notebook.failure("%timeit throw Oops()").name == "Oops")
    }

    @Test func optimizeConcernsOneCellOrAll() throws {
      let notebook = try Notebook()
      #expect(notebook.value("%optimize\nvar s = 0\nfor k in 0..<100 { s &+= k }\ns") == "4950")
      #expect(notebook.run("%last").shown.joined().contains("-O\n"))
      _ = notebook.value("s + 1")
      #expect(notebook.run("%last").shown.joined().contains("-Onone"))
      _ = notebook.value("%O on")
      _ = notebook.value("s + 2")
      _ = notebook.value("%vars")
      let last = notebook.run("%last").shown.joined()
      #expect(last.contains("In[6]") && last.contains("-O\n"), "\(last)")
      _ = notebook.value("%optimize off")
      _ = notebook.value("s + 3")
      #expect(notebook.run("%last").shown.joined().contains("-Onone"))
    }

    @Test func snapshotsCanBeTurnedOff() throws {
      let notebook = try Notebook()
      _ = notebook.value("let a = 1")
      #expect(notebook.run("%snapshots").shown.joined().contains("Snapshots are on"))
      #expect(notebook.run("%snapshots off").shown.joined().contains("costs all variables"))
      #expect(!notebook.session.snapshotsEnabled)
      #expect(try notebook.failure("%snapshots maybe").message.contains("“on” or “off”"))
      _ = notebook.run("%snapshots on")
      #expect(notebook.session.snapshotsEnabled)
    }

    @Test func resetForgetsNamesAndEndsTheProcess() throws {
      let notebook = try Notebook()
      _ = notebook.value("import Glibc\nlet a = 1\nlet b = 2\nlet process = getpid()")
      let process = notebook.value("process")
      #expect(notebook.run("%reset").shown.joined().contains("3 names are forgotten"))
      #expect(try notebook.failure("a").name == "CompileError")
      #expect(notebook.value("import Glibc\ngetpid()") != process)
      #expect(notebook.run("%vars").shown == ["display There are no variables yet."])
    }

    @Test func theCacheCanBeSeenAndCleared() throws {
      let folder = "/tmp/offramp-commands-\(getpid())-\(UInt32.random(in: 0 ... .max))"
      let notebook = try Notebook(cache: folder)
      _ = notebook.value("let a = 1")
      let before = notebook.run("%cache").shown.joined()
      #expect(before.contains("in \(folder)") && before.contains(#/cells +1 +/#), "\(before)")
      #expect(notebook.run("%cache clear").shown.joined().contains("freed in \(folder)"))
      #expect(notebook.run("%cache").shown.joined().contains(#/cells +0 +0 B/#))
      #expect(notebook.value("a") == "1")
      #expect(try notebook.failure("%cache empty").message.contains("“clear” or nothing"))
      notebook.session.shutdown()
      _ = notebook.run("!rm -r \(folder)")
    }
  }

  @Suite struct VariablesTests {
    private func rows(_ notebook: Notebook) -> [String: String] {
      let text = notebook.run("%vars").shown.joined(separator: "\n")
      let lines = text.split(separator: "\n").dropFirst().map(String.init)
      return Dictionary(
        lines.map { (String($0.prefix { $0 != " " }), $0) }, uniquingKeysWith: { a, _ in a })
    }

    @Test func typesSizesValuesAndCellsAreTold() throws {
      let notebook = try Notebook()
      _ = notebook.value("let numbers = [Double](repeating: 1, count: 1_000_000)\nlet n = 7")
      _ = notebook.value(
        "let words: [String: [Int]?] = [\"one\": [1]]\nlet none: Int? = nil\nstruct P { var x = 1 }"
          + "\nlet points = [P(), P()]\nfunc f() {}")
      let rows = rows(notebook)
      #expect(rows["numbers"]?.contains(#/\[Double\] +8\.0 MB +\[1\.0, 1\.0/#) == true, "\(rows)")
      #expect(rows["numbers"]?.hasSuffix("1000000 elements  In[1]") == true, "\(rows)")
      #expect(rows["n"]?.contains(#/Int +8 B +7 +In\[1\]/#) == true, "\(rows)")
      #expect(rows["words"]?.contains("[String: [Int]?]") == true, "\(rows)")
      #expect(rows["none"]?.contains(#/Int\? +9 B +nil +In\[2\]/#) == true, "\(rows)")
      #expect(rows["points"]?.contains("[P(x: 1), P(x: 1)]") == true, "\(rows)")
      #expect(rows["f"] == nil)
      _ = notebook.value("let n = \"now a text\"")
      #expect(self.rows(notebook)["n"]?.contains(#/String +16 B +"now a text" +In\[4\]/#) == true)
    }

    @Test func whatCannotBeLookedAtIsListedAllTheSame() throws {
      let notebook = try Notebook()
      _ = notebook.value(
        "var now: Int { fatalError() }\nstruct Single: ~Copyable { var x = 1 }\n"
          + "let single = Single()\nclass Node { var next: Node?; var data = [1, 2, 3] }\n"
          + "let node = Node(); node.next = node\nlet after = 1")
      let rows = rows(notebook)
      #expect(rows["now"]?.contains("computed at each use") == true, "\(rows)")
      #expect(rows["single"]?.contains("cannot be copied") == true, "\(rows)")
      #expect(rows["node"]?.contains("≥") == true, "\(rows)")
      #expect(rows["after"] != nil, "\(rows)")
    }

    @Test func memoryNamesTheLargest() throws {
      let notebook = try Notebook()
      _ = notebook.value("let small = 1\nlet large = [Int](repeating: 0, count: 500_000)")
      let shown = notebook.run("%memory").shown
      #expect(shown.first?.contains(#/cells +\d+ MB/#) == true, "\(shown)")
      #expect(shown.first?.contains(#/kernel +\d+ MB/#) == true, "\(shown)")
      let names = shown.last?.split(separator: "\n").dropFirst().first
      #expect(names?.hasPrefix("large") == true, "\(shown)")
    }
  }

  @Suite struct ShellTests {
    @Test func outputAndStatusAreTheShells() throws {
      let notebook = try Notebook()
      let (shown, outcome) = notebook.run("!printf 'a\\nb'; echo oops >&2")
      #expect(shown.contains("standardOutput: a\nb") && shown.contains("standardError: oops\n"))
      guard case .finished = outcome else { throw Notebook.Finished() }
      let failure = try notebook.failure("!exit 3\nlet a = 1")
      #expect(failure.name == "ShellError")
      #expect(failure.message == "“exit 3” ended with status 3.")
      #expect(try notebook.failure("a").name == "CompileError")
      #expect(try notebook.failure("!kill -9 $$").message.contains("signal 9"))
      #expect(notebook.value("!true\nlet a = 1\na") == "1")
    }

    @Test func aNameOfTheNotebookIsNegated() throws {
      let notebook = try Notebook()
      _ = notebook.value("let ready = true")
      #expect(notebook.value("!ready") == "false")
      #expect(notebook.value("!true") == "false")
      #expect(notebook.run("!echo ready").shown == ["standardOutput: ready\n"])
    }

    @Test func folderAndEnvironmentAreTheCells() throws {
      let notebook = try Notebook()
      #expect(notebook.run("%cd /usr/lib\n!pwd").shown.last == "standardOutput: /usr/lib\n")
      #expect(notebook.run("%cd ..\n%cd").shown.last == "display /usr")
      _ = notebook.value("import Glibc")
      #expect(notebook.value("String(cString: getcwd(nil, 0))") == "/usr")
      #expect(try notebook.failure("%cd nowhere").message.contains("/usr/nowhere (No such file"))
      _ = notebook.run("%env GREETING=hello \"you\"")
      #expect(notebook.value("String(cString: getenv(\"GREETING\"))") == "hello \"you\"")
      #expect(notebook.run("!echo $GREETING").shown == ["standardOutput: hello \"you\"\n"])
    }

    @Test func whatACommandLeavesBehindIsEnded() throws {
      let notebook = try Notebook()
      let (shown, outcome) = notebook.run(
        "!{ while :; do echo more; sleep 0.01; done; } & echo $!; sleep 0.2")
      guard case .finished = outcome else { throw Notebook.Finished() }
      let number = shown.joined().firstMatch(of: #/\d+/#).flatMap { pid_t($0.0) }
      let process = try #require(number)
      for _ in 0..<1000 where isAlive(process) { usleep(10_000) }
      #expect(!isAlive(process))
    }

    @Test func anInterruptEndsTheCommandAndAllItHasStarted() throws {
      let notebook = try Notebook()
      _ = notebook.value("let a = 1")
      var process: pid_t = 0
      let session = notebook.session
      let line = "!sh -c 'echo $$; sleep 100' & sleep 100"
      let outcome = session.execute(line, number: 50) { event in
        guard case .stream(_, let text) = event else { return }
        process = pid_t(text.prefix { $0 != "\n" }) ?? 0
        session.interrupt()
      }
      guard case .failed(let failure) = outcome else { throw Notebook.Finished() }
      #expect(failure.name == "Interrupted")
      #expect(process > 0)
      for _ in 0..<1000 where isAlive(process) { usleep(10_000) }
      #expect(!isAlive(process))
      #expect(notebook.value("a") == "1")
    }
  }
}

/// Whether a process runs; one that has ended may wait long for its parent to take note.
private func isAlive(_ process: pid_t) -> Bool {
  guard let file = fopen("/proc/\(process)/stat", "r") else { return false }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 256)
  guard fgets(&line, 256, file) != nil else { return false }
  let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  return text.split(separator: ")").last?.split(separator: " ").first != "Z"
}
