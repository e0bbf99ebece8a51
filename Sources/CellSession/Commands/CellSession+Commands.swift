extension CellSession {
  /// Takes a cell that is a command; `nil` leaves it to the compiler.
  func runCommand(
    _ code: String, number: Int, onInput: (InputRequest) -> InputReply, onEvent: (CellEvent) -> Void
  ) -> CellOutcome? { nil }
}
