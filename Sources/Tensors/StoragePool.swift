internal import COneDNN
import Glibc

/// Blocks of memory that are handed out again instead of being returned to the system.
///
/// A training step asks for the same sizes as the step before it, so after the first step nothing
/// is allocated: `statistics.allocations` stands still, which a test asserts. Sizes are rounded up
/// to an eighth of a power of two, so that at most an eighth of a block is unused.
package final class StoragePool: Sendable {
  /// What a pool has done so far.
  package struct Statistics: Equatable, Sendable {
    /// Blocks obtained from the system.
    package var allocations = 0
    /// Blocks handed out, new or used before.
    package var requests = 0
    /// Bytes in blocks that tensors hold now.
    package var bytesInUse = 0
    /// Bytes in blocks that wait to be used again.
    package var bytesFree = 0
  }

  /// Loaders prepare batches on their own thread, so the pool is locked; never for long.
  let state = Locked(State())

  static let shared: StoragePool = {
    prepareForForks()
    return StoragePool()
  }()

  deinit { trim() }

  /// The numbers of the pool that the calling thread uses.
  package static var statistics: Statistics { current.statistics }

  var statistics: Statistics { state.withLock { $0.statistics } }

  /// Returns what the calling thread's pool holds free to the system.
  package static func release() {
    current.trim()
    odnn_return_memory()
  }

  /// Returns every free block to the system.
  func trim() {
    let blocks = state.withLock { $0.removeAll() }
    for block in blocks { free(block) }
  }

  /// Rounds up to one of eight sizes between powers of two; the smallest block is one cache line.
  static func capacity(for count: Int) -> Int {
    guard count > 128 else { return max(16, (count + 15) & ~15) }
    let step = 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount - 4)
    return (count + step - 1) / step * step
  }

  func take(_ count: Int) -> (UnsafeMutablePointer<Float>, Int) {
    guard let taken = takeIfLeft(count) else {
      fatalError(
        "Out of memory: a tensor needs \(count >> 18) MiB more than this machine has; take smaller "
          + "batches, or let go of tensors.")
    }
    return taken
  }

  /// A block, or `nil` if the system has no memory left for one.
  func takeIfLeft(_ count: Int) -> (UnsafeMutablePointer<Float>, Int)? {
    let capacity = Self.capacity(for: count)
    if let (block, actual) = state.withLock({ $0.take(capacity) }) {
      return (block.bindMemory(to: Float.self, capacity: actual), actual)
    }
    guard let block = allocate(capacity * 4) else {
      state.withLock { $0.forget(capacity) }
      return nil
    }
    return (block.bindMemory(to: Float.self, capacity: capacity), capacity)
  }

  func give(_ pointer: UnsafeMutablePointer<Float>, _ capacity: Int) {
    state.withLock { $0.give(UnsafeMutableRawPointer(pointer), capacity) }
  }
}

// MARK: The system's memory
extension StoragePool {
  private static let largePage = 2 << 20

  /// Beyond this, free blocks are of sizes that nobody asks for any more.
  private static let largestFree = Storage.largestCount

  private func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
    if statistics.bytesFree > Self.largestFree { trim() }
    // Large blocks lie on large pages: a pass over memory then spends less on address translation.
    let alignment = bytes >= Self.largePage ? Self.largePage : 64
    guard let block = aligned_alloc(alignment, bytes) ?? retryAfterTrim(alignment, bytes) else {
      return nil
    }
    if alignment == Self.largePage { madvise(block, bytes, MADV_HUGEPAGE) }
    return block
  }

  private func retryAfterTrim(_ alignment: Int, _ bytes: Int) -> UnsafeMutableRawPointer? {
    trim()
    return aligned_alloc(alignment, bytes)
  }
}

// MARK: Which pool
extension StoragePool {
  private static let own = ThreadValue<StoragePool>()

  /// The pool that the calling thread takes its memory from.
  static var current: StoragePool { own.value ?? shared }

  /// Runs `body` with a pool that no other thread uses, so that its numbers are those of `body`.
  package static func withOwn<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let (before, pool) = (own.value, StoragePool())
    own.value = pool
    defer {
      own.value = before
      withExtendedLifetime(pool) {}
    }
    return try body()
  }
}

// MARK: Free blocks
extension StoragePool {
  struct State {
    fileprivate(set) var free: [Int: [UnsafeMutableRawPointer]] = [:]
    var statistics = Statistics()

    /// A used block of this size or of the next eight sizes, at most twice as large, so that batches
    /// of ever different sizes do not each keep their own; counted as an allocation if there is none.
    mutating func take(_ capacity: Int) -> (UnsafeMutableRawPointer, Int)? {
      statistics.requests += 1
      var size = capacity
      for _ in 0...8 {
        if let block = free[size]?.popLast() {
          statistics.bytesInUse += size * 4
          statistics.bytesFree -= size * 4
          return (block, size)
        }
        size = StoragePool.capacity(for: size + 1)
      }
      statistics.allocations += 1
      statistics.bytesInUse += capacity * 4
      return nil
    }

    /// Undoes the counting of an allocation that the system refused.
    mutating func forget(_ capacity: Int) {
      statistics.allocations -= 1
      statistics.bytesInUse -= capacity * 4
    }

    mutating func give(_ block: UnsafeMutableRawPointer, _ capacity: Int) {
      statistics.bytesInUse -= capacity * 4
      statistics.bytesFree += capacity * 4
      free[capacity, default: []].append(block)
    }

    mutating func removeAll() -> [UnsafeMutableRawPointer] {
      defer {
        free = [:]
        statistics.bytesFree = 0
      }
      return free.values.flatMap { $0 }
    }
  }
}
