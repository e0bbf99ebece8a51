import CellSession
import Foundation
import Glibc
import Testing

extension SessionTests {
  @Suite struct LargePagesTests {
    /// Whether this system moves memory into large pages when asked to; Linux does since 6.1.
    static let areToBeHad: Bool = {
      let (size, collapse) = (4 << 20, Int32(25))
      let flags = MAP_PRIVATE | MAP_ANONYMOUS
      guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED
      else { return false }
      defer { munmap(start, size) }
      memset(start, 1, size)
      // The first whole large page in it.
      let piece = (UInt(bitPattern: start) / UInt(size / 2) + 1) * UInt(size / 2)
      return madvise(UnsafeMutableRawPointer(bitPattern: piece), size / 2, collapse) == 0
    }()

    @Test(.enabled(if: areToBeHad, "This system does not move memory into large pages."))
    func gigabytesBecomeLightBetweenCells() throws {
      let notebook = try Notebook()
      // A thread that goes on does not keep the worker from it.
      let thread = """
        import Glibc
        var thread = pthread_t()
        pthread_create(&thread, nil, { _ in while true { sleep(1) } }, nil)
        ()
        """
      _ = notebook.value(thread)
      _ = notebook.value("import Glibc\nvar held = [UInt64](repeating: 1, count: 1 << 27)")
      let worker = try #require(notebook.value("getpid()").flatMap { pid_t($0) })
      #expect(try largeMemory(of: worker) < 1 << 28)
      _ = notebook.value("held[5] = 2")
      let deadline = now() + 60
      while try largeMemory(of: worker) < 1 << 29, now() < deadline { usleep(20_000) }
      #expect(try largeMemory(of: worker) >= 1 << 29)
      _ = try notebook.failure("held[5] = 3; [0][1]")
      #expect(notebook.value("held[5] + held.last!") == "3")
    }

    /// The bytes of a process that are in large pages.
    private func largeMemory(of process: pid_t) throws -> Int {
      let text = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
      let line = text.firstMatch(of: #/AnonHugePages:\s+(\d+) kB/#)
      return try #require(line.flatMap { Int($0.1) }) << 10
    }
  }
}
