import Tensors

/// Stands where a canned description was asked for something that does not exist, so that
/// planning can say so as it says any other mistake.
struct Impossible: Layer {
  let problem: String

  func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    throw NetworkError(problem).placed(at: "The description")
  }

  func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    throw NetworkError(problem)
  }
}
