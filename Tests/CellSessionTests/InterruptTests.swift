import CellSession
import Glibc
import Testing

extension SessionTests {
  @Suite struct InterruptTests {
    /// Interrupts a session after some time, from another thread.
    private func interrupt(_ session: CellSession, after milliseconds: [Int]) {
      for delay in milliseconds {
        Task.detached {
          try await Task.sleep(for: .milliseconds(delay))
          session.interrupt()
        }
      }
    }

    @Test func aLoopThatAsksEndsAndKeepsItsVariables() throws {
      let notebook = try Notebook()
      _ = notebook.value(
        "var n = 0\nfunc spin() throws { while true { n += 1; try Interrupt.check() } }")
      interrupt(notebook.session, after: [1500])
      let failure = try notebook.failure("let set = 1\ntry spin()")
      #expect(failure.name == "Interrupted")
      #expect(notebook.value("n > 0 && set == 1") == "true")
      #expect(notebook.value("Interrupt.isRequested") == "false")
    }

    @Test func whatAwaitsIsCancelled() throws {
      let notebook = try Notebook()
      _ = notebook.value("1")
      interrupt(notebook.session, after: [1500])
      let start = now()
      #expect(try notebook.failure("try await Task.sleep(for: .seconds(30))").name == "Interrupted")
      #expect(now() - start < 10)
    }

    @Test func aSecondInterruptEndsALoopThatDoesNotAsk() throws {
      let notebook = try Notebook()
      _ = notebook.value("let a = 1")
      interrupt(notebook.session, after: [1500, 1900])
      let failure = try notebook.failure("while true {}")
      #expect(failure.name == "Interrupted")
      #expect(failure.message.contains("run In[1] again"), "\(failure.message)")
      #expect(notebook.value("2") == "2")
    }

    @Test func aCellThatDoesNotHeedIsAdvised() throws {
      let notebook = try Notebook()
      _ = notebook.value("import Glibc")
      interrupt(notebook.session, after: [1000])
      #expect(notebook.run("sleep(5); sleep(0)").shown.joined().contains("Interrupt again"))
    }

    @Test func theCompilerStopsToo() throws {
      let notebook = try Notebook()
      let terms = (0..<4000).map { "let v\($0) = [\($0), \($0)].map { Double($0) * 1.5 + 2 / 3 }" }
      interrupt(notebook.session, after: [1000])
      let start = now()
      #expect(try notebook.failure(terms.joined(separator: "\n")).name == "Interrupted")
      #expect(now() - start < 8)
      #expect(notebook.value("1") == "1")
    }

    @Test func anInterruptBetweenCellsDoesNothing() throws {
      let notebook = try Notebook()
      notebook.session.interrupt()
      #expect(notebook.value("1") == "1")
    }
  }
}
