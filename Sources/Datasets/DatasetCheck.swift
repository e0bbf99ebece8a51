internal import Tensors

/// What has to hold before images become a data set, each with its sentence.
struct DatasetCheck {
  let name: String
  let shape: Shape
  let classes: Int

  func sizes(values: Int, labels: Int) throws {
    guard shape.rank == 3, shape.dims.allSatisfy({ $0 > 0 }) else {
      throw DatasetError(
        "The shape of an image is height, width, channels, each 1 or more; the data set “\(name)” "
          + "got [\(shape)].")
    }
    guard labels > 0 else {
      throw DatasetError("The data set “\(name)” is empty: it has no labels.")
    }
    guard values == labels * shape.count else {
      throw DatasetError(
        "\(labels) images of \(shape) need \(labels * shape.count) values; the data set “\(name)” "
          + "got \(values).")
    }
  }

  func labels(_ labels: [Int]) throws {
    guard classes > 1 else {
      throw DatasetError("The data set “\(name)” needs 2 classes or more; got \(classes).")
    }
    if let place = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
      throw DatasetError(
        "Label \(labels[place]) of image \(place) in “\(name)” is outside its \(classes) classes "
          + "(0…\(classes - 1)).")
    }
  }

  func names(_ names: [String]?) throws {
    guard let names, names.count != classes else { return }
    throw DatasetError(
      "“\(name)” has \(classes) classes but \(names.count) class names; give one each.")
  }

  func difficulty(_ difficulty: [Float]?, count: Int) throws {
    guard let difficulty else { return }
    guard difficulty.count == count else {
      throw DatasetError(
        "“\(name)” has \(count) images but \(difficulty.count) difficulties; give one each.")
    }
    if let place = difficulty.firstIndex(where: { !(0...1).contains($0) }) {
      throw DatasetError(
        "The difficulty of image \(place) in “\(name)” is \(difficulty[place]); it must lie in 0…1."
      )
    }
  }

  func shares(validation: Double, test: Double) throws {
    guard validation >= 0, test >= 0, validation + test < 1 else {
      throw DatasetError(
        "Validation and test shares are 0 or more and together less than 1; “\(name)” got "
          + "\(validation) and \(test).")
    }
  }
}
