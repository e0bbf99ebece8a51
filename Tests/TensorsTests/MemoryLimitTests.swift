import Glibc
import Tensors
import Testing

/// Where the system has no memory left, an operation says so; what there was before is as it was.
@Suite(.serialized) struct MemoryLimitTests {
  @Test func noMemoryLeftIsASentence() throws {
    // 256 MiB more than the process has now are allowed, and more is asked for than any operation
    // before can have left in the pool.
    var random = Random(seed: 1)
    let row = Tensor.uniform(shape: [1, 1 << 20], using: &random)
    var before = rlimit()
    let kind = __rlimit_resource_t(RLIMIT_AS.rawValue)
    try #require(getrlimit(kind, &before) == 0)
    let used = try #require(Self.addressSpace)
    var limit = before
    limit.rlim_cur = rlim_t(used + (256 << 20))
    try #require(setrlimit(kind, &limit) == 0)
    defer { _ = setrlimit(kind, &before) }
    let error = #expect(throws: TensorError.self) { try row.broadcast(to: [1024, 1 << 20]) }
    #expect(
      error?.message
        == "broadcast: the output would be 1024×1048576, 4096 MiB, and there is not as much memory "
        + "left; take smaller batches, or let go of tensors.")
    #expect(try row.broadcast(to: [2, 1 << 20]).rows([1]) == row)
  }

  /// The size of the address space in bytes.
  static var addressSpace: Int? {
    guard let file = fopen("/proc/self/statm", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 200)
    guard fgets(&line, 200, file) != nil else { return nil }
    let text = String(
      decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.split(separator: " ").first.flatMap { Int($0) }.map {
      $0 * sysconf(Int32(_SC_PAGESIZE))
    }
  }
}
