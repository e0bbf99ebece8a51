import Glibc
import Synchronization

/// The memory of a tensor: a 64-byte aligned block of floats that returns to the pool when the last
/// tensor that uses it is gone.
package final class Storage {
  private let block: UnsafeMutablePointer<Float>
  package let count: Int
  private let capacity: Int
  private let pool: StoragePool
  /// Where the scalars are if they are columns of wider rows.
  let columns: Columns?

  /// These weights in the layouts that convolutions want, kept until the weights change.
  var packed: [Int32: Storage] = [:]
  /// These weights as products in another precision want them, likewise.
  var factors: [Arithmetic: Storage] = [:]
  /// These values as somebody keeps them in half the memory, for others that want to keep them too.
  weak var half: Storage?
  /// Makes these values once more from others that are kept anyway, in one pass over memory: who
  /// wants them for the way back need not keep them.
  var recipe: (() -> Storage)?

  /// A number that no other contents of any storage have had: what was made of these values can tell
  /// that they have changed.
  package private(set) var version = Storage.nextVersion()

  private static let versions = Atomic<UInt64>(0)

  private static func nextVersion() -> UInt64 {
    versions.wrappingAdd(1, ordering: .relaxed).newValue
  }

  /// The largest number of scalars a tensor may have: as many as fit in this machine's memory.
  package static let largestCount =
    sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 4

  package init(count: Int) {
    (self.count, columns) = (count, nil)
    pool = StoragePool.current
    (block, capacity) = pool.take(count)
  }

  /// Columns of rows that lie elsewhere; they are copied when they are asked for side by side.
  init(_ columns: Columns) {
    (self.columns, count) = (columns, columns.rows.count * columns.width)
    pool = StoragePool.current
    (block, capacity) = (columns.rows.storage.block, 0)
  }

  /// The scalars, side by side.
  package var pointer: UnsafeMutablePointer<Float> {
    if let columns { columns.sideBySide.block } else { block }
  }

  /// Memory for `count` scalars, or `nil` if the system has no more of it.
  init?(ifLeft count: Int) {
    guard let block = StoragePool.current.takeIfLeft(count) else { return nil }
    (self.count, columns) = (count, nil)
    pool = StoragePool.current
    (self.block, capacity) = block
  }

  deinit { if columns == nil { pool.give(block, capacity) } }

  /// To be called before a write, so that no packed copy outlives the values it was made from.
  func willChange() {
    if !packed.isEmpty { packed = [:] }
    if !factors.isEmpty { factors = [:] }
    if half != nil { half = nil }
    if recipe != nil { recipe = nil }
    version = Self.nextVersion()
  }
}
