internal import COneDNN

/// The library that does the arithmetic.
public enum Engine {
  /// The version of oneDNN in use, such as `2.6.3`.
  public static var version: String {
    let number = Int(odnn_version())
    return "\(number / 10000).\(number / 100 % 100).\(number % 100)"
  }

  /// The widest vector instructions used, such as `AVX-512 bfloat16`.
  public static var instructionSet: String { String(cString: odnn_instruction_set()) }

  /// Whether our own products may be used: the processor has AVX-512.
  package static var hasTiles: Bool { odnn_has_tiles() != 0 }

  /// Runs `body` with oneDNN's products alone, as on a processor without AVX-512.
  ///
  /// To compare; it holds for the whole process meanwhile.
  package static func withoutTiles<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    odnn_use_tiles(0)
    defer { odnn_use_tiles(1) }
    return try body()
  }

  /// Turns a status of the C layer into an error that names the operation.
  static func check(
    _ status: Int32, _ operation: @autoclosure () -> String
  ) throws(TensorError) {
    guard status != 0 else { return }
    throw TensorError(
      "\(operation()): oneDNN \(version) reports \(String(cString: odnn_status_text(status))).")
  }
}

/// Settings of the whole module.
public enum Tensors {
  /// Number of threads that an operation may use; at first, the cores this process may use.
  ///
  /// Results are reproducible bit for bit at a fixed number of threads. Numbers below 1 are taken as 1,
  /// those above 64, or the cores if there are more, as that: the system has no more threads to give.
  public static var threads: Int {
    get { Int(odnn_threads()) }
    set { odnn_set_threads(possible(newValue)) }
  }

  private static let mostThreads = max(64, Int(odnn_usable_cores()))

  private static func possible(_ threads: Int) -> Int32 { Int32(min(max(1, threads), mostThreads)) }

  /// Runs `body` with another number of threads, for what the calling thread does.
  public static func withThreads<Result, Failure: Error>(
    _ count: Int, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = odnn_set_own_threads(possible(count))
    defer { _ = odnn_set_own_threads(before) }
    return try body()
  }
}
