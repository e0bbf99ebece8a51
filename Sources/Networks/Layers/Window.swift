import Tensors

/// The window of a convolution or a pooling, along one side of an image.
struct Window {
  /// The side of the window, dilation included.
  let kernel: Int
  let stride: Int
  let padding: Int

  /// The number of places where the window stands along `side`: ⌊(side + 2·padding − kernel) /
  /// stride⌋ + 1.
  func outputSide(_ side: Int, _ input: Shape) throws(NetworkError) -> Int {
    let padded = side + 2 * padding
    guard kernel <= padded else {
      let with = padding > 0 ? ", which padding makes \(padded) on a side" : ""
      throw NetworkError(
        "a window of \(kernel)×\(kernel) is larger than the input \(input)\(with); use a smaller "
          + "kernel or fewer strides before it")
    }
    return (padded - kernel) / stride + 1
  }
}
