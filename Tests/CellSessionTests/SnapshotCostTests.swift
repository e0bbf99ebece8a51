import CellSession
import Testing

extension SessionTests {
  @Suite struct SnapshotCostTests {
    /// Has the system refuse to fork, or allow it again, in all threads of the worker.
    ///
    /// A filter of system calls: `clone`, by which the C library forks, fails with EAGAIN.
    private static let refusal = """
      import Glibc
      struct Step { var code: UInt16; var yes: UInt8; var no: UInt8; var k: UInt32 }
      struct Filter { var count: UInt16; var steps: UnsafePointer<Step> }
      func refuseToFork() -> Int {
        #if arch(arm64)
          let (clone, seccomp): (UInt32, Int) = (220, 277)
        #else
          let (clone, seccomp): (UInt32, Int) = (56, 317)
        #endif
        let steps = [
          Step(code: 0x20, yes: 0, no: 0, k: 0), Step(code: 0x15, yes: 0, no: 1, k: clone),
          Step(code: 0x06, yes: 0, no: 0, k: 0x0005_0000 | UInt32(EAGAIN)),
          Step(code: 0x06, yes: 0, no: 0, k: 0x7fff_0000),
        ]
        let call = unsafeBitCast(
          dlsym(nil, "syscall"), to: (@convention(c) (Int, Int, Int, Int) -> Int).self)
        typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
        _ = unsafeBitCast(dlsym(nil, "prctl"), to: Control.self)(38, 1, 0, 0, 0)
        return steps.withUnsafeBufferPointer { steps in
          withUnsafePointer(to: Filter(count: 4, steps: steps.baseAddress!)) {
            call(seccomp, 1, 1, Int(bitPattern: $0))
          }
        }
      }
      refuseToFork()
      """

    @Test func aFailedSnapshotIsToldOnce() throws {
      let notebook = try Notebook()
      #expect(notebook.value(Self.refusal) == "0")
      let first = notebook.run("let a = 1").shown.joined()
      #expect(first.contains("This cell runs without a snapshot ("))
      #expect(first.contains("not said again"))
      for _ in 0..<3 { #expect(notebook.run("a").shown == []) }
      #expect(notebook.run("%memory").shown.joined().contains("could not be taken"))
      let failure = try notebook.failure("[0][1]")
      #expect(failure.message.contains("All variables are gone"))
      // The new process is another one.
      #expect(notebook.run("1").shown == [])
      #expect(notebook.value(Self.refusal) == "0")
      #expect(notebook.run("2").shown.joined().contains("without a snapshot"))
    }

    @Test func memoryTellsWhatSnapshotsCost() throws {
      let notebook = try Notebook()
      func cost() -> String { notebook.run("%memory").shown.joined(separator: "\n") }
      #expect(cost().contains("none has been taken"))
      _ = notebook.value("let large = [UInt8](repeating: 1, count: 80_000_000)")
      _ = notebook.value("1")
      let text = cost()
      let size = text.firstMatch(of: #/The last snapshot took [\d.]+ .?s and shared (\d+) MB/#)?.1
      let megabytes = try #require(size.flatMap { Int($0) }, "\(text)")
      #expect((80..<400).contains(megabytes))
      _ = notebook.value("%snapshots off")
      #expect(cost().contains("Snapshots are off"))
    }
  }
}
