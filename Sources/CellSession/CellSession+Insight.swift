public import Display

extension CellSession {
  /// What may stand at a place in a cell; any thread, any time.
  ///
  /// - Parameters:
  ///   - code: The cell's text.
  ///   - position: The cursor, in Unicode scalars.
  public func complete(_ code: String, at position: Int) -> Completion {
    Completion(items: [], range: position..<position)
  }

  /// What is known about the name at a place in a cell; `nil` if nothing is. Any thread, any time.
  public func inspect(_ code: String, at position: Int, detail: InspectionDetail) -> MIMEBundle? {
    nil
  }
}
