import CellSession
import Glibc
import Testing

extension SessionTests {
  @Suite struct InterruptTests {
    @Test func aLoopThatAsksEndsAndKeepsItsVariables() throws {
      let notebook = try Notebook()
      _ = notebook.value(
        "var n = 0\nfunc spin() throws { while true { n += 1; try Interrupt.check() } }")
      let failure = try notebook.failure("let set = 1\ntry spin()", interrupted: 1)
      #expect(failure.name == "Interrupted")
      #expect(notebook.value("n > 0 && set == 1") == "true")
      #expect(notebook.value("Interrupt.isRequested") == "false")
    }

    @Test func whatAwaitsIsCancelled() throws {
      let notebook = try Notebook()
      _ = notebook.value("1")
      let sleep = "try await Task.sleep(for: .seconds(9000))"
      #expect(try notebook.failure(sleep, interrupted: 1).name == "Interrupted")
    }

    @Test(
      arguments: [
        "while true {}", "func spin() { while true {} }\nspin()",
        "import Glibc\nlet m = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)\nsem_init(m, 0, 0)\nsem_wait(m)",
        "import Glibc\nfunc doze() { while true { sleep(1) } }\ndoze()",
      ])
    func whatDoesNotEndIsEnded(_ code: String) throws {
      let notebook = try Notebook { $0.grace = 0.3 }
      _ = notebook.value("var a = 1")
      let failure = try notebook.failure("a = 2\n\(code)", interrupted: 1)
      #expect(failure.name == "Interrupted")
      #expect(notebook.value("a > 0") == "true")
    }

    @Test func aSecondInterruptEndsACellAtOnce() throws {
      let notebook = try Notebook { $0.grace = 1000 }
      _ = notebook.value("let a = 1\nfunc spin() { while true {} }")
      let failure = try notebook.failure("spin()", interrupted: 2)
      #expect(failure.name == "Interrupted")
      #expect(failure.plainTraceback.hasPrefix("In[1]:2 in spin(): Interrupted"))
      #expect(notebook.value("a") == "1")
    }

    @Test func withoutASnapshotTheUserIsAdvised() throws {
      let notebook = try Notebook {
        $0.takesSnapshots = false
        $0.grace = 0.3
      }
      _ = notebook.value("import Glibc\nfunc spin(_ n: Int) { for _ in 0..<n { usleep(1000) } }")
      let (shown, _) = notebook.run("spin(2500)") { $0.interrupt() }
      #expect(shown.joined().contains("Interrupt again"))
    }

    @Test(
      arguments: [
        "import Glibc\nfor k in 0..<1000 { a = 2; sleep(1) }", "import Glibc\na = 2\nsleep(1000)",
        "import Glibc\na = 2\nusleep(999_000_000)\na = 3",
        "a = 2\nwhile true { if a > 2 { break } }",
        "a = 2\ntry await Task.sleep(for: .seconds(900))",
        "import Foundation\na = 2\nThread.sleep(forTimeInterval: 900)\na = 3",
        "import Foundation\na = 2\nThread.sleep(until: .distantFuture)\na = 3",
        "import Glibc\nfunc wait() { for _ in 0..<3 { sleep(900) } }\na = 2\nwait()\na = 3",
      ])
    func loopsAndSleepsEndAndKeepTheirState(_ code: String) throws {
      let notebook = try Notebook { $0.grace = 1000 }
      _ = notebook.value("var a = 1")
      let failure = try notebook.failure(code, interrupted: 1)
      #expect(failure.name == "Interrupted" && failure.message == "The cell was interrupted.")
      #expect(notebook.value("a") == "2")
    }

    @Test func foundationSleepsAsLongAsItIsTold() throws {
      let notebook = try Notebook()
      let code = """
        import Foundation
        func time(_ body: () -> Void) -> Double {
          let start = Date()
          body()
          return Date().timeIntervalSince(start)
        }
        let times = [
          time { Thread.sleep(forTimeInterval: 0.25) },
          time { Thread.sleep(until: Date() + 0.25) },
        ]
        let none = [
          time { Thread.sleep(forTimeInterval: -1) }, time { Thread.sleep(until: .distantPast) },
          time { Thread.sleep(forTimeInterval: 0) }, time { Thread.sleep(forTimeInterval: .nan) },
        ]
        """
      _ = notebook.value(code)
      #expect(notebook.value("times.allSatisfy { $0 >= 0.249 && $0 < 5 }") == "true")
      #expect(notebook.value("none.allSatisfy { $0 < 0.2 }") == "true")
    }

    @Test func aCellThatLooksDecidesItself() throws {
      let notebook = try Notebook()
      let code = "import Glibc\nwhile !Interrupt.isRequested { usleep(1000) }\nlet saved = true"
      #expect(!notebook.run(code) { $0.interrupt() }.outcome.isFailure)
      #expect(notebook.value("saved") == "true")
    }

    @Test func evaluationEndsAtOnce() throws {
      let notebook = try Notebook { $0.grace = 1000 }
      let code = """
        import Offramp
        let data = try Dataset.glyphs(difficulty: .mixed)
        let net = Network(input: data.shape, classes: data.classes) {
          Conv(8, kernel: 3); ReLU(); Exit("a"); Conv(8, kernel: 3); ReLU(); Exit("b")
        }
        let run = try net.train(.joint, on: data, epochs: 1, seed: 1)
        func evaluate() throws {
          while true { _ = try run.model.exitLogits(on: data.test, batch: 1) }
        }
        print("ready")
        """
      _ = notebook.run(code)
      let endless = "let before = 3\ntry evaluate()"
      #expect(try notebook.failure(endless, interrupted: 1).name == "Interrupted")
      #expect(notebook.value("before") == "3")
    }

    @Test func aQuestionEndsToo() throws {
      let notebook = try Notebook()
      let outcome = notebook.session.execute(
        "var answer = \"none\"\nanswer = try input(\"name?\")", number: 1,
        onInput: { _ in
          notebook.session.interrupt()
          return .interrupted
        }, onEvent: { _ in })
      guard case .failed(let failure) = outcome else {
        Issue.record("The cell did not fail.")
        return
      }
      #expect(failure.name == "Interrupted")
      #expect(notebook.value("answer") == "none")
    }

    @Test func theCompilerStopsToo() throws {
      let notebook = try Notebook()
      let terms = (0..<4000).map { "let v\($0) = [\($0), \($0)].map { Double($0) * 1.5 + 2 / 3 }" }
      Task.detached { [session = notebook.session] in
        try await Task.sleep(for: .seconds(1))
        session.interrupt()
      }
      #expect(try notebook.failure(terms.joined(separator: "\n")).name == "Interrupted")
      #expect(notebook.value("1") == "1")
    }

    @Test func anInterruptBetweenCellsDoesNothing() throws {
      let notebook = try Notebook()
      notebook.session.interrupt()
      #expect(notebook.value("1") == "1")
    }
  }
}
