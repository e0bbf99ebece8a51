internal import Tensors

extension Dataset {
  /// 1,797 real handwritten digits of 8×8 pixels, embedded: no download.
  ///
  /// E. Alpaydin, C. Kaynak (1998): Optical Recognition of Handwritten Digits, UCI Machine Learning
  /// Repository, https://doi.org/10.24432/C50P49, CC BY 4.0. These are the images of its test file,
  /// as scikit-learn ships them (`load_digits`), in that order. Each pixel counts the inked pixels,
  /// 0…16, of a 4×4 block; here 16 is 1.
  ///
  /// - Parameters:
  ///   - validation: the share that becomes the validation split.
  ///   - test: the share that becomes the test split.
  ///   - seed: what the division is drawn from.
  ///
  /// Throws a `DatasetError` if the shares do not fit.
  public static func digits(
    validation: Double = 0.1, test: Double = 0.2, seed: UInt64 = 0
  ) throws -> Dataset {
    let check = DatasetCheck(name: "digits", shape: [8, 8, 1], classes: 10)
    try check.shares(validation: validation, test: test)
    let labels = DigitsData.labels.withUTF8Buffer { text in text.map { Int32($0) - 48 } }
    let splits = Splits(
      dataset: "digits", labels: labels, validation: validation, test: test, seed: seed)
    return Dataset(
      name: "digits",
      source: Source(
        pixels: .bytes(digitPixels(), scale: 16), shape: check.shape, labels: labels),
      classNames: (0..<10).map { "\($0)" }, splits: splits,
      attribution: "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits (UCI, 1998), "
        + "CC BY 4.0")
  }

  private static func digitPixels() -> [UInt8] {
    DigitsData.pixels.withUTF8Buffer { text in
      var pixels: [UInt8] = []
      pixels.reserveCapacity(text.count / 2 * 3)
      func digit(_ place: Int) -> Int { Int(text[place]) - (text[place] < 92 ? 35 : 36) }
      for place in stride(from: 0, to: text.count, by: 2) {
        let triple = digit(place) * 71 + digit(place + 1)
        pixels.append(UInt8(triple / 289))
        pixels.append(UInt8(triple / 17 % 17))
        pixels.append(UInt8(triple % 17))
      }
      return pixels
    }
  }
}
