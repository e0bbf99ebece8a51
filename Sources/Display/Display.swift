/// Shows a value below the running cell.
///
/// ```swift
/// for k in 0..<3 { display(pictures[k]) }
/// ```
/// A ``Displayable`` value shows itself; what others show, ``bundle(for:)`` says.
public func display(_ value: Any) {
  DisplayOutput.sink.show(bundle(for: value), id: nil)
}

/// Shows several values below the running cell, one after the other.
public func display(_ first: Any, _ second: Any, _ more: Any...) {
  for value in [first, second] + more { display(value) }
}

/// Shows a value below the running cell under a name by which it can be changed later.
///
/// - Parameters:
///   - value: What to show.
///   - id: The name. Showing another value under the same name adds a second place; an update
///     then changes both.
/// - Returns: The display, for updates.
@discardableResult
public func display(_ value: Any, id: String) -> DisplayHandle {
  DisplayOutput.sink.show(bundle(for: value), id: id)
  return DisplayHandle(id: id)
}

/// Removes what the running cell has shown so far.
///
/// - Parameter wait: Delays the removal until something new is shown, which avoids flicker.
public func clearOutput(wait: Bool = false) {
  DisplayOutput.sink.clear(wait: wait)
}

/// A display that can be changed after it was shown.
///
/// ```swift
/// let status = display("epoch 0", id: "status")
/// for epoch in 1...20 { status.update("epoch \(epoch)") }
/// ```
public struct DisplayHandle: Hashable, Sendable {
  /// The name under which the value was shown.
  public let id: String

  /// A handle to the displays of that name, shown already or to be shown later.
  public init(id: String) { self.id = id }

  /// Replaces the content of every display of this name.
  public func update(_ value: Any) {
    DisplayOutput.sink.update(bundle(for: value), id: id)
  }
}
