import Glibc
import Tensors
import Testing

@Suite struct ForkTests {
  @Test func tensorsWorkInAForkOfAProcessThatUsesThem() throws {
    let kept = Self.noise(seed: 1)
    // Leaves free blocks, which the fork gets empty.
    let before = try (kept + kept).scalars
    let status = statusOfFork { _ in
      let x = ForkTests.noise(seed: 2)
      let doubled = try? (x + x).scalars
      return UnsafeMutableRawPointer(bitPattern: doubled == x.scalars.map { $0 * 2 } ? 7 : 1)
    }
    #expect(status == 7)
    #expect(try (kept + kept).scalars == before)
  }

  private static func noise(seed: UInt64) -> Tensor {
    var random = Random(seed: seed)
    return .normal(shape: [1 << 20], using: &random)
  }

  /// Runs `body` in a fork of this process, on a fresh thread as cells do; returns what it returned.
  private func statusOfFork(
    _ body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?
  ) -> Int {
    let process = forkProcess()
    if process == 0 {
      var thread = pthread_t()
      pthread_create(&thread, nil, body, nil)
      var result: UnsafeMutableRawPointer?
      pthread_join(thread, &result)
      _exit(Int32(truncatingIfNeeded: Int(bitPattern: result)))
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status & 0x7f == 0 ? Int(status >> 8) : -1
  }
}

/// The system's, which Swift does not offer as it is unsafe in most processes.
@_silgen_name("fork") private func forkProcess() -> pid_t
