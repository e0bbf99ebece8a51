import CellSession
import Glibc
import Testing

extension SessionTests {
  @Suite struct SnapshotTests {
    @Test func twoHundredCrashesInARowLoseNothing() throws {
      let notebook = try Notebook()
      _ = notebook.value("var list = [1, 2, 3]\nvar text = \"kept\"")
      let crash = "list = []\ntext = \"\"\nlet gone = [0][7]"
      _ = try notebook.failure(crash)
      let before = Processes.atRest()
      for _ in 0..<199 {
        #expect(try notebook.failure(crash).message.contains("as they were before this cell"))
      }
      #expect(notebook.value("list.map(String.init).joined() + text") == "123kept")
      let after = Processes.atRest()
      #expect(after.children.count <= before.children.count)
      #expect(after.descriptors <= before.descriptors)
      #expect(after.descriptorsOfChild == before.descriptorsOfChild)
      #expect(after.memory < before.memory + 40 << 20, "\(before.memory) \(after.memory)")
    }

    @Test func everyDepthOfStateIsRestored() throws {
      let notebook = try Notebook()
      _ = notebook.value("final class Node { var next: Node?; var value = 0 }\nlet root = Node()")
      _ = notebook.value("root.next = Node()\nvar table = [\"a\": [1: root]]")
      _ = try notebook.failure("root.next = nil\ntable[\"a\"]![1] = nil\nroot.value = 7\n[0][1]")
      #expect(notebook.value("table[\"a\"]![1]! === root && root.next != nil") == "true")
      #expect(notebook.value("root.value") == "0")
      // What a cell that ended well has done stays.
      _ = notebook.value("root.value = 8")
      _ = try notebook.failure("root.value = 9; [0][1]")
      #expect(notebook.value("root.value") == "8")
    }

    @Test func aCellAfterACrashRunsOnceMore() throws {
      let notebook = try Notebook()
      let cell = "func f() -> Int { 3 }\nvar set = Set([1])\nlet x = [1, 2][Int(\"9\")!]"
      _ = try notebook.failure(cell)
      _ = try notebook.failure(cell)
      #expect(notebook.value("func f() -> Int { 4 }\nf()") == "4")
    }

    @Test func tasksOfEarlierCellsGoOn() throws {
      let notebook = try Notebook()
      let task = """
        let task = Task {
          for _ in 0..<40 { try await Task.sleep(for: .milliseconds(10)) }
          return 7
        }
        @MainActor func main() -> Int { 5 }
        await main()
        """
      #expect(notebook.value(task) == "5")
      _ = try notebook.failure("[0][1]")
      #expect(notebook.value("try await task.value") == "7")
      #expect(notebook.value("await main()") == "5")
    }

    @Test func aTaskThatCrashesAgainAndAgainIsDropped() throws {
      let notebook = try Notebook()
      try withEmptyFolder { folder in
        // The task aborts once the file is there, and the file stays when the state goes back.
        let task = """
          import Glibc
          let a = 1
          Task {
            while access("\(folder)/begun", F_OK) != 0 { try await Task.sleep(for: .milliseconds(5)) }
            abort()
          }
          ()
          """
        _ = notebook.value(task)
        _ = notebook.value("func spin() { while true {} }")
        let failure = try notebook.failure("close(creat(\"\(folder)/begun\", 0o600)); spin()")
        #expect(failure.name == "Aborted")
        #expect(notebook.value("usleep(300_000)\na") == "1")
      }
    }

    @Test func threadsThatAreGoneAreTold() throws {
      let notebook = try Notebook()
      let thread = """
        import Glibc
        let a = 1
        var thread = pthread_t()
        pthread_create(&thread, nil, { _ in while true { sleep(1) } }, nil)
        ()
        """
      _ = notebook.value(thread)
      let failure = try notebook.failure("[0][1]")
      #expect(
        failure.message.hasSuffix(
          "before this cell. A thread that an earlier cell had started is gone."))
      #expect(try notebook.failure("[0][1]").message.hasSuffix("before this cell."))
      #expect(notebook.value("a") == "1")
    }

    @Test func programsOfADeadCellEnd() throws {
      let notebook = try Notebook()
      let start = """
        import Glibc
        var child = pid_t()
        var words = [strdup("sleep"), strdup("1000"), nil]
        posix_spawn(&child, "/bin/sleep", nil, nil, &words, nil)
        print(child)
        fflush(nil)
        [0][1]
        """
      let shown = notebook.run(start).shown.joined()
      let child = try #require(
        shown.firstMatch(of: #/standardOutput: (\d+)/#).flatMap { pid_t($0.1) })
      #expect(kill(child, 0) == -1)
      #expect(notebook.value("2") == "2")
    }

    @Test func memoryHasALimit() throws {
      let notebook = try Notebook { $0.environment["OFFRAMP_MEMORY_LIMIT"] = "500000000" }
      _ = notebook.value("var kept = [1, 2]")
      let failure = try notebook.failure(
        "var all: [[UInt8]] = []\nfunc fill() { while true { all.append([UInt8](repeating: 1, count: 1 << 20)) } }\nfill()"
      )
      #expect(failure.name == "OutOfMemory", "\(failure)")
      #expect(failure.plainTraceback.hasPrefix("In[2]:"))
      #expect(notebook.value("kept") == "[1, 2]")
    }

    @Test func theEngineComputesTheSameAfterACrash() throws {
      let notebook = try Notebook()
      _ = notebook.value("import Offramp")
      let build = """
        let data = try Dataset.glyphs(difficulty: .mixed)
        let net = Network(input: data.shape, classes: data.classes) {
          Conv(8, kernel: 3); ReLU(); Exit("a"); Conv(8, kernel: 3); ReLU(); Exit("b")
        }
        let run = try net.train(.joint, on: data, epochs: 1, seed: 1)
        ()
        """
      #expect(notebook.value(build) == nil)
      let code = "try run.model.exitLogits(on: data.test).logits[1].reduce(0, +)"
      let before = notebook.value(code)
      _ = try notebook.failure("[0][1]")
      #expect(notebook.value(code) == before)
    }
  }
}

/// What this process and its children take of the system.
struct Processes {
  /// The children that are not compilers on their way out.
  let children: [pid_t]
  /// Open descriptors of this process.
  let descriptors: Int
  /// Open descriptors of the first child.
  let descriptorsOfChild: Int
  /// The memory that the first child takes up, in bytes.
  ///
  /// What it has asked for is another matter: the stack of a cell's thread counts there until the thread is quite gone.
  let memory: Int

  init() {
    children = Self.names(in: "/proc").compactMap { pid_t($0) }.filter {
      Self.parent(of: $0) == getpid()
    }
    descriptors = Self.names(in: "/proc/self/fd").count
    let child = children.first ?? 0
    descriptorsOfChild = Self.names(in: "/proc/\(child)/fd").count
    let numbers = Self.text("/proc/\(child)/statm").split(separator: " ").compactMap { Int($0) }
    memory = (numbers.count > 1 ? numbers[1] : 0) * sysconf(Int32(_SC_PAGESIZE))
  }

  /// What they take when nothing changes any more: a worker that has died takes a moment to go, and
  /// so does the thread of a cell.
  static func atRest() -> Processes {
    var last = Processes()
    var unchanged = 0
    for _ in 0..<1000 where unchanged < 15 {
      usleep(10_000)
      let next = Processes()
      unchanged = next.isLike(last) ? unchanged + 1 : 0
      last = next
    }
    return last
  }

  private func isLike(_ other: Processes) -> Bool {
    children == other.children && descriptors == other.descriptors
      && descriptorsOfChild == other.descriptorsOfChild
  }

  /// The children of a process, and theirs.
  static func descendants(of process: pid_t) -> [pid_t] {
    let all = names(in: "/proc").compactMap { pid_t($0) }
    let children = all.filter { parent(of: $0) == process }
    return children + children.flatMap { descendants(of: $0) }
  }

  /// Whether a process runs; one that has ended and was not waited for does not.
  static func isAlive(_ process: pid_t) -> Bool {
    guard let state = text("/proc/\(process)/stat").split(separator: ")").last else { return false }
    return !state.hasPrefix(" Z")
  }

  /// The parent of a process; `nil` if there is no such process.
  static func parent(of process: pid_t) -> pid_t? {
    text("/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ").dropFirst()
      .first.flatMap { pid_t($0) }
  }

  private static func names(in folder: String) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }

  private static func text(_ path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    return String(unsafeUninitializedCapacity: 4096) { max(read(file, $0.baseAddress, 4096), 0) }
  }
}
