import CellSession
import Display
import Foundation
import Glibc
import Testing

extension SessionTests {
  @Suite struct InsightProcessTests {
    @Test func itIsThereOnlyWhenItIsWanted() throws {
      let notebook = try Notebook()
      #expect(notebook.value("let abacus = 1\nabacus") == "1")
      #expect(notebook.session.insightProcess == nil)
      #expect(notebook.suggestions("abac|") == ["abacus"])
      let process = try #require(notebook.session.insightProcess)
      #expect(kill(process, SIGKILL) == 0)
      while notebook.session.insightProcess == process { usleep(1000) }
      #expect(notebook.suggestions("abac|") == ["abacus"])
      let next = try #require(notebook.session.insightProcess)
      #expect(notebook.value("abacus + 1") == "2")
      notebook.session.shutdown()
      #expect(kill(next, 0) != 0)
      #expect(notebook.suggestions("abac|") == [])
    }

    @Test func itAnswersWhileACellRuns() async throws {
      let notebook = try Notebook()
      _ = notebook.value("import Glibc\nlet abacus = 1")
      let path = "/tmp/offramp-insight-\(getpid())"
      defer { unlink(path) }
      let session = notebook.session
      // The cell ends when the file is there, and the file is made when the answers are.
      let answers = Task.detached {
        let found = (0..<3).map { _ in session.complete("abac", at: 4).items.map(\.text) }
        let known = session.inspect("abacus", at: 3, detail: .documentation)?.plainText
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return (found, known)
      }
      #expect(notebook.value("while access(\"\(path)\", F_OK) != 0 { usleep(1000) }\n1") == "1")
      let (found, known) = await answers.value
      #expect(found == [["abacus"], ["abacus"], ["abacus"]])
      #expect(known == "let abacus: Int\n\nVariable of In[1]")
    }
  }
}
