internal import COneDNN

/// Rows with room for channels that later layers put beside those that are there.
final class WideRows {
  let storage: Storage
  /// The number of rows, and the floats from one to the next.
  let count: Int, step: Int
  /// The columns that are taken.
  var used: Int

  init(count: Int, step: Int, used: Int) {
    (self.count, self.step, self.used) = (count, step, used)
    storage = Storage(count: count * step)
  }

  /// The rows of a tensor, with no room.
  init(_ tensor: Tensor) {
    (count, step, used) = (tensor.count / tensor.shape[-1], tensor.shape[-1], tensor.shape[-1])
    storage = tensor.storage
  }

  /// Copies a tensor's rows to where `column` begins, or adds them to what is there.
  func write(_ tensor: Tensor, at column: Int, adding: Bool = false) {
    let width = tensor.shape[-1], start = storage.pointer + column
    let (from, step) = tensor.rowStart
    odnn_move_columns(
      from, Int64(step), Int64(count), Int64(width), adding ? 1 : 0, start,
      Int64(self.step))
  }

  /// A copy of columns, as a tensor.
  func read(_ columns: Range<Int>, shape: Shape) -> Tensor {
    Tensor(shape: shape) {
      odnn_move_columns(
        storage.pointer + columns.lowerBound, Int64(step), Int64(count), Int64(columns.count), 0,
        $0.baseAddress, Int64(columns.count))
    }
  }
}

/// The first columns of wide rows, as the scalars of a tensor.
final class Columns: Sendable {
  nonisolated(unsafe) let rows: WideRows
  let width: Int
  /// Whether they are a gradient, to which more may be added.
  let isGradient: Bool
  private let copy = Locked<Storage?>(nil)

  init(_ rows: WideRows, width: Int, isGradient: Bool) {
    (self.rows, self.width, self.isGradient) = (rows, width, isGradient)
  }

  /// The columns copied out, once.
  var sideBySide: Storage {
    copy.withLock { copy in
      if let copy { return copy }
      let made = rows.read(0..<width, shape: [rows.count, width]).storage
      copy = made
      return made
    }
  }

  /// Adds to a gradient.
  func add(_ gradient: Tensor) {
    rows.write(gradient, at: 0, adding: true)
    copy.withLock { $0 = nil }
  }

  /// The first number, for what changes a gradient in place.
  var start: UnsafeMutablePointer<Float> {
    copy.withLock { $0 = nil }
    return rows.storage.pointer
  }
}

extension Tensor {
  /// The first columns of wide rows.
  init(_ rows: WideRows, shape: Shape, isGradient: Bool) {
    self.init(
      shape: shape,
      storage: Storage(Columns(rows, width: shape[-1], isGradient: isGradient)))
  }

  /// The wide rows, if the scalars are columns of them.
  var columns: Columns? {
    // Scalars may have been given another shape.
    storage.columns.flatMap { $0.width == shape[-1] ? $0 : nil }
  }

  /// The same if they are a gradient that nobody else holds, so that more may be added to it.
  var ownColumns: Columns? {
    mutating get {
      guard let columns, columns.isGradient, isKnownUniquelyReferenced(&storage) else {
        return nil
      }
      return columns
    }
  }

  /// Where the rows begin, and how far they are apart.
  var rowStart: (start: UnsafeMutablePointer<Float>, step: Int) {
    guard let columns else { return (pointer, shape[-1]) }
    return (columns.rows.storage.pointer, columns.rows.step)
  }
}
