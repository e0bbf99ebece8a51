import CellSession
import Display
import Glibc
import JupyterKernel
import JupyterProtocol
import Synchronization
import Testing

@Suite struct HistoryTests {
  private func ask(_ frontend: TestFrontend, _ content: JSON) throws -> JSON? {
    let reply = try frontend.ask("history_request", content)
    #expect(reply["status"] == "ok")
    return reply["history"]
  }

  /// A kernel in which these cells have run.
  private func kernel(after cells: [String], in file: HistoryFile = .memory) throws -> (
    KernelFixture, TestFrontend
  ) {
    let kernel = try KernelFixture(history: file)
    let frontend = try kernel.connected()
    for cell in cells { _ = try frontend.run(cell) }
    return (kernel, frontend)
  }

  @Test func theTailIsTheLastCellsOldestFirst() throws {
    let (kernel, frontend) = try kernel(after: ["1", "2", "boom", "3"])
    defer { kernel.stop() }
    #expect(
      try ask(frontend, ["hist_access_type": "tail", "n": 3])
        == [[1, 2, "2"], [1, 3, "boom"], [1, 4, "3"]])
    #expect(
      try ask(frontend, ["hist_access_type": "tail", "n": 2, "output": true, "raw": true])
        == [[1, 3, ["boom", nil]], [1, 4, ["3", "3"]]])
    #expect(try ask(frontend, ["hist_access_type": "tail"])?.array?.count == 4)
    #expect(try ask(frontend, ["hist_access_type": "tail", "n": 0]) == [])
  }

  @Test(
    arguments: [
      (["session": 1, "start": 2, "stop": 3], [2]), (["start": 0], [1, 2, 3, 4]),
      (["session": 0, "start": 3], [3, 4]), (["start": -2], [3, 4]),
      (["start": 1, "stop": -1], [1, 2, 3]), (["start": 1, "stop": 0], [1, 2, 3, 4]),
      (["start": 9], []), (["session": 7, "start": 0], []), (["session": -3], []),
      (["start": -9, "stop": -9], []),
    ] as [(JSON, [Int])])
  func aRangeIsCountedAsIPythonCounts(bounds: JSON, lines: [Int]) throws {
    let (kernel, frontend) = try kernel(after: ["1", "2", "3", "4"])
    defer { kernel.stop() }
    var content = try #require(bounds.object)
    content["hist_access_type"] = "range"
    let rows = try ask(frontend, .object(content))?.array
    #expect(rows?.compactMap { $0.array?[1].integer } == lines)
  }

  @Test func aSearchTakesPatterns() throws {
    let (kernel, frontend) = try kernel(after: ["6*7", "let x = 1", "6*7", "é?", "[a]", "6*7"])
    defer { kernel.stop() }
    let cases: [(JSON, JSON)] = [
      (["pattern": "6?7"], [[1, 1, "6*7"], [1, 3, "6*7"], [1, 6, "6*7"]]),
      (["pattern": "6*", "n": 2], [[1, 3, "6*7"], [1, 6, "6*7"]]),
      (["pattern": "6*", "unique": true], [[1, 6, "6*7"]]),
      (["pattern": "*", "unique": true, "n": 2], [[1, 5, "[a]"], [1, 6, "6*7"]]),
      (["pattern": "é[?]"], [[1, 4, "é?"]]), (["pattern": "' OR 1 --"], []),
      (["pattern": "let*", "output": true], [[1, 2, ["let x = 1", "let x = 1"]]]),
      (["pattern": .string(String(repeating: "*", count: 60_000))], []),
    ]
    for (content, rows) in cases {
      var content = try #require(content.object)
      content["hist_access_type"] = "search"
      #expect(try ask(frontend, .object(content)) == rows)
    }
    #expect(kernel.lines.all.isEmpty)
  }

  @Test func whatIsNotToBeStoredIsNotStored() throws {
    let (kernel, frontend) = try kernel(after: ["1"])
    defer { kernel.stop() }
    _ = try frontend.run("2", ["store_history": false])
    _ = try frontend.run("3", ["silent": true, "store_history": true])
    _ = try frontend.run("  ")
    #expect(try ask(frontend, ["hist_access_type": "tail", "n": 9]) == [[1, 1, "1"]])
  }

  @Test func earlierSessionsAreRemembered() throws {
    let folder = TemporaryFolder()
    let file = HistoryFile(path: "\(folder.path)/data/history.sqlite")
    for cell in ["1", "2"] { try kernel(after: [cell], in: file).0.stop() }
    let (kernel, frontend) = try kernel(after: ["3"], in: file)
    defer { kernel.stop() }
    #expect(
      try ask(frontend, ["hist_access_type": "tail", "n": 5])
        == [[1, 1, "1"], [2, 1, "2"], [3, 1, "3"]])
    for (session, cell) in [(-2, "1"), (-1, "2"), (0, "3"), (2, "2")] as [(Int, JSON)] {
      let rows = try ask(
        frontend, ["hist_access_type": "range", "session": .integer(session), "start": 1])
      #expect(rows?.array?.first?.array?.last == cell)
    }
    #expect(kernel.lines.all.isEmpty)
    #expect(mode(of: "\(folder.path)/data") == 0o700)
    for suffix in ["", "-wal", "-shm"] {
      #expect(mode(of: "\(folder.path)/data/history.sqlite\(suffix)") == 0o600)
    }
  }

  @Test func severalKernelsShareOneHistory() throws {
    let folder = TemporaryFolder()
    let file = HistoryFile(path: "\(folder.path)/history.sqlite")
    let kernels = try (0..<4).map { _ in try KernelFixture(history: file) }
    let frontends = try kernels.map { try $0.connected() }
    for number in 0..<25 {
      let requests = frontends.map { $0.execute("\(number)") }
      for (frontend, request) in zip(frontends, requests) { _ = try frontend.reply(to: request) }
    }
    for kernel in kernels {
      kernel.stop()
      #expect(kernel.lines.all.isEmpty)
    }
    let (kernel, frontend) = try kernel(after: [], in: file)
    defer { kernel.stop() }
    let rows = try ask(frontend, ["hist_access_type": "tail", "n": 1000])?.array
    #expect(rows?.count == 100)
    for session in 1...4 {
      let range = try ask(
        frontend, ["hist_access_type": "range", "session": .integer(session), "start": 1])
      #expect(range?.array?.count == 25)
    }
  }

  @Test func oldCellsAreGivenUp() throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/history.sqlite"
    let cells = (1...9).map { "\($0)" }
    try kernel(after: cells, in: HistoryFile(path: path)).0.stop()
    let (kernel, frontend) = try kernel(after: [], in: HistoryFile(path: path, maximumCells: 4))
    defer { kernel.stop() }
    let rows = try ask(frontend, ["hist_access_type": "tail", "n": 100])
    #expect(rows == [[1, 6, "6"], [1, 7, "7"], [1, 8, "8"], [1, 9, "9"]])
  }

  @Test func aFileThatIsTooLargeLosesItsOlderHalf() throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/history.sqlite"
    let cells = (1...8).map { "\($0)" + String(repeating: " ", count: 50_000) }
    try kernel(after: cells, in: HistoryFile(path: path)).0.stop()
    let file = HistoryFile(path: path, maximumBytes: 200_000)
    let (kernel, frontend) = try kernel(after: [], in: file)
    defer { kernel.stop() }
    let rows = try ask(frontend, ["hist_access_type": "tail", "n": 100])?.array
    #expect(rows?.compactMap { $0.array?[1].integer } == [5, 6, 7, 8])
  }

  @Test(arguments: ["no database", "no folder"])
  func withoutAFileTheHistoryIsInMemoryAndTheLogSaysSo(trouble: String) throws {
    let folder = TemporaryFolder()
    let path = trouble == "no folder" ? "/dev/null/history.sqlite" : "\(folder.path)/history"
    let content = String(repeating: "not a database\n", count: 100)
    if trouble == "no database" { folder.write(content, to: "history") }
    let (kernel, frontend) = try kernel(after: ["1", "2"], in: HistoryFile(path: path))
    defer { kernel.stop() }
    #expect(
      try ask(frontend, ["hist_access_type": "tail", "n": 5]) == [[1, 1, "1"], [1, 2, "2"]])
    let lines = kernel.lines.all
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("the history in \(path) cannot be used (") == true)
    if trouble == "no database" { #expect(folder.read("history") == content) }
  }

  @Test func aLongCellIsCut() throws {
    let code = String(repeating: "é", count: 1 << 20)
    let (kernel, frontend) = try kernel(after: [code])
    defer { kernel.stop() }
    let rows = try ask(frontend, ["hist_access_type": "tail", "n": 1])
    let input = rows?.array?.first?.array?.last?.string
    #expect(input == String(repeating: "é", count: 1 << 19) + "…")
  }

  @Test(arguments: [[:], ["hist_access_type": "all"], ["hist_access_type": "tail", "n": "1"]])
  func aRequestThatMakesNoSenseGetsAnErrorReply(content: JSON) throws {
    let (kernel, frontend) = try kernel(after: [])
    defer { kernel.stop() }
    let reply = try frontend.ask("history_request", content)
    #expect(reply["status"] == "error")
    #expect(reply["ename"] == "InvalidRequest")
  }

  private func mode(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
  }
}
