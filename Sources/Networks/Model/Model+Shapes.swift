import Tensors

extension Model {
  /// Throws unless every parameter and running statistic has the shape that it was made with: the
  /// path of inference reads as many numbers as there were.
  func checkShapes() throws(NetworkError) {
    let count = Reshaping.count
    guard checkedReshaping.withLock({ $0 != count }) else { return }
    for parameter in parameters {
      try check(parameter.name, parameter.value.shape, parameter.shape)
    }
    for (name, statistics) in statistics {
      try check("\(name).running_mean", statistics.mean.shape, statistics.shape)
      try check("\(name).running_var", statistics.variance.shape, statistics.shape)
    }
    checkedReshaping.withLock { $0 = count }
  }

  private func check(_ name: String, _ got: Shape, _ expected: Shape) throws(NetworkError) {
    guard got != expected else { return }
    throw NetworkError(
      "\(name) was given a value of \(got), expected \(expected), the shape that the network plans "
        + "with; for other sizes make a model of another network")
  }
}
