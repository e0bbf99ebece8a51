import CellSession
import Display
import Foundation
import Glibc
import Testing

extension SessionTests {
  @Suite struct CacheTests {
    private let cells = [
      "import Foundation\nstruct P { var x = 1 }", "var p = P()\np.x += 1", "p.x",
      "extension P { func twice() -> Int { x * 2 } }", "p.twice()", "struct P { var y = 5 }\nP().y",
    ]

    @Test func aSecondRunCompilesNothing() throws {
      try withEmptyFolder { folder in
        let first = try Notebook(cache: folder)
        let values = cells.map { first.value($0) }
        #expect(values == [nil, nil, "2", nil, "4", "5"])
        let kept = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cells").sorted()
        #expect(kept.count { $0.hasSuffix(".so") } == cells.count)
        let second = try Notebook(cache: folder)
        #expect(cells.map { second.value($0) } == values)
        let after = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cells").sorted()
        #expect(after == kept)
      }
    }

    @Test func twoSessionsShareACache() throws {
      try withEmptyFolder { folder in
        let (a, b) = (try Notebook(cache: folder), try Notebook(cache: folder))
        for cell in cells { #expect(a.value(cell) == b.value(cell)) }
      }
    }

    @Test func aCacheThatCannotBeWrittenIsToldOnce() throws {
      let notebook = try Notebook(cache: "/proc/offramp")
      let first = notebook.run("let a = 1\na")
      #expect(first.shown.joined().contains("cannot be kept in /proc/offramp"))
      guard case .finished(let result) = first.outcome else {
        Issue.record("The cell failed.")
        return
      }
      #expect(result?.plainText == "1")
      #expect(notebook.run("a").shown == [])
    }

    @Test func shutdownEndsARunningCell() throws {
      let notebook = try Notebook()
      _ = notebook.value("import Glibc\nlet a = 1")
      #expect(notebook.run("sleep(9000)") { $0.shutdown() }.outcome.isFailure)
    }

    @Test func shutdownLeavesNothing() throws {
      try withEmptyFolder { folder in
        let notebook = try Notebook(cache: folder)
        let id = notebook.value("import Glibc\nsystem(\"sleep 60 >/dev/null &\")\ngetpid()")
        let process = try #require(id.flatMap { pid_t($0) })
        notebook.session.shutdown()
        #expect(kill(process, 0) != 0)
        // The child of the worker is buried by the system's first process, in its own time.
        let deadline = now() + 5
        while kill(-process, 0) == 0, now() < deadline { usleep(10_000) }
        #expect(kill(-process, 0) != 0)
        #expect(rmdir("\(folder)/sessions") == 0)
      }
    }
  }
}
