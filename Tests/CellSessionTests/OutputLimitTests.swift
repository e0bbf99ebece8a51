import CellSession
import Glibc
import Synchronization
import Testing

extension SessionTests {
  @Suite struct OutputLimitTests {
    @Test func outputOverTheLimitIsCountedAndTold() throws {
      let notebook = try Notebook { $0.outputLimit = 1000 }
      let shown = notebook.run("for _ in 0..<1_000_000 { print(\"äbcdefgh\") }").shown
      #expect(shown.count == 2)
      #expect(shown[0].dropFirst(16).utf8.count <= 1000)
      #expect(shown[0].hasPrefix("standardOutput: äbcdefgh\n") && !shown[0].contains("\u{FFFD}"))
      #expect(
        shown[1] == "standardError: \n… output over 1000 bytes is not shown (10 MB in all)\n")
      #expect(notebook.run("print(1)").shown == ["standardOutput: 1\n"])
    }

    @Test func whatWasClearedDoesNotCount() throws {
      let notebook = try Notebook { $0.outputLimit = 100 }
      let shown = notebook.run(
        "for k in 0..<20 { clearOutput(); print(String(repeating: \"x\", count: 60), k) }"
      ).shown
      #expect(shown.last == "standardOutput: \(String(repeating: "x", count: 60)) 19\n")
    }

    @Test func aCrashTellsWhatWasLeftOutToo() throws {
      let notebook = try Notebook { $0.outputLimit = 10 }
      let shown = notebook.run("print(String(repeating: \"x\", count: 60))\n[0][1]").shown.joined()
      #expect(shown.contains("output over 10 bytes is not shown"))
    }

    @Test func programsPrintIntoTheirCell() throws {
      let notebook = try Notebook()
      let start = """
        import Glibc
        var words = [strdup("sh"), strdup("-c"), strdup("printf 'a\\\\rb'; printf c >&2"), nil]
        var child = pid_t()
        posix_spawn(&child, "/bin/sh", nil, nil, &words, nil)
        waitpid(child, nil, 0)
        print("done")
        """
      let shown = notebook.run(start).shown
      #expect(shown.contains { $0 == "standardError: c" })
      #expect(shown.filter { $0.hasPrefix("standardOutput") }.joined().contains("a\rb"))
      #expect(shown.last?.hasSuffix("done\n") == true)
    }

    @Test func aThreadThatPrintsWithoutEndHoldsNothingUp() throws {
      let notebook = try Notebook { $0.outputLimit = 100_000 }
      let start = """
        import Glibc
        var thread = pthread_t()
        pthread_create(&thread, nil, { _ in while true { puts("again") } }, nil)
        usleep(10_000)
        """
      _ = notebook.value(start)
      #expect(notebook.value("let a = 1\na + 1") == "2")
      #expect(notebook.value("a + 2") == "3")
    }

    @Test func anUnfinishedLineOfALateThreadArrives() throws {
      let notebook = try Notebook()
      let late = Mutex("")
      notebook.session.lateOutput { event in
        if case .stream(_, let text) = event { late.withLock { $0 += text } }
      }
      _ = notebook.value(
        "Task { try await Task.sleep(for: .milliseconds(100)); print(\"late\", terminator: \"\") }\n()"
      )
      let deadline = now() + 5
      while late.withLock({ $0 }).isEmpty, now() < deadline { usleep(10_000) }
      #expect(late.withLock { $0 } == "late")
    }
  }
}
