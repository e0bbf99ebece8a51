import Datasets
import Networks

/// What must hold between a network and its data before training begins.
struct TrainingCheck {
  let network: Network
  let data: Dataset

  /// Throws one sentence about the first thing that does not fit.
  func run(needsValidation: Bool) throws(TrainingError) {
    let name = network.name.map { "The network \"\($0)\"" } ?? "The network"
    if network.input != data.shape {
      throw TrainingError(
        """
        \(name) takes images of \(network.input), but the data "\(data.name)" has images of \
        \(data.shape): build the network with input: data.shape.
        """)
    }
    if network.classes != data.classes {
      throw TrainingError(
        """
        \(name) tells \(network.classes) classes apart, but the data "\(data.name)" has \
        \(data.classes): build the network with classes: data.classes.
        """)
    }
    if data.train.count == 0 {
      throw TrainingError("The training split of the data \"\(data.name)\" is empty.")
    }
    if needsValidation, data.validation.count == 0 {
      throw TrainingError(
        """
        Early stopping watches the validation split, and that of the data "\(data.name)" is \
        empty: set some images aside with data.resplit(validation: 0.1).
        """)
    }
    for split in [data.train, data.validation] { try checkLabels(of: split) }
  }

  private func checkLabels(of split: Split) throws(TrainingError) {
    guard
      let place = split.labels.firstIndex(where: { !(0..<network.classes).contains(Int($0)) })
    else { return }
    throw TrainingError(
      """
      Image \(place) of the \(split.name) split of "\(data.name)" has the label \
      \(split.labels[place]), which is not one of the \(network.classes) classes \
      (0…\(network.classes - 1)).
      """)
  }
}
