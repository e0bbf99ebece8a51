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
    let error = try Self.withLimit(256 << 20) {
      #expect(throws: TensorError.self) { try row.broadcast(to: [1024, 1 << 20]) }
    }
    #expect(
      error?.message
        == "broadcast: the output would be 1024×1048576, 4096 MiB, and there is not as much memory "
        + "left; take smaller batches, or let go of tensors.")
    #expect(try row.broadcast(to: [2, 1 << 20]).rows([1]) == row)
  }

  static let operations: [(name: String, body: @Sendable (Tensor) throws -> Tensor)] = [
    ("relu", { try $0.relu() }), ("adding", { try $0.adding($0, relu: true) }),
    ("+", { try $0 - $0 }), ("number", { try $0 * 2 }), ("activated", { try $0.silu() }),
    ("softmax", { try $0.softmax() }), ("logSoftmax", { try $0.logSoftmax() }),
    ("slice", { try $0.slice(0..<39, axis: 0) }), ("permuted", { try $0.permuted([1, 0, 2]) }),
    ("broadcast", { try $0.broadcast(to: [2, 40, 1024, 1024]) }),
    ("concatenated", { try .concatenated([$0, $0]) }), ("rows", { try $0.rows(Array(0..<40)) }),
    ("padded", { try $0.padded(after: 1, axis: 1) }),
    ("binaryCrossEntropies", { try $0.binaryCrossEntropies(targets: $0) }),
    ("matrixProduct", { try $0.matrixProduct($0, transposed: (true, false)) }),
    (
      "batchNormalized",
      {
        let statistics = BatchStatistics(channels: 1024)
        defer { #expect(statistics.mean == .zeros([1024]), "nothing has happened") }
        return try $0.batchNormalized(
          scale: .ones([1024]), shift: .zeros([1024]), statistics: statistics, training: true)
      }
    ),
    (
      "layerNormalized",
      { try $0.layerNormalized(scale: .ones([1024]), shift: .zeros([1024])) }
    ),
    (
      "groupNormalized",
      { try $0.groupNormalized(groups: 4, scale: .ones([1024]), shift: .zeros([1024])) }
    ),
    (
      "dropout",
      {
        var random = Random(seed: 1)
        return try $0.dropout(rate: 0.5, using: &random)
      }
    ),
  ]

  /// Operations that give as much as they get say so too.
  @Test func everyOperationSaysSo() throws {
    try StoragePool.withOwn {
      let x = Tensor.ones([40, 1024, 1024])
      for (name, body) in Self.operations {
        let error = try Self.withLimit(64 << 20) {
          #expect(throws: TensorError.self, "\(name)") { try body(x) }
        }
        #expect(
          error?.message.contains("there is not as much memory left") == true,
          "\(name): \(error?.message ?? "no error")")
      }
      #expect(try x.sum().scalar() == Float(x.count))
    }
  }

  /// Runs `body` with so many bytes more than the process has now.
  private static func withLimit<Result>(_ bytes: Int, _ body: () throws -> Result) throws -> Result
  {
    var before = rlimit()
    let kind = __rlimit_resource_t(RLIMIT_AS.rawValue)
    try #require(getrlimit(kind, &before) == 0)
    var limit = before
    limit.rlim_cur = rlim_t(try #require(addressSpace) + bytes)
    try #require(setrlimit(kind, &limit) == 0)
    defer { _ = setrlimit(kind, &before) }
    return try body()
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
