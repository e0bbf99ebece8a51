import CellSession
import Display
import Glibc
import Synchronization
import Testing

extension SessionTests {
  @Suite struct OutputTests {
    @Test func printsAndDisplaysKeepTheirOrder() throws {
      let notebook = try Notebook()
      let cell = """
        import Glibc
        for k in 0..<3 {
          print("line", k)
          print("part", terminator: "")
          display(k)
          puts("from C")
        }
        let handle = display("first", id: "h")
        handle.update("second")
        clearOutput(wait: true)
        """
      let each = (0..<3).flatMap { ["line \($0)\npart", "display \($0)", "from C\n"] }
      let shown = notebook.run(cell).shown.joined(separator: "|")
      let expected = (each + ["display first as h", "update h: second", "clear true"])
      #expect(
        shown.replacing("standardOutput: ", with: "")
          == expected.joined(separator: "|").replacing("from C\n|line", with: "from C\nline"))
    }

    @Test func standardErrorIsAStreamOfItsOwn() throws {
      let notebook = try Notebook()
      #expect(
        notebook.run("import Glibc\nfputs(\"oh\\n\", stderr)\ndisplay(1)\nfputs(\"ah\\n\", stderr)")
          .shown
          == ["standardError: oh\n", "display 1", "standardError: ah\n"])
    }

    @Test func aPartOfALineArrivesWhileTheCellRuns() throws {
      let notebook = try Notebook()
      try withEmptyFolder { folder in
        // The cell goes on once its first letter has been seen.
        let code = """
          import Glibc
          print("a", terminator: "")
          for _ in 0..<1000 where access("\(folder)/seen", F_OK) != 0 { usleep(10_000) }
          print("b")
          """
        var seen: [String] = []
        _ = notebook.session.execute(code, number: 1) { event in
          if case .stream(_, let text) = event { seen.append(text) }
          if seen == ["a"] { close(creat("\(folder)/seen", 0o600)) }
        }
        #expect(seen == ["a", "b\n"])
      }
    }

    @Test func charactersAreNeverCut() throws {
      let notebook = try Notebook()
      let text = notebook.run("for _ in 0..<40_000 { print(\"äß→🙂\", terminator: \"\") }").shown
        .joined()
      #expect(text == "standardOutput: " + String(repeating: "äß→🙂", count: 40_000))
    }

    @Test func muchOutputArrivesWhole() throws {
      let notebook = try Notebook()
      var bytes = 0
      _ = notebook.session.execute("for k in 0..<200_000 { print(\"line number\", k) }", number: 1)
      {
        if case .stream(_, let text) = $0 { bytes += text.utf8.count }
      }
      #expect(bytes == (0..<200_000).reduce(0) { $0 + 13 + String($1).utf8.count })
    }

    @Test func outputAfterACellIsDeliveredToo() throws {
      let notebook = try Notebook()
      let late = Mutex("")
      notebook.session.lateOutput { event in
        if case .stream(_, let text) = event { late.withLock { $0 += text } }
      }
      #expect(
        notebook.value(
          "Task { try await Task.sleep(for: .milliseconds(100)); print(\"late\") }\n()") == nil)
      let deadline = now() + 5
      while late.withLock({ $0 }).isEmpty, now() < deadline { usleep(10_000) }
      #expect(late.withLock { $0 } == "late\n")
    }

    @Test func resultsAreWorthShowing() throws {
      let notebook = try Notebook()
      #expect(notebook.value("\"text\"") == "text")
      #expect(notebook.value("print(1)") == nil)
      #expect(notebook.value("1;") == nil)
      #expect(notebook.value("display(1, id: \"x\")") == nil)
      #expect(notebook.value("let o: Int? = nil\no") == "nil")
      let swatch = """
        struct Swatch: Displayable {
          var display: MIMEBundle { MIMEBundle(plain: "red", ["text/html": .text("<b>red</b>")]) }
        }
        Swatch()
        """
      guard case .finished(let bundle) = notebook.run(swatch).outcome else {
        Issue.record("The cell failed.")
        return
      }
      #expect(bundle?.data["text/html"] == .text("<b>red</b>"))
    }
  }
}

/// Seconds on the monotonic clock.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
