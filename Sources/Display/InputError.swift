/// Why no input can be had.
public enum InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nobody can be asked: the notebook is run without a person in front of it.
  case unavailable

  /// One sentence.
  public var description: String {
    switch self {
    case .unavailable:
      "The cell asks for input, but this front end takes none (the notebook is run without a "
        + "person): give the value in the code instead."
    }
  }
}
