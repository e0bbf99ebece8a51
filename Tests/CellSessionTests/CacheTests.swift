import CellSession
import Display
import Glibc
import Testing

extension SessionTests {
  @Suite struct CacheTests {
    private func emptyFolder() -> String {
      var template = Array("/tmp/offramp-cache-XXXXXX".utf8CString)
      return String(cString: mkdtemp(&template))
    }

    private let cells = [
      "import Foundation\nstruct P { var x = 1 }", "var p = P()\np.x += 1", "p.x",
      "extension P { func twice() -> Int { x * 2 } }", "p.twice()", "struct P { var y = 5 }\nP().y",
    ]

    @Test func aSecondRunCompilesNothing() throws {
      let folder = emptyFolder()
      let first = try Notebook(cache: folder)
      let values = cells.map { first.value($0) }
      #expect(values == [nil, nil, "2", nil, "4", "5"])
      // Without a toolchain only what is in the cache can run.
      let second = try Notebook(cache: folder)
      let start = now()
      #expect(cells.map { second.value($0) } == values)
      #expect(now() - start < 1, "cached cells take milliseconds")
    }

    @Test func twoSessionsShareACache() throws {
      let folder = emptyFolder()
      let (a, b) = (try Notebook(cache: folder), try Notebook(cache: folder))
      for cell in cells { #expect(a.value(cell) == b.value(cell)) }
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
      let session = notebook.session
      Task.detached {
        try await Task.sleep(for: .seconds(1))
        session.shutdown()
      }
      let start = now()
      #expect(notebook.run("sleep(60)").outcome.isFailure)
      #expect(now() - start < 10)
    }

    @Test func shutdownLeavesNothing() throws {
      let folder = emptyFolder()
      let notebook = try Notebook(cache: folder)
      let id = notebook.value("import Glibc\nsystem(\"sleep 60 >/dev/null &\")\ngetpid()")
      let process = try #require(id.flatMap { pid_t($0) })
      notebook.session.shutdown()
      #expect(kill(process, 0) != 0)
      // The child of the worker is buried by the system's first process, in its own time.
      let deadline = now() + 5
      while kill(-process, 0) == 0, now() < deadline { usleep(10_000) }
      #expect(kill(-process, 0) != 0)
      #expect(access("\(folder)/sessions/\(getpid())", F_OK) != 0)
    }
  }
}
