import CellSession
import Glibc
import Testing

extension SessionTests {
  @Suite struct LifeTests {
    @Test(
      arguments: [
        ("in a cell", "import Glibc\nkill(getpid(), SIGKILL)", true),
        (
          "while it shows",
          "import Glibc\nfor k in 0..<9 { display(k); if k == 5 { kill(getpid(), SIGKILL) } }", true
        ),
        (
          "while its programs go on",
          "import Glibc\nsystem(\"sleep 1000 &\"); kill(getpid(), SIGKILL)", true
        ),
        ("in a child of its own", "import Glibc\nlet f = dlsym(nil, \"fork\")\n1", false),
      ])
    func aWorkerKilledInACellCostsTheCell(_ place: String, _ code: String, fails: Bool) throws {
      let notebook = try Notebook()
      _ = notebook.value("let a = 1")
      #expect(notebook.run(code).outcome.isFailure == fails, "\(place)")
      #expect(notebook.value("a") == "1")
    }

    @Test func aWorkerKilledBeforeItsFirstCellIsReplaced() throws {
      let notebook = try Notebook()
      for child in Processes().children { kill(child, SIGKILL) }
      usleep(100_000)
      #expect(notebook.value("1") == "1")
    }

    @Test func aWorkerKilledBetweenCellsIsReplaced() throws {
      let notebook = try Notebook()
      _ = notebook.value("let a = 1")
      for child in Processes().children { kill(child, SIGKILL) }
      usleep(100_000)
      #expect(notebook.run("2").shown.joined().contains("run In[1] again"))
      #expect(notebook.value("let a = 3\na") == "3")
    }

    @Test func nothingOfASessionIsLeft() throws {
      let before = Set(Processes().children)
      let notebook = try Notebook()
      _ = notebook.value("1")
      _ = try notebook.failure("[0][1]")
      let code = "func spin() { while true {} }\nspin()"
      #expect(notebook.run(code) { $0.shutdown() }.outcome.isFailure)
      let deadline = now() + 10
      func left() -> Set<pid_t> { Set(Processes().children).subtracting(before) }
      while !left().isEmpty, now() < deadline { usleep(10_000) }
      #expect(left().isEmpty)
    }

    @Test func nothingIsLeftWhenTheKernelIsKilled() throws {
      let executable = try CellSession.Configuration.discover().executable
      let file = "/tmp/offramp-tests-\(getuid())-\(getpid()).swift"
      let code = "while true {}\n"
      let output = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      write(output, code, code.utf8.count)
      close(output)
      defer { unlink(file) }
      var words = [strdup("offramp"), strdup("run"), strdup(file), nil]
      defer { words.forEach { free($0) } }
      var process = pid_t()
      try #require(posix_spawn(&process, executable, nil, nil, &words, environ) == 0)
      // The worker, and its snapshot once the endless cell runs.
      let deadline = now() + 60
      while Processes.descendants(of: process).count < 2, now() < deadline { usleep(20_000) }
      usleep(300_000)
      let left = Processes.descendants(of: process)
      #expect(left.count >= 2)
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
      let end = now() + 10
      while left.contains(where: Processes.isAlive), now() < end { usleep(10_000) }
      #expect(!left.contains(where: Processes.isAlive))
    }

    @Test func aHundredCellsTakeNoMoreThanTen() throws {
      let notebook = try Notebook()
      _ = notebook.value("var n = 0")
      for _ in 0..<10 { _ = notebook.session.evaluate("n") }
      let before = Processes.atRest()
      for _ in 0..<100 { _ = notebook.session.evaluate("n") }
      let after = Processes.atRest()
      #expect(after.descriptors <= before.descriptors)
      #expect(after.descriptorsOfChild == before.descriptorsOfChild)
      #expect(after.children.count <= before.children.count)
      #expect(after.memory < before.memory + 64 << 20, "\(before.memory) \(after.memory)")
    }
  }
}
