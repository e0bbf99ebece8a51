internal import Glibc
internal import Tensors

extension Dataset {
  /// CIFAR-10: 60,000 photographs of 32×32×3 in ten classes, 10,000 of them to test on.
  ///
  /// A. Krizhevsky (2009): Learning Multiple Layers of Features from Tiny Images. The images to test
  /// on are the official ones, in their order; `validation` is drawn from the 50,000 others, every
  /// class alike. In memory the images take 184 MB.
  ///
  /// - Parameters:
  ///   - folder: where the binary version (`data_batch_1.bin` …) has been unpacked, or the folder
  ///     above. Without it the data is looked for in the folder that OFFRAMP_DATA names, or else in
  ///     `offramp/data` of the user's cache folder (XDG_CACHE_HOME, ~/.cache), and downloaded to it
  ///     if it is not there (170 MB, checked, continued after an interruption).
  ///   - validation: the share of the 50,000 that becomes the validation split.
  ///   - seed: what the division is drawn from.
  ///
  /// Throws a `DatasetError` if a file is missing, truncated or corrupt, or the download fails.
  public static func cifar10(
    _ folder: String? = nil, validation: Double = 0.1, seed: UInt64 = 0
  ) throws -> Dataset {
    try DatasetCheck(name: "cifar10", shape: [32, 32, 3], classes: 10)
      .shares(validation: validation, test: 0)
    let folder = try folder ?? CIFARFiles.archive.fetched(into: cacheFolder())
    return try cifar10(
      folder: folder, imagesPerFile: 10_000, validation: validation, seed: seed)
  }

  /// The same from files that may hold fewer images, which tests write.
  package static func cifar10(
    folder: String, imagesPerFile: Int, validation: Double = 0.1, seed: UInt64 = 0
  ) throws -> Dataset {
    let source = try CIFARFiles(in: folder, imagesPerFile: imagesPerFile).read()
    let training = 5 * imagesPerFile
    let divided = Splits.divide(
      Array(0..<training), labels: source.labels, share: validation, seed: seed, stream: 1)
    return Dataset(
      name: "cifar10", source: source, classNames: CIFARFiles.classNames,
      splits: Splits(
        dataset: "cifar10", seed: seed, train: divided.rest, validation: divided.part,
        test: Array(training..<source.count)),
      attribution: "A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images (2009)")
  }

  /// Where downloaded data is kept.
  private static func cacheFolder() throws -> String {
    func variable(_ name: String) -> String? {
      guard let value = getenv(name), value.pointee != 0 else { return nil }
      return String(cString: value)
    }
    if let folder = variable("OFFRAMP_DATA") { return folder }
    if let cache = variable("XDG_CACHE_HOME") { return "\(cache)/offramp/data" }
    if let home = variable("HOME") { return "\(home)/.cache/offramp/data" }
    throw DatasetError(
      "There is no place for downloaded data: set OFFRAMP_DATA to a folder, or pass the folder that "
        + "holds the data.")
  }
}
