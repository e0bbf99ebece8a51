import Display

/// The comms whose other end is in the cells' process, and which of them the running cell has
/// opened.
struct OpenComms {
  private var ids: Set<String> = []
  private var new: Set<String> = []

  /// A cell begins.
  mutating func begin() { new = [] }

  /// Follows a message in either direction.
  mutating func note(_ message: CommMessage) {
    switch message.kind {
    case .open: if ids.insert(message.id).inserted { new.insert(message.id) }
    case .message: break
    case .close: ids.remove(message.id)
    }
  }

  /// Forgets those that are gone with a process, and closes them for the front end.
  ///
  /// - Parameter isRecovered: Whether the state before the cell is there again.
  mutating func lose(isRecovered: Bool) -> [CommMessage] {
    let lost = isRecovered ? ids.intersection(new) : ids
    ids.subtract(lost)
    return lost.sorted().map { CommMessage(.close, id: $0) }
  }
}
