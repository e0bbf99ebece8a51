internal import COneDNN

/// A product of bfloat16 matrices for one set of sizes, compiled by oneDNN and ready to run.
private final class CompiledProduct {
  private let handle: OpaquePointer
  private let scratchCount: Int

  init(_ key: ProductCache.Key) throws(TensorError) {
    var result: OpaquePointer?
    var matrices = key.matrices
    try Engine.check(odnn_product_create(&matrices, &result), "\(key.call)")
    guard let result else { throw TensorError("\(key.call): nothing was created.") }
    handle = result
    scratchCount = odnn_product_scratch_count(result)
  }

  deinit { odnn_product_destroy(handle) }

  func run(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutablePointer<Float>
  ) throws(TensorError) {
    let scratch = Storage(count: scratchCount)
    let status = withExtendedLifetime(scratch) {
      odnn_product_run(handle, a, b, c, scratch.pointer)
    }
    try Engine.check(status, "matrix product")
  }
}

/// Compiled products by their sizes; see ``ConvolutionCache``.
enum ProductCache {
  struct Key: Hashable {
    let call: MatrixCall
    let firstStep: Int, secondStep: Int
    let isAccumulating: Bool
    let threads: Int

    var matrices: odnn_matrices {
      odnn_matrices(call, steps: (firstStep, secondStep), accumulating: isAccumulating)
    }
  }

  private static let ready = Locked<[Key: CompiledProduct]>([:])
  private static let limit = 1024

  static func run(
    _ key: Key, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutablePointer<Float>
  ) throws(TensorError) {
    try ready.withLock { (ready) throws(TensorError) in
      if let known = ready[key] { return try known.run(a, b, c) }
      if ready.count >= limit { ready = [:] }
      let compiled = try CompiledProduct(key)
      ready[key] = compiled
      try compiled.run(a, b, c)
    }
  }
}
